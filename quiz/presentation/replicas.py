"""Where a replica is read: whose reports may be some seconds old, and pages that are answered whatever it does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, g, request

from quiz.access.actor import Role
from quiz.presentation.signed_in import settings
from quiz.presentation.work import leave_replica
from quiz.settings.operator import Settings

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Behind what the replica may be, as a browser counts: whole seconds, from when the answer has arrived.
_LONGER_SECONDS = 3


def cookie_name() -> str:
    """Return the name of the cookie of a browser by which something was stored a moment ago."""
    return f"{settings().cookie_prefix}amana-wrote"


def install(app: Flask) -> None:
    """Let reports read the replica where the operator named one; after all pages are there."""
    found: Settings = app.extensions["settings"]
    if not found.reach.replica_url:
        return
    app.before_request(_ask)
    app.after_request(_remember)
    for name, view in app.view_functions.items():
        app.view_functions[name] = _answered(view)


def read_anyway() -> None:
    """Let a form that stores nothing but that it was asked for be answered from the replica as well."""
    if settings().reach.replica_url:
        g.may_be_behind = cookie_name() not in request.cookies


def _ask() -> None:
    # Whoever has just stored something must find it; others may be some seconds behind.
    g.may_be_behind = request.method in _SAFE and cookie_name() not in request.cookies


def _remember(response: Response) -> Response:
    """Let whoever stored something read what follows from where it was stored; learners read no reports."""
    who = g.get("signed_in")
    if request.method in _SAFE or response.status_code >= 400 or who is None or not who.actor.roles - {Role.LEARNER}:
        return response
    response.set_cookie(
        cookie_name(),
        "1",
        max_age=settings().reach.replica_lag_seconds + _LONGER_SECONDS,
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _answered(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer from the primary what could not be answered from the replica, whatever stood in the way.

    It may have failed, or not know yet what the reader or the primary knows; so nobody is refused by it.
    """

    @wraps(view)
    def run(**place: Any) -> Any:
        try:
            return view(**place)
        except Exception:
            if request.method not in _SAFE or not leave_replica():
                raise
        return view(**place)

    return run
