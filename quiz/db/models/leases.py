"""Whose turn a chore of the workers is."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, Moment, UtcDateTime, Word


class JobLeaseRow(Base):
    """One chore: who does it now or did it last, until when nobody else may begin, and when it was done to its end."""

    __tablename__ = "job_lease"

    name: Mapped[Word] = mapped_column(primary_key=True)
    holder: Mapped[Word]
    began_at: Mapped[Moment]
    held_until: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
