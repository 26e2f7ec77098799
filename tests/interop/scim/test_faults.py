"""Whatever goes wrong is told in the words of SCIM, and nothing of the inside is told with it."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from quiz.access.actor import Role, Scope
from quiz.interop.scim import users
from quiz.interop.scim.faults import ERROR
from quiz.presentation import connected
from quiz.services import connecting
from quiz.services.unit_of_work import Works
from tests.fixtures.people import MakePerson
from tests.fixtures.settings import Clock
from tests.interop.scim.conftest import Connect, System, a_user

pytestmark = pytest.mark.usefixtures("units")


def fault(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/scim+json"
    said: dict[str, Any] = response.get_json()
    assert said["schemas"] == [ERROR]
    assert said["status"] == str(status)
    assert said["detail"]
    return said


def test_who_asks_is_told_so(app: Flask, connect: Connect) -> None:
    for token in ("", "nonsense", "amana_" + "0" * 64, "amana_" + "\u0660" * 64):
        response = System(app, token.encode().decode("latin-1")).ask("GET", "/Users")
        fault(response, 401)
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    for scope in (Scope.RECORDS_READ, Scope.ASSIGNMENTS_READ, Scope.EVIDENCE_READ):
        fault(connect(scope).ask("GET", "/Users"), 403)
    fault(connect(Scope.PEOPLE_READ).ask("POST", "/Users", a_user()), 403)


def test_nothing_there_and_not_in_this_way(system: System) -> None:
    for path in ("", "/", "/Users/", "/Nothing", "/Users/x/y", "/Users/" + "0" * 32, "/Users/%00", "/Schemas/x"):
        fault(system.ask("GET", path), 404)
    for method, path in (
        ("DELETE", "/Users"),
        ("PUT", "/Users"),
        ("PATCH", "/Schemas"),
        ("POST", "/ResourceTypes/User"),
        ("GET", "/Users/.search/x/y"),
        ("POST", "/Users/" + "0" * 32),
    ):
        status = 404 if path.endswith("/y") else 405
        fault(system.ask(method, path), status)
    fault(system.ask("GET", "/Me"), 501)
    fault(system.ask("POST", "/Bulk", {}), 501)
    fault(system.ask("GET", "/Schemas?filter=id+pr"), 403)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        '{"schemas": ',
        "[" * 50_000,
        '{"a":' * 30_000 + "1" + "}" * 30_000,
        b"\xff\xfe{",
        b'{"displayName": "\xff"}',
        json.dumps({**a_user(), "displayName": "\ud800"}),
        json.dumps({**a_user(), "externalId": "\udc00"}),
        json.dumps({**a_user(), "emails": [{"value": "a@b.cc"}] * 5_001}),
        '{"schemas": ' + "9" * 6_000 + "}",
    ],
    ids=lambda sent: str(sent)[:12],
)
def test_what_cannot_be_read_is_refused(system: System, sent: Any) -> None:
    for method, path in (("POST", "/Users"), ("PATCH", "/Groups/hr")):
        said = fault(system.ask(method, path, sent), 400)
        assert said["scimType"] in {"invalidSyntax", "invalidValue", "tooMany"}


def test_too_much_and_another_kind(system: System) -> None:
    fault(system.ask("POST", "/Users", json.dumps({**a_user(), "x": "y" * 300_000})), 413)
    fault(system.ask("POST", "/Users", "<user/>", Content_Type="text/xml"), 415)
    assert system.ask("POST", "/Users", json.dumps(a_user()), Content_Type="application/json").status_code == 201


def test_too_often(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connected, "is_over", lambda *_: True)
    response = system.ask("GET", "/Users")
    fault(response, 429)
    assert response.headers["Retry-After"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(RuntimeError("secret inside"), 500), (OperationalError("SELECT secret", {}, Exception()), 503)],
)
def test_our_own_faults_say_nothing_of_the_inside(
    system: System, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(users, "list_provisioned", fail)
    said = fault(system.ask("GET", "/Users"), status)
    assert "secret" not in str(said)


def test_a_token_is_changed_in_the_middle_of_a_synchronisation(
    system: System, app: Flask, works: Works, clock: Clock, make_person: MakePerson
) -> None:
    admin = make_person(Role.ADMIN).actor
    system.write("POST", "/Users", a_user("1"), 201)
    with works.writing(admin) as work:
        (one,) = connecting.list_connections(work)
        newer = System(app, connecting.renew_token(work, one.public_id, 30))
    system.write("POST", "/Users", a_user("2"), 201)
    person = newer.read("/Users", filter='externalId eq "ext-1"')["Resources"][0]["id"]
    clock.forward(hours=25)
    fault(system.ask("GET", f"/Users/{person}"), 401)
    assert newer.read(f"/Users/{person}")["externalId"] == "ext-1"
    with works.writing(admin) as work:
        connecting.end_connection(work, one.public_id)
    fault(newer.ask("GET", f"/Users/{person}"), 401)
