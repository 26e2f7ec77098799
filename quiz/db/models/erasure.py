"""People of whom everything that names them was removed; they stay as a pseudonym."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Document, Moment, UtcDateTime, Words


class PersonErasureRow(Base):
    """A person was erased: when, why and by whom, and what was done, as counts by kind.

    Without an end it is under way, which is so within its own transaction alone: that long words that are otherwise
    kept for ever may lose a name.
    """

    __tablename__ = "person_erasure"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    reason: Mapped[Words]
    erased_by: Mapped[Words]
    began_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int]] = mapped_column(Document)
