"""Signing in through a provider of SAML: who is let in, who is not, and what of an answer is good once."""

import logging
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import func, select

from quiz.db.models.identities import IdentityRow, IdentitySignInRow, TakenAssertionRow
from quiz.db.models.trace import AuditEntryRow
from quiz.interop.saml.names import POST, PROTOCOL, md, saml, samlp
from quiz.interop.saml.tickets import LASTS
from quiz.jobs.chores import sweep
from quiz.presentation import guard
from quiz.services.identities import WAY_LASTS
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.interop.oidc.fake import FakeProvider
from tests.interop.saml import forging
from tests.interop.saml.conftest import Traveller
from tests.interop.saml.fake import PERSISTENT, FakeIdp, asked, pair, state_of
from tests.pages import HERE
from tests.services.deeds.test_accounts import sign_in
from tests.services.deeds.test_factors import set_up

Browser = Callable[..., Traveller]
ENDED, UNKNOWN, UNSURE = (f"/saml/adfs/stopped/{why}" for why in ("ended", "unknown", "unsure"))
pytestmark = pytest.mark.usefixtures("hire")


def identities(works: Works) -> list[tuple[str, str, int]]:
    with works.reading(SYSTEM) as work:
        rows = work.session.scalars(select(IdentityRow).order_by(IdentityRow.id))
        return [(row.issuer, row.subject, row.person_id) for row in rows]


def taken(works: Works) -> int:
    with works.reading(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(TakenAssertionRow)) or 0


def test_the_page_offers_the_providers_of_both_kinds_alike(browser: Browser) -> None:
    page = browser().client.get("/sign-in")
    buttons = [form["action"] for form in page.forms("/(oidc|saml)/")]
    assert buttons == ["/oidc/moj/begin", "/saml/adfs/begin", "/saml/entra/begin"]
    assert "تسجيل الدخول عبر وزارة الصحة" in page.main
    assert "Sign in through Ministry of Health" in browser("en").client.get("/sign-in").main


def test_what_the_provider_is_told_of_us_is_what_is_asked_for(traveller: Traveller, adfs: FakeIdp) -> None:
    told = traveller.app.test_client().get("/saml/adfs/metadata", base_url=HERE)
    assert told.mimetype == "application/samlmetadata+xml"
    root = etree.fromstring(told.data)
    (role,), (back,) = root, root.iter(md("AssertionConsumerService"))
    assert (root.get("entityID"), role.get("WantAssertionsSigned")) == (adfs.here, "true")
    assert role.get("protocolSupportEnumeration") == PROTOCOL
    assert (back.get("Binding"), back.get("Location")) == (POST, adfs.acs)
    address = traveller.set_out(adfs)
    assert address.startswith(f"{adfs.address}&SAMLRequest=")
    request = asked(address)
    assert (request.get("Destination"), request.get("AssertionConsumerServiceURL")) == (adfs.address, adfs.acs)
    assert (request.get("IssueInstant"), request.get("ForceAuthn")) == ("2026-11-21T09:00:00Z", None)
    assert request.findtext(saml("Issuer")) == adfs.here
    assert request.find(samlp("NameIDPolicy")).get("Format") == PERSISTENT
    assert len(state_of(address)) == 64


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"], indirect=True)
def test_somebody_known_by_the_number_of_hr_is_in_and_linked(
    traveller: Traveller, adfs: FakeIdp, works: Works, hire: Someone
) -> None:
    assert traveller.sign_in(adfs, "/learn/records/") == "/learn/records/"
    assert traveller.is_in()
    assert identities(works) == [(adfs.entity, "subject-1", hire.actor.person_id)]
    with works.reading(SYSTEM) as work:
        came = work.session.scalars(select(IdentitySignInRow)).one()
        trace = work.session.scalars(select(AuditEntryRow).where(AuditEntryRow.target_kind == "identity")).all()
    assert (came.sid, came.is_strong) == ("session-1", False)
    assert [one.details["by"] for one in trace] == ["hr_number"]
    assert "وزارة الصحة" in traveller.client.get("/account").main


def test_whoever_is_linked_is_that_person_whatever_else_is_said(
    browser: Browser, adfs: FakeIdp, works: Works, hire: Someone
) -> None:
    browser().sign_in(adfs)
    adfs.attributes = {"employee": ("T-999",)}
    again = browser()
    again.sign_in(adfs)
    assert again.is_in()
    # Another subject with the number of somebody linked is nobody.
    adfs.attributes, adfs.values = {"employee": ("T-1",)}, {"subject": "subject-2"}
    assert browser().sign_in(adfs) == UNKNOWN
    assert identities(works) == [(adfs.entity, "subject-1", hire.actor.person_id)]


def test_an_address_finds_somebody_where_the_operator_allowed_it(
    traveller: Traveller, adfs: FakeIdp, hire: Someone
) -> None:
    adfs.attributes = {"email": (hire.email,)}
    traveller.sign_in(adfs)
    assert traveller.is_in()


def test_somebody_hr_does_not_know_reads_so_in_their_language(browser: Browser, adfs: FakeIdp) -> None:
    adfs.attributes = {"employee": ("T-999",)}
    for language, words in (("ar", "لا نعرفك هنا بعد"), ("en", "We do not know you here yet")):
        traveller = browser(language)
        assert traveller.sign_in(adfs) == UNKNOWN
        assert traveller.client.get(UNKNOWN).h1 == words
        assert not traveller.is_in()


def test_an_answer_is_taken_once(
    browser: Browser, adfs: FakeIdp, works: Works, caplog: pytest.LogCaptureFixture
) -> None:
    traveller = browser()
    address = traveller.set_out(adfs)
    message = adfs.response(state_of(address))
    first = traveller.bring(adfs, message).location
    with caplog.at_level(logging.WARNING):
        second = traveller.bring(adfs, message).location
    assert "the assertion was taken before" in caplog.text
    assert taken(works) == 1
    # The one that was brought first is the one that opens, and neither opens again.
    assert traveller.come_back(first).location == "/"
    assert traveller.is_in()
    for where in (first, second, traveller.bring(adfs, message).location):
        assert browser().come_back(where).location == ENDED if "ticket" in where else where == ENDED


def test_an_identifier_that_was_taken_is_not_taken_for_another_request(
    browser: Browser, adfs: FakeIdp, works: Works
) -> None:
    browser().sign_in(adfs)
    adfs.made = 0
    again = browser()
    assert again.sign_in(adfs) == ENDED
    assert not again.is_in()
    assert taken(works) == 1


def test_another_browser_cannot_finish_what_this_one_began_nor_use_it_up(browser: Browser, adfs: FakeIdp) -> None:
    mine, other = browser(), browser()
    where = mine.answer(adfs, mine.set_out(adfs))
    other.set_out(adfs)
    assert other.come_back(where).location == ENDED
    assert not other.is_in()
    assert mine.come_back(where).location == "/"
    assert mine.is_in()


def test_a_ticket_is_good_for_two_minutes_and_its_provider(
    browser: Browser, adfs: FakeIdp, entra: FakeIdp, clock: Clock
) -> None:
    traveller = browser()
    where = traveller.answer(adfs, traveller.set_out(adfs))
    assert traveller.come_back(where.replace("/adfs/", "/entra/")).location == "/saml/entra/stopped/ended"
    (pair_,) = parse_qsl(urlsplit(where).query)
    for broken in ("", "x", "AAAA", pair_[1][:-4], "A" * 7000, "ü"):
        assert traveller.come_back(f"/saml/adfs/come-back?{urlencode({'ticket': broken})}").location == ENDED
    clock.forward(seconds=LASTS.total_seconds())
    assert traveller.come_back(where).location == ENDED
    assert not traveller.is_in()


def test_a_way_that_took_too_long_is_over(traveller: Traveller, adfs: FakeIdp, clock: Clock, works: Works) -> None:
    address = traveller.set_out(adfs)
    clock.forward(seconds=WAY_LASTS.total_seconds())
    assert traveller.answer(adfs, address) == ENDED
    assert taken(works) == 0


def test_an_answer_to_no_request_of_this_provider_is_refused(
    traveller: Traveller, adfs: FakeIdp, entra: FakeIdp, works: Works
) -> None:
    # A state of another provider, one that was never given, and what is none.
    entra.signer = pair("second")
    for state in (state_of(traveller.set_out(entra)), "7" * 64, "x", "' OR 1=1"):
        adfs.values["state"] = state
        assert traveller.bring(adfs, adfs.response("")).location == ENDED
    adfs.values = {}
    adfs.before = lambda text: text.replace('InResponseTo="_7"', "")
    assert traveller.bring(adfs, adfs.response("7")).location == ENDED
    assert taken(works) == 0


def test_an_answer_of_one_provider_is_not_taken_for_another(
    traveller: Traveller, adfs: FakeIdp, entra: FakeIdp
) -> None:
    # Entra's request, answered by the other one, sent to where Entra's answers go.
    address = traveller.set_out(entra)
    adfs.values = {"acs": entra.acs, "audience": entra.here}
    where = traveller.bring(entra, adfs.response(state_of(address))).location
    assert traveller.come_back(where).location == "/saml/entra/stopped/unsure"
    assert not traveller.is_in()


def test_what_is_forged_is_said_to_the_browser_that_set_out(
    traveller: Traveller, adfs: FakeIdp, works: Works, caplog: pytest.LogCaptureFixture
) -> None:
    adfs.after = forging.without_signatures
    with caplog.at_level(logging.WARNING):
        assert traveller.sign_in(adfs) == UNSURE
    assert "the Assertion is not signed" in caplog.text
    assert not traveller.is_in()
    assert taken(works) == 0
    assert traveller.client.get(UNSURE).links("^/sign-in$")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"SAMLResponse": ""},
        {"SAMLResponse": "*" * 100},
        {"SAMLResponse": "A" * 200_000},
        {"SAMLResponse": ["PHgvPg==", "PHgvPg=="]},
        {"SAMLResponse": b64encode(b"\x00\xff").decode()},
        {"SAMLResponse": b64encode(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>').decode()},
        {"SAMLResponse": "\x00\u202e"},
    ],
    ids=lambda form: str(form)[:40],
)
def test_garbage_leads_to_the_page_that_says_so(app: Flask, form: dict[str, object]) -> None:
    response = app.test_client().post("/saml/adfs/receive", data=form, base_url=HERE)
    assert (response.status_code, response.location) == (303, UNSURE)


def test_what_is_larger_than_anything_is_not_read(app: Flask) -> None:
    sent = {"SAMLResponse": "A" * 300_000}
    assert app.test_client().post("/saml/adfs/receive", data=sent, base_url=HERE).status_code == 413


def test_the_address_for_answers_is_limited_and_reads_no_cookie(
    app: Flask, traveller: Traveller, adfs: FakeIdp
) -> None:
    assert "saml.receive" in guard.CSRF_EXEMPT
    app.config["RATELIMIT_ENABLED"] = True
    statuses = {traveller.bring(adfs, "x").status_code for _ in range(61)}
    assert statuses == {303, 429}


def test_whoever_has_a_second_factor_is_halfway_unless_the_provider_asked_for_two(
    app: Flask, browser: Browser, adfs: FakeIdp, works: Works, hire: Someone
) -> None:
    set_up(works, hire, str(sign_in(works, hire.email)))
    halfway = browser()
    assert halfway.sign_in(adfs, "/learn/records/") == "/sign-in/second"
    assert not halfway.is_in()
    idp = app.extensions["saml"]["adfs"]
    provider = replace(idp.provider, context=("urn:two",), strong_context=("urn:two",))
    app.extensions["saml"]["adfs"] = replace(idp, provider=provider)
    traveller = browser()
    address = traveller.set_out(adfs)
    assert asked(address).find(f".//{saml('AuthnContextClassRef')}").text == "urn:two"
    adfs.values["context"] = "urn:two"
    assert traveller.come_back(traveller.answer(adfs, address)).location == "/"
    assert traveller.is_in()


def test_passwords_may_be_closed_where_saml_alone_opens(app: Flask, traveller: Traveller, adfs: FakeIdp) -> None:
    opened = replace(app.extensions["settings"], providers=(), password_sign_in=False)
    app.extensions["settings"] = opened
    page = traveller.client.get("/sign-in")
    assert not page.soup.select("input[type=password]")
    assert traveller.sign_in(adfs) == "/"
    assert traveller.is_in()


def test_an_identity_is_linked_by_its_owner_and_unlinked_again(
    browser: Browser, adfs: FakeIdp, works: Works, hire: Someone
) -> None:
    adfs.attributes = {}
    traveller = browser()
    traveller.client.sign_in(hire)
    address = traveller.onward(traveller.client.submit(traveller.client.get("/account"), "/saml/adfs/link", status=200))
    assert traveller.come_back(traveller.answer(adfs, address)).location == "/account?linked=1#identities"
    assert identities(works) == [(adfs.entity, "subject-1", hire.actor.person_id)]
    other = browser()
    other.sign_in(adfs)
    assert other.is_in()
    page = traveller.client.get("/account")
    unlinked = traveller.client.submit(page, "/account/identities/")
    assert unlinked.location == "/account?unlinked=1#identities"
    assert identities(works) == []
    assert not other.is_in()


def test_a_signed_in_person_is_not_sent_out_again(traveller: Traveller, adfs: FakeIdp) -> None:
    traveller.sign_in(adfs)
    sent = {"csrf_token": traveller.client.token()}
    assert traveller.client.post("/saml/adfs/begin", sent).location == "/"


def test_a_provider_nobody_named_is_not_there(traveller: Traveller, moj: FakeProvider) -> None:
    for key in ("nobody", "moj"):
        for path in ("metadata", "come-back", "stopped/unsure"):
            traveller.client.get(f"/saml/{key}/{path}", status=404)
    traveller.client.get("/saml/adfs/stopped/because", status=404)


def test_assertions_are_forgotten_when_their_time_is_over(
    app: Flask, traveller: Traveller, adfs: FakeIdp, clock: Clock, works: Works
) -> None:
    traveller.sign_in(adfs)
    sweep(app)
    assert taken(works) == 1
    clock.now += timedelta(hours=2)
    sweep(app)
    assert taken(works) == 0
