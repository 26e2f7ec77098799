"""What is noted of every request as it goes by: its code, and where it is asked for, a line of how long it took."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, request

from quiz.presentation.logs import ACCESS
from quiz.presentation.seldom import Seldom
from quiz.services.tools import new_code
from quiz.services.unit_of_work import Works
from quiz.services.watching import CURRENT, Watch, Watched, doing, watch_database
from quiz.settings.operator import Settings

if TYPE_CHECKING:
    from quiz.presentation.metrics import Metrics
    from quiz.presentation.tracing import Tracing

HEADER = "X-Request-ID"
# Of what a proxy says no more is taken than can stand in a log and on a page.
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")
# What probes ask for every few seconds; told where it is refused.
_PROBES = frozenset({"public.healthz", "public.metrics", "public.readyz"})
_SLOW_A_MINUTE = 60
log = logging.getLogger(__name__)
access = logging.getLogger(ACCESS)


def make_metrics(app: Flask) -> "Metrics | None":
    """Return what counts for Prometheus, None where the operator did not ask for it: then its library is not loaded."""
    settings: Settings = app.extensions["settings"]
    if not settings.operation.metrics_token:
        return None
    from quiz.presentation.metrics import Metrics

    return Metrics(lambda: app.extensions["works"])


def make_tracing(app: Flask) -> "Tracing | None":
    """Return what makes traces, None where the operator named no collector: then its library is not loaded."""
    settings: Settings = app.extensions["settings"]
    if not settings.operation.traces_to:
        return None
    from quiz.presentation.tracing import Tracing

    works: Works = app.extensions["works"]
    return Tracing("sqlite" if works.database.is_sqlite else "postgresql")


@contextmanager
def doing_job(app: Flask, code: str) -> Iterator[None]:
    """Do a job that is found in the log by a code of ours, and in a trace where these are made."""
    tracing: Tracing | None = app.extensions["tracing"]
    with doing(code) as watched, tracing.job(watched) if tracing is not None else nullcontext():
        yield


def install(app: Flask) -> None:
    """Note every request, before anything else is done with it and after everything was."""
    settings: Settings = app.extensions["settings"]
    metrics: Metrics | None = app.extensions["metrics"]
    tracing: Tracing | None = app.extensions["tracing"]
    trusts_proxy = settings.trusted_proxies > 0
    chosen = settings.operation

    def begin() -> None:
        given = request.headers.get(HEADER, "") if trusts_proxy else ""
        code = given if given and _WELL_FORMED.fullmatch(given) else new_code()
        watched = Watched("request", code, time.perf_counter())
        if tracing is not None:
            # What a stranger says would tie their requests to somebody else's, or have everything kept.
            tracing.begin(watched, request.headers.get("traceparent", "") if trusts_proxy else "")
        CURRENT.set(watched)

    def end(response: Response) -> Response:
        watched = CURRENT.get()
        if watched is None:
            return response
        # Nobody else gives it, so that none has to be looked for.
        response.headers.add(HEADER, watched.code)
        if metrics is not None:
            took = time.perf_counter() - watched.began
            metrics.request(request.method, route(), response.status_code, took, watched.statements)
        if tracing is not None:
            tracing.answered(watched, request.method, route(), response.status_code)
        if chosen.access_log and (request.endpoint not in _PROBES or response.status_code != 200):
            _note(response, watched)
        # The next request of this thread has a code of its own, and what comes between has none.
        response.call_on_close(_forget)
        return response

    app.jinja_env.globals["request_code"] = _code
    app.before_request(begin)
    app.after_request(end)
    if chosen.access_log:
        access.setLevel(logging.INFO)
    if chosen.access_log or chosen.slow_statement_ms is not None or metrics is not None or tracing is not None:
        watch_statements(app)


def watch_statements(app: Flask) -> None:
    """Watch what the database is asked, as the settings say."""
    settings: Settings = app.extensions["settings"]
    metrics: Metrics | None = app.extensions["metrics"]
    works: Works = app.extensions["works"]
    slow_ms = settings.operation.slow_statement_ms
    seldom = Seldom(_SLOW_A_MINUTE)

    def tell(statement: str, began: float, ended: float) -> None:
        if metrics is not None:
            metrics.slow()
        if seldom.may_say():
            fields = {"ms": round((ended - began) * 1000, 1), "statement": " ".join(statement.split())}
            log.warning("a slow statement", extra={"fields": fields})

    slow = slow_ms / 1000 if slow_ms is not None else None
    tracing: Tracing | None = app.extensions["tracing"]
    watch_database(works, Watch(slow, tell if slow is not None else None, tracing.statement if tracing else None))


def _code() -> str:
    """Return the code of this request, for the page that says what went wrong."""
    watched = CURRENT.get()
    return watched.code if watched is not None else ""


def _forget() -> None:
    CURRENT.set(None)


def route() -> str:
    """Return the rule that led to the view, with names where an address has values; nothing where none did."""
    return request.url_rule.rule if request.url_rule is not None else ""


def _note(response: Response, watched: Watched) -> None:
    """Write the line of a request: at once where its length is known, else when the last of it was sent."""
    fields: dict[str, object] = {"method": request.method, "route": route(), "status": response.status_code}

    def say(size: int) -> None:
        took = round((time.perf_counter() - watched.began) * 1000, 1)
        told = {**fields, "ms": took, "statements": watched.statements, "bytes": size}
        access.info("request", extra={"fields": told})

    if response.content_length is not None or not response.is_streamed:
        say(response.content_length or 0)
    else:
        response.response = Counted(cast("Iterable[bytes]", response.response), say)


class Counted:
    """An answer that is made while it is sent: at its end, or where it is cut off, it is said how long it was."""

    def __init__(self, pieces: Iterable[bytes], say: Callable[[int], None]) -> None:
        """Take its pieces, and whom to tell."""
        self._pieces = pieces
        self._say = say
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._size += len(piece)
            yield piece

    def close(self) -> None:
        """Let go of it."""
        if hasattr(self._pieces, "close"):
            self._pieces.close()
        self._say(self._size)
