"""What Entra ID and Okta send, in their order and with their quirks, written after their public documentation."""

from typing import Any

import pytest

from quiz.interop.scim.attributes import ENTERPRISE, USER
from tests.interop.scim.conftest import System

pytestmark = pytest.mark.usefixtures("units")
MAIL = 'emails[type eq "work"].value'


def op(name: str, path: str | None, value: Any) -> dict[str, Any]:
    return {"op": name, **({"path": path} if path else {}), "value": value}


def test_entra_id_from_the_first_look_to_the_last(system: System) -> None:
    # It tries the connection with somebody who cannot be there.
    assert system.read("/Users", filter='userName eq "7f1c-not-there"') == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 0,
        "startIndex": 1,
        "itemsPerPage": 0,
        "Resources": [],
    }
    made = system.write(
        "POST",
        "/Users",
        {
            "schemas": [USER, ENTERPRISE],
            "externalId": "0a21f0f2",
            "userName": "Hanaa.Reda@ministry.example",
            "active": True,
            "displayName": "هناء رضا",
            "emails": [{"primary": True, "type": "work", "value": "Hanaa.Reda@ministry.example"}],
            "meta": {"resourceType": "User"},
            "name": {"formatted": "هناء رضا", "familyName": "Reda", "givenName": "Hanaa"},
            "title": "Accountant",
            "preferredLanguage": "ar-EG",
            "phoneNumbers": [{"type": "mobile", "value": "+20 100 000 0000"}],
            "roles": [],
            ENTERPRISE: {"employeeNumber": "700", "department": "FIN", "manager": "abc"},
        },
        201,
    )
    person = f"/Users/{made['id']}"
    assert made["userName"] == "hanaa.reda@ministry.example"
    # Each cycle begins with a look; another address, name and unit come in one request, each operation for itself.
    assert system.read("/Users", filter='externalId eq "0a21f0f2"')["totalResults"] == 1
    changed = system.patch(
        person,
        op("Replace", "userName", "hanaa.saad@ministry.example"),
        op("Replace", MAIL, "hanaa.saad@ministry.example"),
        op("Add", "displayName", "هناء سعد"),
        op("Replace", "name.familyName", "Saad"),
        op("Replace", f"{ENTERPRISE}:department", "LAW"),
        op("Add", f"{ENTERPRISE}:manager", "abc"),
        op("Add", "title", "Lawyer"),
        op("Add", 'phoneNumbers[type eq "work"].value', "1"),
        op("Add", 'emails[type eq "home"].value', "home@example.org"),
    )
    assert (changed["userName"], changed["emails"][0]["value"]) == ("hanaa.saad@ministry.example",) * 2
    assert changed["displayName"] == changed["name"]["formatted"] == "هناء سعد"
    assert changed[ENTERPRISE]["department"] == "LAW"
    # The older way of its client: values in a list, and booleans as words.
    older = system.patch(
        person,
        op("Add", "userName", [{"$ref": None, "value": "hs@ministry.example"}]),
        op("Replace", "active", "False"),
    )
    assert (older["userName"], older["active"]) == ("hs@ministry.example", False)
    assert system.read("/Users", filter='userName eq "HS@ministry.example"')["Resources"][0]["active"] is False
    assert system.patch(person, op("Add", "active", "True"))["active"] is True
    # A value without a path, whose names have dots.
    dotted = {"name.formatted": "هناء علي سعد", f"{ENTERPRISE}:department": "FIN", "active": "True", "unknown.thing": 1}
    whole = system.patch(person, op("replace", None, dotted))
    assert (whole["displayName"], whole[ENTERPRISE]["department"]) == ("هناء علي سعد", "FIN")
    # A group of the same name as a role is found, and its members come and go.
    found = system.read("/Groups", filter='displayName eq "editor"', excludedAttributes="members")
    group = f"/Groups/{found['Resources'][0]['id']}"
    system.patch(group, op("Add", "members", [{"$ref": None, "value": made["id"]}]))
    assert [one["value"] for one in system.read(group)["members"]] == [made["id"]]
    system.patch(group, op("Remove", "members", [{"$ref": None, "value": made["id"]}]))
    # Switched off it is disabled first and removed thirty days later; switched on again, it is added anew.
    system.patch(person, op("Replace", "active", False))
    system.ask("DELETE", person, status=204)
    again = system.write(
        "POST",
        "/Users",
        {
            "schemas": [USER, ENTERPRISE],
            "externalId": "another-object",
            "userName": "hs@ministry.example",
            "displayName": "هناء علي سعد",
            ENTERPRISE: {"employeeNumber": "700", "department": "FIN"},
        },
        201,
    )
    assert (again["id"], again["externalId"], again["active"]) == (made["id"], "another-object", True)


def test_okta_from_the_first_look_to_the_last(system: System) -> None:
    assert system.read("/Users", startIndex=1, count=2)["itemsPerPage"] <= 2
    assert system.read("/Groups", startIndex=1, count=100)["totalResults"] == 5
    assert (
        system.read("/Users", filter='userName eq "isaac@ministry.example"', startIndex=1, count=100)["totalResults"]
        == 0
    )
    profile: dict[str, Any] = {
        "schemas": [USER, ENTERPRISE],
        "userName": "isaac@ministry.example",
        "name": {"givenName": "إسحاق", "familyName": "برهان"},
        "emails": [{"primary": True, "value": "isaac@ministry.example", "type": "work"}],
        "displayName": "إسحاق برهان",
        "locale": "ar-EG",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": True,
        ENTERPRISE: {"employeeNumber": "800", "department": "FIN"},
    }
    made = system.write("POST", "/Users", profile, 201)
    assert "password" not in made
    person = f"/Users/{made['id']}"
    assert system.read(person) == made
    # A profile is sent back whole, with what the service said of itself.
    sent = {**system.read(person), "displayName": "إسحاق علي برهان", "password": "x"}
    sent["name"] = {"givenName": "إسحاق", "familyName": "برهان", "formatted": "إسحاق برهان"}
    assert system.write("PUT", person, sent)["displayName"] == "إسحاق علي برهان"
    assert system.patch(person, op("replace", None, {"active": False}))["active"] is False
    assert system.write("PUT", person, {**profile, "active": True})["active"] is True
    group = system.read("/Groups", filter='displayName eq "reviewer"')["Resources"][0]
    system.patch(
        f"/Groups/{group['id']}",
        op("replace", None, {"id": group["id"], "displayName": "reviewer"}),
        op("add", "members", [{"value": made["id"], "display": "isaac@ministry.example"}]),
    )
    system.patch(f"/Groups/{group['id']}", {"op": "remove", "path": f'members[value eq "{made["id"]}"]'})
    assert system.read(f"/Groups/{group['id']}")["members"] == []
