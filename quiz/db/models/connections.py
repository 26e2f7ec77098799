"""Other systems that work with this one: what each may do, and the tokens it signs in with."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from quiz.db.models.base import Base, BigKey, Document, Id, Moment, PublicId, UtcDateTime, Words


class ConnectionRow(Base):
    """Another system, by the name its operator gave it; it is ended, never removed, since the trace refers to it."""

    __tablename__ = "connection"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    name: Mapped[Words]
    # Values of `access.actor.Scope`, sorted.
    scopes: Mapped[list[str]] = mapped_column(Document)
    opened_by: Mapped[Words]
    opened_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConnectionTokenRow(Base):
    """A token of a connection, as a digest: while one takes over from another, both open."""

    __tablename__ = "connection_token"

    id: Mapped[Id]
    connection_id: Mapped[int] = mapped_column(BigKey, ForeignKey("connection.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    used_on: Mapped[date | None]
