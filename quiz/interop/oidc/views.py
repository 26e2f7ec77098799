"""Signing in through a provider: out, back, linking and unlinking, and the two ways of signing out."""

import hmac
import logging
import re
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Actor, Role
from quiz.interop.oidc import flow
from quiz.interop.oidc.directory import Directory
from quiz.interop.oidc.faults import AWAY, DECLINED, ENDED, TAKEN, UNKNOWN, UNSURE, WEAK, Fault
from quiz.interop.oidc.fetching import Client, Fetch
from quiz.interop.oidc.flow import Way
from quiz.interop.oidc.tokens import check_logout
from quiz.presentation import signed_in
from quiz.presentation.entering import enter
from quiz.presentation.guard import for_everybody, for_roles
from quiz.presentation.i18n import _, reader_locale
from quiz.presentation.requests import local_address
from quiz.presentation.security import limited
from quiz.presentation.work import reading, works, writing
from quiz.services import identities
from quiz.services.errors import NotFound, Refused
from quiz.services.identities import LINK, SIGN_IN, LogoutNotice
from quiz.settings import Provider

log = logging.getLogger(__name__)
blueprint = Blueprint("oidc", __name__, template_folder="templates")

_TOKEN_BYTES = 16 * 1024

# Why a way ended, as its page says it: heading and text, in words that tell a stranger nothing of anybody.
STOPPED: dict[str, Callable[[], tuple[str, str]]] = {
    AWAY: lambda: (
        _("The other side does not answer"),
        _("Nothing was changed here. Please try again in some minutes, or sign in in another way."),
    ),
    DECLINED: lambda: (
        _("The sign-in was not completed"),
        _("It was declined or given up on the other side. Nothing was changed here."),
    ),
    ENDED: lambda: (
        _("This sign-in has ended"),
        _("It took too long, was used before, or was begun in another browser. It can be begun again."),
    ),
    TAKEN: lambda: (
        _("This identity was not linked"),
        _("It belongs to another account here. Whoever thinks that this is a mistake can ask HR."),
    ),
    UNKNOWN: lambda: (
        _("We do not know you here yet"),
        _("The other side confirmed who you are, but no account here could be opened with it. Please ask HR to look."),
    ),
    UNSURE: lambda: (
        _("The answer could not be trusted"),
        _("What came back from the other side was not in order, so nothing was opened and nothing was changed."),
    ),
    WEAK: lambda: (
        _("A stronger sign-in is needed"),
        _("The other side has to ask for more than it did, or to ask again. Please begin once more there."),
    ),
}


def install(app: Flask, fetch: Fetch | None = None) -> None:
    """Register the pages, and make ready to ask the operator's providers."""
    client = fetch or Client()
    providers: tuple[Provider, ...] = app.extensions["settings"].providers
    app.extensions["oidc"] = {one.key: Directory(one, client) for one in providers}
    app.register_blueprint(blueprint)


@blueprint.app_template_global("identity_providers")
def identity_providers() -> list[tuple[str, str]]:
    """Return key and name of every provider, in the reader's language."""
    return [(one.key, provider_name(one.key)) for one in signed_in.settings().providers]


@blueprint.app_template_global("provider_name")
def provider_name(key: str) -> str:
    """Return what readers call a provider; its key where it is asked no longer."""
    provider = signed_in.settings().provider(key)
    if provider is None:
        return key
    return provider.name_ar if reader_locale().language == "ar" else provider.name_en


@blueprint.app_template_global("has_passwords")
def has_passwords() -> bool:
    """Tell whether people may sign in by a password."""
    return signed_in.settings().password_sign_in


@blueprint.post("/oidc/<provider>/begin")
@for_everybody
@limited("60 per minute")
def begin(provider: str) -> BaseResponse:
    """Send a browser to a provider to sign in."""
    _directory(provider)
    if g.signed_in is not None:
        return redirect(url_for("account.home"), 303)
    return _set_out(provider, SIGN_IN, local_address(request.form.get("next")))


@blueprint.post("/oidc/<provider>/link")
@for_roles(Role.LEARNER)
def begin_linking(provider: str) -> BaseResponse:
    """Send somebody who is signed in to a provider, to be linked with whoever they are there."""
    return _set_out(provider, LINK, url_for("account.account"))


@blueprint.get("/oidc/<provider>/callback")
@for_everybody
@limited("60 per minute")
def callback(provider: str) -> BaseResponse:
    """Take what a browser brings back from a provider: it is somebody we know, or there is a page that says why not.

    It writes although it is asked for with GET, as the protocol has it; a way is used up by it once.
    """
    directory = _directory(provider)
    try:
        return _come_back(directory)
    except Fault as fault:
        log.warning("sign-in through %s ended: %s", provider, fault)
        return redirect(url_for("oidc.stopped", provider=provider, why=fault.why), 303)


@blueprint.get("/oidc/<provider>/stopped/<why>")
@for_everybody
def stopped(provider: str, why: str) -> str:
    """Say why a way ended, with one way on."""
    _directory(provider)
    if why not in STOPPED:
        raise NotFound("page")
    heading, text = STOPPED[why]()
    return render_template("oidc/stopped.html", heading=heading, text=text, provider=provider)


@blueprint.post("/account/identities/<public_id>/remove")
@for_roles(Role.LEARNER)
def remove(public_id: str) -> BaseResponse:
    """Unlink an identity, unless nothing would be left to sign in by."""
    providers = [one.key for one in signed_in.settings().providers]
    try:
        with writing() as work:
            identities.remove(work, public_id, providers, has_passwords(), signed_in.token() or "")
    except Refused:
        return redirect(url_for("account.account", kept=1, _anchor="identities"), 303)
    return redirect(url_for("account.account", unlinked=1, _anchor="identities"), 303)


@blueprint.get("/oidc/<provider>/sign-out")
@for_everybody
def offer_sign_out(provider: str) -> BaseResponse:
    """Offer whoever signed out here to sign out at the provider as well."""
    directory = _directory(provider)
    try:
        endpoint = directory.metadata(_now()).end_session_endpoint
    except Fault as fault:
        log.warning("no sign-out through %s: %s", provider, fault)
        endpoint = None
    if endpoint is None or not directory.provider.offers_sign_out:
        return redirect(url_for("account.sign_in"), 303)
    secret = _browser_secret()
    address = flow.sign_out_address(
        directory.provider, endpoint, _address("oidc.signed_out", provider), _sign_out_state(secret)
    )
    response = make_response(render_template("oidc/sign_out.html", provider=provider, address=address))
    _keep_secret(response, secret)
    return response


@blueprint.get("/oidc/<provider>/signed-out")
@for_everybody
def signed_out(provider: str) -> BaseResponse:
    """Take back whoever signed out at a provider; nothing is said to somebody who was merely sent here."""
    _directory(provider)
    held = request.cookies.get(_cookie_name(), "")
    is_ours = _is_secret(held) and hmac.compare_digest(
        request.args.get("state", "").encode(), _sign_out_state(held).encode()
    )
    if g.signed_in is not None or not is_ours:
        return redirect(url_for("account.sign_in"), 303)
    response = make_response(render_template("oidc/signed_out.html", provider=provider))
    _forget_secret(response)
    return response


@blueprint.post("/oidc/<provider>/back-channel-logout")
@for_everybody
@limited("240 per minute")
def end_by_provider(provider: str) -> Response:
    """End what a provider says has ended (OpenID Connect Back-Channel Logout 1.0); no cookie is looked at."""
    directory = _directory(provider)
    try:
        now = _now()
        header, claims = directory.open(request.form.get("logout_token", "")[:_TOKEN_BYTES], now)
        ended = check_logout(directory.provider, claims, header, now)
        notice = LogoutNotice(
            provider, directory.provider.issuer, ended.subject, ended.sid, ended.token_id, ended.expires_at
        )
        with works().writing(Actor.nobody()) as work:
            identities.obey(work, notice)
    except (Fault, Refused) as fault:
        log.warning("logout token of %s refused: %s", provider, fault if isinstance(fault, Fault) else fault.code)
        return Response('{"error": "invalid_request"}\n', 400, mimetype="application/json")
    return Response(status=200)


def _set_out(provider: str, purpose: str, lands_on: str) -> BaseResponse:
    directory = _directory(provider)
    try:
        metadata = directory.metadata(_now())
    except Fault as fault:
        log.warning("no sign-in through %s: %s", provider, fault)
        return redirect(url_for("oidc.stopped", provider=provider, why=fault.why), 303)
    secret = _browser_secret()
    way = Way(works().tools.chance(32).hex(), secret)
    with writing() as work:
        identities.set_out(work, provider, way.state, secret, purpose, lands_on)
    address = flow.authorization_address(
        directory.provider, metadata, way, _address("oidc.callback", provider), reader_locale().language
    )
    # A form may lead to our own pages only (form-action), and browsers hold a redirect to it; a page may lead on.
    response = make_response(render_template("oidc/onward.html", provider=provider, address=address))
    response.headers["Refresh"] = f"0; url={address}"
    _keep_secret(response, secret)
    return response


def _come_back(directory: Directory) -> BaseResponse:
    provider = directory.provider
    # What is said twice could be read differently by two readers.
    brought = {name: values[0] for name, values in request.args.lists() if len(values) == 1}
    held = request.cookies.get(_cookie_name(), "")
    way = Way(brought.get("state", ""), held)
    if not _is_secret(held) or not _is_secret(way.state):
        raise Fault(ENDED, "there is no state, or no cookie")
    try:
        with writing() as work:
            begun = identities.come_back(work, provider.key, way.state, held)
    except NotFound as unknown:
        raise Fault(ENDED, "the state is unknown here") from unknown
    flow.check_issuer(provider, directory.metadata(_now()), brought)
    code = flow.brought_code(brought)
    vouched = flow.vouched_for(directory, way, code, _address("oidc.callback", provider.key), _now(), _is_linked)
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
    _forget_secret(response)
    return response


def _is_linked(issuer: str, subject: str) -> bool:
    with reading() as work:
        return identities.is_linked(work, issuer, subject)


def _directory(provider: str) -> Directory:
    found: Directory | None = current_app.extensions["oidc"].get(provider)
    if found is None:
        raise NotFound("provider")
    return found


def _now() -> datetime:
    return works().tools.clock()


def _address(endpoint: str, provider: str) -> str:
    return f"{signed_in.settings().base_url}{url_for(endpoint, provider=provider)}"


def _cookie_name() -> str:
    return f"{signed_in.settings().cookie_prefix}amana-way"


def _browser_secret() -> str:
    """Return what this browser alone holds while it is under way; two tabs may be so at once."""
    held = request.cookies.get(_cookie_name(), "")
    return held if _is_secret(held) else works().tools.chance(32).hex()


def _is_secret(text: str) -> bool:
    return re.fullmatch(f"[0-9a-f]{{{flow.SECRET_LETTERS}}}", text) is not None


def _keep_secret(response: Response, secret: str) -> None:
    response.set_cookie(
        _cookie_name(),
        secret,
        max_age=int(identities.WAY_LASTS.total_seconds()),
        secure=signed_in.settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _forget_secret(response: BaseResponse) -> None:
    is_https = signed_in.settings().is_https
    response.delete_cookie(_cookie_name(), path="/", secure=is_https, httponly=True, samesite="Lax")


def _sign_out_state(secret: str) -> str:
    return hmac.digest(secret.encode(), b"signed-out", "sha256").hex()
