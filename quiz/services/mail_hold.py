"""Mails kept back after a restore, since nobody here knows which of them went out: until somebody says so.

The hold is a row of the outbox itself, which is never due; and so are the mails that it keeps back. What a person does
from then on is told at once: a new password, a link to sign in, an answer.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.queries import outbox as queries
from quiz.db.queries.outbox import HELD, HOLD
from quiz.services import digesting, reminder_mails
from quiz.services.delivering import Claimed
from quiz.services.mail_health import MAILS
from quiz.services.organisation import Choices, get_choices
from quiz.services.unit_of_work import UnitOfWork

AT_ONCE = 500
# What was sent before the restore, or may have been.
BECAUSE = "restored"
_TARGET = Target("outbox")


@dataclass(frozen=True, slots=True)
class HeldMails:
    """What is kept back: since when and how it stood at which moment, and how many mails of each kind."""

    since: datetime
    copied_at: datetime
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the mails that are kept back were sent already.

    All that fell due by a moment; or those in `seen`, which are what stands before the @ of Message-IDs in the log of a
    mail server.
    """

    sent_until: datetime | None = None
    seen: Collection[str] | None = None
    all_were: bool = False


@dataclass(frozen=True, slots=True)
class Released:
    """How many mails go out now, and how many were sent already; `more` until all were looked at."""

    to_send: int
    sent_already: int
    more: bool


def begin(work: UnitOfWork, copied_at: datetime) -> int:
    """Keep back every mail that waits, and what the calendar asks for from now on; return how many wait."""
    work.require(Permission.MAIL_MESSAGE_SEND, _TARGET)
    count = queries.hold_waiting(work.session, MAILS)
    work.session.add(
        OutboxMessageRow(
            kind=HOLD, payload={"copied_at": copied_at.isoformat()}, created_at=work.now, due_at=HELD, tries=0
        )
    )
    return count


def get_held(work: UnitOfWork) -> HeldMails | None:
    """Return what is kept back, None where nothing is."""
    work.require(Permission.MAIL_LOG_READ, Target("mails"))
    counts, row = queries.count_held(work.session), queries.find_newest_hold(work.session)
    if row is None or (row.done_at is not None and not counts):
        return None
    return HeldMails(row.created_at, datetime.fromisoformat(row.payload["copied_at"]), dict(sorted(counts.items())))


def release_some(work: UnitOfWork, choice: Choice, most: int = AT_ONCE) -> Released:
    """End the hold and let some of what it kept back go, or note that it was sent; call it until there is no more."""
    work.require(Permission.MAIL_MESSAGE_SEND, _TARGET)
    hold = queries.find_newest_hold(work.session)
    if hold is None:
        return Released(0, 0, False)
    if hold.done_at is None:
        hold.done_at = work.now
    choices = get_choices(work)
    to_send, sent = 0, 0
    rows = queries.list_held(work.session, most)
    for row in rows:
        if _was_sent(row, choice, choices):
            row.done_at, row.due_at = work.now, work.now
            _note(work, row)
            sent += 1
        else:
            row.due_at = work.now
            to_send += 1
    work.audit(Permission.MAIL_MESSAGE_SEND, _TARGET, what="released", to_send=to_send, sent_already=sent)
    return Released(to_send, sent, len(rows) == most)


def _was_sent(row: OutboxMessageRow, choice: Choice, choices: Choices) -> bool:
    if choice.all_were:
        return True
    if choice.seen is not None:
        mail_id = Claimed(row.id, row.kind, dict(row.payload), row.created_at).mail_id("")
        return mail_id.strip("<@>") in choice.seen
    if choice.sent_until is None:
        return False
    return _fell_due(row, choices) <= choice.sent_until


def _fell_due(row: OutboxMessageRow, choices: Choices) -> datetime:
    """Return when a mail was to go out: what is said of a day when its hours began, else when it was asked for."""
    if "day" not in row.payload:
        return row.created_at
    day = date.fromisoformat(row.payload["day"])
    return datetime.combine(day, time(choices.hours[0] % 24), ZoneInfo(choices.zone)).astimezone(UTC)


def _note(work: UnitOfWork, row: OutboxMessageRow) -> None:
    if row.kind == "DigestDue":
        day = date.fromisoformat(row.payload["day"])
        digesting.note_end(work, row.payload["person_id"], day, BECAUSE, "dropped")
    else:
        reminder_mails.note_unsent(work, row.kind, row.payload, BECAUSE, "dropped")


def message_ids(lines: Iterable[str]) -> set[str]:
    """Return what stands before the @ of every Message-ID of ours in the log of a mail server."""
    return {found for line in lines for found in _MESSAGE_ID.findall(line)}


_MESSAGE_ID = re.compile(rf"\b((?:{'|'.join(kind.lower() for kind in MAILS)})\.[0-9a-f.]{{20,80}})@")
