"""Proving anew who it is: before what views, how, and that nothing typed is lost to it or sent by another site."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from quiz.access.actor import Role
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, MakePerson
from tests.fixtures.settings import Clock
from tests.pages import HERE, RoleClient
from tests.web.account.test_factors import set_up, shown
from tests.web.account.test_signing_in import ELSEWHERE
from tests.web.world import World

Open = Callable[..., RoleClient]

# Every view that asks for a fresh proof, with who may open it; those with deeds ask for these alone.
ASKED: dict[str, Role] = {
    "account.add_passkey": Role.LEARNER,
    "account.authenticator": Role.LEARNER,
    "account.begin_authenticator": Role.LEARNER,
    "account.begin_registering": Role.LEARNER,
    "account.end_other_sign_ins": Role.LEARNER,
    "account.end_sign_in": Role.LEARNER,
    "account.make_recovery_codes": Role.LEARNER,
    "account.remove_authenticator": Role.LEARNER,
    "account.remove_identity": Role.LEARNER,
    "account.remove_passkey": Role.LEARNER,
    "account.take_own_data": Role.LEARNER,
    "admin.carry_out": Role.HR,
    "admin.change_connection": Role.ADMIN,
    "admin.change_person": Role.HR,
    "admin.change_record": Role.HR,
    "admin.change_unit": Role.HR,
    "admin.decide_regrading": Role.HR,
    "admin.evidence": Role.AUDITOR,
    "admin.hand_link": Role.HR,
    "admin.offer_link": Role.HR,
    "admin.open_connection": Role.ADMIN,
    "admin.preview_regrading": Role.HR,
    "admin.record": Role.HR,
    "admin.regrading": Role.HR,
    "admin.settings": Role.ADMIN,
    "admin.take_evidence": Role.AUDITOR,
    "admin.unit": Role.HR,
    "editor.decide": Role.REVIEWER,
    "editor.retire": Role.REVIEWER,
    "manager.begin_export": Role.MANAGER,
    "manager.delegate": Role.MANAGER,
    "manager.delegation": Role.MANAGER,
    "manager.evidence": Role.MANAGER,
    "manager.export_file": Role.MANAGER,
    "manager.table": Role.MANAGER,
    "manager.take_evidence": Role.MANAGER,
    "manager.workbook": Role.MANAGER,
    "oidc.begin_linking": Role.LEARNER,
    "saml.begin_linking": Role.LEARNER,
}
ONLY = {
    "admin.carry_out": {"confirm"},
    "admin.change_connection": {"renew"},
    "admin.change_person": {"correct", "factors", "role", "end-role"},
}


@pytest.fixture
def late(signed_in: Open, clock: Clock) -> Open:
    """Open a browser of somebody whose last proof is too old by now, and who is asked like everybody."""

    def open_one(*roles: Role, language: str = "ar") -> RoleClient:
        client = signed_in(*roles, language=language)
        client.proves = False
        clock.forward(minutes=15)
        return client

    return open_one


def prove(client: RoleClient, page: object, password: str = PASSWORD, status: int = 303, **more: str) -> object:
    return client.submit(page, "/prove", {"password": password, **more}, status=status)


def test_the_views_that_ask_are_these(app: Flask) -> None:
    found = {name: view.proved_lately for name, view in app.view_functions.items() if hasattr(view, "proved_lately")}
    assert set(found) == set(ASKED)
    assert {name: set(deeds) for name, deeds in found.items() if deeds} == ONLY


def test_each_of_them_asks_once_the_proof_is_old_and_not_before(app: Flask, world: World, clock: Clock) -> None:
    faults = []
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in ASKED]
    for is_old in (False, True):
        if is_old:
            clock.forward(minutes=15)
        for rule in rules:
            client = world.clients[ASKED[rule.endpoint]]
            for method in rule.methods & {"GET", "POST"}:
                if rule.endpoint == "account.authenticator" and not is_old:
                    continue  # it needs something that was begun
                data = (
                    {"csrf_token": client.token(), "do": sorted(ONLY.get(rule.endpoint, {""}))[0]}
                    if method == "POST"
                    else None
                )
                path = world.address(rule.rule)
                response = client.client.open(path, method=method, data=data, base_url=HERE)
                text = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
                asks = (
                    'action="/prove"' in text if method == "POST" else (response.location or "").startswith("/prove?")
                )
                if asks is not is_old:
                    faults.append(f"{method} {rule.rule}: asks {asks}, old {is_old}, {response.status_code}")
                response.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_page_asks_and_goes_on_to_where_it_was_wanted(late: Open, language: str) -> None:
    client = late(Role.ADMIN, language=language)
    away = client.get("/admin/settings?a=1", status=303)
    assert away.location == "/prove?next=/admin/settings?a%3D1"
    page = client.get(away.location)
    assert not page.soup.find("input", {"name": "passcode"})
    refused = prove(client, page, "not the password", 422)
    assert refused.tones == ["bad"]
    before = client.client.get_cookie("amana", domain="127.0.0.1").value
    assert prove(client, refused).location == "/admin/settings?a=1"
    assert client.client.get_cookie("amana", domain="127.0.0.1").value != before
    client.get("/admin/settings")


def test_it_holds_for_a_quarter_of_an_hour(late: Open, clock: Clock) -> None:
    client = late(Role.ADMIN)
    prove(client, client.get("/prove?next=/admin/settings"))
    clock.forward(minutes=14, seconds=59)
    client.get("/admin/settings")
    clock.forward(seconds=1)
    client.get("/admin/settings", status=303)


def test_a_form_that_comes_too_late_is_kept_and_sent_afterwards(late: Open, clock: Clock) -> None:
    client = late(Role.ADMIN)
    prove(client, client.get("/prove?next=/admin/settings"))
    page = client.get("/admin/settings")
    clock.forward(minutes=15)
    _, hidden = page.fields("/admin/settings")
    typed = {
        "name_ar": 'هيئة "التجربة" & غيرها', "name_en": "Trial", "digits": "arab", "calendar": "both", "weekend": "5,6",
        "zone": "Asia/Dubai", "before": "14، ٣", "first_hour": "8", "last_hour": "15", "idle_hours": "4",
        "second_factor": ["hr", "admin"], "second_factor_from": "2027-01-01", "keep_sign_ins": "90",
        "keep_mails": "365", "keep_files": "180", "keep_typing": "90", "keep_staff": "365", "keep_links": "90",
        "keep_questions": "3",
    }  # fmt: skip
    asked = client.post("/admin/settings", {**hidden, **typed}, status=403)
    wrong = prove(client, asked, "not the password", 422)
    onward = prove(client, wrong, status=200)
    sent: dict[str, list[str]] = {}
    for field in onward.forms("/admin/settings")[0].find_all("input", type="hidden"):
        sent.setdefault(field["name"], []).append(field["value"])
    saved = client.post("/admin/settings", sent)
    assert saved.location == "/admin/settings?saved=1"
    again = client.get("/admin/settings")
    assert again.soup.find("input", {"name": "name_ar"})["value"] == typed["name_ar"]
    assert [box["value"] for box in again.soup.select("input[name=second_factor][checked]")] == ["hr", "admin"]


def test_passwords_and_files_are_not_kept_and_the_file_is_named(late: Open) -> None:
    client = late(Role.ADMIN)
    sent = {"csrf_token": client.token(), "name_ar": "x", "password": "typed", "file": (BytesIO(b"1"), "كشف.csv")}
    asked = client.post("/admin/settings", sent, status=403)
    assert "كشف.csv" in asked.main
    assert "typed" not in str(asked.soup)


def test_another_site_cannot_have_a_form_kept_or_sent(late: Open) -> None:
    client = late(Role.ADMIN)
    refused = client.post("/admin/settings", {"name_ar": "evil"}, status=400)
    assert not refused.forms("/prove")
    client.post("/prove", {"password": PASSWORD, "onward": "/admin/settings", "kept": '[["a","b"]]'}, status=400)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_proving(late: Open, elsewhere: str) -> None:
    client = late(Role.ADMIN)
    page = client.get("/prove")
    assert prove(client, page, next=elsewhere).location == "/"
    onward = prove(client, page, status=200, onward=elsewhere or "//evil.example", kept='[["a","b"]]')
    assert [form["action"] for form in onward.forms("^/$|evil")] == ["/"]


@pytest.mark.parametrize("kept", ["", "x", "null", "[1]", '[["a"]]', "{}", '{"a": 1}'])
def test_what_was_not_written_by_us_is_kept_for_nobody(late: Open, kept: str) -> None:
    client = late(Role.ADMIN)
    onward = prove(client, client.get("/prove"), status=200, onward="/admin/settings", kept=kept)
    assert list(onward.fields("/admin/settings")[1]) == ["csrf_token"]


def test_who_has_a_second_factor_is_asked_for_it_as_well(
    signed_in: Open, browser: Open, make_person: MakePerson, works: Works, clock: Clock
) -> None:
    admin = make_person(Role.ADMIN)
    client = browser(admin)
    client.proves = False
    set_up(client, works, admin)
    clock.forward(minutes=15)
    page = client.get(client.get("/admin/settings", status=303).location)
    page = prove(client, page, status=422)
    page = prove(client, page, passcode="000000", status=422)
    assert prove(client, page, passcode=shown(works, admin)).location == "/admin/settings"
    # A code is good for one proof.
    clock.now += timedelta(minutes=15) - timedelta(seconds=1)
    client.get("/admin/settings")


def test_a_stolen_browser_does_not_change_the_password_or_factors(
    browser: Open, make_person: MakePerson, works: Works, clock: Clock
) -> None:
    someone = make_person()
    client = browser(someone)
    client.proves = False
    set_up(client, works, someone)
    clock.forward(minutes=15)
    sent = {
        "csrf_token": client.token(),
        "current": PASSWORD,
        "new": "yet another way in",
        "again": "yet another way in",
    }
    assert client.post("/account/password", sent).location.startswith("/prove?")
    for path in ("recovery-codes", "authenticator/remove", "authenticator/begin", "passkeys"):
        assert client.post(f"/account/{path}", {"csrf_token": client.token()}, status=403).forms("/prove")


def test_guessing_there_has_to_wait(late: Open) -> None:
    client = late(Role.ADMIN)
    page = client.get("/prove")
    for _ in range(8):
        prove(client, page, "not the password", 422)
    assert prove(client, page, status=429).tones == ["care"]
