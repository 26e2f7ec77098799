"""Connections: other systems that work with this one by themselves, each with scopes and a token that is renewed."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from quiz.access.actor import Actor, Scope
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.connections import ConnectionRow, ConnectionTokenRow
from quiz.db.queries import connections as queries
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

# The beginning by which scanners of published secrets know a token of ours.
PREFIX = "amana_"
TOKEN_BYTES = 32
TOKEN_LENGTH = len(PREFIX) + 2 * TOKEN_BYTES
MOST_DAYS = 365
LONGEST_NAME = 100
# How long the token before still opens, so that a system is changed over without a gap.
OVERLAP = timedelta(hours=24)
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ConnectionSummary:
    """A connection as its operator sees it: when its newest token ends, and the day on which any was used last."""

    public_id: str
    name: str
    scopes: tuple[Scope, ...]
    opened_at: datetime
    ended_at: datetime | None
    token_ends_at: datetime
    # The token before, while it still opens.
    overlap_ends_at: datetime | None
    used_on: date | None
    ends_soon: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Connected:
    """Which connection a request comes from; `actor` is what deeds see."""

    actor: Actor
    public_id: str
    is_first_today: bool


def find_connected(work: UnitOfWork, token: str) -> Connected | None:
    """Return whose token this is, or None where it opens nothing; one statement."""
    work.require(Permission.ACCESS_CONNECTION_USE, Target("connection"))
    if len(token) != TOKEN_LENGTH or not token.startswith(PREFIX):
        return None
    found = queries.find_by_token(work.session, _digest(token), work.now)
    if found is None:
        return None
    connection, held = found
    scopes = frozenset(Scope(one) for one in connection.scopes)
    return Connected(Actor.connection(connection.public_id, scopes), connection.public_id, held.used_on != _today(work))


def note_use(work: UnitOfWork, token: str) -> None:
    """Note the day on which a token was used last."""
    work.require(Permission.ACCESS_CONNECTION_USE, Target("connection"))
    found = queries.find_by_token(work.session, _digest(token), work.now)
    if found is not None:
        found[1].used_on = _today(work)


def list_connections(work: UnitOfWork) -> tuple[ConnectionSummary, ...]:
    """Return every connection, those that stand first."""
    work.require(Permission.ACCESS_CONNECTION_MANAGE, Target("connection"))
    rows = queries.list_connections(work.session)
    tokens: dict[int, list[ConnectionTokenRow]] = {row.id: [] for row in rows}
    for token in queries.list_tokens(work.session, list(tokens)):
        tokens[token.connection_id].append(token)
    return tuple(_summary(work, row, tokens[row.id]) for row in rows)


def open_connection(work: UnitOfWork, name: str, scopes: Collection[str], days: int) -> str:
    """Open a connection and return its token, which opens for some days, from 1 to 365, and is told once."""
    work.require(Permission.ACCESS_CONNECTION_MANAGE, Target("connection"))
    tidied = " ".join(name.split())
    if not tidied or len(tidied) > LONGEST_NAME:
        raise Refused("name-missing", field="name")
    known = set(Scope)
    if not scopes or not set(scopes) <= known:
        raise Refused("scopes-missing", field="scopes")
    row = ConnectionRow(
        public_id=work.new_id(),
        name=tidied,
        scopes=sorted(set(scopes)),
        opened_by=work.actor.name,
        opened_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    token = _new_token(work, row, days)
    target = Target("connection", row.public_id)
    work.audit(Permission.ACCESS_CONNECTION_MANAGE, target, what="opened", scopes=row.scopes, days=days)
    return token


def renew_token(work: UnitOfWork, connection: str, days: int) -> str:
    """Return a new token of a connection; the one before opens for another day, and any older one no more."""
    work.require(Permission.ACCESS_CONNECTION_MANAGE, Target("connection", connection))
    row = _standing(work, connection)
    for place, held in enumerate(queries.list_tokens(work.session, [row.id])):
        held.ends_at = min(held.ends_at, work.now + OVERLAP if place == 0 else work.now)
    token = _new_token(work, row, days)
    work.audit(Permission.ACCESS_CONNECTION_MANAGE, Target("connection", connection), what="renewed", days=days)
    return token


def end_connection(work: UnitOfWork, connection: str) -> None:
    """Let no token of a connection open anything any more, at once and for good."""
    work.require(Permission.ACCESS_CONNECTION_MANAGE, Target("connection", connection))
    _standing(work, connection).ended_at = work.now
    work.audit(Permission.ACCESS_CONNECTION_MANAGE, Target("connection", connection), what="ended")


def _standing(work: UnitOfWork, connection: str) -> ConnectionRow:
    row = queries.find_connection(work.session, connection)
    if row is None or row.ended_at is not None:
        raise NotFound("connection")
    return row


def _new_token(work: UnitOfWork, row: ConnectionRow, days: int) -> str:
    if not 1 <= days <= MOST_DAYS:
        raise Refused("days-out-of-range", field="days")
    token = PREFIX + work.tools.chance(TOKEN_BYTES).hex()
    work.session.add(
        ConnectionTokenRow(
            connection_id=row.id,
            token_digest=_digest(token),
            made_at=work.now,
            ends_at=work.now + timedelta(days=days),
        )
    )
    return token


def _summary(work: UnitOfWork, row: ConnectionRow, tokens: list[ConnectionTokenRow]) -> ConnectionSummary:
    newest = tokens[0]
    before = tokens[1] if len(tokens) > 1 and tokens[1].ends_at > work.now else None
    is_open = row.ended_at is None and newest.ends_at > work.now
    return ConnectionSummary(
        row.public_id,
        row.name,
        tuple(Scope(one) for one in row.scopes),
        row.opened_at,
        row.ended_at,
        newest.ends_at,
        before.ends_at if before and row.ended_at is None else None,
        max((token.used_on for token in tokens if token.used_on), default=None),
        is_open and newest.ends_at - work.now <= SOON,
        is_open,
    )


def _today(work: UnitOfWork) -> date:
    return get_choices(work).civil_day(work.now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
