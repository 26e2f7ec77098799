"""Whose assignments reach a step of the ladder, and what was noted of them; no attempt and no answer is in here."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.catalogue import ModuleRow, ModuleVersionRow
from quiz.db.models.people import PersonRow
from quiz.db.models.reminding import ReminderNoteRow, ReminderRunRow
from quiz.db.queries.batches import batches


def find_run(session: Session, day: date) -> ReminderRunRow | None:
    """Return how far the reminders of a day have gone."""
    return session.get(ReminderRunRow, day)


def find_last_ended(session: Session, before: date) -> date | None:
    """Return the last day before another whose reminders came to their end."""
    statement = select(ReminderRunRow.day).where(ReminderRunRow.day < before, ReminderRunRow.ended_at.is_not(None))
    return session.scalar(statement.order_by(ReminderRunRow.day.desc()).limit(1))


def list_people(session: Session, after: int, most: int, first: date, last: date) -> list[int]:
    """Return the next people, in order of keys, with something current that is due between two days."""
    statement = (
        select(AssignmentRow.person_id)
        .where(
            AssignmentRow.is_current,
            AssignmentRow.unit_id.is_not(None),
            AssignmentRow.due_on.between(first, last),
            AssignmentRow.person_id > after,
        )
        .distinct()
        .order_by(AssignmentRow.person_id)
        .limit(most)
    )
    return list(session.scalars(statement))


def list_asked(session: Session, person_ids: Sequence[int], first: date, last: date) -> list[Row[Any]]:
    """Return the current assignments of people that are due between two days, by person."""
    found: list[Row[Any]] = []
    for some in batches(person_ids):
        statement = select(
            AssignmentRow.id,
            AssignmentRow.person_id,
            PersonRow.public_id.label("person"),
            AssignmentRow.due_on,
            AssignmentRow.state,
            AssignmentRow.assigned_at,
            AssignmentRow.is_away,
            AssignmentRow.is_disowned,
        ).join(PersonRow, PersonRow.id == AssignmentRow.person_id)
        found += session.execute(
            statement.where(
                AssignmentRow.person_id.in_(some),
                AssignmentRow.is_current,
                AssignmentRow.unit_id.is_not(None),
                AssignmentRow.due_on.between(first, last),
            ).order_by(AssignmentRow.person_id, AssignmentRow.due_on, AssignmentRow.id)
        )
    return found


def list_steps(session: Session, assignment_ids: Collection[int]) -> dict[int, set[str]]:
    """Return the steps that were noted of assignments."""
    noted: dict[int, set[str]] = {}
    for some in batches(assignment_ids):
        statement = select(ReminderNoteRow.assignment_id, ReminderNoteRow.step)
        for row in session.execute(statement.where(ReminderNoteRow.assignment_id.in_(some))):
            noted.setdefault(row.assignment_id, set()).add(row.step)
    return noted


def list_queued(session: Session, person_id: int, day: date) -> list[tuple[ReminderNoteRow, AssignmentRow]]:
    """Return what is still to be said to a person of a day, in order of due dates."""
    statement = (
        select(ReminderNoteRow, AssignmentRow)
        .join(AssignmentRow, AssignmentRow.id == ReminderNoteRow.assignment_id)
        .where(
            ReminderNoteRow.person_id == person_id,
            ReminderNoteRow.noted_on == day,
            ReminderNoteRow.outcome == "queued",
        )
        .order_by(AssignmentRow.due_on, AssignmentRow.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def list_titles(session: Session, module_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return what modules are called, by key in the tables."""
    statement = (
        select(ModuleRow.id, ModuleVersionRow.document["title"].label("title"))
        .join(ModuleVersionRow, ModuleVersionRow.id == ModuleRow.current_version_id)
        .where(ModuleRow.id.in_(module_ids))
    )
    return {row.id: row.title for row in session.execute(statement)}


def list_notes(session: Session, person_id: int, most: int) -> list[ReminderNoteRow]:
    """Return what a person was told and not told, the newest first."""
    statement = select(ReminderNoteRow).where(ReminderNoteRow.person_id == person_id)
    return list(session.scalars(statement.order_by(ReminderNoteRow.id.desc()).limit(most)))
