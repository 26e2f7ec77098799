"""Whom providers of identities vouch for: linked identities, ways under way, and sign-ins that came from one."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Digest, Id, Moment, PublicId, UtcDateTime, Word, Words


class IdentityRow(Base):
    """A person as a provider knows them, by issuer and subject alone; nothing else that the provider says is kept."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    provider: Mapped[Word]
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    linked_at: Mapped[Moment]
    last_used_on: Mapped[date | None]


class IdentityWayRow(Base):
    """One browser on its way to a provider and back, used once; what is kept opens nothing by itself."""

    __tablename__ = "identity_way"
    __table_args__ = (
        CheckConstraint("purpose IN ('sign-in', 'link', 'prove')", name="purpose"),
        CheckConstraint("(purpose = 'sign-in') = (person_id IS NULL)", name="person_id"),
    )

    id: Mapped[Id]
    state_digest: Mapped[str] = mapped_column(String(64), unique=True)
    browser_digest: Mapped[Digest]
    provider: Mapped[Word]
    purpose: Mapped[Word]
    person_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    lands_on: Mapped[Words]
    # A form that waits for a proof, sealed under what the browser alone holds.
    kept: Mapped[str | None] = mapped_column(String)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdentitySignInRow(Base):
    """A sign-in that a provider vouched for, with what the provider calls its own session."""

    __tablename__ = "identity_sign_in"
    __table_args__ = (Index("ix_identity_sign_in_identity_id_sid", "identity_id", "sid"),)

    sign_in_id: Mapped[int] = mapped_column(BigKey, ForeignKey("sign_in.id"), primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(BigKey, ForeignKey("identity.id"))
    sid: Mapped[str | None] = mapped_column(String(255), index=True)
    # The provider said in a way the operator named that two factors were used.
    is_strong: Mapped[bool]


class LogoutNoticeRow(Base):
    """A logout token that was obeyed, by its digest, so that it is obeyed once."""

    __tablename__ = "logout_notice"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class TakenAssertionRow(Base):
    """An assertion that was taken, by its digest, so that it is taken once."""

    __tablename__ = "taken_assertion"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
