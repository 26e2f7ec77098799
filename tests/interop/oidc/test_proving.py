"""A provider that proves anew who it is: asked in earnest, believed for one person alone, and nothing typed is lost."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from quiz.db.models.identities import IdentityRow, IdentitySignInRow, IdentityWayRow
from quiz.db.models.trace import AuditEntryRow
from quiz.services.identities import WAY_LASTS
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.interop.oidc.conftest import Traveller, connect
from tests.interop.oidc.fake import FakeProvider, a_json
from tests.interop.oidc.test_ending import tell
from tests.pages import Page
from tests.services.deeds.test_factors import shown
from tests.web.account.test_signing_in import ELSEWHERE

LATE_MINUTES = 16


@pytest.fixture
def late(traveller: Traveller, moj: FakeProvider, somebody: Someone, clock: Clock) -> Traveller:
    """A browser that came in through the provider, and whose proof is too old by now."""
    moj.claims["employee"] = "P-1"
    assert traveller.sign_in(moj) == "/"
    clock.forward(minutes=LATE_MINUTES)
    traveller.client.proves = False
    moj.claims["auth_time"] = int(clock.now.timestamp())
    return traveller


def out(traveller: Traveller, page: Page, key: str = "moj") -> str:
    """Press the button on the page that asks; return the address at the provider."""
    return traveller.onward(traveller.client.submit(page, f"/oidc/{key}/prove", status=200))


def asked(traveller: Traveller) -> Page:
    return traveller.client.get(traveller.client.get("/admin/evidence", status=303).location)


def is_proved(traveller: Traveller) -> bool:
    response = traveller.client.client.get("/admin/evidence", base_url="http://127.0.0.1")
    return response.status_code == 200


@pytest.mark.parametrize(("seconds_ago", "proves"), [(None, False), (0, True), (840, True), (960, False), (-30, True)])
def test_coming_in_proves_as_much_as_the_provider_says_it_asked(
    traveller: Traveller, moj: FakeProvider, somebody: Someone, clock: Clock, seconds_ago: int | None, proves: bool
) -> None:
    """A session that was left open there would else prove, to whoever sits down, what nobody asked them."""
    moj.claims["employee"] = "P-1"
    if seconds_ago is not None:
        moj.claims["auth_time"] = int(clock.now.timestamp()) - seconds_ago
    assert traveller.sign_in(moj) == "/"
    traveller.client.proves = False
    assert is_proved(traveller) == proves
    clock.forward(minutes=LATE_MINUTES)
    assert not is_proved(traveller)


def test_who_has_no_password_proves_it_through_the_provider_and_goes_on(late: Traveller, moj: FakeProvider) -> None:
    page = asked(late)
    # There is no password to ask for.
    assert not page.soup.select("input[type=password]")
    address = out(late, page)
    query = dict(parse_qsl(urlsplit(address).query))
    assert (query["prompt"], query["max_age"]) == ("login", "0")
    before = late.client.client.get_cookie("amana", domain="127.0.0.1").value
    assert late.come_back(moj.sign_in(address, "code-2")).location == "/admin/evidence"
    assert is_proved(late)
    assert late.client.client.get_cookie("amana", domain="127.0.0.1").value != before


def test_a_form_that_came_too_late_is_sent_afterwards(
    late: Traveller, moj: FakeProvider, hire: Someone, works: Works
) -> None:
    sheet = late.client.get(f"/admin/people/{hire.public_id}")
    values = {
        "do": "correct",
        "correct-name": "اسم آخر «طويل» & غيره",
        "correct-email": hire.email,
        "correct-reason": "خطأ",
    }
    where = f"/admin/people/{hire.public_id}"
    token = sheet.fields(where)[1]["csrf_token"]
    page = late.client.post(where, {"csrf_token": token, **values}, status=403)
    address = out(late, page)
    with works.database.reads() as session:
        kept = session.scalars(select(IdentityWayRow.kept).order_by(IdentityWayRow.id.desc())).first()
    # A copy of the database does not tell what was typed.
    assert kept
    assert "correct" not in kept
    onward = late.client.get(moj.sign_in(address, "code-2"))
    assert late.client.submit(onward, where).location.startswith(where)
    assert "اسم آخر «طويل» & غيره" in late.client.get(where).main
    with works.database.reads() as session:
        assert session.scalars(select(IdentityWayRow.kept)).all() == [None, None]


def refused(late: Traveller, where: str) -> Page:
    """Come back, and read that it was no proof; what waited is still there to be proved otherwise."""
    page = late.client.get(where, status=422)
    assert page.tones[0] == "bad"
    assert page.fields("/oidc/moj/prove")[1]["next"] == "/admin/evidence"
    assert not is_proved(late)
    return page


def test_another_subject_is_no_proof_whoever_it_is(
    late: Traveller,
    moj: FakeProvider,
    works: Works,
    hire: Someone,
    browser: Callable[..., Traveller],
    somebody: Someone,
) -> None:
    other = browser()
    moj.claims |= {"sub": "subject-2", "employee": "T-1"}
    other.sign_in(moj, code="code-0")
    # Linked with somebody else here, and linked with nobody.
    for number, subject in enumerate(("subject-2", "subject-3")):
        moj.claims |= {"sub": subject, "employee": "P-1"}
        refused(late, moj.sign_in(out(late, asked(late)), f"code-{number + 2}"))
    with works.reading(SYSTEM) as work:
        held = work.session.scalars(select(IdentityRow.subject).order_by(IdentityRow.id)).all()
        trace = work.session.scalars(select(AuditEntryRow).where(AuditEntryRow.because == "another-identity")).all()
    assert held == ["subject-1", "subject-2"]
    assert [one.target_id for one in trace] == [somebody.public_id] * 2
    moj.claims |= {"sub": "subject-1"}
    assert late.come_back(moj.sign_in(out(late, asked(late)), "code-9")).location == "/admin/evidence"


@pytest.mark.parametrize("seconds", [None, -61 - LATE_MINUTES * 60, -61, 61, "now", True])
def test_a_provider_that_did_not_ask_anew_is_not_believed(
    late: Traveller, moj: FakeProvider, clock: Clock, seconds: object
) -> None:
    now = int(clock.now.timestamp())
    moj.claims["auth_time"] = now + seconds if type(seconds) is int else seconds
    refused(late, moj.sign_in(out(late, asked(late)), "code-2"))


def test_an_answer_is_good_once(late: Traveller, moj: FakeProvider, clock: Clock) -> None:
    where = moj.sign_in(out(late, asked(late)), "code-2")
    assert late.come_back(where).location == "/admin/evidence"
    clock.forward(minutes=LATE_MINUTES)
    moj.sign_in(out(late, asked(late)), "code-2")
    assert late.come_back(where).location == "/oidc/moj/stopped/ended"
    assert not is_proved(late)


def test_a_way_of_somebody_else_or_too_old_proves_nothing(
    late: Traveller, moj: FakeProvider, browser: Callable[..., Traveller], clock: Clock
) -> None:
    where = moj.sign_in(out(late, asked(late)), "code-2")
    assert browser().come_back(where).location == "/oidc/moj/stopped/ended"
    clock.forward(seconds=WAY_LASTS.total_seconds())
    assert late.come_back(where).location == "/oidc/moj/stopped/ended"
    assert not is_proved(late)


def test_whoever_signed_out_on_the_way_is_not_signed_in_by_it(late: Traveller, moj: FakeProvider) -> None:
    where = moj.sign_in(out(late, asked(late)), "code-2")
    late.client.post("/sign-out", {"csrf_token": late.client.token()})
    assert late.come_back(where).location == "/oidc/moj/stopped/ended"
    assert not late.is_in()


def test_who_declines_there_may_go_on_otherwise(late: Traveller, moj: FakeProvider) -> None:
    address = out(late, asked(late))
    where = moj.sign_in(address, "code-2").replace("code=code-2", "error=access_denied")
    refused(late, where)
    moj.answers["/token"] = a_json({"error": "invalid_grant"}, 400)
    refused(late, moj.sign_in(out(late, asked(late)), "code-3"))


@pytest.mark.parametrize("there", ELSEWHERE)
def test_a_proof_never_leads_elsewhere(late: Traveller, moj: FakeProvider, there: str) -> None:
    token = late.client.token()
    page = late.client.post("/oidc/moj/prove", {"csrf_token": token, "next": there}, status=200)
    assert late.come_back(moj.sign_in(late.onward(page), "code-2")).location == "/"


def test_a_provider_one_is_not_linked_with_is_not_offered(late: Traveller, uaepass: FakeProvider) -> None:
    page = asked(late)
    assert page.forms("/oidc/moj/prove")
    assert not page.forms("/oidc/uaepass/prove")


def test_who_has_a_password_is_asked_for_it_or_the_provider(
    traveller: Traveller, moj: FakeProvider, hire: Someone, clock: Clock
) -> None:
    moj.claims["employee"] = "T-1"
    traveller.sign_in(moj)
    clock.forward(minutes=LATE_MINUTES)
    page = traveller.client.get("/prove")
    assert page.soup.select("input[type=password]")
    assert page.forms("/oidc/moj/prove")


def test_a_provider_that_asks_for_one_factor_does_not_go_round_the_second(
    app: Flask, late: Traveller, moj: FakeProvider, uaepass: FakeProvider, works: Works, somebody: Someone, clock: Clock
) -> None:
    page = asked(late)
    # In another window, after a proof, an app is set up.
    late.come_back(moj.sign_in(out(late, page), "code-2"))
    late.client.post("/account/authenticator/begin", {"csrf_token": late.client.token()})
    form = late.client.get("/account/authenticator")
    late.client.submit(form, "/account/authenticator$", {"passcode": shown(works, somebody)}, status=200)
    clock.forward(minutes=LATE_MINUTES)
    assert not asked(late).forms("/oidc/moj/prove")
    moj.claims["auth_time"] = int(clock.now.timestamp())
    sent = {"csrf_token": late.client.token(), "next": "/admin/evidence"}
    where = moj.sign_in(late.onward(late.client.post("/oidc/moj/prove", sent, status=200)), "code-3")
    assert late.client.get(where, status=422).tones[0] == "bad"
    assert not is_proved(late)
    moj.provider = replace(moj.provider, acr=("low", "high"), strong_acr=("high",))
    connect(app, moj, uaepass)
    app.extensions["settings"] = replace(app.extensions["settings"], providers=(moj.provider, uaepass.provider))
    moj.claims["acr"] = "high"
    assert late.come_back(moj.sign_in(out(late, asked(late)), "code-4")).location == "/admin/evidence"


def test_the_provider_still_ends_it_by_the_session_it_has_after_the_proof(
    late: Traveller, moj: FakeProvider, works: Works
) -> None:
    moj.claims["sid"] = "session-2"
    late.come_back(moj.sign_in(out(late, asked(late)), "code-2"))
    with works.reading(SYSTEM) as work:
        assert work.session.scalars(select(IdentitySignInRow.sid)).all() == ["session-2"]
    tell(late, moj.logout_token(sid="session-2"))
    assert not late.is_in()
