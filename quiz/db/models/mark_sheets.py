"""The marks of first attempts in compact form: what statistics read instead of drawing and replaying each attempt."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Document


class MarkSheetRow(Base):
    """The marks of one first attempt at a module, written when it ended.

    `entries` are three lists, place by place: scenario version, mark in 1/`unit`, and what was given, in a word.
    """

    __tablename__ = "mark_sheet"

    attempt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("attempt.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module.id"), index=True)
    unit: Mapped[int] = mapped_column(BigKey)
    language: Mapped[str] = mapped_column(String(8))
    entries: Mapped[list[Any]] = mapped_column(Document)
