"""Pages of people, assignments and records for other systems: each goes on along an index from where the last ended.

A page reads at most so many rows, whatever it looks for: where little is found, it is short, and the next goes on
behind what was looked at. Nothing here can reach attempts or answers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, literal, select, tuple_
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow
from quiz.db.models.base import UtcDateTime
from quiz.db.models.catalogue import ModuleRow, ModuleVersionRow
from quiz.db.models.completions import CompletionRow, RevocationRow
from quiz.db.models.people import PersonRow, UnitRow
from quiz.db.models.record_life import RenewalRow
from quiz.db.queries.batches import batches
from quiz.db.queries.erased import stands

# How many rows a page looks at where what it looks for may be rare.
WINDOW = 5_000
# How many changes, or people of a unit, a page looks at.
SOME = 500
LAST = 2**62
_LATE = AssignmentRow.is_late & AssignmentRow.state.not_in(("completed", "excused"))
AssignmentKey = tuple[int, int, int]
Moment = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which assignments are looked for; None asks for any. `states` are those of the table."""

    module_id: int | None = None
    states: tuple[str, ...] = ()
    due_from: date | None = None
    due_until: date | None = None
    is_late: bool | None = None
    is_current: bool | None = None

    @property
    def is_any(self) -> bool:
        """Tell whether every assignment is looked for."""
        return self == Wanted()

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the rows must be; written so that no index of a single column is taken instead of the walk."""
        found: list[ColumnElement[bool]] = []
        if self.module_id is not None:
            found.append(AssignmentRow.module_id + 0 == self.module_id)
        if self.states:
            found.append(AssignmentRow.state.in_(self.states))
        if self.due_from is not None:
            found.append(AssignmentRow.due_on >= self.due_from)
        if self.due_until is not None:
            found.append(AssignmentRow.due_on <= self.due_until)
        if self.is_late is not None:
            found.append(_LATE if self.is_late else ~_LATE)
        if self.is_current is not None:
            found.append(AssignmentRow.is_current.is_(self.is_current))
        return found


@dataclass(frozen=True, slots=True)
class Records:
    """Which records are looked for; None asks for any."""

    person_id: int | None = None
    versions: tuple[int, ...] | None = None
    state: str | None = None


_PERSON = (
    PersonRow.id,
    PersonRow.public_id,
    PersonRow.hr_number,
    PersonRow.name,
    PersonRow.latin_name,
    PersonRow.email,
    PersonRow.jurisdiction,
    PersonRow.unit_id,
    PersonRow.job_families,
    PersonRow.joined_on,
    PersonRow.active_until,
)


def list_people(session: Session, after: int, unit_id: int | None, most: int) -> list[Row[Any]]:
    """Return people behind a key, in order of keys: of a unit, or all."""
    statement = select(*_PERSON).where(PersonRow.id > after, stands())
    if unit_id is not None:
        statement = statement.where(PersonRow.unit_id == unit_id)
    return list(session.execute(statement.order_by(PersonRow.id).limit(most)))


def find_person(session: Session, public_id: str) -> Any:
    """Return a person by public id."""
    return session.execute(select(*_PERSON).where(PersonRow.public_id == public_id, stands())).one_or_none()


def list_units(session: Session, after: int, most: int) -> list[UnitRow]:
    """Return units behind a key, in order of keys."""
    return list(session.scalars(select(UnitRow).where(UnitRow.id > after).order_by(UnitRow.id).limit(most)))


def list_unit_ids(session: Session, keys: Collection[int]) -> dict[int, str]:
    """Return the public ids of units by key."""
    found: dict[int, str] = {}
    for some in batches(keys):
        statement = select(UnitRow.id, UnitRow.public_id).where(UnitRow.id.in_(some))
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def find_unit_id(session: Session, public_id: str) -> int | None:
    """Return the key of a unit by public id."""
    return session.scalar(select(UnitRow.id).where(UnitRow.public_id == public_id))


def list_persons_within(session: Session, keys: Collection[int], unit_id: int) -> set[int]:
    """Return which of some people belong to a unit."""
    found: set[int] = set()
    for some in batches(keys):
        statement = select(PersonRow.id).where(PersonRow.id.in_(some), PersonRow.unit_id == unit_id)
        found |= set(session.scalars(statement))
    return found


def list_holders(session: Session, keys: Collection[int]) -> dict[int, Row[Any]]:
    """Return public id, HR number and the public id of the unit of people, by key."""
    found: dict[int, Row[Any]] = {}
    for some in batches(keys):
        statement = (
            select(PersonRow.id, PersonRow.public_id, PersonRow.hr_number, UnitRow.public_id.label("unit"))
            .join(UnitRow, UnitRow.id == PersonRow.unit_id)
            .where(PersonRow.id.in_(some))
        )
        found |= {row.id: row for row in session.execute(statement)}
    return found


def list_modules(session: Session) -> list[Row[Any]]:
    """Return every module with the title and the number of the version that stands."""
    statement = (
        select(
            ModuleRow.id,
            ModuleRow.key,
            ModuleVersionRow.document["title"].label("title"),
            ModuleVersionRow.number,
            ModuleVersionRow.published_at,
        )
        .join(ModuleVersionRow, ModuleVersionRow.id == ModuleRow.current_version_id)
        .order_by(ModuleRow.key)
    )
    return list(session.execute(statement))


def list_module_of_versions(session: Session, module_key: str | None = None) -> dict[int, str]:
    """Return the key of the module of each module version, of one module or of all."""
    statement = select(ModuleVersionRow.id, ModuleRow.key).join(ModuleRow, ModuleRow.id == ModuleVersionRow.module_id)
    if module_key is not None:
        statement = statement.where(ModuleRow.key == module_key)
    return {row[0]: row[1] for row in session.execute(statement)}


_KEY = (AssignmentRow.person_id, AssignmentRow.module_id, AssignmentRow.cycle)


def list_assignments(
    session: Session, after: AssignmentKey, persons: Collection[int] | None, wanted: Wanted, most: int
) -> tuple[list[AssignmentRow], AssignmentKey | None]:
    """Return assignments behind a key, by person, module and cycle; of some people (not many), or of all.

    The second is the key behind which nothing was looked at, None where everything was.
    """
    behind = tuple_(*_KEY) > tuple_(*(literal(one) for one in after))
    statement = select(AssignmentRow).where(behind, *wanted.conditions()).order_by(*_KEY).limit(most)
    end = None
    if persons is not None:
        statement = statement.where(AssignmentRow.person_id.in_(persons))
    elif not wanted.is_any:
        walk = select(AssignmentRow.person_id).where(behind).order_by(*_KEY).offset(WINDOW).limit(1)
        end = session.scalar(walk)
        if end is not None:
            statement = statement.where(AssignmentRow.person_id <= end)
    return list(session.scalars(statement)), (end, LAST, LAST) if end is not None else None


def list_people_of_unit(session: Session, unit_id: int, first: int) -> list[int]:
    """Return the keys of some people of a unit, from a key on."""
    statement = select(PersonRow.id).where(PersonRow.unit_id == unit_id, PersonRow.id >= first)
    return list(session.scalars(statement.order_by(PersonRow.id).limit(SOME)))


def list_changes(session: Session, since: datetime, after: Moment | None, most: int) -> list[Moment]:
    """Return when which assignments began, came to another state, or were decided of, in order of the moments."""
    found: list[Moment] = []
    for at, key in (
        (AssignmentRow.state_since, AssignmentRow.id),
        (AssignmentChangeRow.made_at, AssignmentChangeRow.assignment_id),
    ):
        behind = at >= since if after is None else tuple_(at, key) > tuple_(literal(after[0], UtcDateTime), after[1])
        rows = session.execute(select(at, key).where(behind).order_by(at, key).limit(most))
        found += [(row[0], row[1]) for row in rows]
    return sorted(set(found))[:most]


def list_wanted(session: Session, keys: Collection[int], wanted: Wanted) -> dict[int, AssignmentRow]:
    """Return those of some assignments that are looked for, by key."""
    found: dict[int, AssignmentRow] = {}
    for some in batches(keys):
        statement = select(AssignmentRow).where(AssignmentRow.id.in_(some), *wanted.conditions())
        found |= {row.id: row for row in session.scalars(statement)}
    return found


def find_assignment(session: Session, public_id: str) -> AssignmentRow | None:
    """Return an assignment by public id."""
    return session.scalar(select(AssignmentRow).where(AssignmentRow.public_id == public_id))


_COMPLETION = (
    CompletionRow.id,
    CompletionRow.public_id,
    CompletionRow.person_id,
    CompletionRow.assignment_id,
    CompletionRow.module_version_id,
    CompletionRow.completed_at,
    CompletionRow.completed_on,
    CompletionRow.valid_until,
)


def list_completions(
    session: Session, since: datetime, after: Moment | None, versions: Collection[int] | None, most: int
) -> tuple[list[Row[Any]], Moment | None]:
    """Return completions from a moment on, or behind one and a key, of some module versions or of all.

    The second is behind what nothing was looked at, None where everything was.
    """
    order = (CompletionRow.completed_at, CompletionRow.id)
    behind = order[0] >= since
    if after is not None:
        behind = tuple_(*order) > tuple_(literal(after[0], UtcDateTime), after[1])
    statement = select(*_COMPLETION).where(behind).order_by(*order).limit(most)
    end = None
    if versions is not None:
        statement = statement.where(CompletionRow.module_version_id.in_(versions))
        last = session.execute(select(*order).where(behind).order_by(*order).offset(WINDOW).limit(1)).one_or_none()
        if last is not None:
            end = (last[0], last[1])
            statement = statement.where(tuple_(*order) <= tuple_(literal(end[0], UtcDateTime), end[1]))
    return list(session.execute(statement)), end


def list_revoked(session: Session, keys: Collection[int]) -> set[int]:
    """Return which of some records were revoked."""
    found: set[int] = set()
    for some in batches(keys):
        statement = select(RevocationRow.completion_id).where(RevocationRow.completion_id.in_(some))
        found |= set(session.scalars(statement))
    return found


def list_records(
    session: Session, after: int, narrowing: Records, today: date, most: int
) -> tuple[Sequence[CompletionRow], int | None]:
    """Return records behind a key that may be what is looked for; the second as in `list_assignments`."""
    statement = select(CompletionRow).where(CompletionRow.id > after).order_by(CompletionRow.id).limit(most)
    end = None
    if narrowing.person_id is not None:
        statement = statement.where(CompletionRow.person_id == narrowing.person_id)
    elif narrowing.versions is not None or narrowing.state is not None:
        walk = select(CompletionRow.id).where(CompletionRow.id > after).order_by(CompletionRow.id)
        end = session.scalar(walk.offset(WINDOW).limit(1))
        if end is not None:
            statement = statement.where(CompletionRow.id <= end)
    if narrowing.versions is not None:
        statement = statement.where(CompletionRow.module_version_id.in_(narrowing.versions))
    statement = statement.where(*_may_be(narrowing.state, today))
    return list(session.scalars(statement)), end


def _may_be(state: str | None, today: date) -> list[ColumnElement[bool]]:
    """Return what a record of a state must at least be: whether it was altered, only its facts tell."""
    revoked = exists().where(RevocationRow.completion_id == CompletionRow.id)
    renewed = exists().where(RenewalRow.earlier_id == CompletionRow.id)
    conditions: dict[str | None, list[ColumnElement[bool]]] = {
        "valid": [CompletionRow.valid_until >= today, ~revoked],
        "expired": [CompletionRow.valid_until < today, ~revoked],
        "revoked": [revoked],
        "replaced": [renewed, ~revoked],
    }
    return conditions.get(state, [])
