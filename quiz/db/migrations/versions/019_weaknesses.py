"""Create the sums of what units get wrong, and mark which sheets they hold."""

import sqlalchemy as sa
from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AMOUNTS = "0 <= sound AND sound <= answers AND attempts <= answers"


def _sums(name: str, day: str, *checks: sa.CheckConstraint) -> None:
    op.create_table(
        name,
        sa.Column("id", _KEY, nullable=False),
        sa.Column("unit_id", _KEY, nullable=False),
        sa.Column("provision", sa.String(length=128), nullable=False),
        sa.Column(day, sa.Date(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("sound", sa.Integer(), nullable=False),
        sa.CheckConstraint(_AMOUNTS, name=op.f(f"ck_{name}_amounts")),
        *checks,
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f(f"fk_{name}_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    _sums("waiting_answers", "since")
    _sums(
        "released_answers",
        "released_on",
        sa.CheckConstraint("attempts >= 10", name=op.f("ck_released_answers_enough")),
    )
    op.create_index("ix_released_answers_released_on", "released_answers", ["released_on"])
    op.create_table(
        "weakness",
        sa.Column("unit_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("provision", sa.String(length=128), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("sound", sa.Integer(), nullable=False),
        sa.Column("recent_answers", sa.Integer(), nullable=False),
        sa.Column("recent_sound", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_weakness_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "provision", name=op.f("pk_weakness")),
    )
    op.add_column("mark_sheet", sa.Column("is_counted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    waiting = sa.text("NOT is_counted")
    op.create_index(
        "ix_mark_sheet_uncounted", "mark_sheet", ["attempt_id"], sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    op.drop_index("ix_mark_sheet_uncounted", table_name="mark_sheet")
    op.drop_column("mark_sheet", "is_counted")
    op.drop_table("weakness")
    op.drop_index("ix_released_answers_released_on", table_name="released_answers")
    op.drop_table("released_answers")
    op.drop_table("waiting_answers")
