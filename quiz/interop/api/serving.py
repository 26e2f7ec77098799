"""How every view of the API is asked and answers: what is sent read strictly, answers as declared, traced, tagged."""

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, json, request
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from quiz.access.actor import Scope
from quiz.access.permissions import Permission
from quiz.interop.api.cursors import BadCursor, seal, unseal
from quiz.interop.api.declaring import Misread, Parameter, made_of, parameters_of, plain
from quiz.interop.api.shapes import Fault, NoQuery, Problem
from quiz.presentation.connected import answer_faults, as_json, json_body
from quiz.presentation.work import reading, reporting, writing
from quiz.services.errors import QuizError
from quiz.services.kept import Shelf
from quiz.services.system_reading import Key, Page, note_reading
from quiz.services.unit_of_work import UnitOfWork

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
_Query = TypeVar("_Query")
_Items = TypeVar("_Items")
MIMETYPE, PROBLEM = "application/json", "application/problem+json"
_WRITING = frozenset({Scope.ASSIGNMENTS_WRITE, Scope.PEOPLE_PROVISION})
_SINCE = frozenset({"changed_since", "since"})
KINDS = "urn:amana:problem:"
# What this adapter itself finds wrong with what it is asked, beside what every view for systems tells.
SAID = {
    "unknown-parameter": "This address knows no such parameter.",
    "repeated-parameter": "A parameter is given more than once.",
    "bad-parameter": "A parameter cannot be read.",
    "bad-member": "A member of what was sent is unknown, missing or cannot be read.",
    "bad-cursor": "The cursor was not given out here, or with other filters.",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a view declares of itself."""

    query: type
    answer: type
    permission: Permission
    words: str
    body: type | None = None


@dataclass(frozen=True, slots=True)
class Asked(Generic[_Query]):
    """A request that was read: its parameters, and behind which key its page begins."""

    query: _Query
    after: Key | None
    filters: Mapping[str, str]

    def page(self, kind: Callable[..., _Items], item: type, found: Page[Any]) -> _Items:
        """Return a page as it is declared, with the address of the one after it."""
        following = None
        if found.next is not None:
            cursor = seal(_secret(), _bound_to(self.filters), found.next)
            asked = {**self.filters, "limit": str(self.query.limit), "cursor": cursor}  # type: ignore[attr-defined]
            following = f"{request.script_root}{request.path}?{urlencode(asked)}"
        return kind(items=tuple(made_of(item, line) for line in found.lines), next=following)


class _Misasked(Exception):
    def __init__(self, code: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(code)
        self.code, self.faults = code, faults


View = Callable[..., Any]


def answers(
    answer: type, query: type, permission: Permission, words: str, *, is_report: bool = False
) -> Callable[[View], View]:
    """Let a view be asked and answer as declared: it is given a reading unit of work and what was asked.

    A report may be some seconds old, but for systems that write, and for those that ask what changed since a moment:
    what they did not find would stay unknown to them.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def run(**place: str) -> Response:
            # Who wishes for nothing in particular takes what there is.
            if request.accept_mimetypes and not request.accept_mimetypes.accept_json:
                raise NotAcceptable
            try:
                asked: Asked[Any] = _asked(query)
            except _Misasked as fault:
                return _problem(400, fault.code, SAID[fault.code], "", fault.faults)
            with reporting() if is_report and _may_be_behind() else reading() as work:
                found = view(work, asked, **place)
                reading_of_today = _reading_of_today(work, view.__name__, asked.filters)
            noted = _noted()
            if not noted.find(reading_of_today):
                with writing() as work:
                    note_reading(work, permission, view.__name__, list(asked.filters))
                # Only once it is stored: what could not be traced is traced with the next asking.
                noted.put(reading_of_today, True)
            return _answer(found)

        run.declared = Declared(query, answer, permission, words)  # type: ignore[attr-defined]
        return run

    return wrap


def _may_be_behind() -> bool:
    return not (g.connected.actor.scopes & _WRITING or _SINCE & request.args.keys())


def makes(answer: type, body: type, permission: Permission, words: str) -> Callable[[View], View]:
    """Let a view make something out of a body, as declared: it is given a writing unit of work and what was sent.

    It returns what it made and the address at which that is found; the deed leaves its own entry in the trail.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def run(**place: str) -> Response:
            try:
                _refuse("unknown-parameter", sorted(request.args), "no parameter")
                sent: Any = _sent(body)
            except _Misasked as fault:
                return _problem(400, fault.code, SAID[fault.code], "", fault.faults)
            with writing() as work:
                made, address = view(work, sent, **place)
            response = as_json(plain(made), 201)
            response.headers["Location"] = address
            response.headers["Cache-Control"] = "no-store"
            return response

        run.declared = Declared(NoQuery, answer, permission, words, body)  # type: ignore[attr-defined]
        return run

    return wrap


def _sent(body: type[_Query]) -> _Query:
    if request.mimetype != MIMETYPE:
        raise UnsupportedMediaType
    sent: Any = json_body()
    if not isinstance(sent, dict):
        raise BadRequest
    known = _parameters(cast(Hashable, body))
    faults = [Fault(name[:64], "a member of what is sent here") for name in sorted(set(sent) - set(known))]
    faults += [Fault(one.name, "needed") for one in known.values() if one.is_needed and sent.get(one.name) is None]
    read: dict[str, Any] = {}
    for name in sorted(set(sent) & set(known)):
        if sent[name] is None:
            continue
        try:
            read[name] = known[name].read(_text(sent[name]))
        except Misread as fault:
            faults.append(Fault(name, str(fault)))
    if faults:
        raise _Misasked("bad-member", tuple(faults))
    g.sent = frozenset(read)
    return body(**read)


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise Misread("a text")
    return said


def _asked(query: type[_Query]) -> Asked[_Query]:
    known = _parameters(cast(Hashable, query))
    _refuse("unknown-parameter", sorted(set(request.args) - set(known)), "a parameter of this address")
    _refuse("repeated-parameter", sorted(n for n, said in request.args.lists() if len(said) > 1), "one value")
    read, faults = {}, []
    for name, said in request.args.items():
        try:
            read[name] = known[name].read(said)
        except Misread as fault:
            faults.append(Fault(name, str(fault)))
    if faults:
        raise _Misasked("bad-parameter", tuple(faults))
    filters = {name: said for name, said in sorted(request.args.items()) if name not in ("limit", "cursor")}
    return Asked(query(**read), _after(read.get("cursor"), filters), filters)


@cache
def _parameters(query: Any) -> dict[str, Parameter]:
    return {one.name: one for one in parameters_of(query)}


def _refuse(code: str, names: list[str], needed: str) -> None:
    if names:
        raise _Misasked(code, tuple(Fault(name[:64], needed) for name in names))


def _after(cursor: str | None, filters: Mapping[str, str]) -> Key | None:
    if cursor is None:
        return None
    try:
        return unseal(_secret(), _bound_to(filters), cursor)
    except BadCursor:
        raise _Misasked("bad-cursor", (Fault("cursor", "what `next` of the page before holds"),)) from None


def _bound_to(filters: Mapping[str, str]) -> list[str]:
    return [request.endpoint or "", urlencode(filters)]


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _reading_of_today(work: UnitOfWork, name: str, filters: Mapping[str, str]) -> tuple[Hashable, ...]:
    """Return what the trace keeps one row of: a connection that reads a list today by some filters."""
    return (g.connected.public_id, name, tuple(filters), g.choices.civil_day(work.now))


def _noted() -> Shelf:
    """Return what this process has noted already."""
    found: Shelf = current_app.extensions.setdefault("api-noted", Shelf(10_000))
    return found


def _answer(found: Any) -> Response:
    document = plain(found)
    response = as_json(document)
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
    # Personal data: kept by nobody between, and asked for again each time.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    if document.get("next"):
        response.headers["Link"] = f'<{document["next"]}>; rel="next"'
    response.make_conditional(request)
    return response


def _problem(status: int, code: str, title: str, detail: str, faults: tuple[Fault, ...] = ()) -> Response:
    return as_json(plain(Problem(KINDS + code, title, status, detail, faults)), status, PROBLEM)


def _tell(status: int, code: str, words: str, error: QuizError | None) -> Response:
    if error is None:
        return _problem(status, code, words, "")
    name = str(error.values.get("field", error.code))
    faults = (Fault(name, "something that is there" if status == 404 else error.code),)
    return _problem(
        status, code, words, error.code, faults if name in request.args or name in g.get("sent", ()) else ()
    )


answer_faults(blueprint, _tell)


def dumped(document: Any) -> str:
    """Return a document as it is read by people: indented, Arabic left readable."""
    return json.dumps(document, ensure_ascii=False, indent=2)
