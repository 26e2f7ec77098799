"""What stands in the way, as a page: what happened, what was kept, one way on; in the reader's language."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask.sansio.app import App
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from quiz.presentation.i18n import _, number_words
from quiz.presentation.logs import note_refused
from quiz.presentation.work import observer
from quiz.services.errors import NotAllowed, NotFound, NotReady, QuizError, Refused, Stale, Unavailable

# What a database that is away is told by.
OUTAGES = (OperationalError, InterfaceError, PoolTimeout)
# What a database or a pooler that is there says when it has no connection left; in the language of its messages, so
# that another one is told as an outage.
_BUSY = (
    *("too many clients", "too many connections", "connection slots are reserved"),
    *("no more connections allowed", "query_wait_timeout"),
)
# When whoever asks by program may come again.
_RETRY_SECONDS = "5"
log = logging.getLogger(__name__)
_MIB = 1024 * 1024

# Fields that must never be written back into a page.
SECRET_FIELDS = frozenset({"csrf_token", "password", "current", "new", "again", "passcode", "credential"})


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page says."""

    title: str
    text: str


def too_much_words() -> str:
    """Say how much the address that was sent to takes."""
    most = request.max_content_length or 0
    if most < _MIB:
        return _("At most %(size)s KiB can be sent here. Nothing was changed.", size=number_words(most // 1024))
    return _("At most %(size)s MiB can be sent here. Nothing was changed.", size=number_words(most // _MIB))


PAGES: dict[int, Callable[[], ErrorPage]] = {
    400: lambda: ErrorPage(_("The request could not be read"), _("Nothing was changed. Please go back and try again.")),
    403: lambda: ErrorPage(_("This page is not open to you"), _("Nothing was changed.")),
    404: lambda: ErrorPage(
        _("This page was not found"), _("The address may be mistyped, or the page is not meant for this account.")
    ),
    405: lambda: ErrorPage(_("This page was not found"), _("The address cannot be opened in this way.")),
    409: lambda: ErrorPage(
        _("Something changed in the meantime"),
        _("What was stored before is kept. Open the page again to see how it stands."),
    ),
    413: lambda: ErrorPage(_("Too much was sent at once"), too_much_words()),
    429: lambda: ErrorPage(_("Too many tries"), _("Please wait some minutes and try again.")),
    500: lambda: ErrorPage(
        _("Something went wrong on our side"), _("What was stored before is kept. Please try again in a moment.")
    ),
    503: lambda: ErrorPage(
        _("The service cannot store anything at this moment"),
        _("What was stored before is kept. Nothing was lost; please try again in a moment."),
    ),
}


def error_page(status: int) -> Response:
    """Return the page of a status, with one way on."""
    page = PAGES.get(status, PAGES[500])()
    return _told(page, status)


def _told(page: ErrorPage, status: int) -> Response:
    if _asks_for_a_piece():
        return _piece(page, status)
    return _later(make_response(render_template("errors/error.html", page=page, status=status), status))


def _later(response: Response) -> Response:
    """Say of what is not there for the moment when to ask again."""
    if response.status_code == 503:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _asks_for_a_piece() -> bool:
    return request.headers.get("HX-Request") == "true"


def _piece(page: ErrorPage, status: int) -> Response:
    """Return an error for a page that asked in the background: it is told there, and nothing on it is replaced."""
    response = make_response(render_template("errors/piece.html", page=page), status)
    response.headers.update({"HX-Retarget": "#keeping", "HX-Reswap": "innerHTML"})
    return _later(response)


def resend_page(status: int, title: str, text: str) -> Response:
    """Return a page that offers to send the same form again, so that nothing typed or chosen is lost."""
    if _asks_for_a_piece():
        return _piece(ErrorPage(title, _("What was written is still here on this page.")), status)
    page = ErrorPage(title, text)
    return _later(
        make_response(render_template("errors/resend.html", page=page, kept=kept_fields(), status=status), status)
    )


def kept_fields() -> list[tuple[str, str]]:
    """Return what was sent and may be written into a page again: no passwords, and nothing of files."""
    return [(name, value) for name, values in request.form.lists() if name not in SECRET_FIELDS for value in values]


def sign_in_ended_page() -> Response:
    """Return the page for a form that waited longer than its sign-in: its answer is offered again."""
    return resend_page(
        403,
        _("The sign-in has ended"),
        _("What was chosen is still here. Sign in on another tab, come back, and send it again."),
    )


def narrow_page() -> Response:
    """Return the page for whoever came in by a link and wants what needs a sign-in of their own."""
    page = ErrorPage(
        _("A link is not enough for this"),
        _("It opens your own training and your own records. Human resources can invite you to choose a password."),
    )
    return make_response(render_template("errors/error.html", page=page, status=403), 403)


def set_up_page() -> Response:
    """Return the page for a form of somebody who needs a second factor by now: it is offered again."""
    return resend_page(
        403,
        _("A second factor is needed"),
        _("What was chosen is still here. Set the second factor up on another tab, come back, and send it again."),
    )


def install(app: Flask) -> None:
    """Give every error its page."""
    app.extensions["told-beneath"] = {}
    app.register_error_handler(QuizError, _or_beneath(_quiz_error))
    app.register_error_handler(HTTPException, _or_beneath(_http_error))
    app.register_error_handler(CSRFError, _or_beneath(_forged))
    for gone in OUTAGES:
        app.register_error_handler(gone, _or_beneath(_database_gone))
    app.register_error_handler(Exception, _or_beneath(_bug))


Tell = Callable[[Exception], Response]


def tell_beneath(app: App, prefix: str, tell: Tell) -> None:
    """Let what goes wrong beneath an address be told otherwise than by a page, even where nothing is there."""
    app.extensions["told-beneath"][prefix] = tell


def _or_beneath(page: Callable[[Any], Response]) -> Tell:
    def told(error: Exception) -> Response:
        refused = _refused(error)
        if refused is not None:
            note_refused(refused)
        elif isinstance(error, Stale):
            observer().happened("refusal", "stale")
        for prefix, tell in current_app.extensions["told-beneath"].items():
            if request.path == prefix or request.path.startswith(f"{prefix}/"):
                found: Response = tell(error)
                return found
        return page(error)

    return told


def _refused(error: Exception) -> str | None:
    """Return what an attempt to get past a limit or a control is called in the log; the trace has what deeds refuse."""
    if isinstance(error, CSRFError):
        return "forged-form"
    if isinstance(error, SecurityError):
        return "foreign-host"
    status = error.code if isinstance(error, HTTPException) else None
    return {413: "too-large", 429: "too-often"}.get(status or 0)


def _quiz_error(error: QuizError) -> Response:
    # What one may not know of does not exist; the trace knows the difference.
    if isinstance(error, NotFound | NotAllowed):
        return error_page(404)
    if isinstance(error, Stale):
        return error_page(409)
    if isinstance(error, NotReady):
        return error_page(429 if error.code in {"too-many-tries", "too-many-codes"} else 409)
    if isinstance(error, Unavailable):
        return error_page(503)
    return error_page(400 if isinstance(error, Refused) else 500)


def _http_error(error: HTTPException) -> Response:
    if error.code is not None and 300 <= error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):
        # Asked for under a name that is not ours, there is no address that a page could lead to.
        return Response("This host is not served here.\n", 400, mimetype="text/plain")
    return error_page(error.code or 500)


def _forged(_error: CSRFError) -> Response:
    # A form that waited longer than its cookie: what is in it is offered again, not thrown away.
    return resend_page(
        400, _("The form was open for too long"), _("What was filled in is still here. Please send it again.")
    )


def _database_gone(error: Exception) -> Response:
    is_busy = isinstance(error, PoolTimeout) or any(words in str(getattr(error, "orig", "")) for words in _BUSY)
    log.error("database %s: %s", "has no connection left" if is_busy else "unavailable", type(error).__name__)
    if is_busy:
        return _busy()
    if request.method == "POST":
        return resend_page(
            503,
            _("The service cannot store anything at this moment"),
            _("What was stored before is kept. What was just sent is still here and can be sent again."),
        )
    return error_page(503)


def _busy() -> Response:
    title = _("The service is busy at this moment")
    if request.method == "POST":
        words = _("Many people are using it at once. What was just sent is still here and can be sent again.")
        return resend_page(503, title, words)
    words = _("Many people are using it at once. Nothing was lost; please try again in a few seconds.")
    return _told(ErrorPage(title, words), 503)


def _bug(error: Exception) -> Response:
    observer().happened("defect")
    log.exception("unexpected error at %s", request.endpoint)
    return error_page(500)
