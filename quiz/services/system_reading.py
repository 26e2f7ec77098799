"""What other systems read: people, units, modules, assignments, completions and records; never answers or scores.

Lists come in pages: each says behind which key the next goes on, None where there is no more. A page may be short,
even empty, while there is more: it looks at a bounded number of rows, however rare what it looks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRow
from quiz.db.queries import system_reading as queries
from quiz.db.queries.system_reading import Wanted
from quiz.engine.text import Text
from quiz.services.errors import NotFound
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import last_day

# The key behind which a page begins: numbers in an order of the list's own.
Key = tuple[int, ...]
_Line = TypeVar("_Line")
# A system sees that somebody is at it, and not that an attempt failed.
SHOWN = {
    "not_begun": ("not_begun",),
    "under_way": ("under_way", "awaiting_next"),
    "pledge_open": ("passed_pledge_open",),
    "completed": ("completed",),
    "excused": ("excused",),
}
_SHOWN_AS = {inner: shown for shown, held in SHOWN.items() for inner in held}
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page(Generic[_Line]):
    """Some lines of a list, and behind which key the next page goes on."""

    lines: tuple[_Line, ...]
    next: Key | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as a system sees them; `leaves_on` is the last day they work here."""

    id: str
    hr_number: str
    name: str
    latin_name: str | None
    email: str
    unit: str
    jurisdiction: str
    job_families: tuple[str, ...]
    joined_on: date | None
    leaves_on: date | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the tree."""

    id: str
    code: str | None
    name: Text
    parent: str | None
    jurisdiction: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module with its version that stands."""

    key: str
    title: Text
    version: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """An assignment of any cycle; `since` is withheld while it is under way, where it would tell of attempts."""

    id: str
    person: str
    hr_number: str
    unit: str
    module: str
    cycle: int
    is_current: bool
    assigned_at: datetime
    due_on: date | None
    state: str
    since: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """Which assignments: by public ids, a state as shown, civil days both included, and a moment of change."""

    person: str | None = None
    unit: str | None = None
    module: str | None = None
    state: str | None = None
    due_from: date | None = None
    due_until: date | None = None
    is_late: bool | None = None
    is_current: bool | None = None
    changed_since: datetime | None = None


def list_people(work: UnitOfWork, unit: str | None, after: Key | None, most: int) -> Page[PersonLine]:
    """Return people in order of their keys; raise NotFound for a unit that is not there."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("people"))
    unit_id = _unit_id(work, unit)
    rows = queries.list_people(work.session, after[0] if after else 0, unit_id, most + 1)
    return Page(_people(work, rows[:most]), (rows[most - 1].id,) if len(rows) > most else None)


def get_person(work: UnitOfWork, person: str) -> PersonLine:
    """Return a person; raise NotFound."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person", person))
    row = queries.find_person(work.session, person)
    if row is None:
        raise NotFound("person")
    return _people(work, [row])[0]


def _people(work: UnitOfWork, rows: Sequence[Any]) -> tuple[PersonLine, ...]:
    units = queries.list_unit_ids(work.session, {row.unit_id for row in rows})
    zone = get_choices(work).zone
    return tuple(
        PersonLine(
            row.public_id,
            row.hr_number,
            row.name,
            row.latin_name,
            row.email,
            units[row.unit_id],
            row.jurisdiction,
            tuple(row.job_families),
            row.joined_on,
            last_day(row.active_until, zone) if row.active_until else None,
        )
        for row in rows
    )


def list_units(work: UnitOfWork, after: Key | None, most: int) -> Page[UnitLine]:
    """Return units in order of their keys, closed ones too."""
    work.require(Permission.ORGANISATION_MAP_READ, Target("units"))
    rows = queries.list_units(work.session, after[0] if after else 0, most + 1)
    above = queries.list_unit_ids(work.session, {row.parent_id for row in rows if row.parent_id is not None})
    lines = tuple(
        UnitLine(
            row.public_id,
            row.code,
            Text(row.name),
            above[row.parent_id] if row.parent_id is not None else None,
            row.jurisdiction,
            row.closed_on,
        )
        for row in rows[:most]
    )
    return Page(lines, (rows[most - 1].id,) if len(rows) > most else None)


def list_modules(work: UnitOfWork) -> tuple[ModuleLine, ...]:
    """Return every module that was published."""
    work.require(Permission.ORGANISATION_MAP_READ, Target("modules"))
    rows = queries.list_modules(work.session)
    return tuple(ModuleLine(row.key, Text(row.title), row.number, row.published_at) for row in rows)


def list_assignments(
    work: UnitOfWork, narrowing: AssignmentFilter, after: Key | None, most: int
) -> Page[AssignmentLine]:
    """Return assignments by person, module and cycle; with `changed_since` in order of their changes instead.

    In that order what changed twice may come twice. Raise NotFound for a person, unit or module that is not there.
    """
    work.require(Permission.PEOPLE_ASSIGNMENT_READ, Target("assignments"))
    person_id, unit_id = _person_id(work, narrowing.person), _unit_id(work, narrowing.unit)
    wanted = Wanted(
        _module_id(work, narrowing.module),
        SHOWN[narrowing.state] if narrowing.state else (),
        narrowing.due_from,
        narrowing.due_until,
        narrowing.is_late,
        narrowing.is_current,
    )
    if narrowing.changed_since is not None:
        return _list_changed(work, narrowing.changed_since, wanted, person_id, unit_id, after, most)
    key = _three(after)
    persons, end = None, None
    if person_id is not None:
        persons = [person_id]
    elif unit_id is not None:
        is_behind = key[1] == queries.LAST
        persons = queries.list_people_of_unit(work.session, unit_id, key[0] + is_behind)
        if len(persons) == queries.SOME:
            end = (persons[-1], queries.LAST, queries.LAST)
    if person_id is not None and unit_id is not None:
        held = queries.list_holders(work.session, [person_id])
        persons = [person_id] if held[person_id].unit == narrowing.unit else []
    rows, looked_at = queries.list_assignments(work.session, key, persons, wanted, most + 1)
    following: Key | None = looked_at or end
    if len(rows) > most:
        last = rows[most - 1]
        following = (last.person_id, last.module_id, last.cycle)
    return Page(_assignments(work, rows[:most]), following)


def _three(after: Key | None) -> tuple[int, int, int]:
    return (after[0], after[1], after[2]) if after else (0, 0, 0)


def _list_changed(
    work: UnitOfWork,
    since: datetime,
    wanted: Wanted,
    person_id: int | None,
    unit_id: int | None,
    after: Key | None,
    most: int,
) -> Page[AssignmentLine]:
    # Where all of them are wanted, no more need be looked at than a page holds.
    is_any = wanted.is_any and person_id is None and unit_id is None
    amount = most if is_any else max(queries.SOME, most)
    changes = queries.list_changes(work.session, since, moment_of(after), amount + 1)
    found = queries.list_wanted(work.session, {key for _, key in changes[:amount]}, wanted)
    if person_id is not None:
        found = {key: row for key, row in found.items() if row.person_id == person_id}
    if unit_id is not None:
        within = queries.list_persons_within(work.session, {row.person_id for row in found.values()}, unit_id)
        found = {key: row for key, row in found.items() if row.person_id in within}
    rows: dict[int, AssignmentRow] = {}
    for place, (at, key) in enumerate(changes[:amount]):
        if key in found:
            rows[key] = found[key]
        if len(rows) == most and place + 1 < len(changes):
            return Page(_assignments(work, tuple(rows.values())), key_of(at, key))
    following = key_of(*changes[amount - 1]) if len(changes) > amount else None
    return Page(_assignments(work, tuple(rows.values())), following)


def get_assignment(work: UnitOfWork, assignment: str) -> AssignmentLine:
    """Return an assignment; raise NotFound."""
    work.require(Permission.PEOPLE_ASSIGNMENT_READ, Target("assignment", assignment))
    row = queries.find_assignment(work.session, assignment)
    if row is None:
        raise NotFound("assignment")
    return _assignments(work, [row])[0]


def _assignments(work: UnitOfWork, rows: Sequence[AssignmentRow]) -> tuple[AssignmentLine, ...]:
    holders = queries.list_holders(work.session, {row.person_id for row in rows})
    modules = {row.id: row.key for row in queries.list_modules(work.session)} if rows else {}
    return tuple(
        AssignmentLine(
            row.public_id,
            holders[row.person_id].public_id,
            holders[row.person_id].hr_number,
            holders[row.person_id].unit,
            modules[row.module_id],
            row.cycle,
            row.is_current,
            row.assigned_at,
            row.due_on,
            _SHOWN_AS[row.state],
            None if _SHOWN_AS[row.state] == "under_way" else row.state_since,
            row.is_late and row.state not in ("completed", "excused"),
        )
        for row in rows
    )


def moment_of(after: Key | None) -> tuple[datetime, int] | None:
    """Return the moment and the key in the key of a page of what is in order of time."""
    return (_EVER + timedelta(microseconds=after[0]), after[1]) if after else None


def key_of(at: datetime, key: int) -> Key:
    """Return the key of a page of what is in order of time."""
    return ((at - _EVER) // timedelta(microseconds=1), key)


def note_reading(work: UnitOfWork, permission: Permission, kind: str, filters: Sequence[str]) -> None:
    """Keep in the trace that a system read a list today, and by which filters; not what it found."""
    work.require(permission, Target(kind))
    work.audit(permission, Target(kind), read=kind, filters=sorted(filters))


def _person_id(work: UnitOfWork, person: str | None) -> int | None:
    if person is None:
        return None
    row = queries.find_person(work.session, person)
    if row is None:
        raise NotFound("person")
    return int(row.id)


def _unit_id(work: UnitOfWork, unit: str | None) -> int | None:
    if unit is None:
        return None
    found = queries.find_unit_id(work.session, unit)
    if found is None:
        raise NotFound("unit")
    return found


def _module_id(work: UnitOfWork, module: str | None) -> int | None:
    if module is None:
        return None
    found: dict[str, int] = {row.key: row.id for row in queries.list_modules(work.session)}
    if module not in found:
        raise NotFound("module")
    return found[module]
