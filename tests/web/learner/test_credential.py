"""A holder takes the credential away, and a program that fetches what it names finds it."""

import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from quiz.engine.text import Text
from quiz.jobs.chores import sweep
from quiz.records.signing import Ed25519Signer
from quiz.services import distrusting, issuing
from quiz.services.completing import revoke_completion
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM
from tests.pages import HERE, RoleClient
from tests.web.learning import SHORT, Learner


@pytest.fixture
def has_key() -> bool:
    return True


@pytest.fixture
def tools(tools: Tools, has_key: bool) -> Tools:
    return replace(tools, signer=Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))) if has_key else tools


@pytest.fixture
def record(learner: Learner) -> str:
    learner.take(SHORT)
    return learner.sign(SHORT)


def path(address: str) -> str:
    """Return the part of an address that the client of the tests asks for."""
    return urlsplit(address).path


def test_the_page_offers_both_and_programs_find_what_they_name(
    app: Flask, learner: Learner, record: str, visitor: RoleClient, works: Works
) -> None:
    page = learner.client.get(f"/learn/records/{record}")
    assert not page.links(r"\.json$")
    sweep(app)
    page = learner.client.get(f"/learn/records/{record}")
    (as_json,), (as_token,) = page.links(r"\.json$"), page.links(r"\.jwt$")
    answer = learner.client.client.get(as_json, base_url=HERE)
    document = json.loads(answer.data)
    assert answer.headers["Content-Type"] == "application/vc"
    code = document["credentialSubject"]["licenseNumber"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="amana-{code}.json"'
    token = learner.client.client.get(as_token, base_url=HERE)
    assert token.headers["Content-Type"] == "application/vc+jwt"
    assert token.headers["Content-Disposition"] == f'attachment; filename="amana-{code}.jwt"'
    with works.reading(SYSTEM) as work:
        for content in (answer.data, token.data):
            found = issuing.check_credential(work, content).findings
            assert found is not None
            assert found.holds
    method = document["proof"]["verificationMethod"]
    identifier = visitor.client.get("/.well-known/did.json")
    assert identifier.headers["Access-Control-Allow-Origin"] == "*"
    assert [one["id"] for one in identifier.json["verificationMethod"]] == [method]
    assert [one["kid"] for one in visitor.client.get("/.well-known/jwks.json").json["keys"]] == [method]
    assert visitor.client.get("/issuer").json["id"] == document["issuer"]["id"]
    assert visitor.client.get(path(document["evidence"][0]["id"])).status_code == 200


def test_a_list_is_fetched_again_only_when_it_changed(
    app: Flask, learner: Learner, record: str, visitor: RoleClient, works: Works
) -> None:
    sweep(app)
    document = json.loads(learner.client.client.get(f"/learn/records/{record}.json", base_url=HERE).data)
    address = path(document["credentialStatus"]["statusListCredential"])
    first = visitor.client.get(address)
    assert first.headers["Content-Type"] == "application/vc"
    assert visitor.client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with works.writing(SYSTEM) as work:
        revoke_completion(work, record, Text({"ar": "خطأ", "en": "Wrong"}))
    second = visitor.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert second.data != first.data
    assert learner.client.client.get(f"/learn/records/{record}.json", base_url=HERE).status_code == 303
    assert not learner.client.get(f"/learn/records/{record}").links(r"\.json$")


def test_of_a_stolen_key_people_and_programs_learn_and_the_page_makes_nothing_with_it(
    app: Flask, learner: Learner, record: str, visitor: RoleClient, works: Works
) -> None:
    sweep(app)
    assert learner.client.get("/learn/records/").links(rf"{record}\.json$")
    with works.writing(SYSTEM) as work:
        (key,) = (one.key_id for one in issuing.list_keys(work))
        why = Text({"ar": "فُقد الجهاز الذي يحفظه", "en": "The machine that held it was lost"})
        distrusting.distrust(work, key, work.now, why, "لجنة سرية")
    page = visitor.get("/issuer/keys")
    assert "فُقد الجهاز الذي يحفظه" in page.main
    assert key in page.main
    assert "لجنة سرية" not in page.main
    assert visitor.client.get("/.well-known/did.json").json["verificationMethod"] == []
    published = visitor.client.get("/.well-known/jwks.json").json
    assert published["keys"] == []
    assert [one.partition("#")[2] for one in published["distrusted"]] == [key]
    for address in (f"/learn/records/{record}", "/learn/records/"):
        held = learner.client.get(address)
        assert not held.links(r"\.(json|jwt)$")
        assert "تستبدل الجهة المفتاح" in held.main
    assert learner.client.client.get(f"/learn/records/{record}.json", base_url=HERE).status_code == 303


def test_a_browser_that_opens_the_issuer_is_led_to_the_page_and_a_program_is_not(visitor: RoleClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    led = visitor.client.get("/issuer", headers=browser)
    assert (led.status_code, led.headers["Location"]) == (303, "/issuer/keys")
    for accept in ("*/*", "application/json", "application/ld+json, application/json;q=0.9"):
        given = visitor.client.get("/issuer", headers={"Accept": accept})
        assert (given.status_code, given.mimetype) == (200, "application/ld+json")
        assert "Accept" in given.headers["Vary"]
    assert "Accept" in led.headers["Vary"]


@pytest.mark.parametrize("has_key", [False])
def test_without_a_key_the_page_says_why(app: Flask, learner: Learner, record: str, visitor: RoleClient) -> None:
    sweep(app)
    page = learner.client.get(f"/learn/records/{record}")
    assert page.soup.select("section[aria-labelledby=credential] p.muted")
    assert not page.links(r"\.json$")
    for ending in ("json", "jwt"):
        assert learner.client.client.get(f"/learn/records/{record}.{ending}", base_url=HERE).status_code == 303
    assert visitor.client.get("/.well-known/did.json").json["verificationMethod"] == []
    assert visitor.client.get("/status/1").status_code == 404
