"""Whose assignments reach a step of the ladder, and what was noted of them; no attempt and no answer is in here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow
from quiz.db.models.catalogue import ModuleRow, ModuleVersionRow
from quiz.db.models.people import PersonRow
from quiz.db.models.reminding import ReminderNoteRow, ReminderRunRow
from quiz.db.queries.batches import batches
from quiz.engine.reminders import ASKED, ASSIGNED, LEVEL, OPEN, POSTPONED


def find_run(session: Session, day: date, to_change: bool = False) -> ReminderRunRow | None:
    """Return how far the reminders of a day have gone; held where they are to go on."""
    return session.get(ReminderRunRow, day, with_for_update=to_change)


def find_last_ended(session: Session, before: date) -> ReminderRunRow | None:
    """Return the reminders of the last day before another that came to their end."""
    statement = select(ReminderRunRow).where(ReminderRunRow.day < before, ReminderRunRow.ended_at.is_not(None))
    return session.scalar(statement.order_by(ReminderRunRow.day.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Window:
    """Which assignments are looked at: due between two days, assigned by a rule since a moment, or open and long past.

    What was kept back is looked at until it is said.
    """

    first: date
    last: date
    new_since: datetime
    late_before: date | None


def _looked_at(window: Window) -> ColumnElement[bool]:
    kept_back = select(ReminderNoteRow.assignment_id).where(
        ReminderNoteRow.step == ASSIGNED, ReminderNoteRow.because.in_(POSTPONED)
    )
    is_new = or_(AssignmentRow.assigned_at > window.new_since, AssignmentRow.id.in_(kept_back))
    wanted = [
        AssignmentRow.due_on.between(window.first, window.last),
        and_(AssignmentRow.rule_id.is_not(None), AssignmentRow.state.in_(OPEN), is_new),
    ]
    if window.late_before is not None:
        wanted.append(and_(AssignmentRow.state.in_(OPEN), AssignmentRow.due_on <= window.late_before))
    return and_(AssignmentRow.is_current, AssignmentRow.unit_id.is_not(None), or_(*wanted))


def list_people(session: Session, after: int, most: int, window: Window) -> list[int]:
    """Return the next people, in order of keys, with something that is to be looked at."""
    statement = select(AssignmentRow.person_id).where(_looked_at(window), AssignmentRow.person_id > after)
    return list(session.scalars(statement.distinct().order_by(AssignmentRow.person_id).limit(most)))


def list_asked(session: Session, person_ids: Sequence[int], window: Window) -> list[Row[Any]]:
    """Return the current assignments of people that are to be looked at, by person."""
    found: list[Row[Any]] = []
    for some in batches(person_ids):
        statement = select(
            AssignmentRow.id,
            AssignmentRow.person_id,
            PersonRow.public_id.label("person"),
            AssignmentRow.due_on,
            AssignmentRow.state,
            AssignmentRow.assigned_at,
            AssignmentRow.rule_id,
            AssignmentRow.is_away,
            AssignmentRow.is_disowned,
        ).join(PersonRow, PersonRow.id == AssignmentRow.person_id)
        found += session.execute(
            statement.where(AssignmentRow.person_id.in_(some), _looked_at(window)).order_by(
                AssignmentRow.person_id, AssignmentRow.due_on, AssignmentRow.id
            )
        )
    return found


def list_noted(session: Session, assignment_ids: Collection[int]) -> dict[int, list[ReminderNoteRow]]:
    """Return what was noted of assignments, the oldest first."""
    noted: dict[int, list[ReminderNoteRow]] = {}
    for some in batches(assignment_ids):
        statement = select(ReminderNoteRow).where(ReminderNoteRow.assignment_id.in_(some))
        for row in session.scalars(statement.order_by(ReminderNoteRow.id)):
            noted.setdefault(row.assignment_id, []).append(row)
    return noted


def list_queued(session: Session, person_id: int, day: date) -> list[tuple[ReminderNoteRow, AssignmentRow]]:
    """Return what the ladder still says to a person of a day, in order of due dates."""
    by_deed = and_(ReminderNoteRow.step == ASSIGNED, AssignmentRow.rule_id.is_(None))
    return _queued(
        session,
        ReminderNoteRow.person_id == person_id,
        ReminderNoteRow.noted_on == day,
        ReminderNoteRow.step != ASKED,
        ~ReminderNoteRow.step.startswith(LEVEL),
        ~by_deed,
    )


def list_asked_for(session: Session, person_id: int) -> list[tuple[ReminderNoteRow, AssignmentRow]]:
    """Return of what managers ask to remind a person, in order of due dates."""
    return _queued(session, ReminderNoteRow.person_id == person_id, ReminderNoteRow.step == ASKED)


def list_given(session: Session, assignment: str) -> list[tuple[ReminderNoteRow, AssignmentRow]]:
    """Return what is still to be said of an assignment that somebody gave by hand."""
    return _queued(session, AssignmentRow.public_id == assignment, ReminderNoteRow.step == ASSIGNED)


def list_above(session: Session, person_id: int, day: date) -> list[tuple[ReminderNoteRow, AssignmentRow]]:
    """Return what is still to be said to a superior of a day, in order of due dates."""
    is_level = ReminderNoteRow.step.startswith(LEVEL)
    return _queued(session, ReminderNoteRow.person_id == person_id, ReminderNoteRow.noted_on == day, is_level)


def _queued(session: Session, *wanted: ColumnElement[bool]) -> list[tuple[ReminderNoteRow, AssignmentRow]]:
    statement = (
        select(ReminderNoteRow, AssignmentRow)
        .join(AssignmentRow, AssignmentRow.id == ReminderNoteRow.assignment_id)
        .where(ReminderNoteRow.outcome == "queued", *wanted)
        .order_by(AssignmentRow.due_on, AssignmentRow.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def list_superiors_to_tell(session: Session, day: date) -> list[str]:
    """Return the public ids of superiors who are to be told something on a day, each once."""
    statement = (
        select(PersonRow.public_id)
        .join(ReminderNoteRow, ReminderNoteRow.person_id == PersonRow.id)
        .where(
            ReminderNoteRow.noted_on == day,
            ReminderNoteRow.outcome == "queued",
            ReminderNoteRow.step.startswith(LEVEL),
        )
        .distinct()
        .order_by(PersonRow.public_id)
    )
    return list(session.scalars(statement))


def list_open(session: Session, person_id: int) -> list[AssignmentRow]:
    """Return what a person still has to complete by a day, the soonest first."""
    statement = select(AssignmentRow).where(
        AssignmentRow.person_id == person_id,
        AssignmentRow.is_current,
        AssignmentRow.state.in_(OPEN),
        AssignmentRow.due_on.is_not(None),
    )
    return list(session.scalars(statement.order_by(AssignmentRow.due_on, AssignmentRow.id)))


def count_extensions(session: Session, assignment_ids: Collection[int]) -> dict[int, int]:
    """Return how often more time was given for assignments, by key."""
    statement = (
        select(AssignmentChangeRow.assignment_id, func.count())
        .where(AssignmentChangeRow.assignment_id.in_(assignment_ids), AssignmentChangeRow.kind == "extended")
        .group_by(AssignmentChangeRow.assignment_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def list_titles(session: Session, module_ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return the keys and titles of modules, by their keys in the tables."""
    statement = (
        select(ModuleRow.id, ModuleRow.key, ModuleVersionRow.document["title"].label("title"))
        .join(ModuleVersionRow, ModuleVersionRow.id == ModuleRow.current_version_id)
        .where(ModuleRow.id.in_(module_ids))
    )
    return {row.id: row for row in session.execute(statement)}
