"""The log of mails as HR reads it: what was said and not said to whom, the runs of days, and what the outbox holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.catalogue import ModuleRow
from quiz.db.models.people import PersonRow
from quiz.db.models.reminding import ReminderNoteRow, ReminderRunRow, WorkerSignRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.queries.outbox import HELD

_WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of the log are asked for; what is None or empty narrows nothing."""

    day: date | None = None
    folded: str = ""
    person: str | None = None
    outcome: str | None = None
    module: str | None = None


def list_lines(session: Session, wanted: Wanted, first: int, most: int) -> tuple[list[Row[Any]], int]:
    """Return lines of the log, the newest first, and how many there are in all."""
    reader, about = aliased(PersonRow), aliased(PersonRow)
    statement: Any = (
        select(
            ReminderNoteRow.id,
            ReminderNoteRow.step,
            ReminderNoteRow.outcome,
            ReminderNoteRow.because,
            ReminderNoteRow.noted_at,
            ReminderNoteRow.sent_at,
            AssignmentRow.module_id,
            AssignmentRow.due_on,
            reader.public_id.label("reader"),
            reader.name.label("reader_name"),
            about.public_id.label("about"),
            about.name.label("about_name"),
            about.hr_number.label("about_number"),
        )
        .join(AssignmentRow, AssignmentRow.id == ReminderNoteRow.assignment_id)
        .join(reader, reader.id == ReminderNoteRow.person_id)
        .join(about, about.id == AssignmentRow.person_id)
    )
    if wanted.day is not None:
        statement = statement.where(ReminderNoteRow.noted_on == wanted.day)
    for word in wanted.folded.split():
        holds = (one.folded.contains(word, autoescape=True) for one in (reader, about))
        statement = statement.where(or_(*holds))
    if wanted.person is not None:
        statement = statement.where(or_(reader.public_id == wanted.person, about.public_id == wanted.person))
    if wanted.outcome is not None:
        statement = statement.where(ReminderNoteRow.outcome == wanted.outcome)
    if wanted.module is not None:
        module = select(ModuleRow.id).where(ModuleRow.key == wanted.module).scalar_subquery()
        statement = statement.where(AssignmentRow.module_id == module)
    count = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    ordered = statement.order_by(ReminderNoteRow.id.desc()).offset(first).limit(most)
    return list(session.execute(ordered)), count


def list_modules(session: Session) -> list[int]:
    """Return the modules that anything was noted of, by their keys in the tables."""
    noted = select(ReminderNoteRow.assignment_id)
    return list(session.scalars(select(AssignmentRow.module_id).where(AssignmentRow.id.in_(noted)).distinct()))


def list_runs(session: Session, day: date | None, most: int) -> list[ReminderRunRow]:
    """Return how the reminders of days went, the newest first, or those of one day."""
    statement = select(ReminderRunRow).order_by(ReminderRunRow.day.desc()).limit(most)
    return list(session.scalars(statement if day is None else statement.where(ReminderRunRow.day == day)))


def find_first_run(session: Session) -> date | None:
    """Return the first day on which reminders ran at all."""
    return session.scalar(select(func.min(ReminderRunRow.day)))


def list_waiting(session: Session, kinds: Collection[str], before: datetime, most: int) -> list[OutboxMessageRow]:
    """Return messages asked for before a moment that are neither carried out nor kept back, the oldest first."""
    statement = select(OutboxMessageRow).where(
        OutboxMessageRow.done_at.is_(None),
        OutboxMessageRow.due_at < HELD,
        OutboxMessageRow.kind.in_(kinds),
        OutboxMessageRow.created_at < before,
    )
    return list(session.scalars(statement.order_by(OutboxMessageRow.id).limit(most)))


def list_given_up(session: Session, kinds: Collection[str], since: datetime, most: int) -> list[OutboxMessageRow]:
    """Return messages that were given up since a moment, the newest first."""
    statement = select(OutboxMessageRow).where(
        OutboxMessageRow.done_at > since, OutboxMessageRow.last_error.is_not(None), OutboxMessageRow.kind.in_(kinds)
    )
    return list(session.scalars(statement.order_by(OutboxMessageRow.id.desc()).limit(most)))


def count_of_day(session: Session, kinds: Collection[str], since: datetime) -> tuple[int, int]:
    """Return how many messages were asked for since a moment, and how many of them are carried out."""
    of_day = OutboxMessageRow.created_at >= since, OutboxMessageRow.kind.in_(kinds)
    done = func.count(OutboxMessageRow.done_at).filter(OutboxMessageRow.last_error.is_(None))
    row = session.execute(select(func.count(), done).where(*of_day)).one()
    return row[0], row[1]


def find_sign(session: Session) -> datetime | None:
    """Return when a worker was seen last."""
    return session.scalar(select(WorkerSignRow.seen_at).where(WorkerSignRow.worker == _WORKER))


def keep_sign(session: Session, now: datetime, unless_since: datetime) -> None:
    """Keep that a worker is there now, unless one was seen since a moment."""
    seen = find_sign(session)
    if seen is not None:
        if seen <= unless_since:
            session.execute(update(WorkerSignRow).where(WorkerSignRow.worker == _WORKER).values(seen_at=now))
        return
    try:
        with session.begin_nested():
            session.add(WorkerSignRow(worker=_WORKER, seen_at=now))
    except IntegrityError:
        # Another worker was the first in the same moment.
        return
