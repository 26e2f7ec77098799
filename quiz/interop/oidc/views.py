"""Signing in through a provider of OpenID Connect: out, back, linking, and the two ways of signing out."""

import hmac
import logging
from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Actor, Role
from quiz.interop.oidc import flow
from quiz.interop.oidc.directory import Directory
from quiz.interop.oidc.fetching import Client, Fetch
from quiz.interop.oidc.flow import Way
from quiz.interop.oidc.tokens import check_logout
from quiz.presentation import ways
from quiz.presentation.guard import for_everybody, for_roles, not_by_link, proved_lately, without_factor
from quiz.presentation.i18n import reader_locale
from quiz.presentation.providers import stopped_page
from quiz.presentation.requests import local_address
from quiz.presentation.security import limited
from quiz.presentation.signed_in import now
from quiz.presentation.work import reading, writing
from quiz.services import identities
from quiz.services.errors import NotFound, Refused
from quiz.services.identities import LINK, PROVE, SIGN_IN, LogoutNotice, Vouched
from quiz.services.provider_faults import Fault
from quiz.settings.providers import Provider

log = logging.getLogger(__name__)
blueprint = Blueprint("oidc", __name__, template_folder="templates")

_TOKEN_BYTES = 16 * 1024


def install(app: Flask, fetch: Fetch | None = None) -> None:
    """Register the pages, and make ready to ask the operator's providers."""
    client = fetch or Client()
    providers: tuple[Provider, ...] = app.extensions["settings"].providers
    app.extensions["oidc"] = {one.key: Directory(one, client) for one in providers}
    app.register_blueprint(blueprint)


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
@proved_lately()
@not_by_link
def begin_linking(provider: str) -> BaseResponse:
    """Send somebody who is signed in to a provider, to be linked with whoever they are there."""
    return _set_out(provider, LINK, url_for("account.account"))


@blueprint.post("/oidc/<provider>/prove")
@for_roles(Role.LEARNER)
@without_factor
@not_by_link
@limited("60 per minute")
def begin_proving(provider: str) -> BaseResponse:
    """Send somebody who is signed in to a provider, to be asked there anew who they are; what waits comes along."""
    return _set_out(provider, PROVE, *ways.awaited())


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
    return stopped_page(provider, why)


@blueprint.get("/oidc/<provider>/sign-out")
@for_everybody
@limited("60 per minute")
def offer_sign_out(provider: str) -> BaseResponse:
    """Offer whoever signed out here to sign out at the provider as well."""
    directory = _directory(provider)
    try:
        endpoint = directory.metadata(now()).end_session_endpoint
    except Fault as fault:
        log.warning("no sign-out through %s: %s", provider, fault)
        endpoint = None
    if endpoint is None or not directory.provider.offers_sign_out:
        return redirect(url_for("account.sign_in"), 303)
    secret = ways.browser_secret()
    address = flow.sign_out_address(
        directory.provider, endpoint, ways.address("oidc.signed_out", provider), _sign_out_state(secret)
    )
    response = make_response(render_template("oidc/sign_out.html", provider=provider, address=address))
    ways.keep_secret(response, secret)
    return response


@blueprint.get("/oidc/<provider>/signed-out")
@for_everybody
def signed_out(provider: str) -> BaseResponse:
    """Take back whoever signed out at a provider; nothing is said to somebody who was merely sent here."""
    _directory(provider)
    held = ways.held_secret()
    is_ours = held != "" and hmac.compare_digest(request.args.get("state", "").encode(), _sign_out_state(held).encode())
    if g.signed_in is not None or not is_ours:
        return redirect(url_for("account.sign_in"), 303)
    response = make_response(render_template("oidc/signed_out.html", provider=provider))
    ways.forget_secret(response)
    return response


@blueprint.post("/oidc/<provider>/back-channel-logout")
@for_everybody
@limited("240 per minute")
def end_by_provider(provider: str) -> Response:
    """End what a provider says has ended (OpenID Connect Back-Channel Logout 1.0); no cookie is looked at."""
    directory = _directory(provider)
    try:
        moment = now()
        header, claims = directory.open(request.form.get("logout_token", "")[:_TOKEN_BYTES], moment)
        ended = check_logout(directory.provider, claims, header, moment)
        notice = LogoutNotice(
            provider, directory.provider.issuer, ended.subject, ended.sid, ended.token_id, ended.expires_at
        )
        with writing(Actor.nobody()) as work:
            identities.obey(work, notice)
    except (Fault, Refused) as fault:
        log.warning("logout token of %s refused: %s", provider, fault if isinstance(fault, Fault) else fault.code)
        return Response('{"error": "invalid_request"}\n', 400, mimetype="application/json")
    return Response(status=200)


def _set_out(provider: str, purpose: str, lands_on: str, kept: str | None = None) -> BaseResponse:
    directory = _directory(provider)
    try:
        metadata = directory.metadata(now())
    except Fault as fault:
        log.warning("no sign-in through %s: %s", provider, fault)
        return redirect(url_for("oidc.stopped", provider=provider, why=fault.why), 303)
    returns_to, language = ways.address("oidc.callback", provider), reader_locale().language

    def address(state: str, secret: str) -> str:
        way, is_proof = Way(state, secret), purpose == PROVE
        return flow.authorization_address(directory.provider, metadata, way, returns_to, language, is_proof)

    return ways.set_out(provider, purpose, lands_on, kept, address)


def _come_back(directory: Directory) -> BaseResponse:
    key = directory.provider.key
    # What is said twice could be read differently by two readers.
    brought = {name: values[0] for name, values in request.args.lists() if len(values) == 1}
    way = Way(brought.get("state", ""), ways.held_secret())
    begun = ways.take_up(key, way.state)
    return ways.go_on(key, begun, lambda since: _vouched(directory, way, brought, since))


def _vouched(directory: Directory, way: Way, brought: Mapping[str, str], since: datetime | None) -> Vouched:
    """Return whom the provider vouches for; raise Fault where it does so in no good order."""
    flow.check_issuer(directory.provider, directory.metadata(now()), brought)
    code = flow.brought_code(brought)
    returns_to = ways.address("oidc.callback", directory.provider.key)
    return flow.vouched_for(directory, way, code, returns_to, now(), _is_linked, since)


def _is_linked(issuer: str, subject: str) -> bool:
    with reading() as work:
        return identities.is_linked(work, issuer, subject)


def _directory(provider: str) -> Directory:
    found: Directory | None = current_app.extensions["oidc"].get(provider)
    if found is None:
        raise NotFound("provider")
    return found


def _sign_out_state(secret: str) -> str:
    return hmac.digest(secret.encode(), b"signed-out", "sha256").hex()
