"""The trace of deeds: audit entries, and the outbox of consequences still to come."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, Id, Moment, Plain, UtcDateTime, Word, Words

_DONE, _FAILED = text("done_at IS NOT NULL"), text("last_error IS NOT NULL")


class AuditEntryRow(Base):
    """A deed or a refusal; never changed. People stand in it by reference only."""

    __tablename__ = "audit_entry"
    # Auditors read the newest first, by one of these; each ends with what a page goes on from.
    __table_args__ = (
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_actor", "actor", "at", "id"),
        Index("ix_audit_entry_deed", "deed", "at", "id"),
        Index("ix_audit_entry_target_kind", "target_kind", "at", "id"),
        Index("ix_audit_entry_target_id", "target_id", "at", "id"),
        Index(
            "ix_audit_entry_refused",
            "at",
            "id",
            sqlite_where=text("was_allowed = 0"),
            postgresql_where=text("NOT was_allowed"),
        ),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[Id]
    at: Mapped[Moment]
    actor: Mapped[Words]
    deed: Mapped[Word]
    target_kind: Mapped[Word]
    target_id: Mapped[Word]
    was_allowed: Mapped[bool]
    because: Mapped[Word]
    details: Mapped[Plain]


class OutboxMessageRow(Base):
    """A consequence of a deed, written with it, carried out later and at least once."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_due",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_outbox_message_created_at", "created_at"),
        Index("ix_outbox_message_done_at", "done_at", sqlite_where=_DONE, postgresql_where=_DONE),
        Index("ix_outbox_message_given_up", "done_at", sqlite_where=_FAILED, postgresql_where=_FAILED),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    payload: Mapped[Plain]
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String)
