"""Reading connections and their tokens."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.db.models.connections import ConnectionRow, ConnectionTokenRow


def find_by_token(
    session: Session, token_digest: str, now: datetime
) -> tuple[ConnectionRow, ConnectionTokenRow] | None:
    """Return the connection that holds a token which opens now; one statement."""
    return session.execute(
        select(ConnectionRow, ConnectionTokenRow)
        .join(ConnectionTokenRow, ConnectionTokenRow.connection_id == ConnectionRow.id)
        .where(
            ConnectionTokenRow.token_digest == token_digest,
            ConnectionTokenRow.ends_at > now,
            ConnectionRow.ended_at.is_(None),
        )
    ).one_or_none()


def find_connection(session: Session, public_id: str) -> ConnectionRow | None:
    """Return a connection, held against others who would change it."""
    return session.scalar(select(ConnectionRow).where(ConnectionRow.public_id == public_id).with_for_update())


def list_connections(session: Session) -> list[ConnectionRow]:
    """Return every connection: those that stand first, then newest first."""
    return list(
        session.scalars(select(ConnectionRow).order_by(ConnectionRow.ended_at.is_not(None), ConnectionRow.id.desc()))
    )


def list_by_public_ids(session: Session, public_ids: Collection[str]) -> dict[str, str]:
    """Return the names of connections by their public ids, of those that were ended too."""
    statement = select(ConnectionRow.public_id, ConnectionRow.name).where(ConnectionRow.public_id.in_(public_ids))
    return {row.public_id: row.name for row in session.execute(statement)} if public_ids else {}


def list_tokens(session: Session, connection_ids: list[int]) -> list[ConnectionTokenRow]:
    """Return the tokens of connections, newest first."""
    return list(
        session.scalars(
            select(ConnectionTokenRow)
            .where(ConnectionTokenRow.connection_id.in_(connection_ids))
            .order_by(ConnectionTokenRow.id.desc())
        )
    )
