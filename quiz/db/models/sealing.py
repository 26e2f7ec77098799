"""The chain over the audit trail: what waits to be sealed, links, tips that left the house, and what checks found."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Id, Moment, UtcDateTime, Word, Words


class AuditWaitingRow(Base):
    """An entry that is not sealed yet: a trigger notes each in its own transaction, and the sealer takes it away.

    Entries come to light in another order than their numbers, an early one perhaps last of all; whoever looked for
    those above the last that was sealed would miss it for good.
    """

    __tablename__ = "audit_waiting"

    entry_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)


class AuditLinkRow(Base):
    """The place of an entry in the chain; never changed. The order is that of sealing."""

    __tablename__ = "audit_link"

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("audit_entry.id"), unique=True)
    entry_digest: Mapped[Digest]
    sealed_at: Mapped[Moment]
    key_id: Mapped[str] = mapped_column(String(16))
    link: Mapped[Digest]


class AuditTipRow(Base):
    """The end of the chain at a moment, signed, as it left the house; never changed."""

    __tablename__ = "audit_tip"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(BigKey)
    link: Mapped[Digest]
    made_at: Mapped[Moment]
    key_id: Mapped[str] = mapped_column(String(16))
    algorithm: Mapped[Word]
    signed_by: Mapped[Words]
    signature: Mapped[Words]


class AuditCheckRow(Base):
    """What somebody found who went along the whole chain; never changed. `first_fault` is a code."""

    __tablename__ = "audit_check"

    id: Mapped[Id]
    began_at: Mapped[Moment]
    ended_at: Mapped[Moment]
    checked_by: Mapped[Words]
    last_number: Mapped[int] = mapped_column(BigKey)
    faults: Mapped[int]
    first_fault: Mapped[str | None] = mapped_column(String(64))
    first_number: Mapped[int | None] = mapped_column(BigKey)
    # The moment of the tip it was compared with last, of those from outside.
    tip_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
