"""Finding people by where they work, who manages a unit on which days, and who is away."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from quiz.db.models.assignments import AssignmentRow, DisowningRow
from quiz.db.models.people import AbsenceRow, PersonRow, PostingRow, RoleGrantRow, UnitRow
from quiz.db.queries.batches import batches
from quiz.db.queries.erased import stands
from quiz.db.queries.holding_words import holding_words

MANAGER = "manager"
_Row = TypeVar("_Row", PersonRow, UnitRow)


def find_person(session: Session, public_id: str, to_change: bool = False) -> PersonRow | None:
    """Return a person who was not erased by public id; one that is to be changed is held until the deed is done."""
    statement = _held(select(PersonRow).where(PersonRow.public_id == public_id, stands()), to_change)
    return session.scalars(statement).one_or_none()


def find_by_number_or_mail(session: Session, typed: str) -> PersonRow | None:
    """Return a person by HR number or e-mail address, as somebody types it."""
    wanted = typed.strip()
    found = or_(PersonRow.hr_number == wanted, PersonRow.email == wanted.lower())
    return session.scalar(select(PersonRow).where(found, stands()).order_by(PersonRow.id).limit(1))


def find_unit(session: Session, public_id: str, to_change: bool = False) -> UnitRow | None:
    """Return a unit by public id; one that is to be changed is held until the deed is done."""
    statement = _held(select(UnitRow).where(UnitRow.public_id == public_id), to_change)
    return session.scalars(statement).one_or_none()


def list_units(session: Session, to_change: bool = False) -> list[UnitRow]:
    """Return all units as they were made; held until the deed is done where one is to be put elsewhere."""
    return list(session.scalars(_held(select(UnitRow).order_by(UnitRow.id), to_change)))


def _held(statement: Select[_Row], to_change: bool) -> Select[_Row]:
    return statement.with_for_update().execution_options(populate_existing=True) if to_change else statement


def is_here(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a person works here at a moment."""
    return or_(PersonRow.active_until.is_(None), PersonRow.active_until > now)


def count_people(session: Session, unit_id: int, now: datetime) -> int:
    """Return how many people work in a unit itself."""
    return session.scalar(select(func.count()).where(PersonRow.unit_id == unit_id, is_here(now))) or 0


def count_by_unit(session: Session, now: datetime) -> dict[int, int]:
    """Return how many people work in each unit itself."""
    statement = select(PersonRow.unit_id, func.count()).where(is_here(now)).group_by(PersonRow.unit_id)
    return {row[0]: row[1] for row in session.execute(statement)}


def count_open_below(session: Session, unit_id: int) -> int:
    """Return how many open units stand right below a unit."""
    return session.scalar(select(func.count()).where(UnitRow.parent_id == unit_id, UnitRow.closed_on.is_(None))) or 0


def list_managers(
    session: Session, first: date, last: date | None, unit_ids: Collection[int] | None = None
) -> list[Row[Any]]:
    """Return who manages which unit on some day of a span (without an end where `last` is None), in which capacity."""
    statement = (
        select(
            RoleGrantRow.id,
            RoleGrantRow.unit_id,
            RoleGrantRow.person_id,
            RoleGrantRow.capacity,
            RoleGrantRow.starts_on,
            RoleGrantRow.ends_on,
            RoleGrantRow.delegated_by,
            PersonRow.public_id,
            PersonRow.name,
            PersonRow.hr_number,
        )
        .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
        .where(RoleGrantRow.role == MANAGER, RoleGrantRow.unit_id.is_not(None), _within(first, last))
        .order_by(RoleGrantRow.starts_on, RoleGrantRow.id)
    )
    if unit_ids is not None:
        statement = statement.where(RoleGrantRow.unit_id.in_(unit_ids))
    return list(session.execute(statement))


def _within(first: date, last: date | None) -> ColumnElement[bool]:
    # What was taken back before it began ends before it starts, and holds on no day.
    is_real = or_(RoleGrantRow.ends_on.is_(None), RoleGrantRow.ends_on >= RoleGrantRow.starts_on)
    begins = RoleGrantRow.starts_on <= last if last is not None else RoleGrantRow.starts_on.is_not(None)
    return and_(is_real, begins, or_(RoleGrantRow.ends_on.is_(None), RoleGrantRow.ends_on >= first))


def list_grants(session: Session, person_id: int, first: date) -> list[RoleGrantRow]:
    """Return the roles of a person that hold on a day or later."""
    statement = select(RoleGrantRow).where(RoleGrantRow.person_id == person_id, _within(first, None))
    return list(session.scalars(statement.order_by(RoleGrantRow.starts_on, RoleGrantRow.id)))


def list_role_holders(session: Session, roles: Collection[str], first: date, now: datetime) -> list[Row[Any]]:
    """Return who holds some roles for good on a day or later, with bank and dates, of those who work here."""
    statement = (
        select(
            PersonRow.public_id,
            PersonRow.name,
            RoleGrantRow.role,
            RoleGrantRow.bank,
            RoleGrantRow.starts_on,
            RoleGrantRow.ends_on,
        )
        .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
        .where(RoleGrantRow.role.in_(list(roles)), RoleGrantRow.unit_id.is_(None), _within(first, None), is_here(now))
        .order_by(RoleGrantRow.role, RoleGrantRow.bank.is_not(None), RoleGrantRow.bank, PersonRow.name, RoleGrantRow.id)
    )
    return list(session.execute(statement))


def list_delegated(session: Session, person_id: int, first: date) -> list[RoleGrantRow]:
    """Return what a person gave to others that holds on a day or later."""
    statement = select(RoleGrantRow).where(RoleGrantRow.delegated_by == person_id, _within(first, None))
    return list(session.scalars(statement.order_by(RoleGrantRow.starts_on, RoleGrantRow.id)))


def end_grants(session: Session, grant_ids: Collection[int], last: date) -> None:
    """Let roles end with a day."""
    for some in batches(grant_ids):
        statement = update(RoleGrantRow).where(RoleGrantRow.id.in_(some)).values(ends_on=last)
        session.execute(statement, execution_options={"synchronize_session": "fetch"})


def end_roles_of(session: Session, left: dict[int, date]) -> None:
    """Let every role of people that has not ended by the day they left end with it."""
    for person_id, day in left.items():
        statement = update(RoleGrantRow).where(
            RoleGrantRow.person_id == person_id, or_(RoleGrantRow.ends_on.is_(None), RoleGrantRow.ends_on > day)
        )
        session.execute(statement.values(ends_on=day), execution_options={"synchronize_session": False})


def list_places(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    """Return the units of people, by key."""
    found: dict[int, int] = {}
    for some in batches(person_ids):
        statement = select(PersonRow.id, PersonRow.unit_id).where(PersonRow.id.in_(some))
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def list_public_ids(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Return the public ids of people by key."""
    found: dict[int, str] = {}
    for some in batches(person_ids):
        statement = select(PersonRow.id, PersonRow.public_id).where(PersonRow.id.in_(some))
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def list_absent(session: Session, person_ids: Collection[int], today: date, now: datetime) -> set[int]:
    """Return which of some people are away on a day, or do not work here at its moment."""
    absent: set[int] = set()
    for some in batches(person_ids):
        away = select(AbsenceRow.person_id).where(AbsenceRow.person_id.in_(some), overlaps(today, today))
        absent |= set(session.scalars(away))
        absent |= set(session.scalars(select(PersonRow.id).where(PersonRow.id.in_(some), ~is_here(now))))
    return absent


def overlaps(first: date, last: date | None) -> ColumnElement[bool]:
    """Return the condition that an absence has a day in common with a span; without `last` it has no end."""
    begins = AbsenceRow.starts_on <= last if last is not None else AbsenceRow.starts_on.is_not(None)
    return and_(begins, or_(AbsenceRow.ends_on.is_(None), AbsenceRow.ends_on >= first))


def list_absences(session: Session, person_id: int, first: date, last: date | None) -> list[AbsenceRow]:
    """Return the absences of a person that have a day in common with a span."""
    statement = select(AbsenceRow).where(AbsenceRow.person_id == person_id, overlaps(first, last))
    return list(session.scalars(statement.order_by(AbsenceRow.starts_on)))


def find_absence(session: Session, public_id: str) -> tuple[AbsenceRow, PersonRow] | None:
    """Return an absence by public id with whose it is, who is held until the deed is done."""
    joined = select(AbsenceRow, PersonRow).join(PersonRow, PersonRow.id == AbsenceRow.person_id)
    statement = joined.where(AbsenceRow.public_id == public_id).with_for_update()
    found = session.execute(statement.execution_options(populate_existing=True)).one_or_none()
    return (found[0], found[1]) if found else None


def list_postings(session: Session, person_id: int) -> list[PostingRow]:
    """Return where a person belonged, newest first."""
    statement = select(PostingRow).where(PostingRow.person_id == person_id)
    return list(session.scalars(statement.order_by(PostingRow.starts_on.desc(), PostingRow.id.desc())))


def place_assignments(session: Session, person_id: int, unit_id: int | None) -> None:
    """Put the current assignments of a person into a unit, or nowhere."""
    statement = update(AssignmentRow).where(AssignmentRow.person_id == person_id, AssignmentRow.is_current)
    session.execute(statement.values(unit_id=unit_id), execution_options={"synchronize_session": "fetch"})


def mark_away(session: Session, person_id: int, is_away: bool) -> None:
    """Mark the current assignments of a person as those of somebody who is away, or take the mark off."""
    statement = update(AssignmentRow).where(AssignmentRow.person_id == person_id, AssignmentRow.is_current)
    session.execute(statement.values(is_away=is_away), execution_options={"synchronize_session": "fetch"})


def settle_disownings(
    session: Session, person_ids: Collection[int], by: str, now: datetime, outcome: str = "moved"
) -> None:
    """Settle what managers said of people: they were moved to another unit, or belong where they are."""
    for some in batches(person_ids):
        said = update(DisowningRow).where(DisowningRow.person_id.in_(some), DisowningRow.settled_at.is_(None))
        session.execute(
            said.values(settled_at=now, settled_by=by, outcome=outcome),
            execution_options={"synchronize_session": False},
        )
        marked = update(AssignmentRow).where(AssignmentRow.person_id.in_(some), AssignmentRow.is_disowned)
        session.execute(marked.values(is_disowned=False), execution_options={"synchronize_session": "fetch"})


def list_disowned(session: Session) -> list[Row[Any]]:
    """Return what managers said of people and nobody has settled, the oldest first."""
    manager = aliased(PersonRow)
    statement = (
        select(
            DisowningRow.public_id,
            DisowningRow.person_id,
            DisowningRow.words,
            DisowningRow.said_at,
            PersonRow.public_id.label("person"),
            PersonRow.name,
            UnitRow.name.label("unit"),
            manager.name.label("manager"),
        )
        .join(PersonRow, PersonRow.id == DisowningRow.person_id)
        .join(UnitRow, UnitRow.id == DisowningRow.unit_id)
        .join(manager, manager.id == DisowningRow.said_by)
        .where(DisowningRow.settled_at.is_(None))
        .order_by(DisowningRow.id)
    )
    return list(session.execute(statement))


def has_disowning(session: Session, public_id: str) -> bool:
    """Tell whether a manager said this of somebody, settled or not."""
    return session.scalar(select(DisowningRow.id).where(DisowningRow.public_id == public_id)) is not None


def search_people(
    session: Session, folded: str, unit_ids: Collection[int] | None, first: int, most: int, counted: int
) -> tuple[list[PersonRow], int]:
    """Return people whose names or HR number hold some folded words, by name, and how many, counted so far and one."""
    statement = select(PersonRow).where(stands(), *holding_words(session, PersonRow.folded, folded.split()))
    if unit_ids is not None:
        statement = statement.where(PersonRow.unit_id.in_(unit_ids))
    some = statement.with_only_columns(PersonRow.id).limit(counted + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    ordered = statement.order_by(PersonRow.folded, PersonRow.id).offset(first).limit(most)
    return list(session.scalars(ordered)), count
