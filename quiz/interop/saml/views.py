"""Signing in through a provider of SAML 2.0: out, back by way of an address that reads no cookie, and linking."""

import logging
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Actor, Role
from quiz.interop.saml import tickets
from quiz.interop.saml.asking import sign_on_address
from quiz.interop.saml.metadata import IdentityProvider, our_metadata, read_providers
from quiz.interop.saml.reading import read_message
from quiz.interop.saml.responses import Here, Said, answered_request, check_fresh, check_response
from quiz.interop.saml.tickets import Ticket
from quiz.presentation import ways
from quiz.presentation.guard import for_everybody, for_roles, not_by_link, proved_lately, without_factor
from quiz.presentation.providers import stopped_page
from quiz.presentation.requests import local_address
from quiz.presentation.security import limited
from quiz.presentation.signed_in import now
from quiz.presentation.work import tools, works, writing
from quiz.services import identities
from quiz.services.errors import NotFound, Refused
from quiz.services.identities import LINK, PROVE, SIGN_IN, Vouched
from quiz.services.provider_faults import ENDED, UNSURE, Fault
from quiz.settings.operator import Settings

log = logging.getLogger(__name__)
blueprint = Blueprint("saml", __name__)


def install(app: Flask) -> None:
    """Register the pages, and read what the operator's providers say of themselves; raise Misconfigured."""
    settings: Settings = app.extensions["settings"]
    app.extensions["saml"] = read_providers(settings.saml_providers, [one.issuer for one in settings.providers])
    app.register_blueprint(blueprint)


@blueprint.get("/saml/<provider>/metadata")
@for_everybody
def metadata(provider: str) -> Response:
    """Tell a provider of us; the address is also our name there."""
    idp, here = _idp(provider), _here(provider)
    return Response(
        our_metadata(idp.provider, here.entity_id, here.returns_to), mimetype="application/samlmetadata+xml"
    )


@blueprint.post("/saml/<provider>/begin")
@for_everybody
@limited("60 per minute")
def begin(provider: str) -> BaseResponse:
    """Send a browser to a provider to sign in."""
    _idp(provider)
    if g.signed_in is not None:
        return redirect(url_for("account.home"), 303)
    return _set_out(provider, SIGN_IN, local_address(request.form.get("next")))


@blueprint.post("/saml/<provider>/link")
@for_roles(Role.LEARNER)
@proved_lately()
@not_by_link
def begin_linking(provider: str) -> BaseResponse:
    """Send somebody who is signed in to a provider, to be linked with whoever they are there."""
    return _set_out(provider, LINK, url_for("account.account"))


@blueprint.post("/saml/<provider>/prove")
@for_roles(Role.LEARNER)
@without_factor
@not_by_link
@limited("60 per minute")
def begin_proving(provider: str) -> BaseResponse:
    """Send somebody who is signed in to a provider, to be asked there anew who they are; what waits comes along."""
    return _set_out(provider, PROVE, *ways.awaited())


@blueprint.post("/saml/<provider>/receive")
@for_everybody
@limited("60 per minute")
def receive(provider: str) -> BaseResponse:
    """Take what a provider lets a browser bring; no cookie is looked at, since a page elsewhere sends it.

    What holds goes on, sealed, to the next address, where the browser shows that it is the one that set out. So does
    that nothing holds, where it answers a request of ours.
    """
    idp = _idp(provider)
    try:
        brought = _brought(idp)
    except Fault as fault:
        log.warning("sign-in through %s ended: %s", provider, fault)
        return redirect(url_for("saml.stopped", provider=provider, why=fault.why), 303)
    ticket = tickets.seal(tools(), provider, brought)
    return redirect(url_for("saml.come_back", provider=provider, ticket=ticket), 303)


@blueprint.get("/saml/<provider>/come-back")
@for_everybody
@limited("60 per minute")
def come_back(provider: str) -> BaseResponse:
    """Go on with what was taken a moment ago, in the browser that set out: it is somebody we know, or a page says why.

    It writes although it is asked for with GET, as the way back of OpenID Connect does; a way is used up by it once.
    """
    _idp(provider)
    try:
        ticket = tickets.unseal(tools(), provider, request.args.get("ticket", ""))
        begun = ways.take_up(provider, ticket.state)
        return ways.go_on(provider, begun, lambda since: _vouched(ticket, since))
    except Fault as fault:
        log.warning("sign-in through %s ended: %s", provider, fault)
        return redirect(url_for("saml.stopped", provider=provider, why=fault.why), 303)


@blueprint.get("/saml/<provider>/stopped/<why>")
@for_everybody
def stopped(provider: str, why: str) -> str:
    """Say why a way ended, with one way on."""
    _idp(provider)
    return stopped_page(provider, why)


def _set_out(provider: str, purpose: str, lands_on: str, kept: str | None = None) -> BaseResponse:
    idp, here = _idp(provider), _here(provider)

    def address(state: str, _: str) -> str:
        return sign_on_address(idp, state, here.entity_id, here.returns_to, now(), is_proof=purpose == PROVE)

    return ways.set_out(provider, purpose, lands_on, kept, address)


def _brought(idp: IdentityProvider) -> Ticket:
    """Return what a message says to a request of ours; raise Fault where it answers none."""
    values = request.form.getlist("SAMLResponse")
    # What is said twice could be read differently by two readers.
    root = read_message(values[0] if len(values) == 1 else "")
    state = _state(idp, answered_request(root))
    try:
        said = check_response(idp, _here(idp.provider.key), root, state, now())
        _take(idp, said)
    except Fault as fault:
        if state is None:
            raise
        log.warning("an answer of %s was not taken: %s", idp.provider.key, fault)
        return Ticket(state, why=fault.why)
    return Ticket(state or "", said.vouched, said.signed_in_at)


def _state(idp: IdentityProvider, claimed: str | None) -> str | None:
    """Return the state that a message claims to answer, where some browser is under way with it."""
    if claimed is None:
        return None
    with works().reading(Actor.nobody()) as work:
        is_ours = ways.is_secret(claimed) and identities.is_under_way(work, idp.provider.key, claimed)
    if not is_ours:
        raise Fault(ENDED, "it answers no request that is under way here")
    return claimed


def _take(idp: IdentityProvider, said: Said) -> None:
    """Take an assertion, once; raise Fault for another time."""
    try:
        with writing(Actor.nobody()) as work:
            identities.take_assertion(work, idp.entity_id, said.assertion_id, said.holds_until)
    except Refused as refusal:
        raise Fault(ENDED, "the assertion was taken before") from refusal


def _vouched(ticket: Ticket, since: datetime | None) -> Vouched:
    """Return whom the provider vouches for; raise Fault where it does not, or did not ask anew since a moment."""
    if ticket.vouched is None or ticket.signed_in_at is None:
        raise Fault(ticket.why or UNSURE, "the provider vouches for nobody")
    if since is not None:
        check_fresh(ticket.signed_in_at, since, now())
    return replace(ticket.vouched, signed_in_at=ticket.signed_in_at)


def _idp(provider: str) -> IdentityProvider:
    found: IdentityProvider | None = current_app.extensions["saml"].get(provider)
    if found is None:
        raise NotFound("provider")
    return found


def _here(provider: str) -> Here:
    return Here(ways.address("saml.metadata", provider), ways.address("saml.receive", provider))
