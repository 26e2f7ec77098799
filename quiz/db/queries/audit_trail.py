"""The audit trail as auditors read it: newest first, narrowed, each entry with its place in the chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from quiz.db.models.base import UtcDateTime
from quiz.db.models.people import PersonRow
from quiz.db.models.sealing import AuditLinkRow
from quiz.db.models.trace import AuditEntryRow
from quiz.db.queries.holding_words import holding_words
from quiz.db.queries.sealing import ENTRY


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; what is None narrows nothing. `before` is where the last page ended."""

    actor: str | None = None
    deed: str | None = None
    target_kind: str | None = None
    target_id: str | None = None
    was_allowed: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, int] | None = None


def statement_of(wanted: Wanted, most: int) -> Any:
    """Return the statement that reads a page; every narrowing alone goes along an index that ends with the order."""
    statement: Any = select(*ENTRY, AuditLinkRow.number).outerjoin(
        AuditLinkRow, AuditLinkRow.entry_id == AuditEntryRow.id
    )
    for column, value in (
        (AuditEntryRow.actor, wanted.actor),
        (AuditEntryRow.deed, wanted.deed),
        (AuditEntryRow.target_kind, wanted.target_kind),
        (AuditEntryRow.target_id, wanted.target_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.was_allowed is not None:
        # In the words of the index of refusals, so that it is found.
        statement = statement.where(AuditEntryRow.was_allowed if wanted.was_allowed else ~AuditEntryRow.was_allowed)
    if wanted.since is not None:
        statement = statement.where(AuditEntryRow.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEntryRow.at < wanted.until)
    if wanted.before is not None:
        at, key = wanted.before
        here = tuple_(AuditEntryRow.at, AuditEntryRow.id)
        statement = statement.where(here < tuple_(literal(at, UtcDateTime()), literal(key)))
    return statement.order_by(AuditEntryRow.at.desc(), AuditEntryRow.id.desc()).limit(most)


def list_entries(session: Session, wanted: Wanted, most: int) -> Sequence[Row[Any]]:
    """Return entries with their numbers in the chain, the newest first."""
    return session.execute(statement_of(wanted, most)).all()


def count_entries(session: Session, wanted: Wanted, most: int) -> int:
    """Return how many entries there are, counted no further than asked."""
    return session.scalar(select(func.count()).select_from(statement_of(wanted, most).subquery())) or 0


def list_details_of(session: Session, actor: str, deed: str, since: datetime, most: int) -> list[dict[str, Any]]:
    """Return the details of entries of an actor about a deed since a moment, the newest first."""
    entry = AuditEntryRow
    statement = select(entry.details).where(
        entry.actor == actor, entry.deed == deed, entry.was_allowed, entry.at >= since
    )
    return list(session.scalars(statement.order_by(entry.at.desc(), entry.id.desc()).limit(most)))


def find_last_deed(session: Session, deed: str) -> datetime | None:
    """Return when a deed was last done, by whomever."""
    entry = AuditEntryRow
    statement = select(entry.at).where(entry.deed == deed, entry.was_allowed)
    return session.scalar(statement.order_by(entry.at.desc(), entry.id.desc()).limit(1))


def search_people(session: Session, folded: str, email: str, most: int) -> Sequence[Row[Any]]:
    """Return people whose names or HR number hold some folded words, or whose mail it is: id, name, HR number."""
    holds: Any = PersonRow.email == email
    words = folded.split()
    if words:
        holds = or_(holds, and_(*holding_words(session, PersonRow.folded, words)))
    statement = select(PersonRow.public_id, PersonRow.name, PersonRow.hr_number).where(holds)
    return session.execute(statement.order_by(PersonRow.folded, PersonRow.id).limit(most)).all()  # type: ignore[return-value]
