"""The sign-in cookie, and that of a sign-in that is half done: whose they are, how they are set and taken away."""

from datetime import datetime

from flask import current_app, g, request
from werkzeug.wrappers import Response

from quiz.presentation.i18n import _
from quiz.presentation.work import open_reading, tools
from quiz.services.organisation import get_choices
from quiz.services.second_step import STEP_LASTS, Halfway
from quiz.services.sign_ins import SIGN_IN_LASTS, find_signed_in
from quiz.settings.operator import Settings


def settings() -> Settings:
    """Return the operator's settings of this app."""
    found: Settings = current_app.extensions["settings"]
    return found


def cookie_name() -> str:
    """Return the name of the sign-in cookie; it follows the scheme of the public address."""
    return f"{settings().cookie_prefix}amana"


def token() -> str | None:
    """Return the token that the browser sent."""
    return request.cookies.get(cookie_name())


def recognise() -> None:
    """Find out who asks and what the organisation chose; at most one statement for each, once a request."""
    work = open_reading()
    g.choices = get_choices(work)
    held = token()
    g.signed_in = find_signed_in(work, held) if held and len(held) == 64 else None


def remember(response: Response, fresh: str) -> None:
    """Give the browser the token of a new sign-in."""
    response.set_cookie(
        cookie_name(),
        fresh,
        max_age=int(SIGN_IN_LASTS.total_seconds()),
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def step_token() -> str:
    """Return the token of a half-done sign-in that the browser sent, or nothing."""
    return request.cookies.get(_step_cookie(), "")


def remember_step(response: Response, halfway: Halfway) -> None:
    """Give the browser the token of a half-done sign-in."""
    response.set_cookie(
        _step_cookie(),
        halfway.token,
        max_age=int(STEP_LASTS.total_seconds()),
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget_step(response: Response) -> None:
    """Take the token of a half-done sign-in away from the browser."""
    response.delete_cookie(_step_cookie(), secure=settings().is_https, httponly=True, samesite="Lax", path="/")


def _step_cookie() -> str:
    return f"{settings().cookie_prefix}amana-step"


def now() -> datetime:
    """Return the moment by the clock of this app."""
    return tools().clock()


def forget(response: Response) -> None:
    """Take the token away from the browser, and all that it kept of pages; the language of the visitor stays."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(cookie_name(), secure=settings().is_https, httponly=True, samesite="Lax", path="/")


def browser() -> str:
    """Return what people call the browser that asks."""
    agent = request.user_agent.string
    for name in ("Firefox", "Edg", "OPR", "Chrome", "Safari"):
        if name in agent:
            return {"Edg": "Edge", "OPR": "Opera"}.get(name, name)
    return _("another program")
