"""Files of people and units: what they would do is said first; done twice they change nothing more."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.people import AbsenceRow, PersonRow, PostingRow, RoleGrantRow, UnitRow
from quiz.services import accounts, people, sign_ins, staffing, workforce
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.staffing import ImportSummary
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import everything

Refusal = Callable[..., AbstractContextManager[None]]
TODAY = date(2026, 11, 21)
UNITS = """رمز الوحدة,الاسم بالعربية,الاسم بالإنجليزية,رمز الوحدة الأعلى,الدولة
HQ,الديوان,Head office,,مصر
IT,تقنية المعلومات,IT,HQ,مصر
DXB,مكتب دبي,Dubai office,HQ,الإمارات
"""
HEADS = "hr number,name,email,unit code,manager's hr number,joined on,leaving on,away from,away until,job families"
STAFF = f"""{HEADS}
1001,منى سالم عبد الرحمن أبو زيد الشافعي محمود,mona@amana.example,HQ,1001,2020-01-01,,,,managers
٠٠١٢,سامي,sami@amana.example,IT,1001,١٤٤٧/٠٩/٠١,,2026-11-20,,تقنية المعلومات؛ الجميع
1003,ليلى وهبة,LAILA@amana.example,DXB,,15/03/2019,2026-12-31,,,
"""


def stage(works: Works, content: str | bytes, kind: str = "staff") -> ImportSummary:
    sent = content.encode() if isinstance(content, str) else content
    with works.writing(SYSTEM) as work:
        public_id = staffing.stage(work, kind, f"{kind}.csv", sent)
        return staffing.get_import(work, public_id)


def carry_out(works: Works, content: str | bytes, kind: str = "staff", missing: str = "keep") -> ImportSummary:
    found = stage(works, content, kind)
    with works.writing(SYSTEM) as work:
        staffing.confirm(work, found.public_id, missing)
    more = True
    while more:
        with works.writing(SYSTEM) as work:
            more = staffing.go_on(work, found.public_id)
    with works.reading(SYSTEM) as work:
        return staffing.get_import(work, found.public_id)


def stand(found: ImportSummary) -> dict[str, str]:
    return {one.key: one.standing for one in found.entries}


def faults(found: ImportSummary) -> dict[int | None, list[tuple[str, str]]]:
    return {one.line: [fault[:2] for fault in one.faults] for one in found.entries if one.faults}


@pytest.fixture
def units(works: Works) -> None:
    carry_out(works, UNITS, "units")


@pytest.fixture
def staff(works: Works, units: None) -> None:
    carry_out(works, STAFF)


def row(works: Works, hr_number: str) -> PersonRow:
    with works.database.reads() as session:
        return session.scalars(select(PersonRow).where(PersonRow.hr_number == hr_number)).one()


def without_trace(works: Works) -> dict[str, list[Any]]:
    return {
        table: rows
        for table, rows in everything(works).items()
        if not table.startswith("staff_import") and table != "audit_entry"
    }


def test_a_file_of_units_makes_the_tree(works: Works, units: None) -> None:
    with works.database.reads() as session:
        rows = {one.code: one for one in session.scalars(select(UnitRow))}
    assert rows["IT"].parent_id == rows["DXB"].parent_id == rows["HQ"].id
    assert (rows["HQ"].parent_id, rows["DXB"].jurisdiction) == (None, "AE")


def test_what_is_looked_at_changes_nothing_and_names_every_row(works: Works, units: None) -> None:
    before = without_trace(works)
    found = stage(works, STAFF)
    assert without_trace(works) == before
    assert stand(found) == {"1001": "new", "0012": "new", "1003": "new"}
    assert (found.encoding, found.leaders, found.state) == ("UTF-8", 2, "checked")


def test_people_stand_as_the_file_has_them(works: Works, staff: None) -> None:
    sami, laila, mona = row(works, "0012"), row(works, "1003"), row(works, "1001")
    assert (sami.joined_on, sami.job_families) == (date(2026, 2, 18), ["everyone", "it"])
    assert (laila.jurisdiction, laila.email, str(laila.active_until)) == (
        "AE", "laila@amana.example", "2026-12-31 22:00:00+00:00",
    )  # fmt: skip
    assert mona.name == "منى سالم عبد الرحمن أبو زيد الشافعي محمود"
    assert sami.folded == "سامي 0012"
    with works.database.reads() as session:
        assert len(session.scalars(select(PostingRow)).all()) == 3
        absence = session.scalars(select(AbsenceRow)).one()
        managed = session.execute(
            select(UnitRow.code, RoleGrantRow.capacity).join(UnitRow, UnitRow.id == RoleGrantRow.unit_id)
        ).all()
    assert (absence.person_id, absence.starts_on, absence.ends_on) == (sami.id, date(2026, 11, 20), None)
    assert sorted(tuple(one) for one in managed) == [("HQ", "held"), ("IT", "held")]


def test_the_same_file_again_changes_nothing(works: Works, staff: None) -> None:
    before = without_trace(works)
    for kind, content, count in (("units", UNITS, 3), ("staff", STAFF, 3)):
        found = carry_out(works, content, kind)
        assert (found.entries, found.unchanged, found.leaders, found.total) == ((), count, 0, 0)
        assert not found.has_work
    assert without_trace(works) == before


def test_every_kind_of_change_is_told_apart(works: Works, staff: None, clock: Clock) -> None:
    with works.writing(SYSTEM) as work:
        left = people.find_person_id(work, "sami@amana.example")
        people.grant_role(work, left, Role.HR)
        workforce.leave(work, left, TODAY - timedelta(1))
    found = carry_out(
        works,
        f"""{HEADS}
1001,منى سالم,mona@amana.example,HQ,,,2026-12-01,,,managers
0012,سامي,sami@amana.example,IT,,,,,,it
1003,ليلى وهبة,laila@amana.example,IT,,,2026-12-31,2026-12-01,2026-12-05,
""",
    )
    changes = {one.key: (one.standing, one.changes) for one in found.entries}
    assert changes == {
        "1001": ("leaving", ("name", "leaves_on")),
        "0012": ("returning", ("job_families", "returns")),
        "1003": ("moved", ("unit", "away")),
    }
    assert row(works, "1003").jurisdiction == "EG"
    with works.database.reads() as session:
        assert len(session.scalars(select(PersonRow)).all()) == 3
        grants = session.scalars(select(RoleGrantRow).where(RoleGrantRow.role == "hr")).all()
    assert [one.ends_on for one in grants] == [TODAY - timedelta(1)]


@pytest.mark.parametrize("missing", ["keep", "leave"])
def test_who_is_not_in_the_file_is_listed_and_never_dropped(works: Works, staff: None, missing: str) -> None:
    one = "\n".join(STAFF.splitlines()[:2])
    found = carry_out(works, one, missing=missing)
    assert stand(found) == {"0012": "missing", "1003": "missing"}
    until = [row(works, number).active_until for number in ("0012", "1003")]
    assert [str(at)[:10] if at else None for at in until] == (
        [None, "2026-12-31"] if missing == "keep" else ["2026-11-21", "2026-11-21"]
    )


BAD = [
    (",سامي,a@b.example,IT,,,,,,", [("missing", "hr_number")]),
    ("7,,a@b.example,IT,,,,,,", [("missing", "name")]),
    ("7,سامي,a@b,IT,,,,,,", [("bad-value", "email")]),
    ("7,سامي,sami@amana.example,IT,,,,,,", [("email-taken", "email")]),
    ("7,سامي,a@b.example,XX,,,,,,", [("unit-unknown", "unit")]),
    ("7,سامي,a@b.example,IT,,2026-02-30,,,,", [("bad-date", "joined_on")]),
    ("7,سامي,a@b.example,IT,,12/31/2026,,,,", [("bad-date", "joined_on")]),
    ("7,سامي,a@b.example,IT,,,,2026-02-02,2026-01-01,", [("ends-before-it-starts", "away_until")]),
    ("7,سامي,a@b.example,IT,99,,,,,", [("manager-unknown", "manager")]),
    ("7,سامي,a@b.example,IT,,,,,,kings", [("job-family-unknown", "job_families")]),
    ("7,سامي,a@b.example,IT,,,,,,,more", [("too-many-cells", "")]),
    ("=1+1,سامي,a@b.example,IT,,,,,,", [("bad-value", "hr_number")]),
    ("0012,سامي,sami@amana.example,IT,,,,2026-12-01,,", [("absence-overlaps", "away_from")]),
]


@pytest.mark.parametrize(("line", "found"), BAD, ids=[one[1][0][0] + str(at) for at, one in enumerate(BAD)])
def test_what_is_wrong_is_told_by_row_and_left_out(
    works: Works, staff: None, line: str, found: list[tuple[str, str]]
) -> None:
    before = without_trace(works)
    assert faults(carry_out(works, f"{HEADS}\n{line}")) == {2: found}
    assert without_trace(works) == before


def test_what_stands_twice_is_told_at_the_second(works: Works, units: None) -> None:
    content = f"""{HEADS}
7,سامي,a@b.example,IT,7,,,,,
7,سامي,c@b.example,IT,,,,,,
8,ليلى,a@b.example,IT,,,,,,
9,منى,d@b.example,IT,8,,,,,
"""
    found = stage(works, content)
    assert faults(found) == {
        3: [("number-twice", "hr_number")],
        4: [("email-twice", "email")],
        5: [("two-managers", "manager")],
    }


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["HQ,أ,a,IT,EG"], {2: [("unit-cycle", "above")]}),
        (["A,أ,a,B,EG", "B,ب,b,A,EG"], {2: [("unit-cycle", "above")], 3: [("unit-cycle", "above")]}),
        (["A,أ,a,A,EG"], {2: [("unit-cycle", "above")]}),
        (["A,أ,a,XX,EG", "B,ب,b,A,EG"], {2: [("unit-unknown", "above")], 3: [("unit-unknown", "above")]}),
        (["A,أ,a,,EG", "A,ب,b,,EG"], {3: [("number-twice", "code")]}),
        (["A,أ,a,,Atlantis"], {2: [("bad-value", "country")]}),
        (["A,أ,,,EG"], {2: [("missing", "name_en")]}),
    ],
)
def test_units_that_cannot_stand_so_are_left_out(
    works: Works, units: None, lines: list[str], found: dict[int, list[tuple[str, str]]]
) -> None:
    head = UNITS.splitlines()[0]
    assert faults(carry_out(works, "\n".join([head, *lines]), "units")) == found


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (HEADS.encode(), "file-empty"),
        (b"name,email\nx,y", "heading-missing"),
        ("الاسم,اسم الموظف,email\nx,y,z".encode(), "heading-twice"),
        (b"%PDF-1.7 not a table", "file-unreadable"),
        (b"PK\x03\x04broken", "file-unreadable"),
        (b"\xff\xfea", "file-unreadable"),
    ],
)
def test_what_is_no_such_file_is_refused(works: Works, units: None, content: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        stage(works, content)


@pytest.mark.parametrize(
    ("codec", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
     ("utf-16-be", "UTF-16"), ("cp1256", "Windows-1256")],
)  # fmt: skip
def test_the_way_a_file_is_written_is_found_and_said(works: Works, units: None, codec: str, said: str) -> None:
    content = STAFF.replace("٠٠١٢", "0012").replace("١٤٤٧/٠٩/٠١", "1447/09/01").replace(",", ";")
    found = stage(works, content.encode(codec))
    assert (found.encoding, stand(found)) == (said, {"1001": "new", "0012": "new", "1003": "new"})


def test_a_workbook_is_read_as_well(works: Works, units: None) -> None:
    book = openpyxl.Workbook()
    sheet, into = book.active, BytesIO()
    assert sheet is not None
    sheet.append(["الرقم الوظيفي", "الاسم", "البريد", "رمز الوحدة", "تاريخ الالتحاق"])
    sheet.append([1001.0, "منى", "m@a.example", "IT", date(2020, 1, 31)])
    book.save(into)
    found = carry_out(works, into.getvalue())
    assert (found.encoding, stand(found)) == ("Excel", {"1001": "new"})
    assert row(works, "1001").joined_on == date(2020, 1, 31)


def test_a_step_that_died_is_done_again(works: Works, units: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staffing, "AT_ONCE", 2)
    found = stage(works, STAFF)
    with works.writing(SYSTEM) as work:
        staffing.confirm(work, found.public_id)
    with works.writing(SYSTEM) as work:
        assert staffing.go_on(work, found.public_id)
    with pytest.raises(ZeroDivisionError), works.writing(SYSTEM) as work:
        staffing.go_on(work, found.public_id)
        _ = 1 / 0
    with works.reading(SYSTEM) as work:
        half = staffing.get_import(work, found.public_id)
    assert (half.state, half.done, half.total) == ("applying", 2, 3)
    with works.writing(SYSTEM) as work:
        assert not staffing.go_on(work, found.public_id)
    for again in (staffing.go_on, staffing.confirm):
        with works.writing(SYSTEM) as work:
            if again is staffing.go_on:
                assert not again(work, found.public_id)
            else:
                with pytest.raises(Stale):
                    again(work, found.public_id)
    assert row(works, "1003").name == "ليلى وهبة"


def test_what_became_impossible_since_is_left_out(works: Works, units: None, unit: str) -> None:
    found = stage(works, STAFF)
    with works.writing(SYSTEM) as work:
        people.provision_person(work, "X", "sami@amana.example", "سامي", unit)
        staffing.confirm(work, found.public_id)
    with works.writing(SYSTEM) as work:
        staffing.go_on(work, found.public_id)
        assert faults(staffing.get_import(work, found.public_id)) == {3: [("email-taken", "email")]}


@pytest.mark.parametrize("wanted", ["new@amana.example", "mona@amana.example"], ids=["another", "the-administrators"])
def test_a_file_of_hr_does_not_move_the_mailbox_of_an_administrator(
    works: Works, staff: None, make_person: MakePerson, wanted: str
) -> None:
    with works.writing(SYSTEM) as work:
        people.grant_role(work, people.find_person_id(work, "mona@amana.example"), Role.ADMIN)
    found = stage(works, STAFF.replace("mona@", "mine@").replace("sami@amana.example", wanted))
    hr = make_person(Role.HR)
    with works.writing(hr.actor) as work:
        staffing.confirm(work, found.public_id)
    with works.writing(hr.actor) as work:
        staffing.go_on(work, found.public_id)
        told = faults(staffing.get_import(work, found.public_id))
    is_free = wanted.startswith("new")
    assert told == {2: [("administers", "email")]} | ({} if is_free else {3: [("email-taken", "email")]})
    assert row(works, "1001").email == "mona@amana.example"
    assert row(works, "0012").email == ("new@amana.example" if is_free else "sami@amana.example")


def test_a_return_by_a_file_signs_no_browser_in_again(works: Works, staff: None) -> None:
    with works.writing(SYSTEM) as work:
        sami = people.find_person_id(work, "sami@amana.example")
        people.set_first_password(work, sami, PASSWORD)
        checked = accounts.check_password(work, "sami@amana.example", PASSWORD, "192.0.2.1")
        token = accounts.sign_in(work, checked, "a browser") or ""
    line = f"{HEADS}\n0012,سامي,sami@amana.example,IT,,,{{}},,,it\n"
    carry_out(works, line.format("2026-11-20"))
    carry_out(works, line.format(""))
    with works.reading(Actor.nobody()) as work:
        assert sign_ins.find_signed_in(work, token) is None


@pytest.mark.parametrize("at_once", [1, 2000])
def test_two_people_may_change_addresses(
    works: Works, staff: None, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(staffing, "AT_ONCE", at_once)
    mona, sami = "mona@amana.example", "sami@amana.example"
    changed = STAFF.replace(mona, "?").replace(sami, mona).replace("?", sami)
    assert stand(carry_out(works, changed)) == {"1001": "changed", "0012": "changed"}
    assert (row(works, "1001").email, row(works, "0012").email) == (sami, mona)


def test_nobody_but_hr_sends_or_sees_files(works: Works, units: None, hire: Someone, is_refused: Refusal) -> None:
    with is_refused(Permission.PEOPLE_PERSON_WRITE, hire), works.writing(hire.actor) as work:
        staffing.stage(work, "staff", "staff.csv", STAFF.encode())
    for deed in (staffing.confirm, staffing.go_on, staffing.get_import):
        with pytest.raises(NotFound), works.writing(SYSTEM) as work:
            deed(work, "0" * 32)


PERSON = st.tuples(
    st.integers(1, 6).map(str),
    st.sampled_from(["منى", "سامي بدر", "ليلى  وهبة", "ﻫﻨﺎء رضا"]),
    st.sampled_from([f"p{number}@amana.example" for number in range(6)]),
    st.sampled_from(["HQ", "IT", "DXB", "XX"]),
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["", "2020-01-01", "1445/1/1"]),
    st.sampled_from(["", "2026-12-31", "2026-01-01"]),
    st.sampled_from(["", "2026-11-20", "2026-11-25"]),
    st.sampled_from(["", "2026-11-30"]),
    st.sampled_from(["", "it", "it; hr"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(PERSON, min_size=1, max_size=6), second=st.lists(PERSON, min_size=1, max_size=6))
def test_whatever_is_sent_twice_changes_nothing_the_second_time(
    works: Works, units: None, first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    for lines in (first, second):
        content = "\n".join([HEADS, *(",".join(line) for line in lines)])
        carry_out(works, content)
        before = without_trace(works)
        carry_out(works, content)
        assert without_trace(works) == before
