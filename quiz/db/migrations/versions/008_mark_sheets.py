"""Keep the marks of first attempts in compact form, for statistics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "mark_sheet",
        sa.Column("attempt_id", _KEY, nullable=False),
        sa.Column("module_id", _KEY, nullable=False),
        sa.Column("unit", _KEY, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("entries", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_mark_sheet_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_mark_sheet_module_id_module")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_mark_sheet")),
    )
    op.create_index(op.f("ix_mark_sheet_module_id"), "mark_sheet", ["module_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_mark_sheet_module_id"), table_name="mark_sheet")
    op.drop_table("mark_sheet")
