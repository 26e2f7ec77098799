"""What was completed: frozen facts, the erasable name beside them, and revocations."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Id, Moment, Plain, PublicId, Words


class CompletionRow(Base):
    """A completion record: the facts and their digest; never changed."""

    __tablename__ = "completion"
    __table_args__ = (
        Index("ix_completion_completed_at", "completed_at", "id"),
        Index("ix_completion_valid_until", "valid_until", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("assignment.id"), unique=True)
    attempt_id: Mapped[int] = mapped_column(BigKey, ForeignKey("attempt.id"), unique=True)
    module_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("module_version.id"))
    verify_code: Mapped[str] = mapped_column(String(32), unique=True)
    facts: Mapped[Plain]
    facts_digest: Mapped[Digest]
    pledge: Mapped[Plain | None]
    completed_at: Mapped[Moment]
    completed_on: Mapped[date]
    valid_until: Mapped[date]


class CompletionHolderRow(Base):
    """The name on a record with the salts of its commitments; may be erased without breaking the facts."""

    __tablename__ = "completion_holder"

    completion_id: Mapped[int] = mapped_column(BigKey, ForeignKey("completion.id"), primary_key=True)
    name: Mapped[Words]
    latin_name: Mapped[str | None] = mapped_column(String)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class RevocationRow(Base):
    """A record that no longer holds: when, why in words fit to publish, and by whom."""

    __tablename__ = "revocation"

    completion_id: Mapped[int] = mapped_column(BigKey, ForeignKey("completion.id"), primary_key=True)
    reason: Mapped[Plain]
    revoked_by: Mapped[Words]
    revoked_at: Mapped[Moment]
