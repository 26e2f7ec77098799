"""The page of the audit trail: what it shows and to whom, narrowed and paged, taken away, and itself written down."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select, text

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.trace import AuditEntryRow
from quiz.services import audit_checking, connecting, people, sealing
from quiz.services.errors import NotAllowed
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import Clock
from tests.pages import Page, RoleClient

Open = Callable[..., RoleClient]


def lines(page: Page) -> list[str]:
    section = page.soup.find("section", attrs={"aria-labelledby": "entries"})
    assert section is not None
    return [" ".join(row.get_text(" ").split()) for row in section.select("tbody tr")]


def seal(works: Works) -> None:
    with works.writing(SYSTEM) as work:
        sealing.seal_some(work)


def lay(works: Works, count: int, **changes: object) -> None:
    """Lay many entries into the trail, a second apart."""
    now = works.tools.clock()
    whole = {
        "actor": "system:tests", "deed": Permission.PEOPLE_DAY_TURN.value, "target_kind": "day", "target_id": "",
        "was_allowed": True, "because": "done", "details": {},
    }  # fmt: skip
    with works.database.writes() as session:
        rows = [{**whole, "at": now - timedelta(seconds=n), **changes} for n in range(count)]
        session.execute(insert(AuditEntryRow), rows)
        session.commit()


def read_deeds(works: Works, deed: Permission) -> list[AuditEntryRow]:
    with works.database.reads() as session:
        statement = select(AuditEntryRow).where(AuditEntryRow.deed == deed.value, AuditEntryRow.was_allowed)
        return list(session.scalars(statement.order_by(AuditEntryRow.id)))


@pytest.mark.parametrize(("language", "deed", "because"), [
    ("en", "Reading the register of records", "They lack the role"),
    ("ar", "الاطلاع على سجل الشهادات", "ليست له الصفة اللازمة"),
])  # fmt: skip
def test_who_was_refused_what_and_why_stands_there_in_words(
    signed_in: Open, works: Works, make_person: MakePerson, language: str, deed: str, because: str
) -> None:
    someone = make_person(name="عادل سمير فهمي")
    with pytest.raises(NotAllowed), works.reading(someone.actor) as work:
        work.require(Permission.RECORDS_REGISTER_READ, Target("completions"))
    page = signed_in(Role.AUDITOR, language=language).get("/admin/audit?outcome=refused")
    (found,) = [line for line in lines(page) if deed in line]
    assert "عادل سمير فهمي" in found
    assert because in found


def test_filters_narrow_each_by_itself_and_together(signed_in: Open, works: Works, make_person: MakePerson) -> None:
    one, other = make_person(name="ليلى مراد"), make_person(name="عادل حسن")
    for someone in (one, other):
        with works.writing(someone.actor) as work:
            work.require(Permission.PEOPLE_ACCOUNT_USE, Target("account", owner_id=someone.actor.person_id))
            work.audit(Permission.PEOPLE_ACCOUNT_USE, Target("account", someone.public_id), what="password-changed")
    client = signed_in(Role.AUDITOR, language="en")
    assert len(lines(client.get("/admin/audit?q=ليلى"))) == 1
    assert len(lines(client.get(f"/admin/audit?q={one.email}"))) == 1
    assert len(lines(client.get(f"/admin/audit?actor={one.actor.name}&deed=people:account:use"))) == 1
    assert lines(client.get(f"/admin/audit?actor={one.actor.name}&deed=people:day:turn")) == []
    both = lines(client.get("/admin/audit?kind=account"))
    assert len(both) == 2
    assert lines(client.get(f"/admin/audit?target={other.public_id}&kind=account")) == [both[0]]
    assert lines(client.get("/admin/audit?outcome=refused")) == []
    assert len(lines(client.get("/admin/audit?first=2026-11-21&last=2026-11-21&kind=account"))) == 2
    assert lines(client.get("/admin/audit?last=2026-11-20&kind=account")) == []
    assert "Nobody is called so" in client.get("/admin/audit?q=qqq").text
    make_person(name="ليلى حسن")
    page = client.get("/admin/audit?q=ليلى")
    assert "Whom do you mean?" in page.text
    assert lines(page) == []


def test_days_are_those_of_the_organisation(signed_in: Open, works: Works, clock: Clock) -> None:
    # The day of Cairo begins at ten in the evening of the day before in UTC.
    lay(works, 1, at=clock.now.replace(hour=22, minute=30), target_kind="mended")
    client = signed_in(Role.AUDITOR)
    assert len(lines(client.get("/admin/audit?first=2026-11-22&kind=mended"))) == 1
    assert lines(client.get("/admin/audit?last=2026-11-21&kind=mended")) == []


@pytest.mark.parametrize("query", [
    "before=x", "before=9-9-9", "before=99999999999999999-9999999999999999999", "before=٣-٤", "first=x&last=9999-12-31",
    "first=0001-01-01", "actor=%00", "target=%00", "q=%00%25_", "deed=nothing", "kind=%27", "outcome=x",
    "actor=person:x",
])  # fmt: skip
def test_an_address_that_says_nonsense_is_answered(signed_in: Open, query: str) -> None:
    signed_in(Role.AUDITOR).get(f"/admin/audit?{query}")


def test_pages_go_on_where_they_ended_while_more_is_written(signed_in: Open, works: Works) -> None:
    lay(works, 120, target_kind="mended")
    client = signed_in(Role.AUDITOR, language="en")
    page = client.get("/admin/audit?kind=mended")
    seen = lines(page)
    while (onward := page.soup.find("a", string="Older entries")) is not None:
        lay(works, 1, target_kind="mended")
        page = client.get(str(onward["href"]))
        seen += lines(page)
    assert len(seen) == 120


def test_the_state_of_the_chain_stands_on_top_and_shouts(signed_in: Open, works: Works, clock: Clock) -> None:
    client = signed_in(Role.AUDITOR, language="en")
    seal(works)
    with works.writing(SYSTEM) as work:
        tip = sealing.take_tip(work)
    assert tip is not None
    page = client.get("/admin/audit")
    assert tip.fingerprint in page.text
    assert "Nobody has gone along the chain yet" in page.text
    assert not page.soup.select(".notice--bad")
    clock.forward(minutes=20)
    assert "Entries are not sealed in time" in client.get("/admin/audit").text
    with works.reading(SYSTEM) as work:
        walk = audit_checking.begin_walk(work)
        walk.link = "0" * 63 + "1"
        audit_checking.walk_on(work, walk)
    with works.writing(SYSTEM) as work:
        audit_checking.note_check(work, walk, clock.now)
    assert "The audit trail is broken" in client.get("/admin/audit").text


def test_reading_the_trail_is_written_down_once_an_hour_and_without_what_was_typed(
    signed_in: Open, works: Works, clock: Clock
) -> None:
    client = signed_in(Role.AUDITOR)
    for _ in range(3):
        client.get("/admin/audit")
    client.get("/admin/audit?q=ليلى مراد&target=ليلى مراد&deed=ليلى مراد&kind=ليلى مراد&outcome=refused")
    found = [row.details for row in read_deeds(works, Permission.TRACE_AUDIT_READ)]
    assert found == [{"asked": {}}, {"asked": {"outcome": "refused"}}]
    client.get("/admin/audit")
    assert len(read_deeds(works, Permission.TRACE_AUDIT_READ)) == 2
    clock.forward(minutes=61)
    client.get("/admin/audit?outcome=refused")
    assert len(read_deeds(works, Permission.TRACE_AUDIT_READ)) == 3


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_taken_away_as_it_is_narrowed_and_safe_for_table_programs(
    signed_in: Open, works: Works, kind: str
) -> None:
    lay(works, 3, target_kind="mended", target_id="=1+1", because="@x")
    client = signed_in(Role.ADMIN, language="en")
    response = client.client.post(
        "/admin/audit",
        data={"csrf_token": client.token(), "kind": "mended", "as": kind},
        base_url="http://127.0.0.1",
    )
    assert response.status_code == 200
    if kind == "csv":
        rows = list(csv.reader(StringIO(response.get_data(as_text=True).lstrip("\ufeff"))))
        harmless = "'=1+1"
    else:
        sheet = load_workbook(BytesIO(response.get_data())).active
        assert sheet is not None
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        rows = [["" if one is None else str(one) for one in row] for row in sheet.iter_rows(values_only=True)]
        harmless = "=1+1"
    assert rows[0][:3] == ["Number in the chain", "Moment (UTC)", "Who"]
    assert len(rows) == 4
    assert {row[7] for row in rows[1:]} == {harmless}
    (taken,) = read_deeds(works, Permission.TRACE_AUDIT_TAKE)
    assert taken.details == {"table": kind, "asked": {"kind": "mended"}}


def test_a_long_list_is_whole_as_csv_and_not_begun_as_a_workbook(
    signed_in: Open, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quiz.services.audit_trail.AT_ONCE", 10)
    monkeypatch.setattr("quiz.services.audit_trail.MOST_ON_A_SHEET", 30)
    lay(works, 35, target_kind="mended")
    client = signed_in(Role.ADMIN, language="en")
    sent = {"csrf_token": client.token(), "kind": "mended"}
    table = client.client.post("/admin/audit", data={**sent, "as": "csv"}, base_url="http://127.0.0.1")
    assert len(table.get_data(as_text=True).splitlines()) == 36
    book = client.client.post("/admin/audit", data={**sent, "as": "xlsx"}, base_url="http://127.0.0.1")
    assert book.status_code == 422
    assert "Too long for a sheet" in book.get_data(as_text=True)


def test_somebody_without_a_name_is_shown_by_reference(signed_in: Open, works: Works) -> None:
    gone = f"person:{'e' * 32}"
    lay(works, 1, actor=gone, target_kind="mended")
    (line,) = lines(signed_in(Role.AUDITOR).get("/admin/audit?kind=mended"))
    assert gone in line


def test_a_connected_system_stands_there_by_name_and_its_deeds_are_found(
    signed_in: Open, works: Works, make_person: MakePerson
) -> None:
    with works.writing(make_person(Role.ADMIN).actor) as work:
        connecting.open_connection(work, "نظام شؤون الموظفين", ["people:provision"], 30)
        (one,) = connecting.list_connections(work)
    someone = make_person(name="ليلى مراد")
    lay(works, 2, actor=f"connection:{one.public_id}", target_kind="mended", details={"person": someone.public_id})
    client = signed_in(Role.AUDITOR)
    (made,) = lines(client.get("/admin/audit?kind=connection"))
    assert "نظام شؤون الموظفين" in made
    assert "· ربط جديد" in made
    found = lines(client.get(f"/admin/audit?actor=connection:{one.public_id}"))
    assert len(found) == 2
    # The system did it, and it was about her.
    assert all("نظام شؤون الموظفين" in line and "ليلى مراد" in line for line in found)


def test_signing_in_failing_and_being_turned_away_are_written_down(
    app: object, works: Works, make_person: MakePerson, visitor: RoleClient
) -> None:
    someone = make_person()
    for _ in range(10):
        visitor.client.post(
            "/sign-in",
            data={"csrf_token": visitor.token(), "email": someone.email, "password": "wrong wrong"},
            base_url="http://127.0.0.1",
        )
    with works.database.reads() as session:
        statement = select(AuditEntryRow.because, AuditEntryRow.target_id).where(~AuditEntryRow.was_allowed)
        found = [tuple(row) for row in session.execute(statement)]
    assert found.count(("wrong-password", someone.public_id)) == 8
    assert found.count(("too-many-tries", someone.public_id)) == 1
    assert len(found) == 9


def test_taking_a_team_away_is_written_down(signed_in: Open, works: Works) -> None:
    client = signed_in(Role.MANAGER)
    client.client.get("/manage/people.csv", base_url="http://127.0.0.1").close()
    (found,) = read_deeds(works, Permission.REPORTING_TEAM_TAKE)
    assert found.details == {"table": "csv"}


@pytest.mark.parametrize("actor", [Actor.nobody(), Actor("person:x", 1, frozenset({Role.LEARNER, Role.HR}))])
def test_nobody_else_reads_or_takes_it(works: Works, actor: Actor) -> None:
    for permission in (Permission.TRACE_AUDIT_READ, Permission.TRACE_AUDIT_TAKE):
        with pytest.raises(NotAllowed), works.reading(actor) as work:
            work.require(permission, Target("audit-trail"))


def test_what_was_asked_of_the_trail_survives_a_name_that_goes(works: Works, make_person: MakePerson) -> None:
    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.grant_role(work, someone.public_id, Role.HR)
    with works.database.reads() as session:
        stored = session.scalar(text("SELECT count(*) FROM audit_entry WHERE CAST(details AS TEXT) LIKE '%هناء%'"))
    assert stored == 0
