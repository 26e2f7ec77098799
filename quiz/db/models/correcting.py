"""Rulings that were corrected after people had read them: what changed, and who was told."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, Plain, PublicId, Words


class CorrectionRow(Base):
    """That the versions of a scenario from one number on, and before another, taught what the other corrects."""

    __tablename__ = "correction"
    __table_args__ = (
        UniqueConstraint("scenario_id", "from_number", "to_number"),
        CheckConstraint("from_number < to_number", name="to_a_newer_version"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    scenario_id: Mapped[int] = mapped_column(BigKey, ForeignKey("scenario.id"))
    from_number: Mapped[int]
    to_number: Mapped[int]
    what_changed: Mapped[Plain]
    decided_by: Mapped[Words]
    decided_at: Mapped[Moment]


class CorrectionNoticeRow(Base):
    """That a person was told of a correction, once, and which version they had been taught by."""

    __tablename__ = "correction_notice"

    correction_id: Mapped[int] = mapped_column(BigKey, ForeignKey("correction.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), primary_key=True, index=True)
    scenario_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("scenario_version.id"))
    at: Mapped[Moment]
