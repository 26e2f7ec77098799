"""Everything that is kept of one person, found along the inventory: which column of which table leads to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Table, func, or_, select
from sqlalchemy.orm import Session

from quiz.access.inventory import INVENTORY
from quiz.db.models.base import Base, UtcDateTime
from quiz.db.models.catalogue import ModuleRow, ModuleVersionRow, ScenarioRow, ScenarioVersionRow
from quiz.db.models.sealing import AuditLinkRow
from quiz.db.models.trace import AuditEntryRow, OutboxMessageRow

# Moments that lie ahead, or that say nothing of when something was done.
_AHEAD = frozenset({"deadline_at", "due_at", "ends_at", "expires_at", "opens_at"})
_OF_PEOPLE = ("person", "account", "reminder")


@dataclass(frozen=True, slots=True)
class Whose:
    """A person, by key and public id."""

    person_id: int
    public_id: str

    @property
    def actor(self) -> str:
        """What stands in a column that names who did something."""
        return f"person:{self.public_id}"


def belongs_to(table: Table, whose: Whose) -> ColumnElement[bool] | None:
    """Return the condition that a row of a table is of a person, directly or through others; None where none can be."""
    entry = INVENTORY[table.name]
    if table.name == "person":
        return table.c.id == whose.person_id
    if entry.of is not None:
        return _leads(table.c[entry.of], whose)
    if table.name == OutboxMessageRow.__tablename__:
        payload: ColumnElement[bool] = OutboxMessageRow.payload["person_id"].as_string() == whose.public_id
        return payload
    if table.name == AuditEntryRow.__tablename__:
        about = AuditEntryRow.target_kind.in_(_OF_PEOPLE) & (AuditEntryRow.target_id == whose.public_id)
        return or_(AuditEntryRow.actor == whose.actor, about)
    made = [_made(table.c[name], whose) for name in entry.by]
    return or_(*made) if made else None


def _leads(column: Column[Any], whose: Whose) -> ColumnElement[bool]:
    (key,) = column.foreign_keys
    above = key.column.table
    if above.name == "person":
        return column == whose.person_id
    condition = belongs_to(above, whose)
    if condition is None:
        raise ValueError(f"{column} leads to nobody")
    return column.in_(select(key.column).where(condition))


def _made(column: Column[Any], whose: Whose) -> ColumnElement[bool]:
    return column == whose.actor if isinstance(column.type, String) else column == whose.person_id


def list_rows(session: Session, name: str, whose: Whose) -> list[dict[str, Any]]:
    """Return the rows of a table that are of a person, in order."""
    table = Base.metadata.tables[name]
    condition = belongs_to(table, whose)
    if condition is None:
        return []
    rows = session.execute(select(table).where(condition).order_by(*table.primary_key.columns))
    return [dict(row) for row in rows.mappings()]


def count_rows(session: Session, name: str, whose: Whose, now: datetime) -> tuple[int, datetime | None]:
    """Return how many rows of a table are of a person, and the last moment up to now that stands in one of them."""
    table = Base.metadata.tables[name]
    condition = belongs_to(table, whose)
    if condition is None:
        return 0, None
    moments = [one for one in table.columns if isinstance(one.type, UtcDateTime) and one.name not in _AHEAD]
    row = session.execute(select(func.count(), *map(func.max, moments)).select_from(table).where(condition)).one()
    past = [moment for moment in row[1:] if moment is not None and moment <= now]
    return int(row[0]), max(past, default=None)


def name_units(session: Session) -> dict[int, dict[str, str]]:
    """Return the names of units by key."""
    unit = Base.metadata.tables["unit"]
    return {row.id: row.name for row in session.execute(select(unit.c.id, unit.c.name))}


def name_connections(session: Session) -> dict[int, str]:
    """Return the names of connected systems by key."""
    table = Base.metadata.tables["connection"]
    return {row.id: row.name for row in session.execute(select(table.c.id, table.c.name))}


def name_modules(session: Session) -> dict[int, tuple[str, dict[str, str]]]:
    """Return key and title of modules by key of the table."""
    statement = select(ModuleRow.id, ModuleRow.key, ModuleVersionRow.document["title"].label("title")).join(
        ModuleVersionRow, ModuleVersionRow.id == ModuleRow.current_version_id
    )
    return {row.id: (row.key, row.title) for row in session.execute(statement)}


def name_scenarios(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Return the key of the scenario and the number of some of its versions, by key of the version."""
    statement = select(ScenarioVersionRow.id, ScenarioRow.key, ScenarioVersionRow.number).join(
        ScenarioRow, ScenarioRow.id == ScenarioVersionRow.scenario_id
    )
    rows = session.execute(statement.where(ScenarioVersionRow.id.in_(version_ids)))
    return {row.id: (row.key, row.number) for row in rows}


def stream_trail(session: Session, whose: Whose, at_once: int) -> Iterator[Any]:
    """Give the entries of the trail by or about a person with their numbers in the chain, the oldest first."""
    about = AuditEntryRow.target_kind.in_(_OF_PEOPLE) & (AuditEntryRow.target_id == whose.public_id)
    condition = or_(AuditEntryRow.actor == whose.actor, about)
    statement = select(AuditEntryRow, AuditLinkRow.number).outerjoin(
        AuditLinkRow, AuditLinkRow.entry_id == AuditEntryRow.id
    )
    after = 0
    while True:
        more = statement.where(condition, AuditEntryRow.id > after).order_by(AuditEntryRow.id).limit(at_once)
        rows = session.execute(more).all()
        yield from rows
        if len(rows) < at_once:
            return
        after = rows[-1][0].id


def count_deeds(session: Session, whose: Whose, deed: str, since: datetime) -> int:
    """Return how often a person did something since a moment."""
    entry = AuditEntryRow
    mine = (entry.actor == whose.actor, entry.deed == deed, entry.was_allowed, entry.at >= since)
    return session.scalar(select(func.count()).select_from(entry).where(*mine)) or 0
