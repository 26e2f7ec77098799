"""What the turning of a day changes of assignments, in single statements over everybody."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true, update
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentRow, TurnedDayRow
from quiz.db.models.people import AbsenceRow, PersonRow

DONE = ("completed", "excused")


def find_last_turned(session: Session) -> date | None:
    """Return the last day whose turning was carried out."""
    return session.scalar(select(TurnedDayRow.day).order_by(TurnedDayRow.day.desc()).limit(1))


def mark_late(session: Session, today: date) -> int:
    """Mark what is past due on a day and no more, and nothing else; return how many marks changed."""
    late = and_(AssignmentRow.due_on.is_not(None), AssignmentRow.due_on < today, AssignmentRow.state.not_in(DONE))
    return _mark(session, "is_late", late)


def mark_away(session: Session, today: date) -> int:
    """Mark the assignments of whoever is away on a day; return how many marks changed."""
    away = exists().where(
        AbsenceRow.person_id == AssignmentRow.person_id,
        AbsenceRow.starts_on <= today,
        or_(AbsenceRow.ends_on.is_(None), AbsenceRow.ends_on >= today),
    )
    return _mark(session, "is_away", away)


def _mark(session: Session, name: str, holds: ColumnElement[bool]) -> int:
    mark = getattr(AssignmentRow, name)
    changed = 0
    # A due date that is not there makes the condition neither true nor false.
    for is_so, value in ((holds, true()), (~holds, false())):
        statement = update(AssignmentRow).where(AssignmentRow.is_current, mark.is_not(value), is_so)
        found = session.execute(statement.values({name: value}), execution_options={"synchronize_session": False})
        changed += found.rowcount or 0  # type: ignore[attr-defined]
    return changed


def place(session: Session, now: datetime) -> int:
    """Put every current assignment where its person works now, or nowhere once they left; return how many moved."""
    unit = (
        select(PersonRow.unit_id)
        .where(
            PersonRow.id == AssignmentRow.person_id,
            or_(PersonRow.active_until.is_(None), PersonRow.active_until > now),
        )
        .scalar_subquery()
    )
    statement = update(AssignmentRow).where(AssignmentRow.is_current, AssignmentRow.unit_id.is_distinct_from(unit))
    found = session.execute(statement.values(unit_id=unit), execution_options={"synchronize_session": False})
    return found.rowcount or 0  # type: ignore[attr-defined]
