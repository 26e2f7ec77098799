"""Signing in through a provider: who is let in, who is not, and that nobody is told which."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from quiz.db.models.identities import IdentityRow, IdentitySignInRow, IdentityWayRow
from quiz.db.models.people import PersonRow, SignInRow
from quiz.db.models.trace import AuditEntryRow
from quiz.interop.oidc.fetching import Answer
from quiz.jobs.chores import sweep
from quiz.services.provider_faults import AWAY, Fault
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.interop.oidc.conftest import Traveller, connect
from tests.interop.oidc.fake import EC, OKP, FakeProvider, a_provider

Browser = Callable[..., Traveller]
UNKNOWN = "/oidc/moj/stopped/unknown"


@pytest.fixture(autouse=True)
def known(moj: FakeProvider, uaepass: FakeProvider, hire: Someone) -> None:
    """Both providers know the HR number of the hire."""
    moj.claims["employee"] = uaepass.claims["employee"] = "T-1"


def trace(works: Works) -> list[dict[str, object]]:
    with works.reading(SYSTEM) as work:
        rows = work.session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.id)).all()
        return [{**row.details, "id": row.target_id} for row in rows if row.target_kind == "identity"]


def refusals(works: Works) -> list[tuple[str, str]]:
    """Why somebody was not let in, and whose account it was about."""
    with works.reading(SYSTEM) as work:
        rows = work.session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.id)).all()
        assert "subject-1" not in str([row.details for row in rows])
        return [(row.because, row.target_id) for row in rows if not row.was_allowed and row.target_kind == "account"]


def sign_ins(works: Works) -> int:
    with works.reading(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(SignInRow)) or 0


def test_the_page_offers_every_provider_in_the_readers_language(browser: Browser) -> None:
    page = browser().client.get("/sign-in")
    assert [form["action"] for form in page.forms("/oidc/")] == ["/oidc/uaepass/begin", "/oidc/moj/begin"]
    assert "تسجيل الدخول عبر وزارة العدل" in page.main
    assert "Sign in through Ministry of Justice" in browser("en").client.get("/sign-in").main


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"], indirect=True)
def test_somebody_known_by_the_number_of_hr_is_in_and_linked(
    traveller: Traveller, moj: FakeProvider, works: Works, hire: Someone
) -> None:
    assert traveller.sign_in(moj, "/learn/records/") == "/learn/records/"
    assert traveller.is_in()
    (linked,) = trace(works)
    assert linked["what"] == "linked"
    assert (linked["person"], linked["by"]) == (hire.public_id, "hr_number")
    with works.reading(SYSTEM) as work:
        row = work.session.scalars(select(IdentityRow)).one()
        came = work.session.scalars(select(IdentitySignInRow)).one()
    assert (row.issuer, row.subject, row.person_id) == (moj.issuer, "subject-1", hire.actor.person_id)
    assert (came.identity_id, came.sid, came.is_strong) == (row.id, "session-1", False)


def test_two_providers_lead_to_one_person(
    browser: Browser, moj: FakeProvider, uaepass: FakeProvider, works: Works
) -> None:
    for fake in (moj, uaepass):
        traveller = browser()
        assert traveller.sign_in(fake) == "/"
        assert traveller.is_in()
    with works.reading(SYSTEM) as work:
        assert len({row.person_id for row in work.session.scalars(select(IdentityRow))}) == 1


@pytest.mark.parametrize("key", [EC, OKP])
def test_other_kinds_of_keys_sign_as_well(traveller: Traveller, moj: FakeProvider, key: object) -> None:
    moj.key = moj.keys[0] = key
    assert traveller.sign_in(moj) == "/"


def test_a_secret_goes_in_the_form_where_the_provider_takes_it_there(traveller: Traveller, moj: FakeProvider) -> None:
    moj.in_header = False
    assert traveller.sign_in(moj) == "/"
    (asked,) = [one for one in moj.asked if one.form]
    assert "client_secret=a+secret+of+tests%3A+%26%3D%2B%C3%BC" in asked.form
    assert "Authorization" not in asked.headers
    assert "secret of tests" not in repr(asked)


def test_what_the_token_does_not_say_is_asked_for_once(
    traveller: Traveller, browser: Browser, moj: FakeProvider
) -> None:
    del moj.claims["employee"]
    moj.user["employee"] = "T-1"
    assert traveller.sign_in(moj) == "/"
    assert moj.paths().count("/me") == 1
    assert browser().sign_in(moj) == "/"
    assert moj.paths().count("/me") == 1


def test_user_information_of_somebody_else_is_worth_nothing(traveller: Traveller, moj: FakeProvider) -> None:
    del moj.claims["employee"]
    moj.user.update(employee="T-1", sub="subject-2")
    assert traveller.sign_in(moj) == UNKNOWN


@pytest.mark.parametrize(("verified", "is_in"), [(True, True), (False, False), ("true", False), (None, False)])
def test_an_address_decides_only_where_it_was_verified(
    traveller: Traveller, moj: FakeProvider, hire: Someone, verified: object, is_in: bool
) -> None:
    moj.claims.update(employee=None, email=hire.email.upper(), email_verified=verified)
    assert (traveller.sign_in(moj) == "/") is is_in
    assert traveller.is_in() is is_in


def test_an_address_decides_only_where_the_operator_says_so(
    app: Flask, traveller: Traveller, moj: FakeProvider, uaepass: FakeProvider, hire: Someone
) -> None:
    moj.provider = replace(moj.provider, match=(("hr_number", "employee"),))
    connect(app, moj, uaepass)
    moj.claims.update(employee=None, email=hire.email, email_verified=True)
    assert traveller.sign_in(moj) == UNKNOWN


def test_a_number_that_is_nobodys_is_not_made_good_by_an_address(
    traveller: Traveller, moj: FakeProvider, hire: Someone
) -> None:
    moj.claims.update(employee="T-999", email=hire.email, email_verified=True)
    assert traveller.sign_in(moj) == UNKNOWN


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_stranger_and_somebody_who_left_read_the_same(
    browser: Browser, moj: FakeProvider, works: Works, hire: Someone, clock: Clock, language: str
) -> None:
    moj.claims["employee"] = "T-999"
    stranger = browser(language)
    assert stranger.sign_in(moj) == UNKNOWN
    moj.claims["employee"] = "T-1"
    with works.writing(SYSTEM) as work:
        work.was_asked = True
        work.session.execute(update(PersonRow).values(active_until=clock.now - timedelta(minutes=1)))
    left = browser(language)
    assert left.sign_in(moj) == UNKNOWN
    said = [one.client.get(UNKNOWN) for one in (stranger, left)]
    assert said[0].main == said[1].main
    assert "T-999" not in said[0].text
    assert not left.is_in()
    assert refusals(works) == [("unknown", ""), ("left", hire.public_id)]
    assert sign_ins(works) == 0
    with works.reading(SYSTEM) as work:
        assert work.session.scalars(select(IdentityRow)).all() == []


def test_somebody_linked_who_left_is_not_let_in(
    traveller: Traveller, browser: Browser, moj: FakeProvider, works: Works, clock: Clock
) -> None:
    traveller.sign_in(moj)
    with works.writing(SYSTEM) as work:
        work.was_asked = True
        work.session.execute(update(PersonRow).values(active_until=clock.now - timedelta(minutes=1)))
    assert browser().sign_in(moj) == UNKNOWN
    assert not traveller.is_in()


def test_once_linked_other_claims_lead_to_nobody_else(
    browser: Browser, moj: FakeProvider, works: Works, make_person: Callable[..., Someone], hire: Someone
) -> None:
    other = make_person()
    browser().sign_in(moj)
    moj.claims.update(employee="T-2", email=other.email, email_verified=True)
    browser().sign_in(moj)
    with works.reading(SYSTEM) as work:
        assert {row.person_id for row in work.session.scalars(select(SignInRow))} == {hire.actor.person_id}


def test_another_subject_with_the_number_of_somebody_linked_is_refused(
    browser: Browser, moj: FakeProvider, works: Works, hire: Someone
) -> None:
    browser().sign_in(moj)
    moj.claims["sub"] = "subject-2"
    taker = browser()
    assert taker.sign_in(moj) == UNKNOWN
    assert not taker.is_in()
    assert refusals(works) == [("linked-otherwise", hire.public_id)]


def test_a_subject_of_one_issuer_is_nobody_at_another(
    app: Flask, browser: Browser, moj: FakeProvider, uaepass: FakeProvider
) -> None:
    browser().sign_in(moj)
    uaepass.claims["employee"] = None
    uaepass.user = {}
    assert browser().sign_in(uaepass) == "/oidc/uaepass/stopped/unknown"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_leads_nowhere_else_afterwards(traveller: Traveller, moj: FakeProvider, wanted: str) -> None:
    client = traveller.client
    sent = {"csrf_token": client.token(), "next": wanted}
    address = traveller.onward(client.post("/oidc/moj/begin", sent, status=200))
    assert traveller.come_back(moj.sign_in(address)).location == "/"


def test_a_line_cannot_be_ended_in_the_header_that_leads_on(traveller: Traveller, moj: FakeProvider) -> None:
    moj.document["authorization_endpoint"] = "https://moj.example/auth\r\nSet-Cookie: amana=1"
    page = traveller.client.get("/sign-in")
    refused = traveller.client.submit(page, "/oidc/moj/begin")
    assert refused.location == "/oidc/moj/stopped/unsure"
    assert "Refresh" not in refused.response.headers


def test_a_sign_in_is_asked_to_be_strong_where_the_operator_needs_it(
    app: Flask, browser: Browser, moj: FakeProvider, uaepass: FakeProvider, clock: Clock, works: Works
) -> None:
    moj.provider = replace(moj.provider, acr=("low", "high"), strong_acr=("high",), max_age=600)
    connect(app, moj, uaepass)
    now = int(clock.now.timestamp())
    for acr, at, leads_to in (
        ("medium", now, "/oidc/moj/stopped/weak"),
        (None, now, "/oidc/moj/stopped/weak"),
        ("high", None, "/oidc/moj/stopped/weak"),
        ("high", now - 700, "/oidc/moj/stopped/weak"),
        ("low", now, "/"),
        ("high", now - 500, "/"),
    ):
        moj.claims.update(acr=acr, auth_time=at)
        traveller = browser()
        address = traveller.set_out(moj)
        assert "acr_values=low+high" in address
        assert "max_age=600" in address
        assert traveller.come_back(moj.sign_in(address)).location == leads_to, (acr, at)
    with works.reading(SYSTEM) as work:
        strong = [row.is_strong for row in work.session.scalars(select(IdentitySignInRow).order_by("sign_in_id"))]
    assert strong == [False, True]


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize(
    "instead",
    [
        Fault(AWAY, "no answer"),
        Answer(503, "text/html", b"<h1>later</h1>"),
        Answer(200, "application/json", b"\xff\xfe"),
        Answer(200, "application/json", b"[" * 100_000),
        Answer(200, "application/json", b'["a list"]'),
        Answer(200, "text/html", b"{}"),
        Answer(404, "application/json", b"{}"),
        Answer(200, "application/json", b'{"keys": {"a": 1}, "id_token": 5, "issuer": ["x"]}'),
    ],
)
def test_whatever_a_provider_answers_there_is_a_page_with_one_way_on(
    traveller: Traveller, moj: FakeProvider, path: str, instead: Answer | Exception
) -> None:
    moj.answers[path] = instead
    if path.startswith("/.well"):
        leads_to = traveller.client.submit(traveller.client.get("/sign-in"), "/oidc/moj/begin").location
    else:
        leads_to = traveller.sign_in(moj)
    assert leads_to in {"/oidc/moj/stopped/away", "/oidc/moj/stopped/unsure"}
    page = traveller.client.get(leads_to)
    assert page.soup.main.find("a", href="/sign-in")
    assert not traveller.is_in()


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("access_denied", "declined"),
        ("server_error", "away"),
        ("temporarily_unavailable", "away"),
        ("login_required", "weak"),
        ("<script>alert(1)</script>", "unsure"),
        ("", "unsure"),
    ],
)
def test_an_error_of_the_provider_has_its_page(traveller: Traveller, moj: FakeProvider, error: str, why: str) -> None:
    where = moj.sign_in(traveller.set_out(moj)).replace("code=code-1", f"error={error}&error_description=x")
    leads_to = traveller.come_back(where).location
    assert leads_to == f"/oidc/moj/stopped/{why}"
    assert "script" not in traveller.client.get(leads_to).text


def test_a_provider_that_is_away_is_not_waited_for_again_at_once(
    traveller: Traveller, moj: FakeProvider, clock: Clock
) -> None:
    moj.answers["/.well-known/openid-configuration"] = Fault(AWAY, "no answer")
    page = traveller.client.get("/sign-in")
    for _ in range(3):
        traveller.client.submit(page, "/oidc/moj/begin")
    assert len(moj.asked) == 1
    moj.answers.clear()
    clock.forward(seconds=16)
    traveller.client.submit(page, "/oidc/moj/begin", status=200)


def test_keys_that_are_away_are_not_waited_for_again_at_once(browser: Browser, moj: FakeProvider, clock: Clock) -> None:
    moj.answers["/keys"] = Fault(AWAY, "no answer")
    for _ in range(3):
        assert browser().sign_in(moj) == "/oidc/moj/stopped/away"
    assert moj.paths().count("/keys") == 1
    moj.answers.clear()
    clock.forward(seconds=16)
    assert browser().sign_in(moj) == "/"


def test_a_provider_is_still_known_when_it_does_not_answer_for_some_hours(
    traveller: Traveller, moj: FakeProvider, clock: Clock
) -> None:
    traveller.set_out(moj)
    moj.answers["/.well-known/openid-configuration"] = Fault(AWAY, "no answer")
    clock.forward(hours=5)
    traveller.set_out(moj)
    clock.forward(hours=25)
    page = traveller.client.get("/sign-in")
    assert traveller.client.submit(page, "/oidc/moj/begin").location == "/oidc/moj/stopped/away"


def test_what_nobody_named_is_not_there(traveller: Traveller) -> None:
    token = traveller.client.token()
    for path in ("begin", "link", "back-channel-logout"):
        status = 403 if path == "link" else 404
        traveller.client.post(f"/oidc/nobody/{path}", {"csrf_token": token}, status=status)
    for path in ("callback", "sign-out", "signed-out", "stopped/away"):
        traveller.client.get(f"/oidc/nobody/{path}", status=404)
    traveller.client.get("/oidc/moj/stopped/because", status=404)


def test_ways_are_forgotten_when_their_time_is_over(
    app: Flask, traveller: Traveller, moj: FakeProvider, clock: Clock, works: Works
) -> None:
    traveller.set_out(moj)
    clock.forward(minutes=11)
    sweep(app)
    with works.reading(SYSTEM) as work:
        assert work.session.scalars(select(IdentityWayRow)).all() == []


def test_a_password_still_opens_while_it_may(app: Flask, traveller: Traveller, hire: Someone) -> None:
    traveller.client.sign_in(hire)
    assert traveller.is_in()


def test_where_passwords_were_taken_away_only_providers_open(
    app: Flask, traveller: Traveller, moj: FakeProvider, hire: Someone
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], password_sign_in=False)
    client = traveller.client
    page = client.get("/sign-in")
    assert not page.soup.find("input", type="password")
    client.post("/sign-in", {"csrf_token": client.token(), "email": hire.email, "password": "x"}, status=404)
    assert client.get("/forgot", status=303).location == "/sign-in"
    assert client.get("/link/" + "0" * 64, status=303).location == "/sign-in"
    assert traveller.sign_in(moj) == "/"
    assert not client.get("/account").soup.find("input", type="password")
    client.post("/account/password", {"csrf_token": client.token()}, status=404)


def test_nothing_of_a_secret_stands_in_the_settings_as_text() -> None:
    assert "a secret" not in repr(a_provider())
