"""HR's pages of people, units and files: found, changed, refused in words, and a file carried out without a script."""

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import select

from quiz.access.actor import Role
from quiz.db.models.people import PersonRow, RoleGrantRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.text import Text
from quiz.language.numbers import plain_digits
from quiz.services import people, staff_list
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.pages import Page, RoleClient

Open = Callable[..., RoleClient]


@pytest.fixture
def other(works: Works) -> str:
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": "مكتب دبي", "en": "Dubai office"}), "AE", code="DXB")


@pytest.fixture
def nadia(make_person: MakePerson) -> Someone:
    return make_person(name="نادية آدم الهادي")


@pytest.fixture(params=["ar", "en"])
def hr(signed_in: Open, request: pytest.FixtureRequest) -> RoleClient:
    return signed_in(Role.HR, language=request.param)


def send(client: RoleClient, address: str, status: int = 303, **fields: str) -> Page:
    return client.post(address, {"csrf_token": client.token(), **fields}, status)


def test_a_person_is_found_by_part_of_a_name_or_by_number(hr: RoleClient, nadia: Someone) -> None:
    for words in ("نادية ادم", "الهادى", "T-2", "hanaa"):
        assert f"/admin/people/{nadia.public_id}" in hr.get(f"/admin/people?q={words}").links()
    assert not hr.get("/admin/people?q=xyz").links("^/admin/people/[0-9a-f]{32}")


def test_of_very_many_people_the_first_are_listed(
    signed_in: Open, nadia: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_list, "A_PAGE", 1)
    monkeypatch.setattr(staff_list, "MOST_PAGES", 1)
    hr = signed_in(Role.HR, language="en")
    page = hr.get("/admin/people?page=7")
    assert "The first 1 people by name are listed; a further word finds the others." in page.text
    assert (len(page.links("^/admin/people/[0-9a-f]{32}")), page.soup.select(".pagination a")) == (1, [])
    assert "1 person" in hr.get("/admin/people?q=نادية").text


def test_each_form_of_a_person_does_its_one_thing(hr: RoleClient, nadia: Someone, other: str, works: Works) -> None:
    here = f"/admin/people/{nadia.public_id}"
    hr.get(here)
    send(hr, here, do="move", **{"move-unit": other})
    send(hr, here, do="away", **{"away-starts_on": "2026-11-21"})
    again = send(hr, here, 422, do="away", **{"away-starts_on": "2026-11-22"})
    assert "bad" in again.tones
    page = hr.get(here)
    absence = page.soup.find("input", {"name": "absence"})["value"]
    send(hr, here, do="end", absence=absence, **{"end-ends_on": "2026-11-30"})
    fields = {"correct-name": "نادية آدم", "correct-email": "nadia@amana.example", "correct-reason": "خطأ"}
    send(hr, here, do="correct", **fields)
    send(hr, here, do="leave", **{"leave-last_day": "2026-11-20"})
    send(hr, here, 422, do="leave", **{"leave-last_day": ""})
    assert "نادية آدم" in hr.get(here).h1
    send(hr, here, do="back", **{"back-unit": other})
    with works.database.reads() as session:
        row = session.scalars(select(PersonRow).where(PersonRow.public_id == nadia.public_id)).one()
    assert (row.name, row.email, row.jurisdiction, row.active_until) == (
        "نادية آدم", "nadia@amana.example", "AE", None,
    )  # fmt: skip


def test_somebody_is_added_and_invited_and_what_is_wrong_is_said_at_its_field(
    hr: RoleClient, nadia: Someone, unit: str, works: Works
) -> None:
    here = "/admin/people/new"
    fields = {"hr_number": "٩٩", "name": "آمال سعيد", "email": "amal@amana.example", "joined_on": "2026-11-22"}
    assert "bad" in send(hr, here, 422, **fields).tones
    taken = send(hr, here, 422, **{**fields, "unit": unit, "email": nadia.email})
    assert taken.soup.select("input[name=email][aria-invalid=true]")
    address = hr.post(here, {"csrf_token": hr.token(), **fields, "unit": unit, "is_invited": "y"}, 303).location
    assert "آمال سعيد" in hr.get(address.split("#")[0]).h1
    with works.database.reads() as session:
        sent = [row.payload for row in session.scalars(select(OutboxMessageRow)) if row.kind == "MailRequested"]
    assert len(sent) == 1
    send(hr, address.split("?")[0], do="invite")


def test_a_unit_is_established_and_named_anew(hr: RoleClient, unit: str) -> None:
    here = "/admin/units/new"
    fields = {"name_ar": "قسم القضايا", "name_en": "Cases", "code": "Q1", "country": "EG", "above": unit}
    send(hr, here, 422, **{**fields, "country": "XX"})
    address = hr.post(here, {"csrf_token": hr.token(), **fields}, 303).location.split("?")[0]
    send(hr, here, 422, **fields)
    names = {"name-name_ar": "قسم الفتوى", "name-name_en": "Advice", "name-code": ""}
    send(hr, address, do="name", **names)
    send(hr, address, 422, do="name", **{**names, "name-name_en": " "})
    assert hr.get(address).h1 in ("قسم الفتوى", "Advice")


def test_a_unit_gets_its_managers_moves_and_closes(
    hr: RoleClient, nadia: Someone, unit: str, other: str, works: Works
) -> None:
    here = f"/admin/units/{other}"
    hr.get("/admin/units")
    send(hr, here, do="above", **{"above-above": unit})
    cycle = send(hr, f"/admin/units/{unit}", 422, do="above", **{"above-above": other})
    assert "bad" in cycle.tones
    send(hr, here, do="manager", **{"manager-person": nadia.email})
    assert "bad" in send(hr, here, 422, do="manager", **{"manager-person": nadia.email}).tones
    send(hr, here, 422, do="manager", **{"manager-person": "nobody"})
    send(hr, here, do="relieve", person=nadia.public_id, capacity="held")
    days = {"acting-starts_on": "2026-11-21", "acting-ends_on": "2026-11-30"}
    send(hr, here, do="acting", **{"acting-person": nadia.email}, **days)
    assert "نادية" in hr.get("/admin/units").main
    send(hr, f"/admin/units/{unit}", 422, do="close")
    send(hr, here, do="close")
    send(hr, here, 422, do="conquer")
    hr.get("/admin/units/nowhere", status=404)


def test_a_file_is_sent_looked_at_and_carried_out_without_a_script(
    hr: RoleClient, nadia: Someone, other: str, works: Works
) -> None:
    content = (
        "hr number,name,email,unit code,joined on,shoe\n"
        "7,منى سالم,mona@amana.example,DXB,1448/01/01,39\n8,سامي,no mail,XX,soon,\n"
    )
    file = {"kind": "staff", "file": (BytesIO(content.encode("utf-16")), "staff.csv")}
    hr.get("/admin/imports")
    sent = hr.post("/admin/imports", {"csrf_token": hr.token(), **file})
    page = hr.get(sent.location)
    for words in ("UTF-16", "منى سالم", "XX", "soon", "shoe", "نادية"):
        assert words in page.main
    assert "منى سالم" not in hr.get(f"{sent.location}?standing=fault").main
    send(hr, sent.location, do="confirm", missing="keep")
    hr.get(sent.location)
    send(hr, sent.location, do="on")
    assert "good" in hr.get(sent.location).tones
    send(hr, sent.location, do="confirm")
    with works.database.reads() as session:
        assert session.scalars(select(PersonRow).where(PersonRow.hr_number == "7")).one().jurisdiction == "AE"


@pytest.mark.parametrize("content", [b"", b"name\nx", b"%PDF-1.7 x", b"hr number\n"])
def test_what_is_no_such_file_is_told_in_words(hr: RoleClient, content: bytes) -> None:
    file = {"kind": "staff", "file": (BytesIO(content), "staff.csv")}
    assert "bad" in hr.post("/admin/imports", {"csrf_token": hr.token(), **file}, 422).tones


def test_a_manager_delegates_by_three_fields_on_one_page(signed_in: Open, nadia: Someone, works: Works) -> None:
    manager = signed_in(Role.MANAGER)
    here = "/manage/delegation"
    manager.get(here)
    fields = {"person": nadia.email, "starts_on": "2026-11-21", "ends_on": "2026-11-25"}
    send(manager, here, **fields)
    page = manager.get(here)
    assert "نادية" in page.main
    assert "bad" in send(manager, here, 422, **fields).tones
    for _ in range(2):
        send(manager, here, do="take-back", who=nadia.public_id)
    assert "نادية" not in manager.get(here).main
    with works.database.reads() as session:
        assert len(session.scalars(select(RoleGrantRow)).all()) == 2


def test_a_role_is_given_for_a_bank_and_days_and_ended_on_the_page(
    hr: RoleClient, nadia: Someone, works: Works
) -> None:
    here = f"/admin/people/{nadia.public_id}"
    bounds = {"role-bank": "eg-cybercrime", "role-starts_on": "2026-12-01", "role-ends_on": "2027-05-31"}
    send(hr, here, do="role", **{"role-role": "editor"}, **bounds)
    assert "2027" in plain_digits(hr.get(here).soup.find("section", {"aria-labelledby": "roles"}).get_text())
    listed = hr.get("/admin/roles")
    assert f"{here}#roles" in listed.links()
    for sent in (
        {"role-role": "editor", **bounds},
        {"role-role": "hr", "role-bank": "eg-cybercrime"},
        {"role-role": "editor", "role-starts_on": "2026-11-01"},
        {"role-role": "admin"},
        {"role-role": ""},
    ):
        assert "bad" in send(hr, here, 422, do="role", **{"role-bank": "", **sent}).tones
    offered = [one["value"] for one in hr.get(here).soup.select('select[name="end-role-held"] option')]
    assert offered == ["editor:eg-cybercrime"]
    send(hr, here, 422, do="end-role", **{"end-role-held": "editor:"})
    send(hr, here, do="end-role", **{"end-role-held": offered[0]})
    assert f"{here}#roles" not in hr.get("/admin/roles").links()
    with works.database.reads() as session:
        (row,) = session.scalars(select(RoleGrantRow).where(RoleGrantRow.bank.is_not(None)))
        # Taken back before it began: it never holds.
        assert str(row.ends_on) < str(row.starts_on)


def test_nobody_is_offered_roles_for_themselves(browser: Open, make_person: MakePerson) -> None:
    someone = make_person(Role.HR)
    client = browser(someone)
    here = f"/admin/people/{someone.public_id}"
    assert not client.get(here).soup.select('select[name="role-role"]')
    send(client, here, 404, do="role", **{"role-role": "auditor", "role-bank": ""})
