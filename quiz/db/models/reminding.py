"""What people were reminded of, and what not and why; how far the reminders of a day have gone; who sends them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, Plain, UtcDateTime, Word

_KEPT_BACK = text("because IS NOT NULL")


class ReminderNoteRow(Base):
    """A step of the ladder that an assignment reached: whom it is said to, or why to nobody.

    `queued`: a mail was asked for; `sent`: it was taken by the mail server; `dropped`: on the way it was no longer
    true; `skipped`: it was never asked for; `failed`: the mail server would not take it. The last three say why. A
    step is said once for the day that it is reckoned from (the due date, or that of the assigning or asking), and
    not said once for each reason.
    """

    __tablename__ = "reminder_note"
    __table_args__ = (
        CheckConstraint("outcome IN ('queued', 'sent', 'dropped', 'skipped', 'failed')", name="outcome"),
        CheckConstraint("(outcome IN ('dropped', 'skipped', 'failed')) = (because IS NOT NULL)", name="because"),
        CheckConstraint("(outcome = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        Index("ix_reminder_note_person_id", "person_id", "noted_on"),
        Index("ix_reminder_note_noted_on", "noted_on", "id"),
        Index("ix_reminder_note_assignment_id", "assignment_id"),
        Index("ix_reminder_note_outcome", "outcome", "id"),
        # What was kept back is looked for at every look at who is to be reminded.
        Index("ix_reminder_note_kept_back", "step", "because", "assignment_id",
              sqlite_where=_KEPT_BACK, postgresql_where=_KEPT_BACK),
        Index("ix_reminder_note_said", "assignment_id", "step", "reckoned_from", unique=True,
              sqlite_where=text("because IS NULL"), postgresql_where=text("because IS NULL")),
        Index("ix_reminder_note_not_said", "assignment_id", "step", "reckoned_from", "because", unique=True,
              sqlite_where=text("outcome = 'skipped'"), postgresql_where=text("outcome = 'skipped'")),
    )  # fmt: skip

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("assignment.id"))
    # Whom the mail is for: the person it is about, or a superior of theirs.
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    step: Mapped[Word]
    outcome: Mapped[Word]
    because: Mapped[Word | None]
    # Empty only in what an earlier version writes while both run.
    reckoned_from: Mapped[date | None]
    noted_on: Mapped[date]
    noted_at: Mapped[Moment]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReminderRunRow(Base):
    """The reminders of one civil day: everybody up to a person has been looked at."""

    __tablename__ = "reminder_run"

    day: Mapped[date] = mapped_column(primary_key=True)
    after_person: Mapped[int] = mapped_column(BigKey)
    mails: Mapped[int]
    steps: Mapped[int]
    skipped: Mapped[int]
    # How many people were looked at.
    people: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    began_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When managers were looked at for their weeks.
    digested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DigestRow(Base):
    """What a manager was told of the week of their units, or why nothing: how many trainings stand by reason."""

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("person_id", "day"),
        CheckConstraint("outcome IN ('queued', 'sent', 'dropped', 'skipped', 'failed')", name="outcome"),
        CheckConstraint("(outcome IN ('dropped', 'skipped', 'failed')) = (because IS NOT NULL)", name="because"),
        Index("ix_digest_day", "day"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    day: Mapped[date]
    figures: Mapped[Plain]
    outcome: Mapped[Word]
    because: Mapped[Word | None]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WorkerSignRow(Base):
    """When a worker last said that it is alive."""

    __tablename__ = "worker_sign"

    worker: Mapped[Word] = mapped_column(primary_key=True)
    seen_at: Mapped[Moment]
