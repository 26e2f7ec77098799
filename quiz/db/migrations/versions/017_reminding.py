"""Create the tables of what people were reminded of, and of how far the reminders of a day have gone."""

import sqlalchemy as sa
from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "reminder_note",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("assignment_id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("because", sa.String(length=64), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("noted_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('queued', 'sent', 'dropped', 'skipped')", name=op.f("ck_reminder_note_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IN ('dropped', 'skipped')) = (because IS NOT NULL)", name=op.f("ck_reminder_note_because")
        ),
        sa.CheckConstraint("(outcome = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_reminder_note_sent_at")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_reminder_note_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_note_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_note")),
        sa.UniqueConstraint("assignment_id", "step", name=op.f("uq_reminder_note_assignment_id_step")),
    )
    op.create_index("ix_reminder_note_person_id", "reminder_note", ["person_id", "noted_on"])
    op.create_table(
        "reminder_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("after_person", _KEY, autoincrement=False, nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reminder_run")),
    )


def downgrade() -> None:
    op.drop_table("reminder_run")
    op.drop_table("reminder_note")
