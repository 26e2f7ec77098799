"""Closed by default: every view says for whom it is, and the app does not start where one is silent."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role, Scope
from quiz.presentation.connected import recognise_connection
from quiz.presentation.errors import narrow_page, set_up_page, sign_in_ended_page
from quiz.presentation.forms import csrf
from quiz.presentation.proving import late_page, needs_factor
from quiz.presentation.requests import CleanRequest
from quiz.presentation.signed_in import now, recognise, settings
from quiz.presentation.work import close, works
from quiz.services.errors import NotFound
from quiz.services.sign_ins import is_to_note, keep_noted
from quiz.settings.environment import LOOPBACK

_View = TypeVar("_View", bound=Callable[..., Any])
_EVERYBODY = "everybody"
# What needs neither a database nor a reader: operators' probes and files.
_BARE = "bare"

_SYSTEMS = "systems"
# Machine endpoints that carry no cookie and so need no token against forged requests; a test lists them.
CSRF_EXEMPT: frozenset[str] = frozenset({"oidc.end_by_provider", "saml.receive"})


class UnguardedView(Exception):
    """A view does not say for whom it is."""


def for_roles(*roles: Role) -> Callable[[_View], _View]:
    """Open a view to people who hold one of the roles; every signed-in person is a learner."""

    def mark(view: _View) -> _View:
        view.for_roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def for_everybody(view: _View) -> _View:
    """Open a view to the whole world."""
    view.for_roles = _EVERYBODY  # type: ignore[attr-defined]
    return view


def for_systems(*scopes: Scope) -> Callable[[_View], _View]:
    """Open a view to connected systems whose token has one of the scopes, and to no person.

    Such a view reads no cookie, so a forged request of a browser opens nothing, and it asks for no form's token.
    """

    def mark(view: _View) -> _View:
        view.for_roles = _SYSTEMS  # type: ignore[attr-defined]
        view.for_scopes = frozenset(scopes)  # type: ignore[attr-defined]
        return view

    return mark


def proved_lately(*deeds: str, but_by_link: bool = False) -> Callable[[_View], _View]:
    """Ask for a fresh proof of who it is before a view: always, or where the form's `do` is one of these deeds.

    It stands on the page with the form as well as on the deed, so that hardly anybody is asked with a form in hand.
    `but_by_link` leaves it open to whoever came in by a link, who has nothing to prove it with.
    """

    def mark(view: _View) -> _View:
        view.proved_lately = frozenset(deeds)  # type: ignore[attr-defined]
        view.but_by_link = but_by_link  # type: ignore[attr-defined]
        return view

    return mark


def not_by_link(view: _View) -> _View:
    """Close a view to whoever came in by a link alone: it is about how somebody signs in."""
    view.not_by_link = True  # type: ignore[attr-defined]
    return view


def without_factor(view: _View) -> _View:
    """Open a view also to those who need a second factor and have none yet: here they set it up."""
    view.without_factor = True  # type: ignore[attr-defined]
    return view


def sends_up_to(most: int, in_memory: bool = False) -> Callable[[_View], _View]:
    """Let a view be sent more than others are, in bytes: known before anything of the body is read.

    With `in_memory` a file that is sent never touches a disk, not even one that is deleted at once.
    """

    def mark(view: _View) -> _View:
        view.most_bytes, view.in_memory = most, in_memory  # type: ignore[attr-defined]
        return view

    return mark


def bare(view: _View) -> _View:
    """Open a view to the whole world without asking who it is."""
    view.for_roles = _BARE  # type: ignore[attr-defined]
    return view


def install(app: Flask) -> None:
    """Put the guard in front of every request."""
    # Who asks is known before a form is judged, so that its page can say which of the two went wrong.
    app.before_request(_check)
    csrf.init_app(app)
    app.after_request(_note_afterwards)
    app.teardown_request(close)


def _note_afterwards(response: Response) -> Response:
    """Note the use of the sign-in once the answer is on its way."""
    found = g.get("signed_in")
    if found is not None and is_to_note(found, now()):
        response.call_on_close(partial(keep_noted, works(), found))
    return response


def excuse(app: Flask) -> None:
    """Excuse from the token of forms what reads no cookie: views for systems, and those named above."""
    for name, view in app.view_functions.items():
        if name in CSRF_EXEMPT or getattr(view, "for_roles", None) == _SYSTEMS:
            csrf.exempt(view)


def check_views(app: Flask) -> None:
    """Raise UnguardedView for any view that does not say for whom it is."""
    silent = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "for_roles"))
    if silent:
        raise UnguardedView(f"views without @for_roles, @for_everybody, @for_systems or @bare: {', '.join(silent)}")


def _refuse_outright() -> None:
    """Refuse what is wrong whoever asks, and bound what may be sent; before anything is looked up."""
    if settings().demo and request.remote_addr not in LOOPBACK:
        # Demo people have a password that everybody knows.
        abort(403)
    most = getattr(_view(), "most_bytes", None)
    if most is not None:
        request.max_content_length = request.max_form_memory_size = most
        cast(CleanRequest, request).in_memory = getattr(_view(), "in_memory", False)
    if isinstance(request.routing_exception, SecurityError):
        # A host that is not ours is told so before anything else: no page can be made for an address without one.
        raise request.routing_exception
    if "\x00" in request.path:
        # Nothing is known by such a name, and a database may refuse to look for it.
        raise NotFound("page")


def _check() -> BaseResponse | None:
    _refuse_outright()
    guard = getattr(_view(), "for_roles", _EVERYBODY)
    if guard == _BARE:
        return None
    if guard == _SYSTEMS:
        recognise_connection(_view().for_scopes)  # type: ignore[union-attr]
        return None
    recognise()
    if guard == _EVERYBODY:
        return None
    if g.signed_in is None and request.method == "POST":
        return sign_in_ended_page()
    if g.signed_in is None:
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), 303)
    if not guard & g.signed_in.actor.roles:
        raise NotFound("page")
    return _check_way() or _check_factor() or _check_proof()


def _check_way() -> BaseResponse | None:
    """Keep whoever came in by a link from what is about signing in, or weighs so much that a proof is asked for."""
    is_weighty = hasattr(_view(), "proved_lately") and not getattr(_view(), "but_by_link", False)
    is_more = hasattr(_view(), "not_by_link") or is_weighty
    return narrow_page() if g.signed_in.actor.is_narrow and is_more else None


def _check_factor() -> BaseResponse | None:
    """Lead whoever needs a second factor by now, and has none, to where it is set up."""
    if hasattr(_view(), "without_factor") or not needs_factor(is_by_now=True):
        return None
    if request.method == "POST":
        csrf.protect()
        return set_up_page()
    return redirect(url_for("account.factors", next=request.full_path.rstrip("?")), 303)


def _check_proof() -> BaseResponse | None:
    """Ask for a fresh proof where the view wants one and the last is too old."""
    deeds = getattr(_view(), "proved_lately", None)
    if deeds is None or g.signed_in.is_proved(now()) or g.signed_in.actor.is_narrow:
        return None
    if request.method != "POST":
        return None if deeds else redirect(url_for("account.prove", next=request.full_path.rstrip("?")), 303)
    if deeds and request.form.get("do") not in deeds:
        return None
    # What is kept to be sent again must have come from a page of ours.
    csrf.protect()
    return late_page()


def _view() -> Callable[..., Any] | None:
    return current_app.view_functions.get(request.endpoint or "")
