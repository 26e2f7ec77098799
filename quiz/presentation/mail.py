"""Mails put into words: Arabic first, plain and HTML, direction set in both."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from flask import Flask, render_template
from flask_babel import force_locale

from quiz.presentation.i18n import _
from quiz.services.delivering import AnswerMail, AssignmentMail, CorrectionMail, RemarkMail
from quiz.services.reminding import DueMail

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


def assignment_mail(app: Flask, mail: AssignmentMail, link: str, until: str, now: datetime) -> EmailMessage:
    """Return the mail that tells of a module that was assigned, and by when it is to be completed."""
    with app.test_request_context(), force_locale(mail.language):
        title = mail.module_title.in_language(mail.language)[0]
        values = {"mail": mail, "title": title, "link": link, "until": until}
        return _message(
            app, "assignment", {**values, "subject": _("A training module for you")}, mail.language, mail.email, now
        )


def due_mail(app: Flask, mail: DueMail, link: str, days: Sequence[str], now: datetime) -> EmailMessage:
    """Return the mail that reminds: all that is to be completed, with its due day and whether that is past."""
    with app.test_request_context(), force_locale(mail.language):
        modules = [
            (title.in_language(mail.language)[0], day, is_past)
            for (title, _due, is_past), day in zip(mail.modules, days, strict=True)
        ]
        values = {"mail": mail, "modules": modules, "link": link, "subject": _("Your training and its due days")}
        return _message(app, "due", values, mail.language, mail.email, now)


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
