"""Mails put into words: Arabic first, plain and HTML, direction set in both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from flask import Flask, render_template
from flask_babel import force_locale

from quiz.language.dates import gregorian_day
from quiz.language.locale import ReaderLocale
from quiz.language.numbers import number
from quiz.presentation.account_words import CHANGES
from quiz.presentation.calendar_file import NAME, TYPE, due_calendar
from quiz.presentation.i18n import _
from quiz.presentation.wording import BUCKET_WORDS
from quiz.services.delivering import AccountMail, AnswerMail, CorrectionMail, RemarkMail, RevocationMail
from quiz.services.digesting import LATE, DigestMail
from quiz.services.entry_links import EntryMail
from quiz.services.reminder_mails import DueMail, DueModule, SuperiorMail

SENDER = "no-reply"


def link_mail(
    app: Flask, purpose: str, language: str, name: str, address: str, link: str, until: str, now: datetime
) -> EmailMessage:
    """Return the mail that carries a one-time link: an invitation, or the way to a new password."""
    with app.test_request_context(), force_locale(language):
        subject = (
            _("Invitation to the public service ethics training")
            if purpose == "invitation"
            else _("Link for a new password")
        )
        values = {"purpose": purpose, "name": name, "link": link, "until": until, "subject": subject}
        return _message(app, "link", values, language, address, now)


def remark_mail(app: Flask, mail: RemarkMail, link: str, now: datetime) -> EmailMessage:
    """Return the mail about an attempt that was marked again and passes now, or no longer does."""
    with app.test_request_context(), force_locale(mail.language):
        subject = _("An answered training was marked again")
        values = {"mail": mail, "link": link, "subject": subject}
        return _message(app, "remark", values, mail.language, mail.email, now)


def revocation_mail(app: Flask, mail: RevocationMail, link: str, now: datetime) -> EmailMessage:
    """Return the mail that tells a holder that their record was revoked, why, and what can be done."""
    with app.test_request_context(), force_locale(mail.language):
        values = {"mail": mail, "link": link, "subject": _("A completion record was revoked")}
        return _message(app, "revocation", values, mail.language, mail.email, now)


def answer_mail(app: Flask, mail: AnswerMail, link: str, now: datetime) -> EmailMessage:
    """Return the mail that tells of an answer, and says nothing of it: mailboxes are read by others."""
    with app.test_request_context(), force_locale(mail.language):
        values = {"mail": mail, "link": link, "subject": _("An answer is here")}
        return _message(app, "answer", values, mail.language, mail.email, now)


def correction_mail(app: Flask, mail: CorrectionMail, link: str, now: datetime) -> EmailMessage:
    """Return the mail that tells of a corrected ruling, and leaves what it said to the page."""
    with app.test_request_context(), force_locale(mail.language):
        values = {"mail": mail, "link": link, "subject": _("A ruling of the training was corrected")}
        return _message(app, "correction", values, mail.language, mail.email, now)


def account_mail(app: Flask, mail: AccountMail, link: str, now: datetime) -> EmailMessage:
    """Return the mail that tells a person what changed in how they sign in, and what to do if it was not they."""
    with app.test_request_context(), force_locale(mail.language):
        values = {"mail": mail, "change": CHANGES[mail.what](), "link": link, "subject": _("Signing in to the account")}
        return _message(app, "account", values, mail.language, mail.email, now)


def entry_mail(app: Flask, mail: EntryMail, link: str, until: str, now: datetime) -> EmailMessage:
    """Return the mail of a link to come in by, or that this person signs in otherwise."""
    with app.test_request_context(), force_locale(mail.language):
        values = {"mail": mail, "link": link, "until": until, "subject": _("Signing in to the training")}
        return _message(app, "entry", values, mail.language, mail.email, now)


def due_mail(
    app: Flask, mail: DueMail, link: str, locale: ReaderLocale, now: datetime, until: str = ""
) -> EmailMessage:
    """Return the mail of all that a person is to complete: what is new, what is past its day, what is still to come.

    `until` is the moment until which the link lets them in without a sign-in of their own, if it does.
    """
    with app.test_request_context(), force_locale(mail.language):
        lines = [_line(one, locale) for one in mail.modules]
        parts = [
            (heading, [line for line, one in zip(lines, mail.modules, strict=True) if _part(one) == part])
            for part, heading in (
                ("past", _("Past the due day")),
                ("new", _("Newly assigned")),
                ("due", _("To be completed")),
            )
        ]
        is_news = all(one.is_new for one in mail.modules)
        subject = _("New training for you") if is_news else _("Your training and its due days")
        values = {
            "mail": mail,
            "parts": [(heading, some) for heading, some in parts if some],
            "link": link,
            "subject": subject,
            "is_due": any(one.due_on for one in mail.modules),
            "until": until,
        }
        message = _message(app, "due", values, mail.language, mail.email, now)
        if values["is_due"]:
            base_url = app.extensions["settings"].base_url
            dates = due_calendar(mail.modules, mail.language, base_url, now)
            kind, _slash, subtype = TYPE.partition("/")
            options = {"method": "PUBLISH", "charset": "utf-8"}
            message.add_attachment(dates, kind, subtype, filename=NAME, params=options)
        return message


def superior_mail(app: Flask, mail: SuperiorMail, link: str, locale: ReaderLocale, now: datetime) -> EmailMessage:
    """Return the mail that tells a superior who of their line is past due with what; states and dates alone."""
    with app.test_request_context(), force_locale(mail.language):
        late = [
            (one.name, one.title.in_language(mail.language)[0], gregorian_day(one.due_on, locale)) for one in mail.late
        ]
        values = {"mail": mail, "late": late, "link": link, "subject": _("Training past its due day in your unit")}
        return _message(app, "superior", values, mail.language, mail.email, now)


def digest_mail(app: Flask, mail: DigestMail, link: str, locale: ReaderLocale, now: datetime) -> EmailMessage:
    """Return the mail of a week: how many trainings stand under each reason, each with the list behind it."""
    with app.test_request_context(), force_locale(mail.language):
        lines = [
            (
                _("Past the due day") if one.bucket == LATE else BUCKET_WORDS[one.bucket](),
                number(one.amount, locale),
                number(one.before, locale) if one.before is not None and one.before != one.amount else "",
                f"{link}people?{'late=1' if one.bucket == LATE else f'bucket={one.bucket}'}",
            )
            for one in mail.lines
        ]
        since = gregorian_day(mail.since, locale) if mail.since else ""
        values = {"mail": mail, "lines": lines, "since": since, "link": link, "subject": _("The week of your unit")}
        return _message(app, "digest", values, mail.language, mail.email, now)


@dataclass(frozen=True, slots=True)
class _Line:
    """A module as a mail says it: with its day, and with the day on which superiors hear of it."""

    title: str
    day: str
    is_past: bool
    told_on: str
    tells_from: str


def _line(one: DueModule, locale: ReaderLocale) -> _Line:
    day, told_on, tells_from = (
        gregorian_day(day, locale) if day else "" for day in (one.due_on, one.told_on, one.tells_from)
    )
    return _Line(one.title.in_language(locale.language)[0], day, one.is_past, told_on, tells_from)


def _part(one: DueModule) -> str:
    return "past" if one.is_past else "new" if one.is_new else "due"


def _message(
    app: Flask, template: str, values: Mapping[str, object], language: str, address: str, now: datetime
) -> EmailMessage:
    direction = "rtl" if language == "ar" else "ltr"
    plain = render_template(f"mail/{template}.txt", **values)
    html = render_template(f"mail/{template}.html", language=language, direction=direction, **values)
    message = EmailMessage()
    domain = urlsplit(app.extensions["settings"].base_url).hostname or "localhost"
    message["Subject"] = str(values["subject"])
    message["From"] = f"{SENDER}@{domain}"
    message["To"] = address
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    return message
