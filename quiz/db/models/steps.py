"""The log of attempts: the only table that holds answers, apart from all others so that reports cannot reach it."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Document, Moment, Word


class AttemptStepRow(Base):
    """One thing that happened in an attempt; never changed, chained by digest."""

    __tablename__ = "attempt_step"
    __table_args__ = ({"postgresql_partition_by": "RANGE (attempt_id)"},)

    attempt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("attempt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[Word]
    slot: Mapped[int | None]
    response: Mapped[dict[str, Any] | None] = mapped_column(Document)
    credit: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(8))
    digits: Mapped[str | None] = mapped_column(String(8))
    at: Mapped[Moment]
    previous_digest: Mapped[Digest]
    digest: Mapped[Digest]
    certainty: Mapped[str | None] = mapped_column(String(8))
