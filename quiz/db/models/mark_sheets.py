"""The marks of first attempts in compact form: what statistics read instead of drawing and replaying each attempt."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Document

_UNCOUNTED = text("NOT is_counted")


class MarkSheetRow(Base):
    """The marks of one first attempt at a module, written when it ended.

    `entries` are three lists, place by place: scenario version, mark in 1/`unit`, and what was given, in a word.
    `is_counted`: the sums of what units get wrong hold it.
    """

    __tablename__ = "mark_sheet"
    __table_args__ = (
        # In the order in which they are read, and with what is asked of all of them.
        Index("ix_mark_sheet_module", "module_id", "attempt_id", postgresql_include=["unit"]),
        Index("ix_mark_sheet_uncounted", "attempt_id", sqlite_where=_UNCOUNTED, postgresql_where=_UNCOUNTED),
    )

    attempt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("attempt.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module.id"))
    unit: Mapped[int] = mapped_column(BigKey)
    language: Mapped[str] = mapped_column(String(8))
    entries: Mapped[list[Any]] = mapped_column(Document)
    is_counted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
