"""Keep beside an answer how certain its giver was."""

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt_step") as batch_op:
        batch_op.add_column(sa.Column("certainty", sa.String(length=8), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("attempt_step") as batch_op:
        batch_op.drop_column("certainty")
