"""Foreign hosts, and words that make another method of one: refused or ignored; links are made of our own address."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from quiz.access.actor import Role
from quiz.presentation.signed_in import settings
from tests.interop.scim.conftest import a_user
from tests.web.attacks.test_forged_forms import who_may
from tests.web.routes.house import House
from tests.web.routes.table import ROUTES, TRIED_BESIDE
from tests.web.world import NOBODY, OWNER

# Another than the tests ask under: what is made of the request would show.
OURS = "http://training.amana.example:8443"
FOREIGN = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Host": "evil.example",
    "X-Original-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=https",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil.example",
    "X-Forwarded-Port": "666",
    "X-Original-URL": "/evil.example",
    "X-Rewrite-URL": "/evil.example",
}
ADDRESS = re.compile(r"https?://[^/\s\"'<>\\]+")


@pytest.fixture
def elsewhere(house: House) -> Iterator[House]:
    """The house, while its operator names another public address."""
    stood = house.app.extensions["settings"], house.app.extensions["works"]
    house.app.extensions["settings"] = replace(stood[0], base_url=OURS)
    works = stood[1]
    house.app.extensions["works"] = type(works)(works.database, replace(works.tools, base_url=OURS))
    yield house
    house.app.extensions["settings"], house.app.extensions["works"] = stood


def test_no_header_of_a_request_names_another_host(elsewhere: House) -> None:
    faults = []
    for (method, rule), row in sorted(ROUTES.items()):
        if (method, rule) in TRIED_BESIDE:
            continue
        address = elsewhere.address(rule, elsewhere.owner)
        answer = elsewhere.ask(who_may(row), method, address, row.sent, FOREIGN)
        shown = answer.body + answer.location + str(answer.headers)
        found = [one for one in ADDRESS.findall(shown) if one != OURS and ("evil" in one or "127.0.0.1" in one)]
        if found or "evil.example" in shown or answer.status >= 500:
            faults.append(f"{method} {rule}: {answer.status} {found}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("host", ["http://evil.example", "http://127.0.0.1.evil.example", "http://evil.example:8000"])
@pytest.mark.parametrize(
    "path", ["/sign-in", "/forgot", "/.well-known/did.json", "/scim/v2/Users", "/api/v1/openapi.json"]
)
def test_a_foreign_host_is_answered_nothing(house: House, host: str, path: str) -> None:
    answer = house.ask(NOBODY, "GET", path, host=host)
    assert answer.status == 400
    assert "evil" not in answer.body + str(answer.headers)


def test_systems_are_told_addresses_of_ours(elsewhere: House) -> None:
    client = elsewhere.app.test_client()
    token = elsewhere.headers["token"]
    with elsewhere.app.test_request_context():
        assert settings().base_url == OURS
    person = elsewhere.owner.world.person
    for path in (f"/scim/v2/Users/{person}", f"/scim/v2/Users/{person}?attributes=userName", "/scim/v2/Groups/hr"):
        told = client.get(path, headers={**token, **FOREIGN}, base_url="http://127.0.0.1")
        assert told.headers["Location"].startswith(f"{OURS}/scim/v2/"), path
        assert set(re.findall(r"https?://[^/\"]+(?=/scim)", told.get_data(as_text=True))) <= {OURS}
    for path in ("/scim/v2/ServiceProviderConfig", "/scim/v2/ResourceTypes", "/scim/v2/Schemas"):
        told = client.get(path, headers={**token, **FOREIGN}, base_url="http://127.0.0.1").get_data(as_text=True)
        assert "evil" not in told
        assert set(re.findall(r"https?://[^/\"]+(?=/scim)", told)) <= {OURS}
    with elsewhere.app.app_context():
        made = client.post(
            "/scim/v2/Users", json=a_user("7001", **{}), headers={**token, **FOREIGN}, base_url="http://127.0.0.1"
        )
    assert made.status_code in {201, 400}
    assert made.headers.get("Location", OURS).startswith(OURS)


OVERRIDES = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "DELETE", "X-Method-Override": "POST"}


def test_no_word_beside_the_method_makes_another_of_it(house: House) -> None:
    faults = []
    for (method, rule), row in sorted(ROUTES.items()):
        if method != "POST" or ("GET", rule) in TRIED_BESIDE:
            continue
        address = house.address(rule, house.owner)
        who = who_may(row)
        token = house.clients[who].token()
        plain = house.ask(who, "GET", address)
        asked = f"{address}?_method=POST&csrf_token={token}"
        for word in ("GET", "HEAD"):
            answer = house.ask(who, word, asked, headers=OVERRIDES)
            if answer.status != plain.status or answer.written:
                faults.append(f"{word} {rule}: {answer.status}, not {plain.status} {answer.written}")
    assert not faults, "\n".join(faults)


def test_a_form_is_no_deletion_whatever_it_says(house: House) -> None:
    for _, rule in sorted(ROUTES):
        if "<" not in rule or rule.startswith("/oidc"):
            continue
        address = house.address(rule, house.owner)
        who = str(Role.ADMIN) if rule.startswith("/admin") else OWNER
        for word in ("PUT", "PATCH", "DELETE", "PROPFIND", "TRACE"):
            answer = house.ask(who, word, address, {"_method": word})
            assert answer.status in {303, 400, 403, 404, 405}, (word, rule, answer.status)
            assert not answer.written, (word, rule)


def test_who_only_asks_what_is_possible_changes_nothing(house: House) -> None:
    for rule in sorted({rule for _, rule in ROUTES}):
        who = who_may(next(row for (_, one), row in ROUTES.items() if one == rule))
        answer = house.ask(who, "OPTIONS", house.address(rule, house.owner))
        assert answer.status in {200, 303, 400, 403, 404}, (rule, answer.status)
        assert not answer.written, rule
        assert "Access-Control-Allow-Origin" not in dict(answer.headers) or rule.startswith(("/.well-known", "/status"))


def test_of_a_field_that_is_sent_twice_the_first_counts_and_what_is_refused_stays_refused(house: House) -> None:
    for sent in (["fr", "en"], ["", "en"], ["../en", "en"]):
        answer = house.ask(OWNER, "POST", "/language", {"language": sent, "next": ["/privacy", "//evil.example"]})
        assert (answer.status, answer.location) == (303, "/privacy")
        assert not [one for name, one in answer.headers if name == "Set-Cookie" and one.startswith("language=")]
    twice = house.ask(OWNER, "POST", "/language", {"language": "ar", "next": ["//evil.example", "/privacy"]})
    assert twice.location == "/"
    token = house.clients[OWNER].token()
    for tokens in (["", token], ["x", token]):
        assert house.ask(OWNER, "POST", "/language", {"language": "ar", "csrf_token": tokens}).status == 400
