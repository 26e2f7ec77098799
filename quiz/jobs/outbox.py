"""The outbox: each consequence of a deed is carried out, once where that can be, tried again where it failed."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from email.message import EmailMessage
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, TypeVar

from flask import Flask

from quiz.access.actor import Actor
from quiz.language.dates import moment
from quiz.language.locale import Calendar, ReaderLocale
from quiz.presentation.errors import OUTAGES
from quiz.presentation.mail import (
    account_mail,
    answer_mail,
    correction_mail,
    digest_mail,
    due_mail,
    entry_mail,
    link_mail,
    remark_mail,
    revocation_mail,
    superior_mail,
)
from quiz.presentation.observing import doing_job
from quiz.services import (
    correcting,
    delivering,
    digesting,
    entry_links,
    evaluating,
    issuing,
    mail_health,
    papers,
    regrading,
    reminder_mails,
    turning,
)
from quiz.services.delivering import Claimed
from quiz.services.errors import QuizError
from quiz.services.organisation import get_choices
from quiz.services.reminder_mails import DueMail
from quiz.services.unit_of_work import UnitOfWork, Works

ACTOR = Actor.system("worker")
log = logging.getLogger(__name__)
_FOR_GOOD = 500
# What a mail server that is not there, or says nothing, looks like.
_SILENCES = frozenset(
    {"ConnectionRefusedError", "ConnectionResetError", "SMTPServerDisconnected", "TimeoutError", "gaierror"}
)
# Seconds between tries to store what cannot be undone: with them less than the while a message is held for.
AGAIN_AFTER = (0.2, 0.5, 1, 2, 5, *(10,) * 24)
_Mail = TypeVar("_Mail")
_Found = TypeVar("_Found")


def carry_out_due(app: Flask) -> Iterator[bool]:
    """Carry out what is due, one message after the other; give for each whether it succeeded.

    Several workers may do so at once, each taking another message. Where the mail server does not answer, this ends:
    the others would wait for it one by one, and are due again soon.
    """
    works: Works = app.extensions["works"]
    while True:
        with works.writing(ACTOR) as work:
            mail_health.keep_sign(work)
            message = delivering.claim_next(work)
        if message is None:
            return
        error = _carry_out(app, works, message)
        yield error is None
        if error in _SILENCES:
            return


def prepare_credentials(works: Works) -> Iterator[None]:
    """Note a key that is new, and give new records their places in the lists of states."""
    with works.reading(ACTOR) as work:
        more = issuing.is_waiting(work)
    while more:
        with works.writing(ACTOR) as work:
            more = issuing.prepare(work)
        yield


def carry_out(app: Flask, message_id: int) -> None:
    """Carry one message out as soon as it was written; where it is done or taken already, nothing happens."""
    works: Works = app.extensions["works"]
    with works.writing(ACTOR) as work:
        message = delivering.claim(work, message_id)
    if message is not None:
        _carry_out(app, works, message)


def _carry_out(app: Flask, works: Works, message: Claimed) -> str | None:
    """Return why it failed, None where it succeeded."""
    with doing_job(app, f"outbox-{message.id}"):
        return _try(app, works, message)


def _try(app: Flask, works: Works, message: Claimed) -> str | None:
    error, is_final = None, False
    try:
        HANDLERS.get(message.kind, _nothing)(app, message)
    except (OSError, SMTPException, LookupError, QuizError) as failure:
        error, is_final = _reason(failure)
        log.warning("outbox message %s (%s) failed: %s", message.id, message.kind, error)

    def finish(work: UnitOfWork) -> bool:
        goes_on = delivering.finish(work, message.id, error, is_final)
        if not goes_on:
            _note_failed(work, message, "refused" if is_final else "given_up")
        return goes_on

    if not _store(works, finish):
        log.error("outbox message %s (%s) given up: %s", message.id, message.kind, error)
    return error


def _store(works: Works, deed: Callable[[UnitOfWork], _Found]) -> _Found:
    """Store what became of a message, whose mail nobody can call back; a database that is away is waited for.

    Where it stays away, or this process ends meanwhile, another worker sends the same mail once more.
    """
    for pause in AGAIN_AFTER:
        try:
            with works.writing(ACTOR) as work:
                return deed(work)
        except OUTAGES:
            time.sleep(pause)
    with works.writing(ACTOR) as work:
        return deed(work)


def _note_failed(work: UnitOfWork, message: Claimed, because: str) -> None:
    if message.kind == "DigestDue":
        day = date.fromisoformat(message.payload["day"])
        digesting.note_end(work, message.payload["person_id"], day, because)
    else:
        reminder_mails.note_unsent(work, message.kind, message.payload, because)


def _reason(failure: Exception) -> tuple[str, bool]:
    """Return why a mail did not go, without any address that the server said, and whether trying again is in vain.

    Final is what a server refuses for good (5xx, RFC 5321 4.2.1) of the one who is to get it or of what it holds; what
    it refuses of us, an operator may mend.
    """
    name = type(failure).__name__
    if isinstance(failure, SMTPRecipientsRefused):
        codes = [code for code, _ in failure.recipients.values()]
        return f"{name} {max(codes, default=0)}", bool(codes) and min(codes) >= _FOR_GOOD
    if isinstance(failure, SMTPResponseException):
        return f"{name} {failure.smtp_code}", isinstance(failure, SMTPDataError) and failure.smtp_code >= _FOR_GOOD
    return name, False


def _send(app: Flask, message: Claimed, mail: EmailMessage) -> None:
    """Hand a mail over under a Message-ID that stays the same at every try of its outbox message."""
    works: Works = app.extensions["works"]
    mail.replace_header("Message-ID", message.mail_id(str(mail["From"]).rpartition("@")[2]))
    works.tools.mailer.send(mail)


def _nothing(_app: Flask, _message: Claimed) -> None:
    """Events that nobody subscribes to yet are done by being seen."""


def _send_link(app: Flask, message: Claimed) -> None:
    works: Works = app.extensions["works"]
    with works.writing(ACTOR) as work:
        mail = delivering.prepare_link_mail(work, message.payload["link_id"])
        choices = get_choices(work)
        now = work.now
    if mail is None:
        return
    locale = ReaderLocale.of(mail.language, choices.digits, Calendar.GREGORIAN)
    until = moment(mail.expires_at, choices.zone, locale)
    link = f"{works.tools.base_url}/link/{mail.token}"
    # Every try has a link of its own, and so a Message-ID of its own: the newest is the one that opens.
    works.tools.mailer.send(link_mail(app, mail.purpose, mail.language, mail.name, mail.email, link, until, now))


def _send_entry(app: Flask, message: Claimed) -> None:
    """Send the link that somebody asked for; every try makes one of its own, and the newest is the one that opens."""
    works: Works = app.extensions["works"]
    with works.writing(ACTOR) as work:
        said = message.payload
        mail = entry_links.prepare_asked_mail(work, said["person_id"], said["lands_on"], message.created_at)
        choices, now = get_choices(work), work.now
    if mail is None:
        return
    locale = ReaderLocale.of(mail.language, choices.digits, Calendar.GREGORIAN)
    until = moment(mail.expires_at, choices.zone, locale)
    link = f"{works.tools.base_url}/{f'enter/{mail.token}' if mail.token else 'sign-in'}"
    works.tools.mailer.send(entry_mail(app, mail, link, until, now))


def _mark_again(app: Flask, message: Claimed) -> None:
    """Carry out a decision to mark answers again, some dozens in a transaction; cut short, it goes on from there."""
    works: Works = app.extensions["works"]
    while True:
        with works.writing(ACTOR) as work:
            if not regrading.continue_regrading(work, message.payload["regrading_id"]):
                return


def _letter(
    prepare: Callable[[UnitOfWork, Mapping[str, Any]], _Mail | None],
    page: Callable[[_Mail], str],
    write: Callable[[Flask, _Mail, str, datetime], EmailMessage],
) -> Callable[[Flask, Claimed], None]:
    """Return what sends a mail that is prepared without writing anything, and leads to one page."""

    def tell(app: Flask, message: Claimed) -> None:
        works: Works = app.extensions["works"]
        with works.reading(ACTOR) as work:
            mail = prepare(work, message.payload)
            now = work.now
        if mail is not None:
            _send(app, message, write(app, mail, f"{works.tools.base_url}/{page(mail)}", now))

    return tell


def _tell_taught(app: Flask, message: Claimed) -> None:
    """Tell of a correction, some dozens of people in a transaction; cut short, it goes on from there."""
    works: Works = app.extensions["works"]
    while True:
        with works.writing(ACTOR) as work:
            if not correcting.continue_telling(work, message.payload["correction_id"]):
                return


def _sign_paper(app: Flask, message: Claimed) -> None:
    """Sign the paper of a record soon after it was earned, so that nobody waits for it."""
    works: Works = app.extensions["works"]
    # First, since a paper holds a line that is signed with the key.
    for _ in prepare_credentials(works):
        pass
    papers.sign_one(works, ACTOR, message.payload["completion_id"])


def _give_by_rules(app: Flask, _message: Claimed) -> None:
    """Let the rules give what is due, at once and not only when the next day is turned."""
    works: Works = app.extensions["works"]
    evaluating.run_rules(works, ACTOR)
    with works.writing(ACTOR) as work:
        turning.look_again(work)


def _tell_due(app: Flask, message: Claimed) -> None:
    """Tell a person what is to be completed: by the ladder, as a manager asks, or as somebody assigned it."""
    works: Works = app.extensions["works"]
    with works.writing(ACTOR) as work:
        mail = _DUE_MAILS[message.kind](work, message.payload)
        choices, now = get_choices(work), work.now
    if mail is None:
        return
    locale = ReaderLocale.of(mail.language, choices.digits, Calendar.GREGORIAN)
    if mail.entry is None:
        _send(app, message, due_mail(app, mail, f"{works.tools.base_url}{mail.page}", locale, now))
    else:
        token, ends = mail.entry
        link, until = f"{works.tools.base_url}/enter/{token}", moment(ends, choices.zone, locale)
        # As with links for passwords: every try has one of its own, and the newest is the one that opens.
        works.tools.mailer.send(due_mail(app, mail, link, locale, now, until))
    _note_sent(works, message)


def _tell_superior(app: Flask, message: Claimed) -> None:
    works: Works = app.extensions["works"]
    with works.writing(ACTOR) as work:
        person, day = message.payload["person_id"], date.fromisoformat(message.payload["day"])
        mail = reminder_mails.prepare_superior_mail(work, person, day)
        choices, now = get_choices(work), work.now
    if mail is None:
        return
    locale = ReaderLocale.of(mail.language, choices.digits, Calendar.GREGORIAN)
    _send(app, message, superior_mail(app, mail, f"{works.tools.base_url}/manage/", locale, now))
    _note_sent(works, message)


def _tell_week(app: Flask, message: Claimed) -> None:
    works: Works = app.extensions["works"]
    person, day = message.payload["person_id"], date.fromisoformat(message.payload["day"])
    with works.writing(ACTOR) as work:
        mail = digesting.prepare_digest_mail(work, person, day)
        choices, now = get_choices(work), work.now
    if mail is None:
        return
    locale = ReaderLocale.of(mail.language, choices.digits, Calendar.GREGORIAN)
    _send(app, message, digest_mail(app, mail, f"{works.tools.base_url}/manage/", locale, now))
    _store(works, lambda work: digesting.note_end(work, person, day))


def _note_sent(works: Works, message: Claimed) -> None:
    _store(works, lambda work: reminder_mails.note_sent(work, message.kind, message.payload))


_DUE_MAILS: Mapping[str, Callable[[UnitOfWork, Mapping[str, Any]], DueMail | None]] = {
    "ModuleAssigned": lambda work, said: reminder_mails.prepare_given_mail(work, said["assignment_id"]),
    "ReminderAsked": lambda work, said: reminder_mails.prepare_asked_mail(work, said["person_id"]),
    "ReminderDue": lambda work, said: reminder_mails.prepare_mail(
        work, said["person_id"], date.fromisoformat(said["day"])
    ),
}
HANDLERS: Mapping[str, Callable[[Flask, Claimed], None]] = {
    "AccountChanged": _letter(
        lambda work, said: delivering.prepare_account_mail(work, said["person_id"], said["what"]),
        lambda mail: "account",
        account_mail,
    ),
    "AssignmentRuleMade": _give_by_rules,
    "AttemptRemarked": _letter(
        lambda work, said: delivering.prepare_remark_mail(work, said["attempt_id"]),
        lambda mail: f"learn/attempts/{mail.attempt_id}/result",
        remark_mail,
    ),
    "CorrectionDecided": _tell_taught,
    "CorrectionReached": _letter(
        lambda work, said: delivering.prepare_correction_mail(work, said["correction_id"], said["person_id"]),
        lambda mail: f"learn/corrections/{mail.correction_id}",
        correction_mail,
    ),
    "DigestDue": _tell_week,
    "EntryAsked": _send_entry,
    "MailRequested": _send_link,
    "ModuleAssigned": _tell_due,
    "ModuleCompleted": _sign_paper,
    "QuestionAnswered": _letter(
        lambda work, said: delivering.prepare_answer_mail(work, said["answer_id"]),
        lambda mail: f"learn/questions/{mail.question_id}",
        answer_mail,
    ),
    "RecordRevoked": _letter(
        lambda work, said: delivering.prepare_revocation_mail(work, said["completion_id"]),
        lambda mail: f"learn/records/{mail.record_id}",
        revocation_mail,
    ),
    "RegradingDecided": _mark_again,
    "ReminderAsked": _tell_due,
    "ReminderDue": _tell_due,
    "SuperiorDue": _tell_superior,
}
