"""Links that let somebody in who has no account: made for one person, opened once, and for their own training alone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Id, Moment, PublicId, UtcDateTime, Word, Words

_USED, _ENDED = text("used_at IS NOT NULL"), text("ended_at IS NOT NULL")


class EntryLinkRow(Base):
    """A link to come in by; the signed token stands in the mail or on the paper, and its digest here."""

    __tablename__ = "entry_link"
    __table_args__ = (
        CheckConstraint("purpose IN ('asked', 'task', 'handed')", name="purpose"),
        CheckConstraint("(purpose = 'handed') = (code_digest IS NOT NULL)", name="code_digest"),
        CheckConstraint("(purpose = 'handed') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
        Index("ix_entry_link_expires_at", "expires_at"),
        Index("ix_entry_link_used_at", "used_at", sqlite_where=_USED, postgresql_where=_USED),
        Index("ix_entry_link_ended_at", "ended_at", sqlite_where=_ENDED, postgresql_where=_ENDED),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    purpose: Mapped[Word]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    # Of the code that is typed from a paper, under a key: it is too short for a digest that anybody can make.
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    lands_on: Mapped[Words]
    # Why somebody was handed it, in the words of who did.
    reason: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When it was ended before anybody used it: by a newer one, another that was used, or leaving.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
