"""Finding people as a connected system asks for them: by conditions, a page at a time, without whom it removed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, false, func, literal, not_, or_, select, true
from sqlalchemy.orm import Session

from quiz.db.models.connections import ConnectionRow
from quiz.db.models.people import PersonRow, RoleGrantRow, UnitRow
from quiz.db.models.provisioning import ProvisionedPersonRow
from quiz.db.queries.batches import batches
from quiz.db.queries.erased import stands
from quiz.db.queries.workforce import is_here

Condition = ColumnElement[bool]
_held = ProvisionedPersonRow


@dataclass(frozen=True, slots=True)
class Seeker:
    """Which connection asks, by key (None for the product itself), and when."""

    connection_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A person with their unit, and what the connection that asks calls them."""

    person: PersonRow
    unit: UnitRow
    external_id: str | None


def find_connection_id(session: Session, public_id: str) -> int | None:
    """Return the key of a connection."""
    return session.scalar(select(ConnectionRow.id).where(ConnectionRow.public_id == public_id))


def find_known(session: Session, connection_id: int, person_id: int) -> ProvisionedPersonRow | None:
    """Return what a connection knows of a person."""
    return session.get(ProvisionedPersonRow, (connection_id, person_id))


def find_by_number(session: Session, hr_number: str) -> PersonRow | None:
    """Return the person with an HR number, held until the deed is done."""
    statement = select(PersonRow).where(PersonRow.hr_number == hr_number).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def find_unit_by_code(session: Session, code: str) -> UnitRow | None:
    """Return the unit that HR calls so, or one without a code by its public id."""
    named = or_(UnitRow.code == code, and_(UnitRow.code.is_(None), UnitRow.public_id == code))
    return session.scalar(select(UnitRow).where(named))


_TEXTS: dict[str, Any] = {
    "id": PersonRow.public_id,
    "hr_number": PersonRow.hr_number,
    "email": PersonRow.email,
    "external_id": _held.external_id,
    "name": func.lower(PersonRow.name),
    "latin_name": func.lower(PersonRow.latin_name),
    "unit": func.coalesce(UnitRow.code, UnitRow.public_id),
}
_MOMENTS: dict[str, Any] = {
    "created_at": PersonRow.created_at,
    "changed_at": func.coalesce(PersonRow.changed_at, PersonRow.created_at, type_=PersonRow.created_at.type),
}
# Stored in small letters already, so that an index finds it.
_LOWERED = {"name", "latin_name"}
_MAY_LACK = {"external_id", "latin_name"}


def compare_text(name: str, operator: str, value: str) -> Condition:
    """Return the condition that a text stands so to a value; whoever has none is equal to nothing."""
    column = _TEXTS[name]
    given: Any = literal(value, String)
    if name in _LOWERED:
        given = func.lower(given)
    found = (_parts if operator in {"co", "sw", "ew"} else _ordered)(column, operator, given)
    # Yes or no, so that it can be negated, and written so that an index still finds it.
    return and_(_TEXTS[name].is_not(None), found) if name in _MAY_LACK else found


def _parts(column: Any, operator: str, given: Any) -> Condition:
    # Not LIKE: its letters are alike on one database and not on the other.
    size = func.length(given)
    if operator == "sw":
        return and_(func.substr(column, 1, size) == given)
    if operator == "ew":
        return and_(func.length(column) >= size, func.substr(column, func.length(column) - size + 1) == given)
    return or_(size == 0, func.replace(column, given, "") != column)


def _ordered(column: Any, operator: str, given: Any) -> Condition:
    found: Condition = {
        "eq": column == given,
        "gt": column > given,
        "ge": column >= given,
        "lt": column < given,
        "le": column <= given,
    }[operator]
    return found


def compare_moment(name: str, operator: str, moment: datetime) -> Condition:
    """Return the condition that a moment stands so to another."""
    return _ordered(_MOMENTS[name], operator, moment)


def has_text(name: str) -> Condition:
    """Return the condition that a person has a text at all."""
    return and_(_TEXTS[name].is_not(None), cast(_TEXTS[name], String) != "")


def works_here(now: datetime) -> Condition:
    """Return the condition that a person works here at a moment."""
    return is_here(now)


def every(parts: Sequence[Condition]) -> Condition:
    """Return the condition that all of some hold; of none, it always does."""
    return and_(true(), *parts)


def some(parts: Sequence[Condition]) -> Condition:
    """Return the condition that one of some holds."""
    return or_(false(), *parts)


def none(part: Condition) -> Condition:
    """Return the condition that another does not hold."""
    return not_(part)


def _joined(statement: Any, seeker: Seeker) -> Any:
    own = and_(_held.person_id == PersonRow.id, _held.connection_id == seeker.connection_id)
    gone = and_(
        _held.removed_at.is_not(None),
        PersonRow.active_until.is_not(None),
        PersonRow.active_until <= _held.removed_at,
    )
    joined: Select[Any] = statement.join(UnitRow, UnitRow.id == PersonRow.unit_id).outerjoin(_held, own)
    return joined.where(not_(func.coalesce(gone, false())), stands())


_FOUND = select(PersonRow, UnitRow, _held.external_id)


def list_people(session: Session, seeker: Seeker, condition: Condition, first: int, most: int) -> list[Found]:
    """Return people of whom a condition holds, with unit and external id, as they were added."""
    # The keys alone are skipped through: a page far back costs little more than the first.
    keys = _joined(select(PersonRow.id), seeker).where(condition).order_by(PersonRow.id).offset(first).limit(most)
    found = session.scalars(keys).all()
    rows: list[Found] = []
    for batch in batches(found):
        rows += [Found(*row) for row in session.execute(_joined(_FOUND, seeker).where(PersonRow.id.in_(batch)))]
    return sorted(rows, key=lambda row: row.person.id)


def count_people(session: Session, seeker: Seeker, condition: Condition) -> int:
    """Return of how many people a condition holds."""
    keys = _joined(select(PersonRow.id), seeker).where(condition).subquery()
    return session.scalar(select(func.count()).select_from(keys)) or 0


def find_person(session: Session, seeker: Seeker, public_id: str, to_change: bool = False) -> Found | None:
    """Return a person with unit and external id; one that is to be changed is held until the deed is done."""
    if to_change:
        # Alone, since an outer join cannot be held: what follows sees them as they are by then.
        held = select(PersonRow).where(PersonRow.public_id == public_id).with_for_update()
        session.scalars(held.execution_options(populate_existing=True)).one_or_none()
    statement = _joined(_FOUND, seeker).where(PersonRow.public_id == public_id)
    row = session.execute(statement.execution_options(populate_existing=to_change)).one_or_none()
    return Found(*row) if row else None


def _holds(roles: Collection[str], today: date) -> Condition:
    # Those held for good in the whole organisation: no others can be written in a group.
    return and_(
        RoleGrantRow.role.in_(roles),
        RoleGrantRow.capacity == "held",
        RoleGrantRow.unit_id.is_(None),
        RoleGrantRow.bank.is_(None),
        RoleGrantRow.starts_on <= today,
        or_(RoleGrantRow.ends_on.is_(None), RoleGrantRow.ends_on >= today),
    )


def list_holders(session: Session, roles: Collection[str], today: date, now: datetime) -> list[Row[Any]]:
    """Return (grant, role, person's key, public id, name) of those who hold some roles and work here."""
    statement = (
        select(RoleGrantRow.id, RoleGrantRow.role, RoleGrantRow.person_id, PersonRow.public_id, PersonRow.name)
        .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
        .where(_holds(roles, today), is_here(now))
    )
    return list(session.execute(statement.order_by(RoleGrantRow.id)))


def list_roles(session: Session, person_ids: Collection[int], roles: Collection[str], today: date) -> list[Row[Any]]:
    """Return (person's key, role) of those of some people who hold some roles."""
    found: list[Row[Any]] = []
    for batch in batches(person_ids):
        statement = select(RoleGrantRow.person_id, RoleGrantRow.role).where(
            RoleGrantRow.person_id.in_(batch), _holds(roles, today)
        )
        found += session.execute(statement.distinct())
    return found


def list_lines(session: Session, unit_ids: Collection[int]) -> dict[int, int | None]:
    """Return some units and all above them, each with the one above."""
    line = select(UnitRow.id, UnitRow.parent_id).where(UnitRow.id.in_(unit_ids)).cte("line", recursive=True)
    line = line.union(select(UnitRow.id, UnitRow.parent_id).join(line, UnitRow.id == line.c.parent_id))
    return {row[0]: row[1] for row in session.execute(select(line.c.id, line.c.parent_id))}
