"""The log of mails: what was said to whom, what was not and why, and whether mails go out at all."""

from flask import render_template, request

from quiz.access.actor import Role
from quiz.language.dates import typed_day
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reporting
from quiz.services import mail_health, mail_log
from quiz.services.mail_log import OUTCOMES, Asked
from quiz.web.admin import mail_words
from quiz.web.admin.views import blueprint as blueprint


@blueprint.get("/mails")
@for_roles(Role.HR, Role.AUDITOR, Role.ADMIN)
def mails() -> str:
    """Show the log, narrowed to a day, a person, an outcome or a module."""
    typed = request.args.get("day", "")
    asked = Asked(
        typed_day(typed),
        request.args.get("q", ""),
        request.args.get("person") or None,
        request.args.get("outcome") or None,
        request.args.get("module") or None,
        request.args.get("page", 1, type=int),
    )
    with reporting() as work:
        log, health = mail_log.get_mail_log(work, asked), mail_health.get_mail_health(work)
    return render_template(
        "admin/mails/log.html",
        log=log,
        health=health,
        asked=asked,
        typed=typed,
        outcomes=OUTCOMES,
        said=mail_words,
    )
