"""Keys mended and scenarios withdrawn after people had answered: the decision, and each attempt marked again by it."""

from sqlalchemy import Boolean, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, Plain, PublicId, Word, Words


class RegradingRow(Base):
    """One decision to mark answers to a scenario again: by a version of it, or without it; never changed."""

    __tablename__ = "regrading"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    scenario_id: Mapped[int] = mapped_column(BigKey, ForeignKey("scenario.id"), index=True)
    scenario_version_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("scenario_version.id"))
    policy: Mapped[Word]
    reason: Mapped[Plain]
    decided_by: Mapped[Words]
    decided_at: Mapped[Moment]


class RemarkRow(Base):
    """An attempt marked again by a decision: both scores, and which of them stands; never changed."""

    __tablename__ = "remark"
    __table_args__ = (Index("ix_remark_attempt_id", "attempt_id"),)

    regrading_id: Mapped[int] = mapped_column(BigKey, ForeignKey("regrading.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("attempt.id"), primary_key=True)
    before: Mapped[Plain]
    after: Mapped[Plain]
    after_stands: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[Moment]
