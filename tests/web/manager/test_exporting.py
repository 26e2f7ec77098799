"""What a manager takes away is what stands on the screen: the same people, the same filter, and no more."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from quiz.access.actor import Role
from quiz.services import people, turning
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.pages import HERE, RoleClient
from tests.web.learning import SHORT

Open = Callable[..., RoleClient]


@pytest.fixture
def manager(browser: Open, make_person: MakePerson) -> RoleClient:
    return browser(make_person(Role.MANAGER, name="سلمى طارق البدري"))


@pytest.fixture
def late(make_person: MakePerson, works: Works, short_modules: None) -> Someone:
    """Somebody who is past due, and somebody who is not; a name that begins like a formula is among them."""
    someone, other = make_person(name="=عادل سمير"), make_person(name="هند فؤاد زكي")
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, SHORT, date(2026, 11, 20))
        people.assign_module(work, other.public_id, SHORT, date(2027, 3, 1))
        turning.look_again(work)
    return someone


def taken(client: RoleClient, address: str) -> bytes:
    with client.client.get(address, base_url=HERE) as response:
        assert response.status_code == 200, address
        assert "attachment" in response.headers["Content-Disposition"]
        return response.get_data()


def sheet(client: RoleClient, query: str = "") -> Any:
    return load_workbook(BytesIO(taken(client, f"/manage/people.xlsx{query}"))).active


def test_a_workbook_reads_from_the_right_and_has_real_days(manager: RoleClient, late: Someone) -> None:
    found = sheet(manager)
    assert found.sheet_view.rightToLeft
    rows = [[cell.value for cell in row] for row in found.iter_rows(min_row=2)]
    # What is late comes first, as on the screen.
    assert [row[0] for row in rows] == ["=عادل سمير", "هند فؤاد زكي"]
    assert [row[5].date() for row in rows] == [date(2026, 11, 20), date(2027, 3, 1)]
    assert found["A2"].data_type == "s"
    assert [row[6] for row in rows] == ["نعم", "لا"]


def test_the_filter_is_that_of_the_screen(manager: RoleClient, late: Someone) -> None:
    (there,) = manager.get("/manage/people?late=1").links("/manage/people.xlsx")
    assert "late=1" in there
    assert sheet(manager, "?late=1").max_row == 2
    assert sheet(manager, f"?module={SHORT}").max_row == 3
    assert sheet(manager, "?bucket=completed").max_row == 1
    for query in ("?bucket=nonsense", "?module=nonsense", "?unit=" + "0" * 32):
        assert manager.client.get(f"/manage/people.xlsx{query}", base_url=HERE).status_code == 404, query


def test_csv_opens_in_excel_and_holds_no_formula(manager: RoleClient, late: Someone) -> None:
    content = taken(manager, "/manage/people.csv").decode()
    assert content[0] == "\ufeff"
    rows = list(csv.reader(StringIO(content[1:], newline="")))
    assert len(rows) == 3
    assert rows[1][0] == "'=عادل سمير"
    assert rows[1][5] == "2026-11-20"


def test_nobody_of_another_unit_is_in_it(manager: RoleClient, browser: Open, make_person: MakePerson) -> None:
    assert manager.client.get("/manage/people.csv?unit=" + "f" * 32, base_url=HERE).status_code == 404
    stranger = browser(make_person())
    assert stranger.client.get("/manage/people.csv", base_url=HERE).status_code in {403, 404}
