"""What the sealer takes and leaves: entries that wait, the end of the chain, links in order, tips and checks."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.orm import Session

from quiz.db.models.sealing import AuditCheckRow, AuditLinkRow, AuditTipRow, AuditWaitingRow
from quiz.db.models.trace import AuditEntryRow
from quiz.db.queries.batches import AT_ONCE, batches

# Any number that no other lock of the product has.
_SEALERS = 0x616D616E61
# In the order in which an entry is put together.
ENTRY: tuple[Any, ...] = (
    AuditEntryRow.id, AuditEntryRow.at, AuditEntryRow.actor, AuditEntryRow.deed, AuditEntryRow.target_kind,
    AuditEntryRow.target_id, AuditEntryRow.was_allowed, AuditEntryRow.because, AuditEntryRow.details,
)  # fmt: skip
LINK: tuple[Any, ...] = (
    AuditLinkRow.number, AuditLinkRow.entry_id, AuditLinkRow.entry_digest, AuditLinkRow.sealed_at,
    AuditLinkRow.key_id, AuditLinkRow.link,
)  # fmt: skip


def hold_chain(session: Session) -> None:
    """Wait until no other sealer is at work; on SQLite the turn of writers is that already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_SEALERS)))


def has_waiting(session: Session) -> bool:
    """Tell whether any entry waits to be sealed."""
    return session.scalar(select(AuditWaitingRow.entry_id).limit(1)) is not None


def list_waiting(session: Session, most: int) -> Sequence[Row[Any]]:
    """Return entries that wait, in the order of their keys, each with its number where it is sealed already."""
    statement = select(AuditLinkRow.number, *ENTRY).outerjoin(AuditLinkRow, AuditLinkRow.entry_id == AuditEntryRow.id)
    # By their keys, so that no partition is opened but theirs; those that are gone hold nobody up.
    last = 0
    while keys := _list_waiting_keys(session, last, most):
        found = session.execute(statement.where(AuditEntryRow.id.in_(keys)).order_by(AuditEntryRow.id)).all()
        if found:
            return found
        last = keys[-1]
    return ()


def _list_waiting_keys(session: Session, after: int, most: int) -> list[int]:
    waiting = AuditWaitingRow.entry_id
    return list(session.scalars(select(waiting).where(waiting > after).order_by(waiting).limit(most)))


def take_waiting(session: Session, entry_ids: Collection[int]) -> None:
    """Let entries wait no longer."""
    for some in batches(entry_ids):
        session.execute(delete(AuditWaitingRow).where(AuditWaitingRow.entry_id.in_(some)))


def find_last(session: Session) -> Row[Any] | None:
    """Return the last link of the chain."""
    return session.execute(select(*LINK).order_by(AuditLinkRow.number.desc()).limit(1)).first()


def add_links(session: Session, links: Sequence[dict[str, Any]]) -> None:
    """Add links at the end of the chain."""
    session.execute(insert(AuditLinkRow), list(links))


def list_links(session: Session, after: int, most: int) -> Sequence[Row[Any]]:
    """Return links above a number in order, each with its entry, whose columns are empty where it is gone."""
    return session.execute(
        select(*LINK, *ENTRY)
        .outerjoin(AuditEntryRow, AuditEntryRow.id == AuditLinkRow.entry_id)
        .where(AuditLinkRow.number > after)
        .order_by(AuditLinkRow.number)
        .limit(most)
    ).all()


def find_links(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """Return the links at some numbers."""
    found: dict[int, str] = {}
    for some in batches(numbers):
        statement = select(AuditLinkRow.number, AuditLinkRow.link).where(AuditLinkRow.number.in_(some))
        found |= {row.number: row.link for row in session.execute(statement)}
    return found


def list_twice(session: Session, most: int) -> list[tuple[int | None, int | None]]:
    """Return numbers, and entries, that stand in the chain more than once."""
    found: list[tuple[int | None, int | None]] = []
    for column in (AuditLinkRow.number, AuditLinkRow.entry_id):
        twice = select(column).group_by(column).having(func.count() > 1).order_by(column).limit(most)
        is_number = column is AuditLinkRow.number
        found += [(one, None) if is_number else (None, one) for one in session.scalars(twice)]
    return found


def list_unsealed(session: Session, before: datetime, most: int) -> list[int]:
    """Return entries from before a moment that no link holds, whether they wait or were taken from those that do."""
    sealed = select(AuditLinkRow.entry_id).where(AuditLinkRow.entry_id == AuditEntryRow.id)
    statement = select(AuditEntryRow.id).where(AuditEntryRow.at < before, ~sealed.exists())
    return list(session.scalars(statement.order_by(AuditEntryRow.id).limit(most)))


def list_lost(session: Session, most: int) -> list[int]:
    """Return entries that wait to be sealed and are gone."""
    statement = (
        select(AuditWaitingRow.entry_id)
        .outerjoin(AuditEntryRow, AuditEntryRow.id == AuditWaitingRow.entry_id)
        .where(AuditEntryRow.id.is_(None))
    )
    return list(session.scalars(statement.order_by(AuditWaitingRow.entry_id).limit(most)))


def find_oldest_waiting(session: Session) -> datetime | None:
    """Return the moment of the oldest entry that waits; where very many wait, of those with the lowest keys."""
    keys = _list_waiting_keys(session, 0, AT_ONCE)
    # Looked for by its moment, the oldest of a few would be found by going through all that are sealed.
    return min(session.scalars(select(AuditEntryRow.at).where(AuditEntryRow.id.in_(keys))), default=None)


def add_tip(session: Session, **values: Any) -> None:
    """Keep a tip."""
    session.execute(insert(AuditTipRow).values(**values))


def find_tip(session: Session) -> AuditTipRow | None:
    """Return the newest tip."""
    return session.scalar(select(AuditTipRow).order_by(AuditTipRow.id.desc()).limit(1))


def list_newest_tips(session: Session, most: int) -> list[AuditTipRow]:
    """Return the newest tips, the oldest of them first."""
    return list(session.scalars(select(AuditTipRow).order_by(AuditTipRow.id.desc()).limit(most)))[::-1]


def list_tips(session: Session, after: int, most: int) -> list[AuditTipRow]:
    """Return tips above a key, the oldest first."""
    return list(session.scalars(select(AuditTipRow).where(AuditTipRow.id > after).order_by(AuditTipRow.id).limit(most)))


def add_check(session: Session, **values: Any) -> None:
    """Keep what somebody found."""
    session.execute(insert(AuditCheckRow).values(**values))


def find_check(session: Session) -> AuditCheckRow | None:
    """Return what was found last."""
    return session.scalar(select(AuditCheckRow).order_by(AuditCheckRow.id.desc()).limit(1))
