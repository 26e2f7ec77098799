"""Where people stand with their assignments, for managers; this file cannot reach attempts or answers."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, TextClause, and_, case, func, literal_column, or_, select, text
from sqlalchemy.orm import Session

from quiz.db.counting import BUCKET
from quiz.db.models.assignments import AssignmentRow, DisowningRow, TallyRow
from quiz.db.models.catalogue import ModuleRow, ModuleVersionRow
from quiz.db.models.people import AbsenceRow, PersonRow, UnitRow
from quiz.db.models.trace import AuditEntryRow
from quiz.db.queries.batches import batches, stream
from quiz.db.queries.tallies import below

DONE = ("completed", "excused")
MOST_NAMED = 300
_BUCKET: ColumnElement[str] = literal_column(BUCKET.format(row="assignment"))
_OPEN = AssignmentRow.state.not_in(DONE)
# In the very words of the index: SQLite takes a partial index only for a condition that is written as its own is.
_HERE = text("assignment.is_current AND assignment.unit_id IS NOT NULL")
# What was late when it was completed keeps its mark until the day turns.
_LATE = and_(AssignmentRow.is_late, _OPEN)


ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which current assignments of some units, and of all below them, are meant."""

    roots: tuple[int, ...]
    bucket: str | None = None
    module_id: int | None = None
    is_late: bool | None = None
    # The mark as it stands in the index, whatever the state became since.
    is_marked: bool | None = None


def _meant(session: Session, narrowing: Narrowing) -> list[ColumnElement[bool] | TextClause]:
    # Of few units the keys are named: PostgreSQL cannot foresee how few a tree gives, and would read every row.
    units: list[int] | Select[tuple[int]] = list(
        session.scalars(select(below(narrowing.roots).c.id).limit(MOST_NAMED + 1))
    )
    if isinstance(units, list) and len(units) > MOST_NAMED:
        units = select(below(narrowing.roots).c.id)
    among = AssignmentRow.unit_id.in_(units)
    conditions: list[ColumnElement[bool] | TextClause] = [_HERE, among]
    if narrowing.bucket is not None:
        conditions.append(_BUCKET.in_((narrowing.bucket,)))
    if narrowing.module_id is not None:
        conditions.append(AssignmentRow.module_id == narrowing.module_id)
    if narrowing.is_late is not None:
        conditions.append(_LATE if narrowing.is_late else ~_LATE)
    if narrowing.is_marked is not None:
        conditions.append(AssignmentRow.is_late == narrowing.is_marked)
    return conditions


def list_parents(session: Session) -> list[tuple[int, int | None]]:
    """Return every unit by key with the one above it."""
    return [(row.id, row.parent_id) for row in session.execute(select(UnitRow.id, UnitRow.parent_id))]


def count_branches(session: Session, roots: Collection[int], of_children: bool) -> list[tuple[int, bool, int]]:
    """Return how much is open in each branch, late or not: of the units themselves, or of those right below them."""
    first = UnitRow.parent_id.in_(roots) if of_children else UnitRow.id.in_(roots)
    branch = select(UnitRow.id, UnitRow.id.label("top")).where(first).cte("branch", recursive=True)
    branch = branch.union_all(select(UnitRow.id, branch.c.top).join(branch, UnitRow.parent_id == branch.c.id))
    amount = func.sum(TallyRow.amount)
    statement = (
        select(branch.c.top, TallyRow.is_late, amount)
        .select_from(branch)
        .join(TallyRow, TallyRow.unit_id == branch.c.id)
        .where(TallyRow.bucket.not_in((*DONE, "not_mine")))
        .group_by(branch.c.top, TallyRow.is_late)
        .having(amount != 0)
    )
    return [(row[0], bool(row[1]), int(row[2])) for row in session.execute(statement)]


def list_units(session: Session, unit_ids: Collection[int]) -> dict[int, UnitRow]:
    """Return units by key."""
    return {
        row.id: row
        for some in batches(unit_ids)
        for row in session.scalars(select(UnitRow).where(UnitRow.id.in_(some)))
    }


def list_modules(session: Session, module_ids: Collection[int]) -> list[Row[Any]]:
    """Return key and title of modules."""
    statement = (
        select(ModuleRow.id, ModuleRow.key, ModuleVersionRow.document["title"].label("title"))
        .join(ModuleVersionRow, ModuleVersionRow.id == ModuleRow.current_version_id)
        .where(ModuleRow.id.in_(list(module_ids)))
    )
    return list(session.execute(statement.order_by(ModuleRow.key)))


def count_people(session: Session, roots: Collection[int]) -> tuple[int, int]:
    """Return how many people have something open, and how many of them are late; who is not theirs is left out."""
    person = AssignmentRow.person_id
    statement = select(
        func.count(person.distinct()), func.count(case((AssignmentRow.is_late, person)).distinct())
    ).where(*_meant(session, Narrowing(tuple(roots))), _OPEN, ~AssignmentRow.is_disowned)
    row = session.execute(statement).one()
    return row[0], row[1]


def list_first(session: Session, narrowing: Narrowing, most: int) -> list[Row[Any]]:
    """Return the keys of the first people of each bucket, what is late first, then by due date."""
    late = func.max(case((_LATE, 1), else_=0))
    grouped = (
        select(_BUCKET.label("bucket"), AssignmentRow.person_id, late.label("late"),
               func.min(AssignmentRow.due_on).label("due"))
        .where(*_meant(session, narrowing), _OPEN)
        .group_by(_BUCKET, AssignmentRow.person_id)
        .subquery()
    )  # fmt: skip
    order = (grouped.c.late.desc(), grouped.c.due.is_(None), grouped.c.due, grouped.c.person_id)
    place = func.row_number().over(partition_by=grouped.c.bucket, order_by=order).label("place")
    ranked = select(grouped.c.bucket, grouped.c.person_id, place).subquery()
    statement = select(ranked).where(ranked.c.place <= most).order_by(ranked.c.bucket, ranked.c.place)
    return list(session.execute(statement))


def count_completed(session: Session, roots: Collection[int], since: Sequence[datetime]) -> dict[int, int]:
    """Return how many current assignments were completed from each moment to the next, by its place in the row."""
    moments = list(enumerate(since))
    week = case(*((AssignmentRow.state_since >= moment, place) for place, moment in reversed(moments)))
    statement = (
        select(week.label("week"), func.count())
        .where(*_meant(session, Narrowing(tuple(roots))), AssignmentRow.state == "completed")
        .where(AssignmentRow.state_since >= since[0])
        .group_by(literal_column("week"))
    )
    return {int(row[0]): row[1] for row in session.execute(statement)}


def _order(narrowing: Narrowing) -> tuple[ColumnElement[Any], ...]:
    """Return the order of a list: what is marked late first, unless all are, or none; then by due date."""
    by_day: tuple[ColumnElement[Any], ...] = (AssignmentRow.due_on.asc().nulls_last(), AssignmentRow.id.asc())
    return by_day if narrowing.is_marked is not None else (AssignmentRow.is_late.desc(), *by_day)


def list_progress(session: Session, narrowing: Narrowing, first: int, most: int) -> list[Row[Any]]:
    """Return some current assignments, what is marked late first, then by due date."""
    # Only what stands in an index, so that the rows of one page are read and no more.
    order = _order(narrowing)
    page = select(AssignmentRow.id).where(*_meant(session, narrowing)).order_by(*order).offset(first).limit(most)
    statement = (
        select(
            PersonRow.public_id.label("person_id"),
            PersonRow.name,
            UnitRow.name.label("unit"),
            ModuleRow.key.label("module_key"),
            ModuleVersionRow.document["title"].label("module_title"),
            AssignmentRow.due_on,
            AssignmentRow.state,
            AssignmentRow.state_since,
            _LATE.label("is_late"),
            _BUCKET.label("bucket"),
        )
        .join(PersonRow, PersonRow.id == AssignmentRow.person_id)
        .join(UnitRow, UnitRow.id == AssignmentRow.unit_id)
        .join(ModuleRow, ModuleRow.id == AssignmentRow.module_id)
        .join(ModuleVersionRow, ModuleVersionRow.id == ModuleRow.current_version_id)
        .where(AssignmentRow.id.in_(page))
        .order_by(*order)
    )
    return list(session.execute(statement))


def stream_progress(session: Session, narrowing: Narrowing) -> Iterator[Row[Any]]:
    """Give all current assignments that are meant, in the order of `list_progress`, some at a time; one statement."""
    order = _order(narrowing)
    statement = (
        select(
            PersonRow.name,
            AssignmentRow.unit_id,
            AssignmentRow.module_id,
            AssignmentRow.due_on,
            AssignmentRow.state,
            AssignmentRow.state_since,
            _LATE.label("is_late"),
            _BUCKET.label("bucket"),
        )
        .join(PersonRow, PersonRow.id == AssignmentRow.person_id)
        .where(*_meant(session, narrowing))
        .order_by(*order)
    )
    found: Iterable[Row[Any]] = stream(session, statement, ROWS_AT_ONCE)
    yield from found


def list_cycles(session: Session, person_id: int) -> list[Row[Any]]:
    """Return every assignment a person ever had, by module, the newest cycle of each first."""
    statement = (
        select(
            AssignmentRow.id,
            ModuleVersionRow.document["title"].label("module_title"),
            AssignmentRow.cycle,
            AssignmentRow.assigned_at,
            AssignmentRow.due_on,
            AssignmentRow.state,
            AssignmentRow.state_since,
            AssignmentRow.is_current,
            _LATE.label("is_late"),
            _BUCKET.label("bucket"),
        )
        .join(ModuleRow, ModuleRow.id == AssignmentRow.module_id)
        .join(ModuleVersionRow, ModuleVersionRow.id == ModuleRow.current_version_id)
        .where(AssignmentRow.person_id == person_id)
        .order_by(ModuleRow.key, AssignmentRow.cycle.desc())
    )
    return list(session.execute(statement))


def list_late_people(session: Session, narrowing: Narrowing, today: date) -> list[Row[Any]]:
    """Return whoever is late with what is meant, the longest late first, and whether they are away on a day."""
    away = (
        select(AbsenceRow.id)
        .where(
            AbsenceRow.person_id == PersonRow.id,
            AbsenceRow.starts_on <= today,
            or_(AbsenceRow.ends_on.is_(None), AbsenceRow.ends_on >= today),
        )
        .exists()
    )
    found = (
        select(AssignmentRow.person_id, func.min(AssignmentRow.due_on).label("due"))
        .where(*_meant(session, narrowing), _LATE, ~AssignmentRow.is_disowned)
        .group_by(AssignmentRow.person_id)
        .subquery()
    )
    statement = (
        select(PersonRow.id, PersonRow.public_id, PersonRow.name, away.label("is_away"))
        .join(found, found.c.person_id == PersonRow.id)
        .order_by(found.c.due, PersonRow.id)
    )
    return list(session.execute(statement))


def list_late_assignments(session: Session, narrowing: Narrowing) -> list[AssignmentRow]:
    """Return what is meant and late, the longest late first."""
    meant = select(AssignmentRow).where(*_meant(session, narrowing), _LATE, ~AssignmentRow.is_disowned)
    return list(session.scalars(meant.order_by(AssignmentRow.due_on, AssignmentRow.id)))


def list_late_ids(session: Session, persons: Collection[str]) -> list[Row[Any]]:
    """Return the keys of all that some people, by public id, are late with, and theirs."""
    found: list[Row[Any]] = []
    for some in batches(persons):
        statement = (
            select(AssignmentRow.id, AssignmentRow.person_id)
            .join(PersonRow, PersonRow.id == AssignmentRow.person_id)
            .where(PersonRow.public_id.in_(some), AssignmentRow.is_current, _LATE, ~AssignmentRow.is_disowned)
        )
        found += session.execute(statement.order_by(AssignmentRow.id))
    return found


def list_noted(session: Session, deed: str, kind: str, since: datetime) -> set[str]:
    """Return of what kind of thing a deed was noted in the trace since a moment, by public id."""
    statement = select(AuditEntryRow.target_id).where(
        AuditEntryRow.at > since,
        AuditEntryRow.deed == deed,
        AuditEntryRow.target_kind == kind,
        AuditEntryRow.was_allowed,
    )
    return set(session.scalars(statement))


def find_open_disowning(session: Session, person_id: int) -> DisowningRow | None:
    """Return what a manager said of a person and HR has not settled yet."""
    statement = select(DisowningRow).where(DisowningRow.person_id == person_id, DisowningRow.settled_at.is_(None))
    return session.scalar(statement)


def list_current_of(session: Session, person_id: int) -> list[AssignmentRow]:
    """Return the current assignments of a person."""
    statement = select(AssignmentRow).where(AssignmentRow.person_id == person_id, AssignmentRow.is_current)
    return list(session.scalars(statement))
