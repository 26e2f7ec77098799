"""Create the table of assertions that were taken, so that each is taken once."""

import sqlalchemy as sa
from alembic import op

revision = "035"
down_revision = "034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taken_assertion",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_taken_assertion")),
    )
    op.create_index(op.f("ix_taken_assertion_expires_at"), "taken_assertion", ["expires_at"])


def downgrade() -> None:
    op.drop_table("taken_assertion")
