"""Files that editors send: what was read out of them entry by entry, what was found, and which drafts came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Document, Id, Moment, Plain, PublicId, UtcDateTime, Word, Words


class UploadRow(Base):
    """One file that was sent, and how far it has been gone through."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("state IN ('checking', 'checked', 'drafting', 'drafted')", name="state"),
        CheckConstraint("done BETWEEN 0 AND total", name="done"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    file_name: Mapped[Words]
    origin: Mapped[Word]
    state: Mapped[Word]
    total: Mapped[int]
    done: Mapped[int]
    findings: Mapped[list[Any]] = mapped_column(Document)
    sent_by: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    sent_at: Mapped[Moment]
    drafted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UploadEntryRow(Base):
    """One document of a file: how it stands to what is published, what was found in it, and the draft made of it."""

    __tablename__ = "upload_entry"
    __table_args__ = (
        UniqueConstraint("upload_id", "place"),
        CheckConstraint("standing IN ('unchecked', 'new', 'changed', 'same', 'taken', 'barred')", name="standing"),
    )

    id: Mapped[Id]
    upload_id: Mapped[int] = mapped_column(BigKey, ForeignKey("upload.id"))
    place: Mapped[int]
    kind: Mapped[Word]
    key: Mapped[str] = mapped_column(String(128))
    line: Mapped[int]
    document: Mapped[Plain]
    base_digest: Mapped[str | None] = mapped_column(String(64))
    standing: Mapped[Word]
    errors: Mapped[int]
    warnings: Mapped[int]
    findings: Mapped[list[Any]] = mapped_column(Document)
    draft_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("draft.id"))
