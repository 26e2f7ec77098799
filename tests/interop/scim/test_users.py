"""People by SCIM: added, found, changed, gone and taken up again, by the same deeds as on HR's pages."""

from typing import Any

import pytest
from sqlalchemy import select

from quiz.access.actor import Role, Scope
from quiz.db.models.people import PersonRow, PostingRow, SignInRow
from quiz.db.models.trace import AuditEntryRow
from quiz.interop.scim.attributes import ENTERPRISE, OURS
from quiz.services import people, workforce
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import NOW, Clock
from tests.interop.scim.conftest import Connect, System, a_user
from tests.pages import RoleClient

pytestmark = pytest.mark.usefixtures("units")
OFF: dict[str, Any] = {"op": "replace", "path": "active", "value": False}
ON: dict[str, Any] = {"op": "replace", "path": "active", "value": True}


def rows(works: Works, model: type[Any], **where: Any) -> list[Any]:
    with works.database.reads() as session:
        return list(session.scalars(select(model).filter_by(**where).order_by(model.id)))


def add(system: System, number: str = "1001", **more: Any) -> str:
    return str(system.write("POST", "/Users", a_user(number, **more), 201)["id"])


def test_a_person_is_added_and_read_back(system: System, works: Works) -> None:
    response = system.ask("POST", "/Users", a_user(**{OURS: {"latinName": "Hanaa", "jobFamilies": ["hr"]}}), 201)
    made = response.get_json()
    assert response.mimetype == "application/scim+json"
    assert response.headers["Location"] == made["meta"]["location"]
    assert response.headers["ETag"] == made["meta"]["version"]
    assert made["displayName"] == made["name"]["formatted"] == "هناء عبد الله رضا"
    assert made["emails"] == [{"value": "n1001@ministry.example", "type": "work", "primary": True}]
    assert made[ENTERPRISE] == {"employeeNumber": "1001", "department": "FIN"}
    assert made[OURS]["jurisdiction"] == "EG"
    assert (made[OURS]["latinName"], made[OURS]["jobFamilies"]) == ("Hanaa", ["hr"])
    assert made["externalId"] == "ext-1001"
    assert system.read(f"/Users/{made['id']}") == made
    (row,) = rows(works, PersonRow, public_id=made["id"])
    assert [one.recorded_by.startswith("connection:") for one in rows(works, PostingRow, person_id=row.id)] == [True]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"displayName": "  منى   سعد "}, "منى سعد"),
        ({"displayName": "\u202eمنى\u200f سعد\u0000"}, "منى سعد"),
        ({"displayName": "Mona", "name": {"formatted": "منى سعد"}}, "منى سعد"),
        ({"displayName": None, "name": {"givenName": "منى", "familyName": "سعد"}}, "منى سعد"),
        ({"displayName": "أُسامة ٱلله ڤكتور", "name": None}, "أُسامة ٱلله ڤكتور"),
    ],
)
def test_a_name_is_kept_in_one_piece_and_as_it_is_written(system: System, sent: dict[str, Any], kept: str) -> None:
    made = system.write("POST", "/Users", a_user(**{"name": None, **sent}), 201)
    assert made["displayName"] == kept


@pytest.mark.parametrize(
    ("sent", "kind", "names"),
    [
        ({"userName": "no address", "emails": []}, "invalidValue", "userName"),
        ({"emails": [{"value": "other@ministry.example", "type": "work"}]}, "invalidValue", "userName and emails"),
        ({"displayName": "", "name": {}}, "invalidValue", "displayName"),
        ({"displayName": "\u202e"}, "invalidValue", "displayName"),
        ({"active": "perhaps"}, "invalidValue", "active"),
        ({"active": 1}, "invalidValue", "active"),
        ({"displayName": 7}, "invalidValue", "displayName"),
        ({"externalId": "x" * 201}, "invalidValue", "externalId"),
        ({ENTERPRISE: {"department": "FIN"}}, "invalidValue", "employeeNumber"),
        ({ENTERPRISE: {"employeeNumber": "=1", "department": "FIN"}}, "invalidValue", "employeeNumber"),
        ({ENTERPRISE: {"employeeNumber": "9"}}, "invalidValue", "department"),
        ({ENTERPRISE: {"employeeNumber": "9", "department": "NOWHERE"}}, "invalidValue", "NOWHERE"),
        ({ENTERPRISE: "1001"}, "invalidValue", "schema"),
        ({OURS: {"jobFamilies": ["astronaut"]}}, "invalidValue", "jobFamilies"),
        ({"schemas": []}, "invalidSyntax", "schemas"),
        ({"schemas": "all"}, "invalidSyntax", "schemas"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_says_why(
    system: System, works: Works, sent: dict[str, Any], kind: str, names: str
) -> None:
    before = len(rows(works, PersonRow))
    said = system.write("POST", "/Users", a_user(**sent), 400)
    assert (said["scimType"], said["status"]) == (kind, "400")
    assert names in said["detail"]
    assert len(rows(works, PersonRow)) == before


def test_what_is_taken_is_told_with_the_field_and_not_with_whose(system: System) -> None:
    first = add(system)
    number = system.write("POST", "/Users", a_user("1001", userName="b@ministry.example", emails=[]), 409)
    mail = system.write("POST", "/Users", a_user("1002", userName="N1001@ministry.example", emails=[]), 409)
    assert (number["scimType"], mail["scimType"]) == ("uniqueness", "uniqueness")
    assert "employeeNumber" in number["detail"]
    assert "userName" in mail["detail"]
    assert first not in str(number) + str(mail)
    second = add(system, "1002")
    assert (
        system.patch(
            f"/Users/{second}", {"op": "replace", "path": "userName", "value": "n1001@ministry.example"}, status=409
        )["scimType"]
        == "uniqueness"
    )


def test_removed_and_added_again_is_the_same_person(system: System, works: Works, clock: Clock) -> None:
    person = add(system)
    assert system.ask("DELETE", f"/Users/{person}", status=204).get_data() == b""
    for method, sent in (("GET", None), ("PUT", a_user()), ("DELETE", None)):
        system.ask(method, f"/Users/{person}", sent, 404)
    system.patch(f"/Users/{person}", ON, status=404)
    assert system.read("/Users", filter='userName eq "n1001@ministry.example"')["totalResults"] == 0
    clock.forward(days=3)
    again = system.write("POST", "/Users", a_user(userName="new@ministry.example", emails=[], displayName="هناء"), 201)
    assert again["id"] == person
    assert (again["active"], again["userName"], again["displayName"]) == (True, "new@ministry.example", "هناء")
    assert len(rows(works, PersonRow, hr_number="1001")) == 1
    system.read(f"/Users/{person}")


def test_who_was_removed_by_one_system_is_inactive_for_another(connect: Connect) -> None:
    one, other = connect(), connect(name="Other")
    person = add(one)
    one.ask("DELETE", f"/Users/{person}", status=204)
    seen = other.read(f"/Users/{person}")
    assert seen["active"] is False
    assert "externalId" not in seen
    other.patch(f"/Users/{person}", {"op": "add", "path": "externalId", "value": "o-1"}, ON)
    assert one.read(f"/Users/{person}")["externalId"] == "ext-1001"
    assert one.read("/Users", filter='externalId eq "o-1"')["totalResults"] == 0
    assert other.read("/Users", filter='externalId eq "o-1"')["totalResults"] == 1


def test_who_left_by_the_pages_is_taken_up_again_and_who_works_here_is_not(system: System, works: Works) -> None:
    person = add(system)
    with works.writing(SYSTEM) as work:
        workforce.leave(work, person, NOW.date().replace(day=1))
    assert system.read(f"/Users/{person}")["active"] is False
    again = system.write("POST", "/Users", a_user(**{ENTERPRISE: {"employeeNumber": "١٠٠١", "department": "LAW"}}), 201)
    assert (again["id"], again["active"], again[ENTERPRISE]["department"]) == (person, True, "LAW")
    system.write("POST", "/Users", a_user(), 409)


def test_deactivated_is_signed_out_at_once_and_stays_out_when_taken_up(
    system: System, works: Works, make_person: MakePerson, app: Any
) -> None:
    someone = make_person(Role.EDITOR)
    browser = RoleClient(app).sign_in(someone)
    browser.get("/edit/")
    done = system.patch(f"/Users/{someone.public_id}", {"op": "Replace", "path": "active", "value": "False"})
    assert done["active"] is False
    assert browser.client.get("/edit/", base_url="http://127.0.0.1").status_code == 303
    assert system.patch(f"/Users/{someone.public_id}", ON)["active"] is True
    # Neither the browser nor the role comes back with the person.
    assert browser.client.get("/learn/", base_url="http://127.0.0.1").status_code == 303
    assert system.read(f"/Users/{someone.public_id}")["groups"] == []
    assert all(one.revoked_at for one in rows(works, SignInRow))


def test_a_last_day_that_hr_wrote_is_not_undone_by_a_synchronisation(system: System, works: Works) -> None:
    person = add(system)
    with works.writing(SYSTEM) as work:
        workforce.leave(work, person, NOW.date().replace(month=12))
    assert system.patch(f"/Users/{person}", ON)["active"] is True
    system.write("PUT", f"/Users/{person}", a_user())
    (row,) = rows(works, PersonRow, public_id=person)
    assert row.active_until is not None


def test_another_unit_is_a_move_with_its_history(system: System, works: Works) -> None:
    person = add(system)
    department = f"{ENTERPRISE}:department"
    assert (
        system.patch(f"/Users/{person}", {"op": "replace", "path": department, "value": "LAW"})[OURS]["jurisdiction"]
        == "QA"
    )
    (row,) = rows(works, PersonRow, public_id=person)
    assert len(rows(works, PostingRow, person_id=row.id)) == 2
    system.patch(f"/Users/{person}", {"op": "replace", "path": department, "value": "LAW"})
    assert len(rows(works, PostingRow, person_id=row.id)) == 2
    said = system.patch(f"/Users/{person}", {"op": "replace", "path": department, "value": "GONE"}, status=400)
    assert "GONE" in said["detail"]
    system.patch(f"/Users/{person}", OFF, {"op": "replace", "path": department, "value": "FIN"})
    assert system.read(f"/Users/{person}")[ENTERPRISE]["department"] == "LAW"


def test_a_put_leaves_what_it_does_not_name_and_takes_away_what_it_empties(system: System) -> None:
    person = add(system, **{OURS: {"latinName": "Hanaa", "jobFamilies": ["hr", "it"]}})
    kept = system.write(
        "PUT", f"/Users/{person}", {"schemas": a_user()["schemas"], "userName": "n1001@ministry.example"}
    )
    assert kept[OURS]["latinName"] == "Hanaa"
    assert kept["externalId"] == "ext-1001"
    emptied = system.write(
        "PUT", f"/Users/{person}", a_user(externalId=None, **{OURS: {"latinName": None, "jobFamilies": []}})
    )
    assert "externalId" not in emptied
    assert emptied[OURS]["jobFamilies"] == []
    assert "latinName" not in emptied[OURS]
    other = a_user(**{ENTERPRISE: {"employeeNumber": "77", "department": "FIN"}})
    assert system.write("PUT", f"/Users/{person}", other, 400)["scimType"] == "mutability"
    moved = system.write("PUT", f"/Users/{person}", a_user(userName="z@ministry.example"))
    assert moved["emails"][0]["value"] == "z@ministry.example"


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "remove", "path": "emails"}, "mutability"),
        ({"op": "remove", "path": f"{ENTERPRISE}:employeeNumber"}, "mutability"),
        ({"op": "replace", "path": f"{ENTERPRISE}:employeeNumber", "value": "2"}, "mutability"),
        ({"op": "replace", "path": "groups", "value": []}, "mutability"),
        ({"op": "replace", "path": f"{OURS}:jurisdiction", "value": "QA"}, "mutability"),
        ({"op": "replace", "path": "shoeSize", "value": "44"}, "invalidPath"),
        ({"op": "replace", "path": "emails[type eq", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": 'emails[type eq "home"].value', "value": "x@y.zz"}, "noTarget"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "replace", "path": "userName"}, "invalidValue"),
        ({"op": "replace", "value": "x"}, "invalidValue"),
        ({"op": "move", "path": "userName", "value": "x"}, "invalidSyntax"),
    ],
)
def test_a_patch_that_cannot_be_done_changes_nothing(system: System, operation: dict[str, Any], kind: str) -> None:
    person = add(system)
    before = system.read(f"/Users/{person}")
    first = {"op": "replace", "path": "displayName", "value": "اسم آخر"}
    assert system.patch(f"/Users/{person}", first, operation, status=400)["scimType"] == kind
    assert system.read(f"/Users/{person}") == before


def test_versions_are_asked_for_and_checked(system: System) -> None:
    person = add(system)
    version = system.read(f"/Users/{person}")["meta"]["version"]
    assert system.ask("GET", f"/Users/{person}", None, 304, If_None_Match=version).get_data() == b""
    name = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "displayName", "value": "هناء"}],
    }
    newer = system.ask("PATCH", f"/Users/{person}", name, 200, If_Match=version).headers["ETag"]
    assert newer != version
    for method, sent in (("PATCH", name), ("PUT", a_user()), ("DELETE", None)):
        response = system.ask(method, f"/Users/{person}", sent, 412, If_Match=version)
        assert response.get_json()["status"] == "412"
    system.ask("GET", f"/Users/{person}", None, 200, If_None_Match=version)
    system.ask("DELETE", f"/Users/{person}", None, 204, If_Match="*")


def test_lists_are_filtered_and_paged(system: System, clock: Clock) -> None:
    found = [add(system, str(2000 + one)) for one in range(5)]
    clock.forward(hours=1)
    system.patch(f"/Users/{found[2]}", OFF)
    ask = lambda text, **more: system.read("/Users", filter=text, **more)  # noqa: E731
    pages = [ask('userName sw "n200"', startIndex=start, count=2) for start in (1, 3, 5)]
    assert [one["id"] for page in pages for one in page["Resources"]] == found
    assert {page["totalResults"] for page in pages} == {5}
    assert [page["itemsPerPage"] for page in pages] == [2, 2, 1]
    none = ask('userName sw "n200"', count=0)
    assert (none["totalResults"], none["Resources"]) == (5, [])
    for text, count in {
        f'{ENTERPRISE}:employeeNumber eq "2003"': 1,
        'externalId eq "ext-2001"': 1,
        'externalId eq "EXT-2001"': 0,
        'emails[type eq "work" and value eq "N2004@ministry.example"]': 1,
        f'id eq "{found[0]}" or id eq "{found[1]}"': 2,
        'active eq false and userName sw "n200"': 1,
        'not (active eq true) and userName co "ministry"': 1,
        f'meta.lastModified gt "{NOW.isoformat()}"': 1,
        f'{ENTERPRISE}:department eq "FIN" and displayName co "عبد"': 5,
        f'{OURS}:latinName pr and {ENTERPRISE}:department eq "FIN"': 0,
        f'not ({OURS}:latinName eq "x") and userName ew "@ministry.example"': 5,
        'userName ew "2%@ministry.example"': 0,
        'userName gt "n2003" and userName lt "n2004z"': 2,
    }.items():
        assert ask(text)["totalResults"] == count, text
    search = system.write(
        "POST", "/Users/.search", {"filter": 'userName sw "n200"', "count": 1, "attributes": ["userName"]}
    )
    assert search["totalResults"] == 5
    assert set(search["Resources"][0]) == {"schemas", "id", "userName"}
    assert system.read("/Users", filter="title pr", status=400)["scimType"] == "invalidFilter"
    assert system.read("/Users", count="many", status=400)["scimType"] == "invalidValue"
    assert system.read("/Users", startIndex=10**30)["Resources"] == []
    without = system.read(f"/Users/{found[0]}", excludedAttributes=f"name,{ENTERPRISE}:department,id")
    assert "name" not in without
    assert without["id"] == found[0]
    assert "department" not in without[ENTERPRISE]


def test_who_manages_the_unit_is_told_and_not_taken(system: System, works: Works, units: dict[str, str]) -> None:
    person, boss = add(system), add(system, "1")
    with works.writing(SYSTEM) as work:
        people.grant_role(work, boss, Role.MANAGER, units["FIN"])
    seen = system.patch(f"/Users/{person}", {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "someone"})
    assert seen[ENTERPRISE]["manager"]["value"] == boss
    assert "manager" not in system.read(f"/Users/{boss}")[ENTERPRISE]
    assert system.read(f"/Users/{boss}")["groups"] == []


def test_the_address_of_an_administrator_is_not_changed_from_outside(system: System, make_person: MakePerson) -> None:
    admin = make_person(Role.ADMIN)
    change = {"op": "replace", "path": "userName", "value": "thief@ministry.example"}
    assert system.patch(f"/Users/{admin.public_id}", change, status=400)["scimType"] == "mutability"
    system.patch(f"/Users/{admin.public_id}", {"op": "replace", "path": "displayName", "value": "مدير"})


def test_every_deed_stands_in_the_trace_without_a_name(system: System, works: Works) -> None:
    person = add(system)
    system.patch(f"/Users/{person}", {"op": "replace", "path": "displayName", "value": "اسم سري"}, OFF)
    system.patch(f"/Users/{person}", {"op": "replace", "path": "userName", "value": "secret@ministry.example"}, ON)
    system.ask("DELETE", f"/Users/{person}", status=204)
    entries = [one for one in rows(works, AuditEntryRow, target_id=person) if one.actor.startswith("connection:")]
    assert len(entries) >= 7
    said = " ".join(str(one.details) for one in entries)
    assert not [word for word in ("سري", "secret", "n1001", "هناء", "ext-1001", "1001") if word in said]


def test_reading_alone_changes_nothing(connect: Connect, system: System) -> None:
    person = add(system)
    reader = connect(Scope.PEOPLE_READ, name="Reader")
    assert reader.read(f"/Users/{person}")["id"] == person
    reader.write("POST", "/Users/.search", {})
    for method, path, sent in (
        ("POST", "/Users", a_user("3")),
        ("PUT", f"/Users/{person}", a_user()),
        ("DELETE", f"/Users/{person}", None),
        ("PUT", "/Groups/hr", {"members": []}),
    ):
        reader.ask(method, path, sent, 403)
