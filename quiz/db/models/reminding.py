"""What people were reminded of, and what not and why; and how far the reminders of a day have gone."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, UtcDateTime, Word


class ReminderNoteRow(Base):
    """A step of the ladder that an assignment reached, once: whom it is said to, or why to nobody.

    `queued`: a mail was asked for; `sent`: it was taken by the mail server; `dropped`: on the way it was no longer
    true; `skipped`: it was never asked for. The last two say why.
    """

    __tablename__ = "reminder_note"
    __table_args__ = (
        UniqueConstraint("assignment_id", "step"),
        CheckConstraint("outcome IN ('queued', 'sent', 'dropped', 'skipped')", name="outcome"),
        CheckConstraint("(outcome IN ('dropped', 'skipped')) = (because IS NOT NULL)", name="because"),
        CheckConstraint("(outcome = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        Index("ix_reminder_note_person_id", "person_id", "noted_on"),
    )

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("assignment.id"))
    # Whom the mail is for: the person it is about, or a superior of theirs.
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    step: Mapped[Word]
    outcome: Mapped[Word]
    because: Mapped[Word | None]
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
    began_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
