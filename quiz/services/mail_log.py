"""What people were told and not told, for HR and auditors: who, of what, when, and why not; and how each day went."""

from dataclasses import dataclass
from datetime import date, datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.queries import digesting, people, reminding
from quiz.db.queries import mail_log as queries
from quiz.db.queries.mail_log import Wanted
from quiz.engine.text import Text
from quiz.language.folding import fold
from quiz.services.mail_health import GIVEN_UP_FOR, MAILS
from quiz.services.unit_of_work import UnitOfWork

A_PAGE = 50
# What is not among the newest so many is found by a day or a person.
MOST_PAGES = 200
OUTCOMES = ("queued", "sent", "dropped", "skipped", "failed")
_LONGEST_QUERY, _MOST_RUNS, _MOST_MESSAGES, _MOST_WEEKS = 100, 7, 50, 20
_TARGET = Target("mails")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are asked for, as it stands in an address."""

    day: date | None = None
    words: str = ""
    person: str | None = None
    outcome: str | None = None
    module: str | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class LogLine:
    """A step that was said or not said: to whom, about whom, of which module; `because` is a code."""

    step: str
    outcome: str
    because: str | None
    at: datetime
    reader: str
    reader_name: str
    about: str
    about_name: str
    about_number: str
    title: Text
    due_on: date | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """How the reminders of a day went: people looked at, mails, steps that were said and not said."""

    day: date
    people: int
    mails: int
    steps: int
    skipped: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """A mail that waits or was given up: of which kind, to whom where that is known, how often tried, and why."""

    kind: str
    person: str | None
    name: str | None
    asked_at: datetime
    next_at: datetime | None
    tries: int
    error: str | None


@dataclass(frozen=True, slots=True)
class WeekLine:
    """Whether a manager was told of the week of their units, and why not."""

    day: date
    outcome: str
    because: str | None
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, with the modules that stand in it, the last days, and what waits or was given up."""

    lines: tuple[LogLine, ...]
    count: int
    has_more: bool
    page: int
    pages: int
    modules: tuple[tuple[str, Text], ...]
    runs: tuple[RunLine, ...]
    waiting: tuple[Message, ...]
    given_up: tuple[Message, ...]
    weeks: tuple[WeekLine, ...]
    person_name: str | None


def get_mail_log(work: UnitOfWork, asked: Asked) -> LogPage:
    """Return a page of the log."""
    work.require(Permission.MAIL_LOG_READ, _TARGET)
    page = min(max(asked.page, 1), MOST_PAGES)
    outcome = asked.outcome if asked.outcome in OUTCOMES else None
    wanted = Wanted(asked.day, fold(asked.words[:_LONGEST_QUERY]), asked.person, outcome, asked.module)
    most = MOST_PAGES * A_PAGE
    rows, count = queries.list_lines(work.session, wanted, (page - 1) * A_PAGE, A_PAGE, most)
    modules = reminding.list_titles(work.session, queries.list_modules(work.session))
    lines = tuple(
        LogLine(
            row.step,
            row.outcome,
            row.because,
            row.sent_at or row.noted_at,
            row.reader,
            row.reader_name,
            row.about,
            row.about_name,
            row.about_number,
            Text(modules[row.module_id].title),
            row.due_on,
        )
        for row in rows
    )
    runs = tuple(
        RunLine(row.day, row.people, row.mails, row.steps, row.skipped, row.began_at, row.ended_at)
        for row in queries.list_runs(work.session, asked.day, _MOST_RUNS)
    )
    person = people.find_person_by_public_id(work.session, asked.person) if asked.person else None
    return LogPage(
        lines,
        min(count, most),
        count > most,
        page,
        max(1, -(-min(count, most) // A_PAGE)),
        tuple(sorted(((row.key, Text(row.title)) for row in modules.values()), key=lambda one: one[0])),
        runs,
        _messages(work, queries.list_waiting(work.session, MAILS, work.now, _MOST_MESSAGES)),
        _messages(work, queries.list_given_up(work.session, MAILS, work.now - GIVEN_UP_FOR, _MOST_MESSAGES)),
        tuple(
            WeekLine(row.day, row.outcome, row.because, row.public_id, row.name)
            for row in digesting.list_digests(work.session, asked.person, asked.day, _MOST_WEEKS)
        ),
        person.name if person else None,
    )


def _messages(work: UnitOfWork, rows: list[OutboxMessageRow]) -> tuple[Message, ...]:
    named = {row.id: str(row.payload.get("person_id", "")) for row in rows}
    found = people.list_by_public_ids(work.session, {one for one in named.values() if one})
    return tuple(
        Message(
            row.kind,
            named[row.id] if named[row.id] in found else None,
            found.get(named[row.id]),
            row.created_at,
            None if row.done_at else row.due_at,
            row.tries,
            row.last_error,
        )
        for row in rows
    )
