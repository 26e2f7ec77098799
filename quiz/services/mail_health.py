"""Whether mails go out as they should, and what is to be done where they do not: silence is told from calm."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import mail_log as queries
from quiz.db.queries import outbox, reminding
from quiz.services.organisation import Choices, get_choices
from quiz.services.unit_of_work import UnitOfWork

# What a person gets in the mailbox; the other messages of the outbox are work and no mails.
MAILS = (
    "AccountChanged",
    "AttemptRemarked",
    "CorrectionReached",
    "DigestDue",
    "EntryAsked",
    "MailRequested",
    "ModuleAssigned",
    "QuestionAnswered",
    "RecordRevoked",
    "ReminderAsked",
    "ReminderDue",
    "SuperiorDue",
)
SIGNED_FOR, UNSEEN_AFTER = timedelta(minutes=1), timedelta(minutes=15)
LATE_AFTER, STUCK_AFTER, GIVEN_UP_FOR = timedelta(hours=2), timedelta(hours=1), timedelta(days=7)
_DAY = timedelta(days=1)
_MOST_DAYS, _MOST = 14, 1000
_TARGET = Target("mails")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that keeps mails from going out, as a code: since when, and how many mails it is about.

    `worker-unseen`: nothing says that a worker runs (never where `since` is None); `not-begun` and `not-ended`: the
    reminders of a working day, hours after they should; `stuck`: mails waiting for more than an hour; `given-up`:
    mails that were given up in the last seven days; `held`: mails that are kept back after a restore.
    """

    code: str
    since: datetime | None
    count: int = 0


@dataclass(frozen=True, slots=True)
class MailHealth:
    """What is wrong; and of today: its state as a code, how many mails were asked for, and how many were sent.

    `rest`: a day without mails; `early`: they go out later today; `under_way`; `done`.
    """

    troubles: tuple[Trouble, ...]
    today: str
    asked: int
    sent: int


def keep_sign(work: UnitOfWork) -> None:
    """Keep that a worker is there, about once a minute."""
    work.require(Permission.MAIL_MESSAGE_SEND, _TARGET)
    queries.keep_sign(work.session, work.now, work.now - SIGNED_FOR)


def get_mail_health(work: UnitOfWork) -> MailHealth:
    """Return whether all that was due has gone out."""
    work.require(Permission.MAIL_LOG_READ, _TARGET)
    choices = get_choices(work)
    asked, sent = queries.count_of_day(work.session, MAILS, choices.beginning_of_day(work.now))
    return MailHealth(tuple(_troubles(work, choices)), _today(work, choices), asked, sent)


def _troubles(work: UnitOfWork, choices: Choices) -> Iterator[Trouble]:
    seen = queries.find_sign(work.session)
    if seen is None or seen < work.now - UNSEEN_AFTER:
        yield Trouble("worker-unseen", seen)
    day = _last_due(work, choices)
    if day is not None:
        run = reminding.find_run(work.session, day)
        if run is None or run.ended_at is None:
            yield Trouble("not-begun" if run is None else "not-ended", _opens(choices, day))
    hold, held = outbox.find_hold(work.session), sum(outbox.count_held(work.session).values())
    if hold is not None or held:
        yield Trouble("held", hold.created_at if hold else None, held)
    waiting = queries.list_waiting(work.session, MAILS, work.now - STUCK_AFTER, _MOST)
    if waiting:
        yield Trouble("stuck", waiting[0].created_at, len(waiting))
    given_up = queries.list_given_up(work.session, MAILS, work.now - GIVEN_UP_FOR, _MOST)
    if given_up:
        yield Trouble("given-up", min(row.done_at or row.created_at for row in given_up), len(given_up))


def _last_due(work: UnitOfWork, choices: Choices) -> date | None:
    """Return the last working day whose reminders should be over by now; days before the first of all are none."""
    first = queries.find_first_run(work.session)
    today = choices.civil_day(work.now)
    for ago in range(_MOST_DAYS):
        day = today - _DAY * ago
        if choices.ladder.is_working_day(day) and _opens(choices, day) + LATE_AFTER <= work.now:
            return day if ago == 0 or (first is not None and first <= day) else None
    return None


def _opens(choices: Choices, day: date) -> datetime:
    return datetime.combine(day, time(choices.hours[0] % 24), ZoneInfo(choices.zone))


def _today(work: UnitOfWork, choices: Choices) -> str:
    today = choices.civil_day(work.now)
    run = reminding.find_run(work.session, today)
    if run is not None:
        return "done" if run.ended_at is not None else "under_way"
    if not choices.ladder.is_working_day(today):
        return "rest"
    return "early" if work.now < _opens(choices, today) else "under_way"
