"""Create the indexes by which other systems read on from where they stopped: by moment, for changes and completions."""

from alembic import op

revision = "029"
down_revision = "028"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_assignment_state_since", "assignment", ["state_since", "id"]),
    ("ix_assignment_change_made_at", "assignment_change", ["made_at", "assignment_id"]),
    ("ix_completion_completed_at", "completion", ["completed_at", "id"]),
)


def upgrade() -> None:
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table)
