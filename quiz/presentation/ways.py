"""A browser on its way to a provider of identities and back: what it alone holds, and what becomes of it here."""

import logging
import re
from collections.abc import Callable
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.presentation import signed_in
from quiz.presentation.entering import enter
from quiz.presentation.proving import ProveForm, prove_page, proved
from quiz.presentation.requests import local_address
from quiz.presentation.work import tools, writing
from quiz.services import identities
from quiz.services.errors import NotFound, Refused
from quiz.services.identities import LINK, PROVE, Vouched, Way
from quiz.services.provider_faults import ENDED, TAKEN, UNKNOWN, Fault

log = logging.getLogger(__name__)

SECRET_LETTERS = 64
# Makes of state and secret the address at the provider; both are new to whoever is asked.
Address = Callable[[str, str], str]
# Says whom the provider vouches for; for a proof, only if it asked the person anew since a moment.
Vouch = Callable[[datetime | None], Vouched]


def set_out(provider: str, purpose: str, lands_on: str, kept: str | None, address: Address) -> BaseResponse:
    """Note that this browser goes to a provider, and return the page that leads it there."""
    state, secret = tools().chance(32).hex(), browser_secret()
    with writing() as work:
        identities.set_out(work, provider, state, secret, purpose, lands_on, kept)
    onward = address(state, secret)
    # A form may lead to our own pages only (form-action), and browsers hold a redirect to it; a page may lead on.
    response = make_response(render_template("providers/onward.html", provider=provider, address=onward))
    response.headers["Refresh"] = f"0; url={onward}"
    keep_secret(response, secret)
    return response


def awaited() -> tuple[str, str | None]:
    """Return where somebody goes on who is asked anew who they are, and what they had sent, where it waits."""
    form = ProveForm(request.form)
    if not form.onward.data:
        return local_address(form.next.data), None
    return local_address(form.onward.data), form.kept.data or ""


def take_up(provider: str, state: str) -> Way:
    """Use up the way that this browser comes back by; raise Fault where it is unknown, used, too old or another's."""
    held = held_secret()
    if not held or not is_secret(state):
        raise Fault(ENDED, "there is no state, or no cookie")
    try:
        with writing() as work:
            return identities.come_back(work, provider, state, held)
    except NotFound as unknown:
        raise Fault(ENDED, "the state is unknown here") from unknown


def go_on(provider: str, begun: Way, vouch: Vouch) -> BaseResponse:
    """Do what a browser had set out for, with whom the provider vouches for; raise Fault where that cannot be."""
    if begun.purpose == PROVE:
        return _prove(provider, begun, vouch)
    vouched = vouch(None)
    if begun.purpose == LINK:
        try:
            with writing() as work:
                identities.link(work, vouched)
        except Refused as refusal:
            raise Fault(TAKEN, "it is linked with another account") from refusal
        return redirect(url_for("account.account", linked=1, _anchor="identities"), 303)
    with writing() as work:
        entered = identities.enter(work, vouched, signed_in.browser(), begun.lands_on)
    if entered is None:
        raise Fault(UNKNOWN, "it is nobody here")
    response = enter(entered, local_address(begun.lands_on))
    forget_secret(response)
    return response


def _prove(provider: str, begun: Way, vouch: Vouch) -> BaseResponse:
    """Go on with what waited for a proof, or ask for another one: nothing typed is lost to it."""
    is_late = begun.kept is not None
    form = ProveForm(**({"onward": begun.lands_on, "kept": begun.kept} if is_late else {"next": begun.lands_on}))
    fresh, refusal = None, "another-identity"
    try:
        vouched = vouch(begun.begun_at)
        with writing() as work:
            fresh = identities.prove(work, vouched, signed_in.token() or "")
    except (Fault, Refused) as fault:
        log.warning("no proof through %s: %s", provider, fault if isinstance(fault, Fault) else fault.code)
        refusal = "provider"
    if fresh is None:
        return prove_page(form, 422, refusal, is_late)
    response = proved(form, is_late)
    signed_in.remember(response, fresh)
    forget_secret(response)
    return response


def address(endpoint: str, provider: str) -> str:
    """Return a public address of ours, as a provider knows it."""
    return f"{signed_in.settings().base_url}{url_for(endpoint, provider=provider)}"


def held_secret() -> str:
    """Return what this browser holds while it is under way; nothing where it holds none."""
    held = request.cookies.get(_cookie_name(), "")
    return held if is_secret(held) else ""


def browser_secret() -> str:
    """Return what this browser alone holds while it is under way; two tabs may be so at once."""
    return held_secret() or tools().chance(32).hex()


def is_secret(text: str) -> bool:
    """Tell whether a text has the form of a state, or of what a browser holds."""
    return re.fullmatch(f"[0-9a-f]{{{SECRET_LETTERS}}}", text) is not None


def keep_secret(response: Response, secret: str) -> None:
    """Give the browser what it alone is to hold."""
    response.set_cookie(
        _cookie_name(),
        secret,
        max_age=int(identities.WAY_LASTS.total_seconds()),
        secure=signed_in.settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget_secret(response: BaseResponse) -> None:
    """Take away from the browser what it held."""
    is_https = signed_in.settings().is_https
    response.delete_cookie(_cookie_name(), path="/", secure=is_https, httponly=True, samesite="Lax")


def _cookie_name() -> str:
    return f"{signed_in.settings().cookie_prefix}amana-way"
