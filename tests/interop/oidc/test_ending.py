"""Linking, unlinking, signing out there, and what a provider says has ended."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from joserfc import jws
from joserfc.jwk import OctKey
from sqlalchemy import delete, func, select

from quiz.db.models.identities import IdentityRow, LogoutNoticeRow
from quiz.db.models.people import AccountRow, SignInRow
from quiz.db.models.trace import AuditEntryRow
from quiz.interop.oidc.tokens import LOGOUT_EVENT
from quiz.jobs.chores import sweep
from quiz.presentation.providers import STOPPED
from quiz.services import identities
from quiz.services.provider_faults import AWAY, Fault
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.interop.oidc.conftest import Traveller, connect
from tests.interop.oidc.fake import OTHER_RSA, FakeProvider
from tests.pages import HERE, Page
from tests.services.deeds.conftest import outbox

Browser = Callable[..., Traveller]
NOW = 1795251600


@pytest.fixture(autouse=True)
def known(moj: FakeProvider, hire: Someone) -> None:
    moj.claims["employee"] = "T-1"


def link(traveller: Traveller, fake: FakeProvider) -> Page:
    page = traveller.client.get("/account")
    address = traveller.onward(traveller.client.submit(page, f"/oidc/{fake.provider.key}/link", status=200))
    return traveller.come_back(fake.sign_in(address))


def tell(traveller: Traveller, token: str, status: int = 200, key: str = "moj") -> None:
    response = traveller.client.client.post(
        f"/oidc/{key}/back-channel-logout", data={"logout_token": token}, base_url=HERE
    )
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"


def count(works: Works, row: type[Any]) -> int:
    with works.reading(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(row)) or 0


def test_somebody_signed_in_links_another_provider_and_it_opens(
    browser: Browser, uaepass: FakeProvider, hire: Someone, works: Works
) -> None:
    traveller = browser()
    traveller.client.sign_in(hire)
    assert link(traveller, uaepass).location == "/account?linked=1#identities"
    page = traveller.client.get("/account?linked=1")
    assert "الهوية الرقمية" in page.main
    assert not page.forms("/oidc/uaepass/link")
    assert page.forms("/oidc/moj/link")
    assert browser().sign_in(uaepass) == "/"
    # Whoever holds it can come in by it: the owner is told. Linking again changes nothing.
    with works.reading(SYSTEM) as work:
        row = work.session.scalars(select(IdentityRow)).one()
    assert row.person_id == hire.actor.person_id
    assert [one.payload["what"] for one in outbox(works, "AccountChanged")] == ["identity-linked"]


def test_an_identity_of_somebody_else_is_not_linked(
    browser: Browser, moj: FakeProvider, make_person: Callable[..., Someone], works: Works
) -> None:
    browser().sign_in(moj)
    traveller = browser()
    traveller.client.sign_in(make_person())
    assert link(traveller, moj).location == "/oidc/moj/stopped/taken"
    assert traveller.client.get("/oidc/moj/stopped/taken").links("^/account$")
    assert count(works, IdentityRow) == 1


def test_linking_that_somebody_else_began_is_not_finished_in_this_account(
    browser: Browser, uaepass: FakeProvider, hire: Someone, make_person: Callable[..., Someone], works: Works
) -> None:
    """The same browser, but meanwhile another person signed in."""
    traveller = browser()
    traveller.client.sign_in(hire)
    page = traveller.client.get("/account")
    address = traveller.onward(traveller.client.submit(page, "/oidc/uaepass/link", status=200))
    traveller.client.submit(traveller.client.get("/account"), "/sign-out")
    traveller.client.sign_in(make_person())
    assert traveller.come_back(uaepass.sign_in(address)).location == "/oidc/uaepass/stopped/ended"
    assert count(works, IdentityRow) == 0


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"], indirect=True)
def test_unlinking_ends_the_other_sign_ins_that_came_from_there(
    browser: Browser, moj: FakeProvider, works: Works
) -> None:
    first, second = browser(), browser()
    first.sign_in(moj)
    second.sign_in(moj)
    gone = first.client.submit(first.client.get("/account"), "/account/identities/")
    assert gone.location == "/account?unlinked=1#identities"
    assert first.is_in()
    assert not second.is_in()
    assert count(works, IdentityRow) == 0
    assert [one.payload["what"] for one in outbox(works, "AccountChanged")] == ["identity-removed"]


def test_the_last_way_in_is_not_taken_away(
    browser: Browser, moj: FakeProvider, works: Works, hire: Someone, clock: Clock
) -> None:
    traveller = browser()
    # Nobody without a password could prove it otherwise.
    moj.claims["auth_time"] = int(clock.now.timestamp())
    traveller.sign_in(moj)
    with works.writing(SYSTEM) as work:
        work.was_asked = True
        work.session.execute(delete(AccountRow))
    kept = traveller.client.submit(traveller.client.get("/account"), "/account/identities/")
    assert kept.location == "/account?kept=1#identities"
    assert "care" in traveller.client.get("/account?kept=1").tones
    assert count(works, IdentityRow) == 1


def test_where_passwords_are_closed_a_password_is_no_way_in(
    app: Flask, browser: Browser, moj: FakeProvider, uaepass: FakeProvider, works: Works
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], password_sign_in=False)
    traveller = browser()
    traveller.sign_in(moj)
    traveller.client.submit(traveller.client.get("/account"), "/account/identities/")
    assert count(works, IdentityRow) == 1
    link(traveller, uaepass)
    traveller.client.submit(traveller.client.get("/account"), "/account/identities/")
    assert count(works, IdentityRow) == 1
    # What is left is of a provider that the operator asks no longer: it opens nothing, so the other must stay.
    app.extensions["settings"] = replace(app.extensions["settings"], providers=(moj.provider,))
    traveller.client.submit(traveller.client.get("/account"), "/account/identities/")
    assert count(works, IdentityRow) == 1


def test_an_identity_of_somebody_else_is_not_there_to_unlink(
    browser: Browser, moj: FakeProvider, works: Works, make_person: Callable[..., Someone]
) -> None:
    browser().sign_in(moj)
    with works.reading(SYSTEM) as work:
        public_id = work.session.scalars(select(IdentityRow.public_id)).one()
    other = browser()
    other.client.sign_in(make_person())
    other.client.post(f"/account/identities/{public_id}/remove", {"csrf_token": other.client.token()}, status=404)
    assert count(works, IdentityRow) == 1


def test_the_operator_unlinks_whoever_has_another_account_there(
    browser: Browser, moj: FakeProvider, works: Works, hire: Someone
) -> None:
    traveller = browser()
    traveller.sign_in(moj)
    with works.writing(SYSTEM) as work:
        assert identities.unlink(work, hire.public_id, "uaepass") == 0
        assert identities.unlink(work, hire.public_id, "moj") == 1
    assert not traveller.is_in()
    moj.claims["sub"] = "subject-2"
    assert browser().sign_in(moj) == "/"


def test_signing_out_offers_to_sign_out_there(
    app: Flask, browser: Browser, moj: FakeProvider, uaepass: FakeProvider
) -> None:
    moj.provider = replace(moj.provider, offers_sign_out=True)
    app.extensions["settings"] = replace(app.extensions["settings"], providers=(moj.provider, uaepass.provider))
    connect(app, moj, uaepass)
    traveller = browser()
    traveller.sign_in(moj)
    client = traveller.client
    away = client.submit(client.get("/account"), "/sign-out")
    assert away.location == "/oidc/moj/sign-out"
    assert not traveller.is_in()
    (address,) = client.get(away.location).links("^https://moj.example/end")
    assert "client_id=amana-moj" in address
    assert "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Foidc%2Fmoj%2Fsigned-out" in address
    state = address.partition("state=")[2]
    assert client.get("/oidc/moj/signed-out?state=0", status=303).location == "/sign-in"
    assert browser().client.get(f"/oidc/moj/signed-out?state={state}", status=303).location == "/sign-in"
    assert "وزارة العدل" in client.get(f"/oidc/moj/signed-out?state={state}").main
    assert client.get(f"/oidc/moj/signed-out?state={state}", status=303).location == "/sign-in"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_on_the_way_can_be_read_in_both_languages(
    app: Flask, browser: Browser, moj: FakeProvider, uaepass: FakeProvider, language: str
) -> None:
    """Fetching a page holds it against what every page must be."""
    moj.provider = replace(moj.provider, offers_sign_out=True)
    app.extensions["settings"] = replace(app.extensions["settings"], providers=(moj.provider, uaepass.provider))
    connect(app, moj, uaepass)
    traveller = browser(language)
    headings = {traveller.client.get(f"/oidc/moj/stopped/{why}").h1 for why in STOPPED}
    assert len(headings) == len(STOPPED)
    assert traveller.sign_in(moj) == "/"
    for said in ("linked", "unlinked", "kept"):
        assert traveller.client.get(f"/account?{said}=1").soup.select("#identities .notice")
    traveller.client.submit(traveller.client.get("/account"), "/sign-out")
    (address,) = traveller.client.get("/oidc/moj/sign-out").links("^https:")
    assert traveller.client.get(f"/oidc/moj/signed-out?state={address.partition('state=')[2]}").h1


def test_signing_out_offers_nothing_where_there_is_nothing_to_offer(
    app: Flask, browser: Browser, moj: FakeProvider, hire: Someone, clock: Clock
) -> None:
    traveller = browser()
    traveller.sign_in(moj)
    assert traveller.client.submit(traveller.client.get("/account"), "/sign-out").location == "/sign-in"
    assert traveller.client.get("/oidc/moj/sign-out", status=303).location == "/sign-in"
    traveller.client.sign_in(hire)
    assert traveller.client.submit(traveller.client.get("/account"), "/sign-out").location == "/sign-in"
    clock.forward(hours=30)
    moj.answers["/.well-known/openid-configuration"] = Fault(AWAY, "no answer")
    assert traveller.client.get("/oidc/moj/sign-out", status=303).location == "/sign-in"


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"], indirect=True)
def test_a_session_that_ended_there_ends_here_and_no_other(
    browser: Browser, moj: FakeProvider, works: Works, hire: Someone
) -> None:
    first, second, by_password = browser(), browser(), browser()
    first.sign_in(moj)
    moj.claims["sid"] = "session-2"
    second.sign_in(moj)
    by_password.client.sign_in(hire)
    tell(first, moj.logout_token())
    assert [one.is_in() for one in (first, second, by_password)] == [False, True, True]
    with works.reading(SYSTEM) as work:
        last = work.session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.id.desc())).first()
        assert last is not None
        assert last.details == {"what": "ended-by-provider", "provider": "moj", "person": hire.public_id}
    tell(first, moj.logout_token(jti="notice-2", sid=None))
    assert [one.is_in() for one in (second, by_password)] == [False, True]


def test_a_session_alone_is_enough_to_say(browser: Browser, moj: FakeProvider) -> None:
    traveller = browser()
    traveller.sign_in(moj)
    tell(traveller, moj.logout_token(sub=None))
    assert not traveller.is_in()


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": None},
        {"events": {}},
        {"events": {LOGOUT_EVENT: True}},
        {"events": [LOGOUT_EVENT]},
        {"events": LOGOUT_EVENT},
        {"nonce": "a"},
        {"jti": None},
        {"jti": 5},
        {"sub": None, "sid": None},
        {"sub": 5},
        {"sid": ["session-1"]},
        {"aud": "another-client"},
        {"iss": "https://uaepass.example"},
        {"iat": NOW - 601},
        {"iat": None},
        {"exp": NOW - 61},
        {"exp": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_say_so_ends_nothing(
    browser: Browser, moj: FakeProvider, works: Works, wrong: dict[str, Any]
) -> None:
    traveller = browser()
    traveller.sign_in(moj)
    tell(traveller, moj.logout_token(**wrong), 400)
    assert traveller.is_in()
    assert count(works, LogoutNoticeRow) == 0


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", ""])
def test_a_token_of_another_type_ends_nothing(browser: Browser, moj: FakeProvider, typ: str) -> None:
    traveller = browser()
    traveller.sign_in(moj)
    moj.header["typ"] = typ
    tell(traveller, moj.logout_token(), 400)
    assert traveller.is_in()


def test_a_token_of_another_hand_ends_nothing(browser: Browser, moj: FakeProvider, uaepass: FakeProvider) -> None:
    traveller = browser()
    traveller.sign_in(moj)
    good = moj.logout_token()
    head, body, signature = good.split(".")
    secret = OctKey.import_key(moj.provider.client_secret.encode())
    tokens = [
        "",
        "x.y.z",
        f"{head}.{body}.",
        f"eyJhbGciOiJub25lIn0.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        jws.serialize_compact({"alg": "HS256"}, b"{}", secret, algorithms=["HS256"]),
        "a" * 100_000,
    ]
    for token in tokens:
        tell(traveller, token, 400)
    moj.key = OTHER_RSA
    tell(traveller, moj.logout_token(), 400)
    # Signed well, and told to the wrong door.
    tell(traveller, good, 400, key="uaepass")
    assert traveller.is_in()


def test_a_token_for_signing_in_ends_nothing(browser: Browser, moj: FakeProvider) -> None:
    traveller = browser()
    traveller.sign_in(moj)
    tell(traveller, moj.token("a nonce"), 400)
    assert traveller.is_in()


def test_a_provider_ends_only_what_came_from_it(browser: Browser, moj: FakeProvider, uaepass: FakeProvider) -> None:
    traveller = browser()
    traveller.sign_in(moj)
    tell(traveller, uaepass.logout_token(), key="uaepass")
    assert traveller.is_in()


def test_it_is_said_once(app: Flask, browser: Browser, moj: FakeProvider, clock: Clock, works: Works) -> None:
    traveller, token = browser(), moj.logout_token()
    traveller.sign_in(moj)
    tell(traveller, token)
    again = browser()
    again.sign_in(moj)
    tell(again, token, 400)
    assert again.is_in()
    clock.forward(minutes=30)
    sweep(app)
    assert count(works, LogoutNoticeRow) == 1
    clock.forward(hours=1)
    sweep(app)
    assert count(works, LogoutNoticeRow) == 0
    assert count(works, SignInRow) == 2
