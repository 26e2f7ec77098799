"""What became of a question: the answers to it, and what each teaches others."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, Plain, PublicId, UtcDateTime, Word, Words


class AnswerRow(Base):
    """One answer to a question, the first or a later one; never changed.

    `outcome` is what it teaches (`scenario`, `note` or `nothing`, the last with its reason), or what a doubt led to
    (`stands` or `mended`, the last with the version that mends).
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("(outcome = 'mended') = (scenario_version_id IS NOT NULL)", name="mended_in_a_version"),
        CheckConstraint("(outcome = 'nothing') = (reason IS NOT NULL)", name="nothing_has_its_reason"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    question_id: Mapped[int] = mapped_column(BigKey, ForeignKey("question.id"))
    number: Mapped[int]
    outcome: Mapped[Word]
    words: Mapped[str] = mapped_column(String(4000))
    reason: Mapped[str | None] = mapped_column(String(2000))
    scenario_version_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("scenario_version.id"))
    answered_by: Mapped[Words]
    answered_at: Mapped[Moment]


class NoteRow(Base):
    """A question and its answer, reworded for everybody, beside a provision; withdrawn where it should not stand."""

    __tablename__ = "teaching_note"
    __table_args__ = (Index("ix_teaching_note_address", "address"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    answer_id: Mapped[int] = mapped_column(BigKey, ForeignKey("answer.id"), unique=True)
    address: Mapped[str] = mapped_column(String(128))
    question: Mapped[Plain]
    answer: Mapped[Plain]
    published_by: Mapped[Words]
    published_at: Mapped[Moment]
    withdrawn_by: Mapped[str | None] = mapped_column(String)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WishRow(Base):
    """A new scenario that somebody wishes for, and about which provision; never changed."""

    __tablename__ = "wish"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    answer_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("answer.id"), unique=True)
    address: Mapped[str] = mapped_column(String(128))
    note: Mapped[str] = mapped_column(String(2000))
    made_by: Mapped[Words]
    made_at: Mapped[Moment]


class WishDecisionRow(Base):
    """What editors decided about a wish, taken up under a key or declined; the last holds, and none is changed."""

    __tablename__ = "wish_decision"
    __table_args__ = (
        CheckConstraint("(state = 'taken_up') = (scenario_key IS NOT NULL)", name="taken_up_under_a_key"),
        CheckConstraint("(state = 'declined') = (reason IS NOT NULL)", name="declined_for_a_reason"),
    )

    wish_id: Mapped[int] = mapped_column(BigKey, ForeignKey("wish.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[Word]
    scenario_key: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(2000))
    decided_by: Mapped[Words]
    decided_at: Mapped[Moment]
