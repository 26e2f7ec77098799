"""Counts for evidence over people, assignments, records and reminders; this file cannot reach attempts or answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from quiz.db.models.amending import DeltaModuleRow, ScenarioConfirmationRow
from quiz.db.models.assignments import AssignmentRow, AssignmentRuleRow
from quiz.db.models.catalogue import InstrumentVersionRow
from quiz.db.models.completions import CompletionRow, RevocationRow
from quiz.db.models.people import PersonRow, RoleGrantRow, UnitRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.queries.tallies import below


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose figures are meant: everybody's who ever was here, or of those who belong now to units and all below."""

    roots: tuple[int, ...] | None
    now: datetime


def _at_work(now: datetime) -> ColumnElement[bool]:
    return or_(PersonRow.active_until.is_(None), PersonRow.active_until > now)


def _theirs(reach: Reach, column: InstrumentedAttribute[int]) -> list[ColumnElement[bool]]:
    if reach.roots is None:
        return []
    units = select(below(reach.roots).c.id)
    return [column.in_(select(PersonRow.id).where(PersonRow.unit_id.in_(units), _at_work(reach.now)))]


def _one(session: Session, statement: Select[*tuple[Any, ...]]) -> Row[Any]:
    return session.execute(statement).one()


def count_people(session: Session, reach: Reach) -> tuple[int, int]:
    """Return how many people work here, and how many of them have more time in exams."""
    statement = select(func.count(), func.count(case((PersonRow.extra_time_percent > 0, 1)))).select_from(PersonRow)
    row = session.execute(statement.where(_at_work(reach.now), *_theirs(reach, PersonRow.id))).one()
    return row[0], row[1]


def count_units(session: Session, reach: Reach) -> int:
    """Return how many units are open."""
    statement = select(func.count()).select_from(UnitRow).where(UnitRow.closed_on.is_(None))
    if reach.roots is not None:
        statement = statement.where(UnitRow.id.in_(select(below(reach.roots).c.id)))
    return session.scalar(statement) or 0


def list_job_families(session: Session, reach: Reach) -> list[tuple[list[str], int]]:
    """Return the fields of work that people have together, each with the number of those at work."""
    statement = (
        select(PersonRow.job_families.label("families"), func.count())
        .where(_at_work(reach.now), *_theirs(reach, PersonRow.id))
        .group_by(literal_column("families"))
    )
    return [(row[0] or [], row[1]) for row in session.execute(statement)]


def list_asked(session: Session, reach: Reach, since: datetime, until: datetime) -> list[Row[Any]]:
    """Return for each module how often it was assigned between two moments, and how many of these are completed."""
    done = case((AssignmentRow.state == "completed", 1))
    statement = (
        select(AssignmentRow.module_id, func.count().label("asked"), func.count(done).label("done"))
        .where(AssignmentRow.assigned_at >= since, AssignmentRow.assigned_at < until)
        .where(*_theirs(reach, AssignmentRow.person_id))
        .group_by(AssignmentRow.module_id)
    )
    return list(session.execute(statement))


def count_due(session: Session, reach: Reach, first: date, last: date) -> dict[bool, tuple[int, int, int]]:
    """Return how much of what was due between two days was completed in time, how much later, how much never.

    Of renewals (True) and of first times. What was waived or asked no more is left out; a record that was revoked is
    as if it had never been.
    """
    held = CompletionRow.completed_on.is_not(None) & RevocationRow.completion_id.is_(None)
    in_time, later = (
        CompletionRow.completed_on <= AssignmentRow.due_on,
        CompletionRow.completed_on > AssignmentRow.due_on,
    )
    statement = (
        select(
            func.count(case((held & in_time, 1))),
            func.count(case((held & later, 1))),
            func.count(),
            case((AssignmentRow.cycle > 1, 1), else_=0).label("is_renewal"),
        )
        .select_from(AssignmentRow)
        .outerjoin(CompletionRow, CompletionRow.assignment_id == AssignmentRow.id)
        .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
        .where(
            AssignmentRow.due_on.between(first, last),
            AssignmentRow.state != "excused",
            *_theirs(reach, AssignmentRow.person_id),
        )
        .group_by(literal_column("is_renewal"))
    )
    return {bool(row[3]): (row[0], row[1], row[2] - row[0] - row[1]) for row in session.execute(statement)}


def list_joined(session: Session, reach: Reach, first: date, last: date) -> list[tuple[date, date | None]]:
    """Return for everybody at work who joined between two days when, and the day of their first record that holds."""
    statement = (
        select(PersonRow.joined_on, func.min(case((RevocationRow.completion_id.is_(None), CompletionRow.completed_on))))
        .outerjoin(CompletionRow, CompletionRow.person_id == PersonRow.id)
        .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
        .where(PersonRow.joined_on.between(first, last), _at_work(reach.now), *_theirs(reach, PersonRow.id))
        .group_by(PersonRow.id, PersonRow.joined_on)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def count_failing(session: Session, reach: Reach) -> Row[Any]:
    """Return of what stands now: all of it, what awaits another attempt, has none left, was given more, asks help."""
    statement = select(
        func.count().label("current"),
        func.count(case((AssignmentRow.state == "awaiting_next", 1))).label("awaiting"),
        func.count(case((AssignmentRow.is_used_up, 1))).label("used_up"),
        func.count(case((AssignmentRow.extra_attempts > 0, 1))).label("given_more"),
        func.count(case((AssignmentRow.help_asked_at.is_not(None), 1))).label("asked_help"),
    ).where(AssignmentRow.is_current, AssignmentRow.unit_id.is_not(None), *_theirs(reach, AssignmentRow.person_id))
    return _one(session, statement)


def count_records(session: Session, reach: Reach, since: datetime, until: datetime, today: date) -> Row[Any]:
    """Return records: issued and revoked between two moments; valid and run out on a day."""
    stands = RevocationRow.completion_id.is_(None)
    statement = (
        select(
            func.count(case((and_(CompletionRow.completed_at >= since, CompletionRow.completed_at < until), 1))).label(
                "issued"
            ),
            func.count(case((and_(RevocationRow.revoked_at >= since, RevocationRow.revoked_at < until), 1))).label(
                "revoked"
            ),
            func.count(case((stands & (CompletionRow.valid_until >= today), 1))).label("valid"),
            func.count(case((stands & (CompletionRow.valid_until < today), 1))).label("expired"),
        )
        .select_from(CompletionRow)
        .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
        .where(*_theirs(reach, CompletionRow.person_id))
    )
    return _one(session, statement)


def list_pledges(session: Session, reach: Reach, since: datetime, until: datetime) -> list[tuple[list[str], int]]:
    """Return the editions that were pledged on together between two moments, and how often."""
    statement = (
        select(CompletionRow.pledge["editions"].label("editions"), func.count())
        .where(CompletionRow.completed_at >= since, CompletionRow.completed_at < until)
        .where(*_theirs(reach, CompletionRow.person_id))
        .group_by(literal_column("editions"))
    )
    return [(row[0], row[1]) for row in session.execute(statement) if row[0] is not None]


def list_reminders(session: Session, reach: Reach, first: date, last: date) -> list[tuple[str, str | None, int]]:
    """Return what became of the steps that were reached between two days, why where nothing was said, and how often."""
    statement = (
        select(ReminderNoteRow.outcome, ReminderNoteRow.because, func.count())
        .join(AssignmentRow, AssignmentRow.id == ReminderNoteRow.assignment_id)
        .where(ReminderNoteRow.noted_on.between(first, last), *_theirs(reach, AssignmentRow.person_id))
        .group_by(ReminderNoteRow.outcome, ReminderNoteRow.because)
        .order_by(ReminderNoteRow.outcome, ReminderNoteRow.because)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def list_rules(session: Session) -> list[AssignmentRuleRow]:
    """Return the rules that have not ended, in the order in which they were made."""
    statement = select(AssignmentRuleRow).where(AssignmentRuleRow.ended_at.is_(None))
    return list(session.scalars(statement.order_by(AssignmentRuleRow.id)))


def count_managers(session: Session, reach: Reach, today: date, module_ids: Collection[int]) -> tuple[int, int, int]:
    """Return how many managers are at work, how many were ever asked some modules, and how many completed one."""
    managers = (
        select(PersonRow.id)
        .join(RoleGrantRow, RoleGrantRow.person_id == PersonRow.id)
        .where(
            RoleGrantRow.role == "manager",
            RoleGrantRow.starts_on <= today,
            or_(RoleGrantRow.ends_on.is_(None), RoleGrantRow.ends_on >= today),
            _at_work(reach.now),
            *_theirs(reach, PersonRow.id),
        )
        .distinct()
        .subquery()
    )
    person = AssignmentRow.person_id
    statement = select(
        func.count(person.distinct()), func.count(case((AssignmentRow.state == "completed", person)).distinct())
    ).where(AssignmentRow.module_id.in_(list(module_ids)), person.in_(select(managers.c.id)))
    asked, done = session.execute(statement).one()
    return session.scalar(select(func.count()).select_from(managers)) or 0, asked, done


def count_amendments(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """Return how many new versions of instruments were published between two moments, and how often a scenario was
    found to hold still after one.
    """
    published = InstrumentVersionRow.published_at
    amended = select(func.count()).select_from(InstrumentVersionRow)
    amended = amended.where(InstrumentVersionRow.number > 1, published >= since, published < until)
    at = ScenarioConfirmationRow.confirmed_at
    confirmed = select(func.count()).select_from(ScenarioConfirmationRow).where(at >= since, at < until)
    return session.scalar(amended) or 0, session.scalar(confirmed) or 0


def list_delta_keys(session: Session, until: datetime) -> set[str]:
    """Return the keys of the modules that ask again what an amendment changed, begun before a moment."""
    return set(session.scalars(select(DeltaModuleRow.module_key).where(DeltaModuleRow.begun_at < until)))
