"""What stands beside a password: an app that shows codes, recovery codes, passkeys, and sign-ins that are half done."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Document, Id, Moment, PublicId, UtcDateTime, Word, Words


class AuthenticatorRow(Base):
    """The secret that an app of a person shares with us, sealed; it counts once a code of it was entered."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[Words]
    begun_at: Mapped[Moment]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The step of time whose code was taken last: neither it nor an earlier one is taken again.
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCodeRow(Base):
    """A code on paper for who has lost the app or the key; its digest alone, since it is random and long."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasskeyRow(Base):
    """A key of a person that a device keeps: its public half, and how often it says that it was used."""

    __tablename__ = "passkey"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[Words]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(Document)
    name: Mapped[Words]
    made_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CeremonyRow(Base):
    """A challenge to a passkey that waits for its one answer, which takes the row away."""

    __tablename__ = "passkey_ceremony"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    purpose: Mapped[Word]
    challenge: Mapped[Words]
    person_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SecondStepRow(Base):
    """A sign-in whose password was right and which waits for the second factor; it opens nothing by itself."""

    __tablename__ = "second_step"

    id: Mapped[Id]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    way: Mapped[Word]
    lands_on: Mapped[Words]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # Where a provider vouched: for which identity, which may be unlinked meanwhile, and what it calls its session.
    identity_id: Mapped[int | None] = mapped_column(BigKey)
    sid: Mapped[str | None] = mapped_column(String(255))
