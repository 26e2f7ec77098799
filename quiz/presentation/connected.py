"""The token in the header of a connected system: whose it is, what it may do, and answers a program can read."""

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, json, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, MethodNotAllowed, TooManyRequests, Unauthorized

from quiz.access.actor import Actor, Scope
from quiz.presentation.errors import OUTAGES, tell_beneath
from quiz.presentation.security import is_over
from quiz.presentation.work import observer, works, writing
from quiz.services.connecting import find_connected, note_use
from quiz.services.errors import Duplicate, NotAllowed, NotFound, NotReady, QuizError, Refused, Stale, Unavailable
from quiz.services.organisation import get_choices

# A system that runs wild is slowed, and guessing is dear.
MOST_ASKED = "1200 per minute"
MOST_WRONG = "60 per minute"


def recognise_connection(scopes: frozenset[Scope]) -> None:
    """Find out which system asks; raise Unauthorized, Forbidden or TooManyRequests."""
    g.signed_in = None
    held = _bearer()
    with works().reading(Actor.nobody()) as work:
        g.choices = get_choices(work)
        found = find_connected(work, held) if held else None
    if found is None:
        if is_over(MOST_WRONG, "wrong-token", request.remote_addr or ""):
            raise TooManyRequests
        raise Unauthorized
    if is_over(MOST_ASKED, "connection", found.public_id):
        raise TooManyRequests
    if not found.actor.scopes & scopes:
        raise Forbidden
    g.connected = found
    if found.is_first_today:
        with writing(Actor.nobody()) as work:
            note_use(work, held)


def _bearer() -> str:
    kind, _, held = request.headers.get("Authorization", "").partition(" ")
    return held.strip() if kind.lower() == "bearer" else ""


Respond = Callable[[int, str, str, QuizError | None], Response]

# A code for programs, and a sentence for who reads the log of one; in English, as the standards are.
_SAID: dict[int, tuple[str, str]] = {
    400: ("bad-request", "The request could not be read."),
    401: ("unauthorized", "A token that opens this is needed."),
    403: ("forbidden", "The token does not open this."),
    404: ("not-found", "There is nothing here."),
    405: ("method-not-allowed", "This address cannot be asked in this way."),
    406: ("not-acceptable", "What is asked for cannot be answered in any of the types that are wished for."),
    409: ("conflict", "Something else stands in the way."),
    412: ("changed-meanwhile", "It changed since it was read."),
    413: ("too-large", "Too much was sent at once."),
    415: ("unsupported-type", "This type of content is not taken."),
    422: ("refused", "What was sent cannot stand."),
    429: ("too-many", "Too much was asked; wait and ask again."),
    503: ("unavailable", "Nothing can be stored or read at this moment; ask again."),
}


def answer_faults(blueprint: Blueprint, respond: Respond) -> None:
    """Let every error of a blueprint be told by `respond`: status, code, sentence, and our error where it is one."""

    def tell(error: Exception) -> Response:
        status = _status(error)
        if status == 500:
            observer().happened("defect")
            current_app.logger.exception("unexpected error at %s", request.endpoint)
        code, words = _SAID.get(status, ("failed", "Something went wrong on our side."))
        response = respond(status, code, words, error if isinstance(error, QuizError) else None)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        if status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="amana"'
        if status in {429, 503}:
            response.headers.setdefault("Retry-After", "60")
        return response

    # The most exact handler is chosen: those of the app for its own kinds would be, where ours named Exception alone.
    for kind in (QuizError, HTTPException, CSRFError, *OUTAGES, Exception):
        blueprint.register_error_handler(kind, tell)
    # An address that is not there, or is asked in another way, belongs to no blueprint: its beginning tells.
    blueprint.record(lambda state: tell_beneath(state.app, state.url_prefix or "", tell))


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.code or 500
    if isinstance(error, OUTAGES):
        return 503
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return status
    return 500


_STATUSES: tuple[tuple[type[QuizError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Duplicate, 409),
    (Stale, 412),
    (Refused, 422),
    (NotReady, 409),
    (Unavailable, 503),
)


def json_body() -> Any:
    """Return what was sent as JSON, without U+0000, which a database may refuse; raise BadRequest.

    Halves of signs, which no database keeps, and what is nested without end are refused.
    """
    try:
        return _cleaned(cast(Any, request.get_json(force=True)))
    except (RecursionError, UnicodeEncodeError) as wrong:
        raise BadRequest from wrong


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        value.encode()
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(one) for name, one in value.items()}
    return value


def as_json(document: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    """Answer with JSON, Arabic left readable."""
    return Response(json.dumps(document, ensure_ascii=False), status, mimetype=mimetype)
