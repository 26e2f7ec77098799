"""The outbox emptied: each message tried until it succeeds, later each time, and given up loudly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.queries import advising, catalogue, correcting, holding, people, progress
from quiz.engine.text import Text
from quiz.services.accounts import token_digest
from quiz.services.errors import NotFound
from quiz.services.reminding import DueMail
from quiz.services.stored_attempts import get_stored
from quiz.services.unit_of_work import UnitOfWork

MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LinkMail:
    """What the mail of a one-time link says; the token exists in this mail and nowhere else."""

    purpose: str
    name: str
    email: str
    language: str
    token: str
    expires_at: datetime


def list_due(work: UnitOfWork, most: int = 50) -> tuple[int, ...]:
    """Return the keys of messages that are due, in order."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    statement = (
        select(OutboxMessageRow.id)
        .where(OutboxMessageRow.done_at.is_(None), OutboxMessageRow.due_at <= work.now)
        .order_by(OutboxMessageRow.due_at, OutboxMessageRow.id)
        .limit(most)
    )
    return tuple(work.session.scalars(statement))


def claim(work: UnitOfWork, message_id: int) -> tuple[str, Mapping[str, Any]] | None:
    """Take a due message for oneself for a while; None where another worker has it or it is done."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    row = work.session.get(OutboxMessageRow, message_id, with_for_update=True)
    if row is None or row.done_at is not None or row.due_at > work.now:
        return None
    row.tries += 1
    # Until then nobody else takes it; a worker that dies in between leaves it to the next.
    row.due_at = work.now + FIRST_PAUSE * 2 ** (row.tries - 1)
    return row.kind, dict(row.payload)


def finish(work: UnitOfWork, message_id: int, error: str | None) -> bool:
    """Note that a message is done, or why it failed; return False once it is given up."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("outbox"))
    row = work.session.get_one(OutboxMessageRow, message_id)
    row.last_error = error
    if error is None:
        row.done_at = work.now
    elif row.tries >= MOST_TRIES:
        row.done_at = work.now
        return False
    return True


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
    if person is None or stored.remark is None:
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


@dataclass(frozen=True, slots=True)
class AssignmentMail:
    """Whom to tell of a module that was assigned to them: which, and by when it is to be completed."""

    module_key: str
    module_title: Text
    due_on: date | None
    name: str
    email: str
    language: str


def prepare_assignment_mail(work: UnitOfWork, assignment_id: str) -> AssignmentMail | None:
    """Return whom to tell of an assignment; None where it was begun already, or the person has left."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("assignment", assignment_id))
    assignment = holding.find_assignment_by_public_id(work.session, assignment_id)
    if assignment is None:
        raise NotFound("assignment")
    person = people.find_person(work.session, assignment.person_id)
    if person is None or assignment.state != "not_begun" or _has_left(person, work.now):
        return None
    document = catalogue.get_standing_module(work.session, assignment.module_id).document
    return AssignmentMail(
        document["key"],
        Text(document["title"]),
        assignment.due_on,
        person.name,
        person.email,
        person.language or "ar",
    )


def prepare_reminder_mail(work: UnitOfWork, person_id: str) -> DueMail | None:
    """Return whom to remind of what; None where all was completed since, or the person has left."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person_id))
    person = people.find_person_by_public_id(work.session, person_id)
    if person is None:
        raise NotFound("person")
    late = progress.list_late_of(work.session, person.id)
    if not late or _has_left(person, work.now):
        return None
    modules = tuple((Text(row.title), row.due_on, True) for row in late)
    return DueMail(modules, person.name, person.email, person.language or "ar")


def _has_left(person: PersonRow, now: datetime) -> bool:
    return person.active_until is not None and person.active_until <= now


def forget_failures(work: UnitOfWork) -> None:
    """Forget failed sign-ins that are older than a day."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("sign-in-failures"))
    people.delete_failures(work.session, before=work.now - timedelta(days=1))
