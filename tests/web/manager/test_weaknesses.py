"""The heat map on the page and in the file: what is there can be read without its tint, and what is few is nowhere."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from quiz.access.actor import Role
from quiz.engine.text import Text
from quiz.services import people
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import Clock
from tests.pages import HERE, Page, RoleClient, words
from tests.weaknesses import PROVISION, fill, turn

Open = Callable[..., RoleClient]
DESKS = {Role.MANAGER: "/manage/weaknesses", Role.HR: "/admin/weaknesses", Role.AUDITOR: "/admin/weaknesses"}
# Numbers that stand nowhere else on a page.
FEW, MANY = 9, 37


@pytest.fixture
def desks(works: Works, unit: str) -> dict[str, str]:
    """Two units below that of the tests: of one there is much to tell, of the other too little."""
    with works.writing(SYSTEM) as work:
        found = {
            name: people.add_unit(work, Text({"ar": name, "en": english}), "EG", unit)
            for name, english in (("مكتب الصادر", "Outgoing"), ("مكتب الوارد", "Incoming"))
        }
    fill(works, found["مكتب الصادر"], MANY, 19)
    fill(works, found["مكتب الوارد"], FEW, FEW)
    turn(works)
    return found


def taken(client: RoleClient, address: str) -> bytes:
    with client.client.get(address, base_url=HERE) as response:
        assert response.status_code == 200, address
        assert "attachment" in response.headers["Content-Disposition"]
        return response.get_data()


def cells(page: Page) -> list[list[str]]:
    return [[words(cell) for cell in row.find_all("td")] for row in page.soup.select("tbody tr")]


@pytest.mark.parametrize("role", DESKS)
def test_what_is_few_is_neither_on_the_page_nor_in_a_file(
    role: Role, browser: Open, make_person: MakePerson, desks: dict[str, str], unit: str
) -> None:
    client, address = browser(make_person(role), "en"), DESKS[role]
    assert "37 answers" in client.get(f"{address}?unit={unit}").main
    for query in ("", f"?unit={unit}", f"?unit={desks['مكتب الوارد']}"):
        page = client.get(f"{address}{query}")
        assert page.status == 200
        # Neither the few nor what they would make together with the others.
        for told in (f"{FEW} answers", f"{MANY + FEW} answers", "100%"):
            assert told not in page.main
        lines = list(csv.reader(StringIO(taken(client, f"{address}.csv{query}").decode("utf-8-sig"))))
        sheet = load_workbook(BytesIO(taken(client, f"{address}.xlsx{query}"))).active
        assert [len(lines), *{int(line[5]) for line in lines[1:]}] in ([1], [2, MANY], [3, MANY])
        assert sheet is not None
        assert sheet.max_row == len(lines)
        assert not any(
            str(value) in {"مكتب الوارد", "Incoming"} for row in sheet.iter_rows(values_only=True) for value in row
        )


@pytest.mark.parametrize("role", DESKS)
def test_bad_addresses_are_told_and_never_break(
    role: Role, browser: Open, make_person: MakePerson, works: Works, desks: dict[str, str]
) -> None:
    with works.writing(SYSTEM) as work:
        beside = people.add_unit(work, Text({"ar": "أخرى", "en": "Other"}), "EG")
    client, address = browser(make_person(role)), DESKS[role]
    for suffix in ("", ".csv", ".xlsx"):
        assert client.get(f"{address}{suffix}?unit=nobody", 404)
        assert client.get(f"{address}{suffix}?instrument=nothing", 404)
        assert client.get(f"{address}{suffix}?unit={beside}", (404 if role is Role.MANAGER else 200))
    for page in ("abc", "-1", "0", "٣", "²", "9" * 40, "1e3", ""):
        assert client.get(f"{address}?page={page}&whole=2&unknown=1").status == 200


def test_a_cell_says_share_answers_and_interval_in_the_readers_digits(
    browser: Open, make_person: MakePerson, works: Works, unit: str
) -> None:
    fill(works, unit, 30, 18)
    turn(works)
    page = browser(make_person(Role.MANAGER)).get("/manage/weaknesses")
    (cell,) = page.soup.select("tbody td")
    assert words(cell) == "٦٠٪ ٣٠ إجابة بين ٤٢٪ و٧٥٪"
    assert cell["class"] == ["heat", "heat--4"]
    assert cell["title"] == "بين ٤٢٪ و٧٥٪"
    english = browser(make_person(Role.MANAGER), "en").get("/manage/weaknesses")
    assert cells(english) == [["60% 30 answers between 42% and 75%"]]
    assert "Of its answers 60% were not fully right" in english.main
    assert "only a hint." not in english.main


def test_few_answers_are_hatched_and_said_to_be_a_hint(
    browser: Open, make_person: MakePerson, works: Works, unit: str
) -> None:
    fill(works, unit, 29, 0)
    turn(works)
    page = browser(make_person(Role.MANAGER), "en").get("/manage/weaknesses")
    (cell,) = page.soup.select("tbody td")
    assert cell["class"] == ["heat", "heat--0", "heat--few"]
    assert "only a hint" in words(cell)
    assert "Under thirty answers that is only a hint." in page.main


def test_each_line_leads_to_its_provision_and_to_what_teaches_it(
    browser: Open, make_person: MakePerson, works: Works, unit: str
) -> None:
    fill(works, unit, 10, 5, "eg-conduct/code-2019/value-integrity")
    turn(works)
    client = browser(make_person(Role.MANAGER))
    page = client.get("/manage/weaknesses")
    (provision,) = page.links("^/reference/eg-conduct")
    cards = page.links("^/reference/lessons/")
    assert len(cards) == 3
    for address in (provision, *cards):
        there, _, place = address.partition("#")
        assert client.get(there).soup.find(id=place) is not None
    # Never to anybody.
    assert not [link for link in page.links() if "/people" in link]


def test_units_can_be_looked_into_and_laws_alone(
    browser: Open, make_person: MakePerson, works: Works, unit: str, desks: dict[str, str]
) -> None:
    fill(works, unit, 12, 3, "eg-conduct/code-2019/value-integrity")
    works.tools.clock.forward(days=1)  # type: ignore[attr-defined]
    turn(works)
    client = browser(make_person(Role.AUDITOR))
    assert any("/admin/weaknesses" in link for link in client.get("/learn/").links())
    page = client.get("/admin/weaknesses")
    assert len(cells(page)) == 2
    heads = [words(head) for head in client.get(f"/admin/weaknesses?unit={unit}").soup.select("thead th")]
    assert heads[2:] == ["مكتب الصادر"]
    (form,) = page.forms("weaknesses")
    assert [option["value"] for option in form.find_all("option")] == ["", "eg-conduct", "eg-cybercrime"]
    assert len(cells(client.get("/admin/weaknesses?instrument=eg-conduct"))) == 1
    assert "instrument=eg-conduct" in client.get("/admin/weaknesses?instrument=eg-conduct").links("xlsx")[0]


def test_an_arrow_has_words(browser: Open, make_person: MakePerson, works: Works, unit: str, clock: Clock) -> None:
    fill(works, unit, 100, 10)
    turn(works)
    clock.forward(days=100)
    fill(works, unit, 100, 60)
    turn(works)
    page = browser(make_person(Role.MANAGER), "en").get("/manage/weaknesses")
    assert "missed more often of late" in page.main
    assert len(page.soup.select("tbody svg")) == 1


def test_without_figures_it_says_what_is_missing_and_from_when(
    browser: Open, make_person: MakePerson, works: Works
) -> None:
    client = browser(make_person(Role.MANAGER), "en")
    assert client.get("/manage/weaknesses").soup.select(".empty")
    assert "Looked at last" not in client.get("/manage/weaknesses").main
    turn(works)
    assert "Looked at last on 21 November 2026" in client.get("/manage/weaknesses").main
    assert not client.get("/manage/weaknesses").links("xlsx")


def test_each_cell_says_what_it_is_where_columns_become_lines(
    browser: Open, make_person: MakePerson, desks: dict[str, str], unit: str
) -> None:
    page = browser(make_person(Role.HR)).get(f"/admin/weaknesses?unit={unit}")
    (table,) = page.soup.find_all("table")
    heads = [words(head) for head in table.select("thead th")]
    for row in table.select("tbody tr"):
        assert [cell["data-label"] for cell in row.find_all("td")] == heads[1:]


def test_the_table_taken_away_reads_as_the_page_does(
    browser: Open, make_person: MakePerson, desks: dict[str, str], unit: str
) -> None:
    client = browser(make_person(Role.HR))
    rows = list(csv.reader(StringIO(taken(client, f"/admin/weaknesses.csv?unit={unit}").decode("utf-8-sig"))))
    assert [row[4:] for row in rows[1:]] == [
        ["المجموع", "37", "19", "51", "36", "67", "لا", "2026-11-21"],
        ["مكتب الصادر", "37", "19", "51", "36", "67", "لا", "2026-11-21"],
    ]
    assert PROVISION.rpartition("-")[2] == "20"
    assert rows[1][2] == "المادة ٢٠"
