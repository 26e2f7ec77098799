"""Reminders of a day: what is said to whom in one mail, what is not said and why; cut short, it goes on from there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, islice
from typing import Any
from zoneinfo import ZoneInfo

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.reminding import ReminderNoteRow, ReminderRunRow
from quiz.db.queries import reminding as queries
from quiz.db.queries.reminding import Window
from quiz.engine.reminders import ASKED, ASSIGNED, LEVEL, Asked, Noted, Plan, Reader, escalate, plan
from quiz.events import ReminderDue, SuperiorDue
from quiz.services.organisation import Choices, get_choices
from quiz.services.superiors import Structure, line_above, load_structure
from quiz.services.unit_of_work import UnitOfWork

AT_ONCE = 500
_DAY = timedelta(days=1)
_TARGET = Target("reminders")


def is_due(work: UnitOfWork) -> bool:
    """Tell whether the reminders of the present day may go out and have not all been looked at."""
    work.require(Permission.MAIL_MESSAGE_SEND, _TARGET)
    choices = get_choices(work)
    if not choices.may_send(work.now):
        return False
    run = queries.find_run(work.session, choices.civil_day(work.now))
    return run is None or run.ended_at is None


def remind_some(work: UnitOfWork, most: int = AT_ONCE) -> bool:
    """Look at the next people of the present day and note what they are told; return whether there are more.

    Nothing is done on days of rest and outside of the hours of sending: what was reached then is said next.
    """
    work.require(Permission.MAIL_MESSAGE_SEND, _TARGET)
    choices = get_choices(work)
    if not choices.may_send(work.now):
        return False
    today = choices.civil_day(work.now)
    run = queries.find_run(work.session, today, to_change=True)
    if run is None:
        run = ReminderRunRow(day=today, after_person=0, people=0, mails=0, steps=0, skipped=0, began_at=work.now)
        work.session.add(run)
        work.session.flush()
    elif run.ended_at is not None:
        return False
    looking = _Looking(work, run, choices)
    persons = looking.look_at_some(most)
    run.people += len(persons)
    if len(persons) == most:
        run.after_person = persons[-1]
        return True
    # Superiors come last, so that each gets one mail for all of their line.
    for superior in queries.list_superiors_to_tell(work.session, today):
        run.mails += 1
        work.record(SuperiorDue(superior, today.isoformat()))
    run.ended_at = work.now
    work.audit(Permission.MAIL_MESSAGE_SEND, _TARGET, day=today.isoformat(), mails=run.mails, skipped=run.skipped)
    return False


@dataclass(slots=True)
class _Looking:
    """The reminders of a day, some people at a time."""

    work: UnitOfWork
    run: ReminderRunRow
    choices: Choices

    def look_at_some(self, most: int) -> list[int]:
        """Note what the next people and their superiors are told, and return whom was looked at."""
        session, ladder, today = self.work.session, self.choices.ladder, self.run.day
        last_run = queries.find_last_ended(session, today)
        since = last_run.day if last_run else today - _DAY
        # What is assigned while a day is looked at comes too late for it: the moment counts and not the day.
        midnight = datetime.combine(since, time.min, ZoneInfo(self.choices.zone))
        window = Window(
            first=since - _DAY * max(ladder.after, default=0),
            last=today + _DAY * max(ladder.before, default=0),
            new_since=last_run.began_at if last_run else midnight,
            late_before=today - _DAY * min(ladder.levels) if ladder.levels else None,
        )
        persons = queries.list_people(session, self.run.after_person, most, window)
        rows = queries.list_asked(session, persons, window)
        notes = _standing(rows, queries.list_noted(session, [row.id for row in rows]))
        late = {row.person_id for row in rows if window.late_before and row.due_on and row.due_on <= window.late_before}
        structure = load_structure(self.work, late) if late else Structure({}, {})
        for (person_id, public_id), held in groupby(rows, key=lambda row: (row.person_id, row.person)):
            some = list(held)
            asked = [self._asked(row, notes[row.id], window) for row in some]
            noted = {str(row.id): noted_steps(notes[row.id]) for row in some}
            reader = Reader(is_away=any(row.is_away for row in some))
            own = plan(ladder, reader, asked, since, today, noted)
            self._keep(own, some, person_id, None)
            if own.items:
                self.run.mails += 1
                self.work.record(ReminderDue(public_id, today.isoformat()))
            line = _Line(list(line_above(structure, person_id)), notes)
            found = escalate(ladder, reader, asked, today, noted, lambda key, level: bool(line.find(key, level)))  # noqa: B023
            self._keep(found, some, person_id, line)
        return persons

    def _asked(self, row: Any, notes: Collection[ReminderNoteRow], window: Window) -> Asked:
        kept_back = any(note.step == ASSIGNED for note in notes)
        return Asked(
            str(row.id),
            row.due_on,
            row.state,
            self.choices.civil_day(row.assigned_at),
            row.is_disowned,
            is_new=row.rule_id is not None and (row.assigned_at > window.new_since or kept_back),
            is_told=any(note.outcome == "sent" and note.person_id == row.person_id for note in notes),
        )

    def _keep(self, found: Plan, rows: Sequence[Any], person: int, line: "_Line | None") -> None:
        by_key = {str(row.id): row for row in rows}
        said: list[tuple[str, str, str | None]] = [(one.id, one.step, None) for one in found.items]
        said += [(one.id, one.step, one.because) for one in found.skipped]
        for key, step, because in said:
            row = by_key[key]
            self.work.session.add(
                ReminderNoteRow(
                    assignment_id=row.id,
                    person_id=(line.find(key, int(step.removeprefix(LEVEL))) if line else None) or person,
                    step=step,
                    outcome="skipped" if because else "queued",
                    because=because,
                    reckoned_from=row.due_on if step != ASSIGNED else self.choices.civil_day(row.assigned_at),
                    noted_on=self.run.day,
                    noted_at=self.work.now,
                )
            )
        self.run.steps += len(found.items)
        self.run.skipped += len(found.skipped)


def noted_steps(notes: Collection[ReminderNoteRow]) -> list[Noted]:
    """Return notes as the engine reads them."""
    return [Noted(note.step, note.noted_on, note.because) for note in notes]


def _standing(rows: Sequence[Any], notes: Mapping[int, Sequence[ReminderNoteRow]]) -> dict[int, list[ReminderNoteRow]]:
    return {row.id: standing_notes(notes.get(row.id, ()), row.due_on) for row in rows}


def standing_notes(notes: Collection[ReminderNoteRow], due_on: date | None) -> list[ReminderNoteRow]:
    """Return the notes that hold for a due date: who was given more time is reminded of the new day as well."""
    return [note for note in notes if note.step in (ASSIGNED, ASKED) or note.reckoned_from in (None, due_on)]


@dataclass(frozen=True, slots=True)
class _Line:
    """Those above a person, the direct superior first, and what was noted of the person's assignments."""

    above: Sequence[int]
    notes: Mapping[int, Collection[ReminderNoteRow]]

    def find(self, key: str, level: int) -> int | None:
        """Return who is told on a level: so far up the line, but nobody who was told of the same on a lower one."""
        told = {
            note.person_id
            for note in self.notes.get(int(key), ())
            if note.step.startswith(LEVEL) and note.outcome in ("queued", "sent")
        }
        return next((who for who in islice(self.above, level - 1, None) if who not in told), None)
