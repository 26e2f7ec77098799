"""The manager's desk: states and dates of the own people, never an answer."""

from collections.abc import Callable
from datetime import date

import pytest

from quiz.access.actor import Role
from quiz.engine.text import Text
from quiz.services import people
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.pages import Page, RoleClient, words
from tests.web.learning import SHORT, SHORT_EXAM, Learner

Open = Callable[..., RoleClient]


@pytest.fixture
def manager(browser: Open, make_person: MakePerson, unit: str) -> RoleClient:
    return browser(make_person(Role.MANAGER, name="سلمى طارق البدري"))


def rows(page: Page) -> list[list[str]]:
    return [[words(cell) for cell in row.find_all("td")] for row in page.soup.select("table tbody tr")]


def test_it_says_in_the_heading_who_is_late(
    manager: RoleClient, make_person: MakePerson, works: Works, short_modules: None
) -> None:
    nobody = manager.get("/manage/")
    assert nobody.soup.select(".empty")
    for name, due in (("عادل سمير بطرس", date(2026, 11, 20)), ("دعاء مصطفى الليثي", date(2026, 11, 21))):
        someone = make_person(name=name)
        with works.writing(SYSTEM) as work:
            people.assign_module(work, someone.public_id, SHORT, due)
    page = manager.get("/manage/")
    assert page.h1 != nobody.h1
    assert "٢" in page.h1  # one of two
    # What is late comes first, and says so in a word.
    assert rows(page)[0][0] == "عادل سمير بطرس"
    late = [len(row.select(".badge--care")) for row in page.soup.select("table tbody tr")]
    assert late == [1, 0]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_state_is_shown_and_no_answer(
    browser: Open, manager: RoleClient, learner: Learner, colleague: Learner, language: str
) -> None:
    manager.post("/language", {"csrf_token": manager.token(), "language": language, "next": "/"})
    manager.language = language
    states = []
    learner.take(SHORT)
    states.append(rows(manager.get("/manage/")))
    learner.sign(SHORT)
    failed = learner.take(SHORT_EXAM, passes=False)
    colleague.begin(SHORT)
    page = manager.get("/manage/")
    states.append(rows(page))
    assert len({row[3] for table in states for row in table}) == 5
    html = page.response.get_data(as_text=True)
    assert "٪" not in page.main
    assert "%" not in page.main
    assert failed not in html
    for slot in learner.stored(failed).attempt.slots:
        assert slot.scenario.title.by_language["ar"] not in html
        assert slot.scenario.key not in html
    assert learner.someone.email not in html
    assert learner.someone.public_id not in html
    assert "T-1" not in html  # the HR number


def test_asking_for_help_shows_and_what_was_asked_does_not(manager: RoleClient, learner: Learner) -> None:
    page = learner.client.get(f"/learn/ask?kind=help&about={SHORT}")
    learner.client.submit(page, "/learn/ask", {"words": "سؤال خاص جدًّا"}, status=200)
    team = manager.get("/manage/")
    assert len(team.soup.select("table .badge--care")) == 1
    assert "سؤال خاص" not in team.text
    asked = learner.client.get("/learn/ask?kind=doubt&about=x")
    learner.client.submit(asked, "/learn/ask", {"words": "هذا التعليل غريب", "with_name": "y"}, status=200)
    assert len(manager.get("/manage/").soup.select("table .badge--care")) == 1


def test_people_of_other_units_are_not_there(
    manager: RoleClient, make_person: MakePerson, works: Works, short_modules: None
) -> None:
    with works.writing(SYSTEM) as work:
        other = people.add_unit(work, Text({"ar": "إدارة أخرى", "en": "Another department"}), "EG")
    make_person(modules=(SHORT,), name="شريف ماهر قنديل", place=other)
    make_person(modules=(SHORT,), name="باسم نبيل عوض الله")
    page = manager.get("/manage/")
    assert "باسم نبيل عوض الله" in page.main
    assert "شريف ماهر قنديل" not in page.text


def test_each_cell_says_what_it_is_where_columns_become_lines(manager: RoleClient, learner: Learner) -> None:
    page = manager.get("/manage/")
    heads = [words(head) for head in page.soup.select("thead th")]
    for row in page.soup.select("tbody tr"):
        assert [cell["data-label"] for cell in row.find_all("td")] == heads


def test_the_list_shown_to_learners_is_what_the_table_has(manager: RoleClient, learner: Learner) -> None:
    columns = len(manager.get("/manage/").soup.select("thead th"))
    promised = len(learner.client.get("/learn/visible").soup.select("main li"))
    # Name and unit, module and state, since and due, help: four lines for six columns and a badge.
    assert (columns, promised) == (6, 4)
