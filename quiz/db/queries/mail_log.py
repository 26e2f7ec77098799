"""The log of mails as HR reads it: what was said and not said to whom, the runs of days, and what the outbox holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, union, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.catalogue import ModuleRow
from quiz.db.models.people import PersonRow
from quiz.db.models.reminding import ReminderNoteRow, ReminderRunRow, WorkerSignRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.queries.holding_words import holding_words
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


def list_lines(session: Session, wanted: Wanted, first: int, most: int, counted: int) -> tuple[list[Row[Any]], int]:
    """Return lines of the log, the newest first, and how many there are, counted so far and one."""
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
        .where(*_meant(session, wanted))
    )
    # Whose training it is of makes no line more or less, so that nothing is joined for counting.
    some: Any = select(ReminderNoteRow.id).where(*_meant(session, wanted))
    if wanted.module is not None:
        of_module = (
            AssignmentRow.module_id == select(ModuleRow.id).where(ModuleRow.key == wanted.module).scalar_subquery()
        )
        statement = statement.where(of_module)
        some = some.join(AssignmentRow, AssignmentRow.id == ReminderNoteRow.assignment_id).where(of_module)
    ordered = statement.order_by(ReminderNoteRow.id.desc()).offset(first).limit(most)
    count = select(func.count()).select_from(some.limit(counted + 1).subquery())
    return list(session.execute(ordered)), session.scalar(count) or 0


def _meant(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.day is not None:
        found.append(ReminderNoteRow.noted_on == wanted.day)
    if wanted.folded:
        found.append(_concern(holding_words(session, PersonRow.folded, wanted.folded.split())))
    if wanted.person is not None:
        found.append(_concern([PersonRow.public_id == wanted.person]))
    if wanted.outcome is not None:
        found.append(ReminderNoteRow.outcome == wanted.outcome)
    return found


def _concern(meant: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition that a line is for, or about, people who are meant."""
    people = select(PersonRow.id).where(*meant)
    told = select(ReminderNoteRow.id).where(ReminderNoteRow.person_id.in_(people))
    of_theirs = (
        select(ReminderNoteRow.id)
        .join(AssignmentRow, AssignmentRow.id == ReminderNoteRow.assignment_id)
        .where(AssignmentRow.person_id.in_(people))
    )
    return ReminderNoteRow.id.in_(union(told, of_theirs))


def list_modules(session: Session) -> list[int]:
    """Return the modules that anything was noted of, by their keys in the tables."""
    # The first line of each is looked for, and no more.
    first = (
        select(ReminderNoteRow.id)
        .join(AssignmentRow, AssignmentRow.id == ReminderNoteRow.assignment_id)
        .where(AssignmentRow.module_id == ModuleRow.id)
        .limit(1)
        .correlate(ModuleRow)
        .scalar_subquery()
    )
    return list(session.scalars(select(ModuleRow.id).where(first.is_not(None))))


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
    # Few wait: SQLite would go through all that are carried out in the order of their keys, rather than sort the few.
    return list(session.scalars(statement.order_by(OutboxMessageRow.id + 0).limit(most)))


def list_given_up(session: Session, kinds: Collection[str], since: datetime, most: int) -> list[OutboxMessageRow]:
    """Return messages that were given up since a moment, the last first."""
    statement = select(OutboxMessageRow).where(
        OutboxMessageRow.done_at > since, OutboxMessageRow.last_error.is_not(None), OutboxMessageRow.kind.in_(kinds)
    )
    ordered = statement.order_by(OutboxMessageRow.done_at.desc(), OutboxMessageRow.id.desc())
    return list(session.scalars(ordered.limit(most)))


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
