"""What somebody who is not the person, or not the provider, may try; each way is closed by one thing."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jws
from joserfc.jwk import OctKey

from quiz.interop.oidc.flow import Way
from tests.fixtures.people import Someone
from tests.fixtures.settings import Clock
from tests.interop.oidc.conftest import Traveller
from tests.interop.oidc.fake import EC, OTHER_RSA, RSA, FakeProvider, signed

Browser = Callable[..., Traveller]
UNSURE, ENDED = "/oidc/moj/stopped/unsure", "/oidc/moj/stopped/ended"


@pytest.fixture(autouse=True)
def known(moj: FakeProvider, uaepass: FakeProvider, hire: Someone) -> None:
    moj.claims["employee"] = uaepass.claims["employee"] = "T-1"


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(_: FakeProvider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{part({**header, 'alg': 'none'})}.{part(claims)}."


def by_the_public_key(fake: FakeProvider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    secret = OctKey.import_key(base64.urlsafe_b64encode(fake.key.as_pem(private=False)).decode())
    return jws.serialize_compact({**header, "alg": "HS256"}, json.dumps(claims).encode(), secret, algorithms=["HS256"])


def by_the_client_secret(fake: FakeProvider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    secret = OctKey.import_key(fake.provider.client_secret.encode())
    return jws.serialize_compact({**header, "alg": "HS256"}, json.dumps(claims).encode(), secret, algorithms=["HS256"])


def by_a_key_that_it_brings(_: FakeProvider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    own = {**header, "jwk": OTHER_RSA.as_dict(private=False), "jku": "https://evil.example/keys"}
    return signed(own, claims, OTHER_RSA)


def by_another_key(_: FakeProvider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return signed(header, claims, OTHER_RSA)


def of_an_algorithm_not_taken(fake: FakeProvider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return signed({**header, "alg": "RS512"}, claims, fake.key)


def changed_afterwards(fake: FakeProvider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    head, _, signature = signed(header, claims, fake.key).split(".")
    return f"{head}.{part({**claims, 'sub': 'subject-2'})}.{signature}"


def with_what_nobody_knows(fake: FakeProvider, header: dict[str, Any], claims: dict[str, Any]) -> str:
    token = signed(header, claims, fake.key)
    return f"{part({**header, 'crit': ['b64'], 'b64': False})}.{token.partition('.')[2]}"


def two_parts(*_: Any) -> str:
    return "e30.e30"


def no_claims(fake: FakeProvider, header: dict[str, Any], _: dict[str, Any]) -> str:
    return signed(header, b"[1, 2]", fake.key)


@pytest.mark.parametrize(
    "forged",
    [
        unsigned,
        by_the_public_key,
        by_the_client_secret,
        by_a_key_that_it_brings,
        by_another_key,
        of_an_algorithm_not_taken,
        changed_afterwards,
        with_what_nobody_knows,
        two_parts,
        no_claims,
    ],
)
def test_a_token_that_the_provider_did_not_sign_opens_nothing(
    traveller: Traveller, moj: FakeProvider, forged: Callable[..., str]
) -> None:
    moj.make_token = forged
    assert traveller.sign_in(moj) == UNSURE
    assert not traveller.is_in()


NOW = 1795251600  # the clock of the tests stands still


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://moj.example/"},
        {"iss": "https://uaepass.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": []},
        {"aud": None},
        {"aud": ["amana-moj", "another-client"]},
        {"aud": ["amana-moj", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": "\ud800"},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": "2099-01-01"},
        {"iat": NOW + 61},
        {"iat": NOW - 601},
        {"iat": None},
        {"nbf": NOW + 61},
        {"nbf": "now"},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": "x" * 256},
        {"sub": "with\x00zero"},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"at_hash": 7},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_opens_nothing(
    traveller: Traveller, moj: FakeProvider, clock: Clock, wrong: dict[str, Any]
) -> None:
    assert clock.now.timestamp() == NOW
    moj.claims.update(wrong)
    assert traveller.sign_in(moj) == UNSURE
    assert not traveller.is_in()


@pytest.mark.parametrize(
    "right",
    [
        {"exp": NOW - 59},
        {"iat": NOW + 59},
        {"iat": NOW - 599},
        {"nbf": 0},
        {"aud": ["amana-moj"]},
        {"aud": ["amana-moj", "another-client"], "azp": "amana-moj"},
    ],
    ids=str,
)
def test_clocks_may_differ_by_a_minute_and_a_token_be_for_others_too(
    traveller: Traveller, moj: FakeProvider, right: dict[str, Any]
) -> None:
    moj.claims.update(right)
    assert traveller.sign_in(moj) == "/"


def test_a_token_for_logging_out_opens_nothing(traveller: Traveller, moj: FakeProvider) -> None:
    moj.header["typ"] = "logout+jwt"
    assert traveller.sign_in(moj) == UNSURE


def test_a_way_back_leads_in_once(traveller: Traveller, browser: Browser, moj: FakeProvider) -> None:
    address = traveller.set_out(moj)
    held = dict(traveller.client.client._cookies)  # type: ignore[attr-defined]
    where = moj.sign_in(address)
    assert traveller.come_back(where).location == "/"
    # Even with the cookie of before, and a code that the provider would take.
    again = browser()
    again.client.client._cookies.update(  # type: ignore[attr-defined]
        {key: one for key, one in held.items() if "amana-way" in str(key)}
    )
    assert again.come_back(moj.sign_in(address)).location == ENDED
    assert not again.is_in()


def test_a_way_back_is_open_for_ten_minutes(
    traveller: Traveller, browser: Browser, moj: FakeProvider, clock: Clock
) -> None:
    late = moj.sign_in(traveller.set_out(moj))
    clock.forward(minutes=10)
    assert traveller.come_back(late).location == ENDED
    in_time = browser()
    where = moj.sign_in(in_time.set_out(moj))
    clock.forward(minutes=9, seconds=59)
    assert in_time.come_back(where).location == "/"


def test_another_browser_cannot_finish_what_this_one_began_nor_use_it_up(
    traveller: Traveller, browser: Browser, moj: FakeProvider
) -> None:
    where = moj.sign_in(traveller.set_out(moj))
    victim = browser()
    assert victim.come_back(where).location == ENDED
    victim.set_out(moj)
    assert victim.come_back(where).location == ENDED
    assert not victim.is_in()
    assert traveller.come_back(where).location == "/"


def test_a_form_of_another_site_does_not_even_set_out(traveller: Traveller) -> None:
    traveller.client.post("/oidc/moj/begin", {"next": "/"}, status=400)


def test_a_state_that_was_never_given_leads_nowhere(traveller: Traveller, moj: FakeProvider) -> None:
    traveller.set_out(moj)
    for state in ("", "x", "0" * 64, "%00", "é" * 64):
        assert traveller.come_back(f"/oidc/moj/callback?code=a&state={state}").location == ENDED
    assert traveller.come_back("/oidc/moj/callback").location == ENDED


def test_a_code_of_somebody_else_is_not_taken_by_the_provider(
    traveller: Traveller, browser: Browser, moj: FakeProvider
) -> None:
    """The code was given for another challenge, and its token would have another nonce."""
    attacker = browser()
    moj.sign_in(attacker.set_out(moj), code="of-the-attacker")
    where = moj.sign_in(traveller.set_out(moj)).replace("code-1", "of-the-attacker")
    assert traveller.come_back(where).location == UNSURE


def test_a_code_put_under_a_provider_that_asks_no_proof_is_found_by_its_nonce(
    traveller: Traveller, browser: Browser, moj: FakeProvider
) -> None:
    stolen = dict(parse_qsl(urlsplit(browser().set_out(moj)).query))["nonce"]
    moj.claims["nonce"] = stolen
    assert traveller.sign_in(moj) == UNSURE


def test_an_answer_of_one_provider_is_not_taken_for_another(
    traveller: Traveller, moj: FakeProvider, uaepass: FakeProvider
) -> None:
    """Mix-up: the browser set out to one, and comes back to the address of the other, or with its name."""
    where = moj.sign_in(traveller.set_out(moj))
    assert traveller.come_back(where.replace("/oidc/moj/", "/oidc/uaepass/")).location == "/oidc/uaepass/stopped/ended"
    query = dict(parse_qsl(urlsplit(where).query))
    for claimed in ({"iss": uaepass.issuer}, {"iss": f"{moj.issuer}/"}, {}):
        where = moj.sign_in(traveller.set_out(moj))
        query = {**dict(parse_qsl(urlsplit(where).query)), "iss": ""} | claimed
        query = {name: value for name, value in query.items() if value}
        assert traveller.come_back(f"/oidc/moj/callback?{urlencode(query)}").location == UNSURE
    assert "/token" not in moj.paths() + uaepass.paths()


def test_what_is_said_twice_is_not_said(traveller: Traveller, moj: FakeProvider) -> None:
    where = moj.sign_in(traveller.set_out(moj))
    assert traveller.come_back(f"{where}&code=another").location == UNSURE


def test_a_provider_that_does_not_name_itself_may_stay_silent_but_not_lie(
    traveller: Traveller, moj: FakeProvider
) -> None:
    moj.names_itself = False
    assert traveller.come_back(f"{moj.sign_in(traveller.set_out(moj))}&iss=https://evil.example").location == UNSURE
    assert traveller.sign_in(moj) == "/"


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"issuer": "https://moj.example/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://moj.example/auth"},
        {"token_endpoint": "http://127.0.0.1:5432/"},
        {"token_endpoint": "https://user@moj.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"userinfo_endpoint": "gopher://moj.example/"},
        {"end_session_endpoint": "https://moj.example/\\evil.example"},
        {"token_endpoint": "https://moj.example:99999/"},
        {"token_endpoint": "https:///token"},
        {"response_types_supported": ["id_token"]},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    ],
    ids=str,
)
def test_a_discovery_document_that_is_anothers_or_leads_astray_is_not_followed(
    traveller: Traveller, moj: FakeProvider, said: dict[str, Any]
) -> None:
    moj.document.update(said)
    page = traveller.client.get("/sign-in")
    assert traveller.client.submit(page, "/oidc/moj/begin").location == UNSURE
    assert moj.paths() == ["/.well-known/openid-configuration"]


def test_new_keys_are_found_when_they_are_first_used(browser: Browser, moj: FakeProvider) -> None:
    assert browser().sign_in(moj) == "/"
    moj.key, moj.keys = OTHER_RSA, [OTHER_RSA, EC]
    assert browser().sign_in(moj) == "/"
    assert moj.paths().count("/keys") == 2


def test_a_key_that_the_provider_took_away_is_good_for_an_hour_at_most(
    browser: Browser, moj: FakeProvider, clock: Clock
) -> None:
    assert browser().sign_in(moj) == "/"
    moj.keys = [OTHER_RSA]
    clock.forward(minutes=61)
    assert browser().sign_in(moj) == UNSURE


def test_tokens_of_unknown_keys_do_not_make_us_ask_again_and_again(
    traveller: Traveller, browser: Browser, moj: FakeProvider, clock: Clock
) -> None:
    moj.header["kid"] = "nobody's"
    for _ in range(4):
        assert browser().sign_in(moj) == UNSURE
    assert moj.paths().count("/keys") == 2
    clock.forward(seconds=31)
    assert traveller.sign_in(moj) == UNSURE
    assert moj.paths().count("/keys") == 3


def test_keys_without_a_name_are_tried(traveller: Traveller, moj: FakeProvider) -> None:
    moj.keys = [OTHER_RSA, EC, RSA]
    moj.make_token = lambda fake, header, claims: signed({"alg": "RS256"}, claims, fake.key)
    assert traveller.sign_in(moj) == "/"


def test_what_a_way_keeps_is_reckoned_from_both_halves() -> None:
    way = Way("a" * 64, "b" * 64)
    assert len(way.verifier) == 43
    assert len({way.nonce, way.verifier, way.challenge}) == 3
    assert Way("a" * 64, "c" * 64).nonce != way.nonce != Way("c" * 64, "b" * 64).nonce


def test_the_cookie_of_a_way_is_kept_from_scripts_and_other_sites(traveller: Traveller, moj: FakeProvider) -> None:
    traveller.set_out(moj)
    (cookie,) = [one for one in traveller.client.seen[-1].headers.getlist("Set-Cookie") if "amana-way" in one]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=600" in cookie
