"""Reminders of a day: what is said to whom in one mail, what is not said and why; cut short, it goes on from there."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.reminding import ReminderNoteRow, ReminderRunRow
from quiz.db.queries import people
from quiz.db.queries import reminding as queries
from quiz.engine.reminders import OPEN, Asked, Plan, Reader, plan
from quiz.engine.text import Text
from quiz.events import ReminderDue
from quiz.services.organisation import Choices, get_choices
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
    run = queries.find_run(work.session, today)
    if run is None:
        run = ReminderRunRow(day=today, after_person=0, mails=0, steps=0, skipped=0, began_at=work.now)
        work.session.add(run)
        work.session.flush()
    elif run.ended_at is not None:
        return False
    since = queries.find_last_ended(work.session, today) or today - _DAY
    first = since - _DAY * max(choices.ladder.after, default=0)
    last = today + _DAY * max(choices.ladder.before, default=0)
    persons = queries.list_people(work.session, run.after_person, most, first, last)
    _note(work, run, choices, persons, (since, first, last))
    if len(persons) == most:
        run.after_person = persons[-1]
        return True
    run.ended_at = work.now
    work.audit(Permission.MAIL_MESSAGE_SEND, _TARGET, day=today.isoformat(), mails=run.mails, skipped=run.skipped)
    return False


def _note(
    work: UnitOfWork, run: ReminderRunRow, choices: Choices, persons: list[int], days: tuple[date, date, date]
) -> None:
    since, first, last = days
    rows = queries.list_asked(work.session, persons, first, last)
    noted = queries.list_steps(work.session, [row.id for row in rows])
    told = {str(key): steps for key, steps in noted.items()}
    for (person_id, public_id), held in groupby(rows, key=lambda row: (row.person_id, row.person)):
        some = list(held)
        asked = [
            Asked(str(row.id), row.due_on, row.state, choices.civil_day(row.assigned_at), row.is_disowned)
            for row in some
        ]
        reader = Reader(is_away=any(row.is_away for row in some))
        found = plan(choices.ladder, reader, asked, since, run.day, told)
        work.session.add_all(_rows(work, run.day, person_id, found))
        run.steps += len(found.items)
        run.skipped += len(found.skipped)
        if found.items:
            run.mails += 1
            work.record(ReminderDue(public_id, run.day.isoformat()))


def _rows(work: UnitOfWork, day: date, person_id: int, found: Plan) -> list[ReminderNoteRow]:
    said: list[tuple[str, str, str, str | None]] = [(one.id, one.step, "queued", None) for one in found.items]
    said += [(one.id, one.step, "skipped", one.because) for one in found.skipped]
    return [
        ReminderNoteRow(
            assignment_id=int(key),
            person_id=person_id,
            step=step,
            outcome=outcome,
            because=because,
            noted_on=day,
            noted_at=work.now,
        )
        for key, step, outcome, because in said
    ]


@dataclass(frozen=True, slots=True)
class DueMail:
    """What a person is reminded of in one mail: each module with its due date and whether that is past."""

    modules: tuple[tuple[Text, date, bool], ...]
    name: str
    email: str
    language: str


def prepare_mail(work: UnitOfWork, person: str, day: date) -> DueMail | None:
    """Return what is still true of what a person is to be told; what is not is dropped with its reason."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    if row is None:
        return None
    has_left = row.active_until is not None and row.active_until <= work.now
    today = get_choices(work).civil_day(work.now)
    queued = queries.list_queued(work.session, row.id, day)
    titles = queries.list_titles(work.session, {assignment.module_id for _, assignment in queued})
    modules = []
    for note, assignment in queued:
        if has_left or assignment.state not in OPEN or not assignment.is_current or assignment.due_on is None:
            note.outcome, note.because = "dropped", "left" if has_left else "done"
            continue
        modules.append((Text(titles[assignment.module_id]), assignment.due_on, assignment.due_on < today))
    return DueMail(tuple(modules), row.name, row.email, row.language or "ar") if modules else None


def note_sent(work: UnitOfWork, person: str, day: date) -> None:
    """Note that the mail of a day was taken by the mail server."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    for note, _ in queries.list_queued(work.session, row.id, day) if row else ():
        note.outcome, note.sent_at = "sent", work.now
