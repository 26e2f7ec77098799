"""Roles as groups: five, whose members are given and taken; nobody becomes a manager or an administrator by them."""

from typing import Any

import pytest

from quiz.access.actor import Role
from quiz.services import people
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.interop.scim.conftest import System

GROUPS = ["adviser", "auditor", "editor", "hr", "reviewer"]


@pytest.fixture
def someone(make_person: MakePerson) -> Someone:
    return make_person()


def members(system: System, role: str = "editor") -> list[str]:
    return [one["value"] for one in system.read(f"/Groups/{role}")["members"]]


def add(*ids: str) -> dict[str, Any]:
    return {"op": "add", "path": "members", "value": [{"value": one} for one in ids]}


def test_the_roles_are_found_and_there_are_no_others(system: System) -> None:
    assert [one["displayName"] for one in system.read("/Groups")["Resources"]] == GROUPS
    found = system.read("/Groups", filter='displayName eq "HR"', excludedAttributes="members")
    assert [(one["id"], "members" in one) for one in found["Resources"]] == [("hr", False)]
    for role in ("admin", "manager", "learner", "nobody"):
        system.read(f"/Groups/{role}", status=404)
        system.write("PUT", f"/Groups/{role}", {"members": []}, 404)
    assert system.write("POST", "/Groups", {"displayName": "Editor"}, 409)["scimType"] == "uniqueness"
    system.write("POST", "/Groups", {"displayName": "admin"}, 403)
    system.ask("DELETE", "/Groups/hr", status=403)


def test_a_role_is_given_and_taken(system: System, someone: Someone, make_person: MakePerson, works: Works) -> None:
    other = make_person(Role.EDITOR)
    assert members(system) == [other.public_id]
    system.patch("/Groups/editor", add(someone.public_id, other.public_id))
    assert members(system) == [other.public_id, someone.public_id]
    assert [one["value"] for one in system.read(f"/Users/{someone.public_id}")["groups"]] == ["editor"]
    with works.reading(SYSTEM) as work:
        assert Role.EDITOR in people.person_actor(work, someone.email).roles
    found = system.read("/Groups", filter=f'id eq "editor" and members eq "{someone.public_id}"')
    assert found["totalResults"] == 1
    system.patch("/Groups/editor", {"op": "remove", "path": f'members[value eq "{someone.public_id}"]'})
    assert members(system) == [other.public_id]
    # As Entra ID removes: the members stand in the value.
    system.patch("/Groups/editor", {"op": "Remove", "path": "members", "value": [{"value": other.public_id}]})
    assert members(system) == []
    with works.reading(SYSTEM) as work:
        assert people.person_actor(work, other.email).roles == {Role.LEARNER}
    system.patch(
        "/Groups/editor", {"op": "replace", "value": {"id": "editor", "members": [{"value": someone.public_id}]}}
    )
    assert members(system) == [someone.public_id]
    system.write("PUT", "/Groups/editor", {"displayName": "editor", "members": [{"value": other.public_id}]})
    assert members(system) == [other.public_id]
    system.patch("/Groups/editor", {"op": "remove", "path": "members"})
    assert members(system) == []


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        (add("0" * 32), "invalidValue"),
        (add("\u0000"), "invalidValue"),
        ({"op": "add", "path": "members", "value": [{"display": "x"}]}, "invalidValue"),
        ({"op": "add", "path": "members", "value": {"value": {"value": {}}}}, "invalidValue"),
        ({"op": "replace", "path": "displayName", "value": "admin"}, "mutability"),
        ({"op": "replace", "path": "id", "value": "admin"}, "mutability"),
        ({"op": "add", "path": "roles2", "value": "admin"}, "invalidPath"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_changes(
    system: System, someone: Someone, operation: dict[str, Any], kind: str
) -> None:
    assert system.patch("/Groups/editor", add(someone.public_id), operation, status=400)["scimType"] == kind
    assert members(system) == []


def test_who_left_is_no_member_and_becomes_none(system: System, someone: Someone) -> None:
    system.patch("/Groups/hr", add(someone.public_id))
    system.ask("DELETE", f"/Users/{someone.public_id}", status=204)
    assert members(system, "hr") == []
    system.patch("/Groups/hr", add(someone.public_id), status=400)


def test_what_is_held_in_one_bank_is_not_touched(system: System, someone: Someone, works: Works) -> None:
    with works.writing(SYSTEM) as work:
        people.grant_role(work, someone.public_id, Role.EDITOR, bank="eg-conduct")
    assert members(system) == []
    system.write("PUT", "/Groups/editor", {"members": []})
    with works.reading(SYSTEM) as work:
        assert Role.EDITOR in people.person_actor(work, someone.email).roles


def test_versions_are_checked(system: System, someone: Someone) -> None:
    version = system.read("/Groups/editor")["meta"]["version"]
    sent = {"members": [{"value": someone.public_id}]}
    system.ask("PUT", "/Groups/editor", sent, 200, If_Match=version)
    system.ask("PUT", "/Groups/editor", {"members": []}, 412, If_Match=version)
    system.ask("GET", "/Groups/editor", None, 304, If_None_Match=system.read("/Groups/editor")["meta"]["version"])
