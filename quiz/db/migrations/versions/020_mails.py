"""Let a step be said again for another due date; keep what failed, whom a day looked at, and when a worker was seen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import conv

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
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
        batch_op.add_column(sa.Column("digested_at", _MOMENT, nullable=True))
    op.create_table(
        "digest",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("figures", _JSON, nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("because", sa.String(length=64), nullable=True),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('queued', 'sent', 'dropped', 'skipped', 'failed')", name=op.f("ck_digest_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IN ('dropped', 'skipped', 'failed')) = (because IS NOT NULL)", name=op.f("ck_digest_because")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_digest_person_id_day")),
    )
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
    op.drop_table("digest")
    with op.batch_alter_table("reminder_run") as batch_op:
        batch_op.drop_column("digested_at")
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
