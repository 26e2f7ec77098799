"""What runs later, again and again: the outbox, attempts out of time, what is to be forgotten."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import date
from smtplib import SMTPException
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError

from quiz.access.actor import Actor
from quiz.language.dates import gregorian_day, moment
from quiz.language.locale import Calendar, ReaderLocale
from quiz.presentation.mail import (
    answer_mail,
    assignment_mail,
    correction_mail,
    due_mail,
    link_mail,
    remark_mail,
)
from quiz.services import (
    correcting,
    delivering,
    disclosing,
    evaluating,
    heads,
    regrading,
    reminding,
    taking,
    turning,
)
from quiz.services.errors import QuizError
from quiz.services.organisation import get_choices
from quiz.services.reminding import DueMail
from quiz.services.unit_of_work import Works

log = logging.getLogger(__name__)
ACTOR = Actor.system("worker")
PAUSE_SECONDS = 2.0


def run(app: Flask, stop: threading.Event, pause: float = PAUSE_SECONDS) -> None:
    """Sweep until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            sweep(app)
        except OperationalError as gone:
            log.error("the database does not answer: %s", type(gone).__name__)
        except Exception:
            # A worker that ends in silence sends nothing for years; this one says so and goes on.
            log.exception("a sweep failed")
        stop.wait(pause)


def sweep(app: Flask) -> int:
    """Do once what is due; return how many outbox messages were carried out."""
    works: Works = app.extensions["works"]
    with works.writing(ACTOR) as work:
        taking.expire_overdue(work)
        delivering.forget_failures(work)
    with works.reading(ACTOR) as work:
        due = delivering.list_due(work)
    carried_out = sum(_carry_out(app, works, message_id) for message_id in due)
    _turn_day(works)
    _remind_all(works)
    # One large unit at a time: the next has its turn after the mails that came meanwhile.
    heads.count_next(works, ACTOR)
    return carried_out


def _turn_day(works: Works) -> None:
    """Let the rules give what is due and count answers, then mark the day; cut short, it is done again without harm."""
    with works.reading(ACTOR) as work:
        is_due = turning.is_due(work)
    if is_due:
        evaluating.run_rules(works, ACTOR)
        disclosing.count_all(works, ACTOR)
        with works.writing(ACTOR) as work:
            turning.turn_day(work)


def _remind_all(works: Works) -> None:
    """Ask for the mails of the day, some hundreds of people in a transaction; cut short, it goes on from there."""
    with works.reading(ACTOR) as work:
        more = reminding.is_due(work)
    while more:
        with works.writing(ACTOR) as work:
            more = reminding.remind_some(work)


def _carry_out(app: Flask, works: Works, message_id: int) -> bool:
    with works.writing(ACTOR) as work:
        claimed = delivering.claim(work, message_id)
    if claimed is None:
        return False
    kind, payload = claimed
    error = None
    try:
        HANDLERS.get(kind, _nothing)(app, payload)
    except (OSError, SMTPException, LookupError, QuizError) as failure:
        error = type(failure).__name__
        log.warning("outbox message %s (%s) failed: %s", message_id, kind, error)
    with works.writing(ACTOR) as work:
        if not delivering.finish(work, message_id, error):
            log.error("outbox message %s (%s) given up: %s", message_id, kind, error)
    return error is None


def _nothing(_app: Flask, _payload: Mapping[str, Any]) -> None:
    """Events that nobody subscribes to yet are done by being seen."""


def _send_link(app: Flask, payload: Mapping[str, Any]) -> None:
    works: Works = app.extensions["works"]
    with works.writing(ACTOR) as work:
        mail = delivering.prepare_link_mail(work, payload["link_id"])
        choices = get_choices(work)
        now = work.now
    if mail is None:
        return
    locale = ReaderLocale.of(mail.language, choices.digits, Calendar.GREGORIAN)
    until = moment(mail.expires_at, choices.zone, locale)
    link = f"{works.tools.base_url}/link/{mail.token}"
    works.tools.mailer.send(link_mail(app, mail.purpose, mail.language, mail.name, mail.email, link, until, now))


def _mark_again(app: Flask, payload: Mapping[str, Any]) -> None:
    """Carry out a decision to mark answers again, some dozens in a transaction; cut short, it goes on from there."""
    works: Works = app.extensions["works"]
    while True:
        with works.writing(ACTOR) as work:
            if not regrading.continue_regrading(work, payload["regrading_id"]):
                return


def _tell_remark(app: Flask, payload: Mapping[str, Any]) -> None:
    works: Works = app.extensions["works"]
    with works.reading(ACTOR) as work:
        mail = delivering.prepare_remark_mail(work, payload["attempt_id"])
        now = work.now
    if mail is not None:
        link = f"{works.tools.base_url}/learn/attempts/{mail.attempt_id}/result"
        works.tools.mailer.send(remark_mail(app, mail, link, now))


def _tell_answer(app: Flask, payload: Mapping[str, Any]) -> None:
    works: Works = app.extensions["works"]
    with works.reading(ACTOR) as work:
        mail = delivering.prepare_answer_mail(work, payload["answer_id"])
        now = work.now
    if mail is not None:
        link = f"{works.tools.base_url}/learn/questions/{mail.question_id}"
        works.tools.mailer.send(answer_mail(app, mail, link, now))


def _tell_taught(app: Flask, payload: Mapping[str, Any]) -> None:
    """Tell of a correction, some dozens of people in a transaction; cut short, it goes on from there."""
    works: Works = app.extensions["works"]
    while True:
        with works.writing(ACTOR) as work:
            if not correcting.continue_telling(work, payload["correction_id"]):
                return


def _tell_correction(app: Flask, payload: Mapping[str, Any]) -> None:
    works: Works = app.extensions["works"]
    with works.reading(ACTOR) as work:
        mail = delivering.prepare_correction_mail(work, payload["correction_id"], payload["person_id"])
        now = work.now
    if mail is not None:
        link = f"{works.tools.base_url}/learn/corrections/{mail.correction_id}"
        works.tools.mailer.send(correction_mail(app, mail, link, now))


def _tell_assignment(app: Flask, payload: Mapping[str, Any]) -> None:
    works: Works = app.extensions["works"]
    with works.reading(ACTOR) as work:
        mail = delivering.prepare_assignment_mail(work, payload["assignment_id"])
        choices = get_choices(work)
        now = work.now
    if mail is not None:
        locale = ReaderLocale.of(mail.language, choices.digits, Calendar.GREGORIAN)
        until = gregorian_day(mail.due_on, locale) if mail.due_on else ""
        link = f"{works.tools.base_url}/learn/modules/{mail.module_key}"
        works.tools.mailer.send(assignment_mail(app, mail, link, until, now))


def _remind(app: Flask, payload: Mapping[str, Any]) -> None:
    works: Works = app.extensions["works"]
    with works.reading(ACTOR) as work:
        mail = delivering.prepare_reminder_mail(work, payload["person_id"])
    if mail is not None:
        _send_due(app, works, mail)


def _give_by_rules(app: Flask, _payload: Mapping[str, Any]) -> None:
    """Let the rules give what is due, at once and not only when the next day is turned."""
    works: Works = app.extensions["works"]
    evaluating.run_rules(works, ACTOR)
    with works.writing(ACTOR) as work:
        turning.look_again(work)


def _tell_due(app: Flask, payload: Mapping[str, Any]) -> None:
    works: Works = app.extensions["works"]
    day = date.fromisoformat(payload["day"])
    with works.writing(ACTOR) as work:
        mail = reminding.prepare_mail(work, payload["person_id"], day)
    if mail is None:
        return
    _send_due(app, works, mail)
    with works.writing(ACTOR) as work:
        reminding.note_sent(work, payload["person_id"], day)


def _send_due(app: Flask, works: Works, mail: DueMail) -> None:
    """Send what a person is reminded of, whether a manager asks for it or the ladder."""
    with works.reading(ACTOR) as work:
        choices, now = get_choices(work), work.now
    locale = ReaderLocale.of(mail.language, choices.digits, Calendar.GREGORIAN)
    days = [gregorian_day(due, locale) for _, due, _ in mail.modules]
    works.tools.mailer.send(due_mail(app, mail, f"{works.tools.base_url}/learn/", days, now))


HANDLERS: Mapping[str, Callable[[Flask, Mapping[str, Any]], None]] = {
    "AssignmentRuleMade": _give_by_rules,
    "AttemptRemarked": _tell_remark,
    "CorrectionDecided": _tell_taught,
    "CorrectionReached": _tell_correction,
    "MailRequested": _send_link,
    "ModuleAssigned": _tell_assignment,
    "QuestionAnswered": _tell_answer,
    "RegradingDecided": _mark_again,
    "ReminderAsked": _remind,
    "ReminderDue": _tell_due,
}
