"""Headers that every answer carries, and the limits on asking too often."""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, TypeVar, cast

from flask import Flask, Response, abort, current_app, g, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from quiz.presentation.shared_counts import SharedCounts
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

_View = TypeVar("_View", bound=Callable[..., Any])

_COUNTING = Lock()
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; trusted-types pieces"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
}


def install(app: Flask) -> None:
    """Put the headers on every answer, and make ready to count for the views that are limited."""
    app.config.setdefault("RATELIMIT_ENABLED", True)
    # Counters end with their time; of a moving window this storage keeps an empty list for everybody who ever asked,
    # and looks through all of them time and again.
    app.extensions["rate-limits"] = SlidingWindowCounterRateLimiter(MemoryStorage())
    settings: Settings | None = app.extensions.get("settings")
    if settings is not None and settings.redis_url:
        app.extensions["shared-counts"] = _together(settings)
    app.after_request(_headers)


def _together(settings: Settings) -> SharedCounts:
    try:
        return SharedCounts(settings.redis_url, settings.secret_key)
    except ValueError as wrong:
        raise Misconfigured(f"REDIS_URL: {wrong}") from wrong


def may_frame() -> None:
    """Let the page being answered hold frames of ours."""
    g.policy = f"{POLICY}; frame-src 'self'"


def may_be_framed() -> None:
    """Let the page being answered stand in a frame of ours, and of nobody else."""
    g.policy = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    g.frame_options = "SAMEORIGIN"


def limited(rate: str, *methods: str) -> Callable[[_View], _View]:
    """Let an address ask a view only so often, such as `30 per minute` (for all methods where none is named).

    Counted in each process, or by all of them together in a Redis: it makes guessing dear, it is no exact count.
    Sign-in has its own in the database.
    """

    def wrap(view: _View) -> _View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            counts = not methods or request.method in methods
            if counts and is_over(rate, view.__name__, request.remote_addr or ""):
                abort(429)
            return view(*args, **kwargs)

        return cast(_View, run)

    return wrap


def is_over(rate: str, *keys: str) -> bool:
    """Count one more and tell whether it is over a rate, such as `30 per minute`; for all processes where they can."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return False
    shared = shared_counts()
    is_within = shared.hit(rate, *keys) if shared is not None else None
    return is_over_here(rate, *keys) if is_within is None else not is_within


def is_over_here(rate: str, *keys: str) -> bool:
    """Do the same for this process alone."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return False
    # Two threads at once would both start the one timer by which the storage forgets.
    with _COUNTING:
        return not _limits().hit(parse(rate), *keys)


def shared_counts() -> SharedCounts | None:
    """Return where all processes count together, None where each counts for itself."""
    return cast("SharedCounts | None", current_app.extensions.get("shared-counts"))


def _limits() -> SlidingWindowCounterRateLimiter:
    return cast(SlidingWindowCounterRateLimiter, current_app.extensions["rate-limits"])


def _headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    response.headers["Content-Security-Policy"] = g.get("policy", POLICY)
    response.headers["X-Frame-Options"] = g.get("frame_options", HEADERS["X-Frame-Options"])
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if cast(Settings, current_app.extensions["settings"]).is_https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
