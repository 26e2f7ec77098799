"""Create the tables of decisions to mark answers again, and of the attempts marked so."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "regrading",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("scenario_id", _KEY, nullable=False),
        sa.Column("scenario_version_id", _KEY, nullable=True),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"], name=op.f("fk_regrading_scenario_id_scenario")),
        sa.ForeignKeyConstraint(
            ["scenario_version_id"],
            ["scenario_version.id"],
            name=op.f("fk_regrading_scenario_version_id_scenario_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrading")),
        sa.UniqueConstraint("public_id", name=op.f("uq_regrading_public_id")),
    )
    op.create_index(op.f("ix_regrading_scenario_id"), "regrading", ["scenario_id"], unique=False)
    op.create_table(
        "remark",
        sa.Column("regrading_id", _KEY, nullable=False),
        sa.Column("attempt_id", _KEY, nullable=False),
        sa.Column("before", _PLAIN, nullable=False),
        sa.Column("after", _PLAIN, nullable=False),
        sa.Column("after_stands", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_remark_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["regrading_id"], ["regrading.id"], name=op.f("fk_remark_regrading_id_regrading")),
        sa.PrimaryKeyConstraint("regrading_id", "attempt_id", name=op.f("pk_remark")),
    )
    op.create_index("ix_remark_attempt_id", "remark", ["attempt_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_remark_attempt_id", table_name="remark")
    op.drop_table("remark")
    op.drop_index(op.f("ix_regrading_scenario_id"), table_name="regrading")
    op.drop_table("regrading")
