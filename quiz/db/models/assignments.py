"""Who must take what and by when, with the state that managers may see; no attempt and no answer is in here."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, PublicId, UtcDateTime, Word


class AssignmentRow(Base):
    """A module that a person is to take in one cycle; its state is what managers may see."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("person_id", "module_id", "cycle"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module.id"), index=True)
    cycle: Mapped[int]
    assigned_at: Mapped[Moment]
    due_on: Mapped[date | None]
    extra_attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[Word]
    state_since: Mapped[Moment]
    help_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
