"""Units and who manages them: where a unit stands, when it is closed, and who manages it for good or for a time."""

from dataclasses import dataclass
from datetime import date, timedelta

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow, RoleGrantRow, UnitRow
from quiz.db.queries import workforce as queries
from quiz.engine.text import Text
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ManagerSummary:
    """Somebody who manages a unit: in which capacity, from when and until when."""

    person: str
    name: str
    capacity: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """A unit in the tree: how deep it stands, who works in it and who manages it today or later."""

    public_id: str
    name: Text
    code: str | None
    jurisdiction: str
    above: str | None
    depth: int
    people: int
    closed_on: date | None
    managers: tuple[ManagerSummary, ...]


def list_tree(work: UnitOfWork) -> tuple[UnitSummary, ...]:
    """Return every unit below the one it belongs to, closed ones too."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("units"))
    today = get_choices(work).civil_day(work.now)
    rows = queries.list_units(work.session)
    counts = queries.count_by_unit(work.session, work.now)
    managers: dict[int, list[ManagerSummary]] = {}
    for one in queries.list_managers(work.session, today, None):
        summary = ManagerSummary(one.public_id, one.name, one.capacity, one.starts_on, one.ends_on)
        managers.setdefault(one.unit_id, []).append(summary)
    below: dict[int | None, list[UnitRow]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    by_id = {row.id: row for row in rows}
    tree: list[UnitSummary] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        waiting += [(one, depth + 1) for one in reversed(below.get(row.id, []))]
        tree.append(
            UnitSummary(
                public_id=row.public_id,
                name=Text(row.name),
                code=row.code,
                jurisdiction=row.jurisdiction,
                above=by_id[row.parent_id].public_id if row.parent_id is not None else None,
                depth=depth,
                people=counts.get(row.id, 0),
                closed_on=row.closed_on,
                managers=tuple(managers.get(row.id, ())),
            )
        )
    return tuple(tree)


def move_unit(work: UnitOfWork, unit: str, above: str | None) -> None:
    """Put a unit, with all below it, under another one, or at the top; Refused where it would stand below itself."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("unit", unit))
    # All of them are held: two moves at once could each be right and make a circle together.
    rows = queries.list_units(work.session, to_change=True)
    found = {row.public_id: row for row in rows}
    row, place = found.get(unit), found.get(above) if above is not None else None
    if row is None or (above is not None and place is None):
        raise NotFound("unit")
    if place is not None and place.closed_on is not None:
        raise Refused("unit-closed", field="above")
    if place is not None and stands_below(place.id, row.id, {one.id: one.parent_id for one in rows}):
        raise Refused("unit-cycle", field="above")
    row.parent_id = place.id if place is not None else None
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("unit", unit), above=above)


def stands_below(unit: int, other: int, above: dict[int, int | None]) -> bool:
    """Tell whether a unit is another one or stands anywhere below it."""
    at: int | None = unit
    seen: set[int] = set()
    while at is not None and at not in seen:
        if at == other:
            return True
        seen.add(at)
        at = above.get(at)
    return False


def close_unit(work: UnitOfWork, unit: str) -> None:
    """Close a unit from today on; Refused while people work in it or open units stand below it."""
    row = _unit(work, unit)
    if row.closed_on is not None:
        raise Stale("unit-closed")
    people = queries.count_people(work.session, row.id, work.now)
    if people:
        raise Refused("unit-has-people", field="unit", count=people)
    units = queries.count_open_below(work.session, row.id)
    if units:
        raise Refused("unit-has-units", field="unit", count=units)
    today = get_choices(work).civil_day(work.now)
    row.closed_on = today
    managers = queries.list_managers(work.session, today, None, [row.id])
    queries.end_grants(work.session, [one.id for one in managers], today - _DAY)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("unit", unit), what="closed")


def set_manager(work: UnitOfWork, unit: str, person: str) -> None:
    """Let a person manage a unit from today on; Refused, with the name, where somebody manages it already."""
    row, who, today = _appointing(work, unit, person)
    for one in queries.list_managers(work.session, today, None, [row.id]):
        if one.capacity == "held":
            raise Refused("has-manager", field="person", name=one.name)
    _grant(work, who, row, "held", today, None)


def appoint_acting(work: UnitOfWork, unit: str, person: str, starts_on: date, ends_on: date) -> None:
    """Let a person manage a unit in place of its manager between two days, both included."""
    row, who, today = _appointing(work, unit, person)
    check_span(starts_on, ends_on, today)
    for one in queries.list_managers(work.session, starts_on, ends_on, [row.id]):
        if one.capacity == "acting":
            raise Refused("has-acting", field="person", name=one.name)
        if one.capacity == "held" and one.person_id == who.id:
            raise Refused("manages-already", field="person", name=one.name)
    _grant(work, who, row, "acting", starts_on, ends_on)


def relieve(work: UnitOfWork, unit: str, person: str, capacity: str) -> None:
    """Let a person manage a unit no more in a capacity, from today on; raise NotFound where they do not."""
    row = _unit(work, unit)
    today = get_choices(work).civil_day(work.now)
    ended = [
        one.id
        for one in queries.list_managers(work.session, today, None, [row.id])
        if one.public_id == person and one.capacity == capacity
    ]
    if not ended:
        raise NotFound("manager")
    queries.end_grants(work.session, ended, today - _DAY)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("unit", unit), relieved=person, capacity=capacity)


def check_span(starts_on: date, ends_on: date, today: date) -> None:
    """Refuse a span of days that ends before it begins, or that begins before today."""
    if ends_on < starts_on:
        raise Refused("ends-before-it-starts", field="ends_on")
    if starts_on < today:
        raise Refused("day-past", field="starts_on")


def _unit(work: UnitOfWork, unit: str) -> UnitRow:
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("unit", unit))
    row = queries.find_unit(work.session, unit, to_change=True)
    if row is None:
        raise NotFound("unit")
    return row


def _appointing(work: UnitOfWork, unit: str, person: str) -> tuple[UnitRow, PersonRow, date]:
    row = _unit(work, unit)
    if row.closed_on is not None:
        raise Refused("unit-closed", field="unit")
    who = queries.find_person(work.session, person)
    if who is None:
        raise NotFound("person")
    if who.active_until is not None and who.active_until <= work.now:
        raise Refused("person-left", field="person")
    return row, who, get_choices(work).civil_day(work.now)


def _grant(
    work: UnitOfWork, who: PersonRow, row: UnitRow, capacity: str, starts_on: date, ends_on: date | None
) -> None:
    work.session.add(
        RoleGrantRow(
            person_id=who.id,
            role=Role.MANAGER.value,
            unit_id=row.id,
            starts_on=starts_on,
            ends_on=ends_on,
            capacity=capacity,
        )
    )
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("unit", row.public_id), manager=who.public_id, capacity=capacity)
