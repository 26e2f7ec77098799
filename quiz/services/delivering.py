"""The outbox emptied: each message tried until it succeeds, later each time, and given up loudly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import CursorResult, and_, select, update

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.queries import advising, completions, correcting, erased, factors, outbox, people
from quiz.engine.text import Text
from quiz.services.errors import NotFound
from quiz.services.sign_ins import token_digest
from quiz.services.stored_attempts import get_stored
from quiz.services.unit_of_work import UnitOfWork

# With pauses that grow to an hour, the last try is more than three days after the first: a weekend without a mail
# server loses nothing.
MOST_TRIES = 80
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
# Longer than the slowest talk with a mail server, so that nobody takes up what another worker is still sending.
HELD_FOR = timedelta(minutes=10)
# What is kept back after a restore is put aside so many at a time.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Claimed:
    """An outbox message that one worker carries out."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime

    def mail_id(self, domain: str) -> str:
        """Return the Message-ID of its mail, the same at every try: who gets it twice can tell.

        What is said of a day is said once to a person: it has the same after a restore, when it is asked for again.
        """
        if "day" in self.payload:
            said = json.dumps(dict(self.payload), sort_keys=True)
            return f"<{self.kind.lower()}.{sha256(f'{self.kind} {said}'.encode()).hexdigest()[:32]}@{domain}>"
        digest = sha256(f"{self.id} {self.created_at.isoformat()} {self.payload}".encode()).hexdigest()[:24]
        return f"<{self.kind.lower()}.{self.id}.{digest}@{domain}>"


@dataclass(frozen=True, slots=True)
class LinkMail:
    """What the mail of a one-time link says; the token exists in this mail and nowhere else."""

    purpose: str
    name: str
    email: str
    language: str
    token: str
    expires_at: datetime


def claim(work: UnitOfWork, message_id: int) -> Claimed | None:
    """Take a due message for oneself for a while; None where another worker has it or it is done.

    What is kept back after a restore is kept back here as well.
    """
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    row = work.session.get(OutboxMessageRow, message_id, with_for_update=True)
    if row is None or row.done_at is not None or row.due_at > work.now:
        return None
    return _claimed(work, row)


def claim_next(work: UnitOfWork) -> Claimed | None:
    """Take the message that has been due longest; workers who do so at once take another each."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    statement = (
        select(OutboxMessageRow)
        .where(OutboxMessageRow.done_at.is_(None), OutboxMessageRow.due_at <= work.now)
        .order_by(OutboxMessageRow.due_at, OutboxMessageRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    for _ in range(AT_ONCE):
        row = work.session.scalar(statement)
        claimed = _claimed(work, row) if row else None
        if row is None or claimed is not None:
            return claimed
        work.session.flush()
    return None


def mend_times(work: UnitOfWork) -> int:
    """Let messages be due now that are due later than any pause lasts: a clock was wrong; return how many."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    beyond = work.now + LONGEST_PAUSE + HELD_FOR
    is_beyond = and_(OutboxMessageRow.due_at > beyond, OutboxMessageRow.due_at < outbox.HELD)
    statement = update(OutboxMessageRow).where(OutboxMessageRow.done_at.is_(None), is_beyond)
    return cast("CursorResult[Any]", work.session.execute(statement.values(due_at=work.now))).rowcount


def _claimed(work: UnitOfWork, row: OutboxMessageRow) -> Claimed | None:
    if outbox.is_to_hold(work.session, row.kind):
        row.due_at = outbox.HELD
        return None
    row.tries += 1
    # A worker that dies in between leaves it to the next.
    row.due_at = work.now + HELD_FOR
    return Claimed(row.id, row.kind, dict(row.payload), row.created_at)


def finish(work: UnitOfWork, message_id: int, error: str | None, is_final: bool = False) -> bool:
    """Note that a message is done, or why it failed; return False once it is given up, at once where that is final."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    row = work.session.get_one(OutboxMessageRow, message_id)
    row.last_error = error
    became = "done"
    if error is None:
        row.done_at = work.now
    elif is_final or row.tries >= MOST_TRIES:
        row.done_at, became = work.now, "given-up"
    else:
        row.due_at, became = work.now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.tries - 1, 10)), "failed"
    work.after_commit(lambda: work.tools.observer.happened("message", row.kind, became))
    return became != "given-up"


def prepare_link_mail(work: UnitOfWork, link_id: str) -> LinkMail | None:
    """Make the token of a one-time link for its mail; None where the link is used, too old or its person gone."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("one-time-link", link_id))
    link = people.find_link_by_public_id(work.session, link_id)
    if link is None:
        raise NotFound("link")
    person = people.find_person(work.session, link.person_id)
    if person is None or link.used_at is not None or link.expires_at <= work.now:
        return None
    token = work.tools.chance(32).hex()
    link.token_digest = token_digest(token)
    return LinkMail(link.purpose, person.name, person.email, person.language or "ar", token, link.expires_at)


@dataclass(frozen=True, slots=True)
class RemarkMail:
    """What the mail about an attempt that was marked again says."""

    attempt_id: str
    name: str
    email: str
    language: str
    module_title: Text
    passed: bool
    reason: Text


def prepare_remark_mail(work: UnitOfWork, attempt_id: str) -> RemarkMail | None:
    """Return what to tell the person of an attempt that was marked again; None where it was not."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("attempt", attempt_id))
    stored = get_stored(work, attempt_id)
    person = people.find_person(work.session, stored.person_id)
    if person is None or stored.remark is None or erased.was_erased(work.session, person.id):
        return None
    return RemarkMail(
        attempt_id,
        person.name,
        person.email,
        person.language or "ar",
        stored.pinned.module.title,
        stored.score.passed,
        stored.remark.reason,
    )


@dataclass(frozen=True, slots=True)
class RevocationMail:
    """Whom to tell that their record was revoked: which, why in the published words, and where it stands."""

    record_id: str
    module_title: Text
    reason: Text
    name: str
    email: str
    language: str


def prepare_revocation_mail(work: UnitOfWork, record_id: str) -> RevocationMail | None:
    """Return whom to tell of a revocation, also where they have left: a record outlives the work."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("completion", record_id))
    row = completions.find_completion(work.session, record_id)
    if row is None:
        raise NotFound("completion")
    person = people.find_person(work.session, row.person_id)
    revocation = completions.find_revocation(work.session, row.id)
    if person is None or revocation is None or erased.was_erased(work.session, person.id):
        return None
    return RevocationMail(
        record_id,
        Text(row.facts["module_title"]),
        Text(revocation.reason),
        person.name,
        person.email,
        person.language or "ar",
    )


@dataclass(frozen=True, slots=True)
class AnswerMail:
    """Whom to tell that an answer is there, and where; of what was asked or answered it knows nothing."""

    question_id: str
    name: str
    email: str
    language: str


def prepare_answer_mail(work: UnitOfWork, answer_id: str) -> AnswerMail | None:
    """Return whom to tell of an answer; None where nobody gave a name, or the person has left."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("answer", answer_id))
    question = advising.find_question_of_answer(work.session, answer_id)
    if question is None:
        raise NotFound("answer")
    person = people.find_person(work.session, question.person_id) if question.person_id else None
    if person is None or _has_left(person, work.now):
        return None
    return AnswerMail(question.public_id, person.name, person.email, person.language or "ar")


@dataclass(frozen=True, slots=True)
class CorrectionMail:
    """Whom to tell that a ruling they were taught was corrected, and where; what it said stands on the page alone."""

    correction_id: str
    name: str
    email: str
    language: str


def prepare_correction_mail(work: UnitOfWork, correction_id: str, person_id: str) -> CorrectionMail | None:
    """Return whom to tell of a correction; None where the person has left."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("correction", correction_id))
    person = people.find_person_by_public_id(work.session, person_id)
    if correcting.find_correction(work.session, correction_id) is None:
        raise NotFound("correction")
    if person is None or _has_left(person, work.now):
        return None
    return CorrectionMail(correction_id, person.name, person.email, person.language or "ar")


def _has_left(person: PersonRow, now: datetime) -> bool:
    return person.active_until is not None and person.active_until <= now


@dataclass(frozen=True, slots=True)
class AccountMail:
    """Whom to tell that the way they sign in changed, and what changed."""

    what: str
    name: str
    email: str
    language: str


def prepare_account_mail(work: UnitOfWork, person_id: str, what: str) -> AccountMail | None:
    """Return whom to tell of a change of their account; None where the person has left."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("account", person_id))
    person = people.find_person_by_public_id(work.session, person_id)
    if person is None or _has_left(person, work.now):
        return None
    return AccountMail(what, person.name, person.email, person.language or "ar")


def forget_failures(work: UnitOfWork) -> None:
    """Forget failed sign-ins that are older than a day, and what was begun and cannot be ended any more."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("sign-in-failures"))
    people.delete_failures(work.session, before=work.now - timedelta(days=1))
    factors.delete_expired(work.session, before=work.now)
