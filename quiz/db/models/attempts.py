"""Each sitting: what was drawn and how it ended; the answers are elsewhere (steps.py)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Document, Id, Moment, PublicId, UtcDateTime, Word


class AttemptRow(Base):
    """One sitting. The draw never changes; the end and the outcome are written once."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        CheckConstraint("number IS NULL OR number BETWEEN 1 AND allowed", name="limit"),
        CheckConstraint("started_at >= opens_at", name="wait"),
        CheckConstraint("(purpose = 'assessed') = (number IS NOT NULL)", name="only_assessed_are_numbered"),
        Index(
            "uq_attempt_one_under_way",
            "assignment_id",
            "purpose",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_attempt_deadline_at",
            "deadline_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("assignment.id"))
    module_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module_version.id"))
    purpose: Mapped[Word]
    number: Mapped[int | None]
    allowed: Mapped[int]
    behaviour: Mapped[Word]
    draw: Mapped[dict[str, Any]] = mapped_column(Document)
    seal: Mapped[Digest]
    opens_at: Mapped[Moment]
    started_at: Mapped[Moment]
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(64))


class RereadRow(Base):
    """A provision that a person reread after an attempt."""

    __tablename__ = "reread"

    attempt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("attempt.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[Moment]


class QuestionRow(Base):
    """A question to the integrity adviser, a doubt about a ruling, or a call for help.

    Without a name `person_id` is empty, `at` is the beginning of the day, and `reply_digest` is of the code that opens
    the answer. `scenario_version_id` is what the asker had in front of them, where that is known.
    """

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_at", "at"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[Word]
    person_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    about: Mapped[str] = mapped_column(String(128))
    words: Mapped[str] = mapped_column(String(2000))
    at: Mapped[Moment]
    reply_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    scenario_version_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("scenario_version.id"))
