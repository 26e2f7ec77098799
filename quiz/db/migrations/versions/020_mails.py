"""Let a step be said again for another due date; keep what failed, whom a day looked at, and when a worker was seen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import conv

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_OUTCOME, _BECAUSE = conv("ck_reminder_note_outcome"), conv("ck_reminder_note_because")
_ONCE = conv("uq_reminder_note_assignment_id_step")


def upgrade() -> None:
    with op.batch_alter_table("reminder_note") as batch_op:
        batch_op.add_column(sa.Column("reckoned_from", sa.Date(), nullable=True))
        batch_op.drop_constraint(_ONCE, type_="unique")
        batch_op.drop_constraint(_OUTCOME, type_="check")
        batch_op.drop_constraint(_BECAUSE, type_="check")
        batch_op.create_check_constraint(_OUTCOME, "outcome IN ('queued', 'sent', 'dropped', 'skipped', 'failed')")
        batch_op.create_check_constraint(
            _BECAUSE, "(outcome IN ('dropped', 'skipped', 'failed')) = (because IS NOT NULL)"
        )
    op.execute(
        "UPDATE reminder_note SET reckoned_from = coalesce("
        "(SELECT due_on FROM assignment WHERE assignment.id = reminder_note.assignment_id), noted_on)"
    )
    _index("said", "because IS NULL")
    _index("not_said", "outcome = 'skipped'", "because")
    op.create_index("ix_reminder_note_noted_on", "reminder_note", ["noted_on", "id"])
    with op.batch_alter_table("reminder_run") as batch_op:
        batch_op.add_column(sa.Column("people", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "worker_sign",
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_sign")),
    )


def _index(name: str, where: str, *more: str) -> None:
    columns = ["assignment_id", "step", "reckoned_from", *more]
    op.create_index(
        f"ix_reminder_note_{name}",
        "reminder_note",
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    op.drop_table("worker_sign")
    with op.batch_alter_table("reminder_run") as batch_op:
        batch_op.drop_column("people")
    for name in ("noted_on", "not_said", "said"):
        op.drop_index(f"ix_reminder_note_{name}", "reminder_note")
    # What the earlier version knows nothing of, or would hold twice, is not kept.
    op.execute(
        "DELETE FROM reminder_note WHERE outcome = 'failed' OR id NOT IN "
        "(SELECT kept FROM (SELECT max(id) AS kept FROM reminder_note GROUP BY assignment_id, step) AS newest)"
    )
    with op.batch_alter_table("reminder_note") as batch_op:
        batch_op.drop_constraint(_OUTCOME, type_="check")
        batch_op.drop_constraint(_BECAUSE, type_="check")
        batch_op.create_check_constraint(_OUTCOME, "outcome IN ('queued', 'sent', 'dropped', 'skipped')")
        batch_op.create_check_constraint(
            _BECAUSE, "(outcome IN ('dropped', 'skipped')) = (because IS NOT NULL)"
        )
        batch_op.create_unique_constraint(_ONCE, ["assignment_id", "step"])
        batch_op.drop_column("reckoned_from")
