"""The manager's desk: states and dates of the own people, never an answer."""

from collections.abc import Callable
from datetime import date

import pytest

from quiz.access.actor import Role
from quiz.engine.text import Text
from quiz.services import people, turning
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.pages import Page, RoleClient, words
from tests.web.learning import SHORT, SHORT_EXAM, Learner

Open = Callable[..., RoleClient]


@pytest.fixture
def manager(browser: Open, make_person: MakePerson, unit: str) -> RoleClient:
    return browser(make_person(Role.MANAGER, name="سلمى طارق البدري"))


@pytest.fixture
def turned(works: Works) -> Callable[[], None]:
    """Let the day turn, which marks what is late."""

    def turn() -> None:
        with works.writing(SYSTEM) as work:
            turning.look_again(work)

    return turn


def rows(page: Page, caption: str = "") -> list[list[str]]:
    tables = [table for table in page.soup.find_all("table") if caption in words(table.caption)]
    return [[words(cell) for cell in row.find_all("td")] for table in tables for row in table.select("tbody tr")]


def test_it_says_in_the_heading_who_is_late_and_names_them(
    manager: RoleClient, make_person: MakePerson, works: Works, short_modules: None, turned: Callable[[], None]
) -> None:
    nobody = manager.get("/manage/")
    assert nobody.soup.select(".empty")
    for name, due in (("عادل سمير بطرس", date(2026, 11, 20)), ("دعاء مصطفى الليثي", date(2026, 11, 21))):
        someone = make_person(name=name)
        with works.writing(SYSTEM) as work:
            people.assign_module(work, someone.public_id, SHORT, due)
    turned()
    page = manager.get("/manage/")
    assert page.h1 != nobody.h1
    assert "٢" in page.h1  # one of two
    (bucket,) = page.soup.select(".bucket")
    assert [words(one) for one in bucket.select("bdi")] == ["عادل سمير بطرس", "دعاء مصطفى الليثي"]
    # What is late comes first, and says so in a word.
    (everybody,) = page.links("/manage/people\\?bucket=not_begun")
    behind = manager.get(everybody)
    assert rows(behind)[0][0] == "عادل سمير بطرس"
    assert [len(row.select(".badge--care")) for row in behind.soup.select("table tbody tr")] == [1, 0]
    assert len(rows(manager.get(behind.links("late=1")[0]))) == 1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_state_is_shown_and_no_answer(
    manager: RoleClient, learner: Learner, colleague: Learner, language: str
) -> None:
    manager.post("/language", {"csrf_token": manager.token(), "language": language, "next": "/"})
    manager.language = language
    states = []
    learner.take(SHORT)
    states.append(rows(manager.get("/manage/people")))
    learner.sign(SHORT)
    failed = learner.take(SHORT_EXAM, passes=False)
    colleague.begin(SHORT)
    pages = [manager.get(f"/manage/{place}") for place in ("", "people", f"people/{learner.someone.public_id}")]
    states.append(rows(pages[1]))
    assert len({row[3] for table in states for row in table}) == 5
    for page in pages:
        html = page.response.get_data(as_text=True)
        assert "٪" not in page.main
        assert "%" not in page.main
        assert failed not in html
        for slot in learner.stored(failed).attempt.slots:
            assert slot.scenario.title.by_language["ar"] not in html
            assert slot.scenario.key not in html
        assert learner.someone.email not in html
        assert learner.someone.public_id not in page.text
        assert "T-1" not in html  # the HR number


def test_asking_for_help_shows_and_what_was_asked_does_not(manager: RoleClient, learner: Learner) -> None:
    page = learner.client.get(f"/learn/ask?kind=help&about={SHORT}")
    learner.client.submit(page, "/learn/ask", {"words": "سؤال خاص جدًّا"}, status=200)
    team = manager.get("/manage/people?bucket=asks_help")
    assert len(team.soup.select("table .badge--care")) == 1
    assert "سؤال خاص" not in team.text
    asked = learner.client.get("/learn/ask?kind=doubt&about=x")
    learner.client.submit(asked, "/learn/ask", {"words": "هذا التعليل غريب", "with_name": "y"}, status=200)
    assert len(manager.get("/manage/people").soup.select("table .badge--care")) == 1


def test_people_of_other_units_are_not_there(
    manager: RoleClient, make_person: MakePerson, works: Works, short_modules: None
) -> None:
    with works.writing(SYSTEM) as work:
        other = people.add_unit(work, Text({"ar": "إدارة أخرى", "en": "Another department"}), "EG")
    stranger = make_person(modules=(SHORT,), name="شريف ماهر قنديل", place=other)
    make_person(modules=(SHORT,), name="باسم نبيل عوض الله")
    for place in ("", "people"):
        page = manager.get(f"/manage/{place}")
        assert "باسم نبيل عوض الله" in page.main
        assert "شريف ماهر قنديل" not in page.text
    for place in (f"?unit={other}", f"people?unit={other}", f"remind?unit={other}", f"extend?unit={other}"):
        manager.get(f"/manage/{place}", status=404)
    for place in (stranger.public_id, f"{stranger.public_id}/not-mine", "0" * 32):
        manager.get(f"/manage/people/{place}", status=404)
    token = {"csrf_token": manager.token()}
    manager.post(f"/manage/people/{stranger.public_id}/not-mine", {**token, "words": "نُقل"}, status=404)
    manager.post("/manage/remind", {**token, "unit": other, "seen": "1"}, status=404)


def test_one_goes_down_from_unit_to_unit(
    manager: RoleClient, make_person: MakePerson, works: Works, short_modules: None, unit: str
) -> None:
    with works.writing(SYSTEM) as work:
        below = people.add_unit(work, Text({"ar": "قسم النشر", "en": "Publishing section"}), "EG", unit)
    make_person(modules=(SHORT,), name="شريف ماهر قنديل", place=below)
    make_person(modules=(SHORT,), name="باسم نبيل عوض الله")
    page = manager.get("/manage/")
    assert [row[1:] for row in rows(page, "لكل وحدة")] == [["١", "٠"], ["١", "٠"]]
    there = manager.get(next(one for one in page.links(f"unit={below}")))
    assert "شريف ماهر قنديل" in there.main
    assert "باسم نبيل عوض الله" not in there.main
    assert there.links("^/manage/$")


@pytest.mark.parametrize(("language", "is_first"), [("ar", True), ("en", False)])
def test_the_weeks_are_read_as_the_language_is(
    manager: RoleClient, learner: Learner, language: str, is_first: bool
) -> None:
    learner.take(SHORT)
    learner.sign(SHORT)
    manager.post("/language", {"csrf_token": manager.token(), "language": language, "next": "/"})
    manager.language = language
    page = manager.get("/manage/")
    columns = page.soup.select("svg.trend .trend__column")
    (high,) = [one for one in columns if float(str(one["height"])) > 0]
    places = sorted(float(str(one["x"])) for one in columns)
    assert len(columns) == 12
    # The newest stands where one stops reading: at the left in Arabic.
    assert float(str(high["x"])) == (places[0] if is_first else places[-1])


def test_each_cell_says_what_it_is_where_columns_become_lines(manager: RoleClient, learner: Learner) -> None:
    for place in ("", "people", f"people/{learner.someone.public_id}"):
        for table in manager.get(f"/manage/{place}").soup.find_all("table"):
            heads = [words(head) for head in table.select("thead th")]
            for row in table.select("tbody tr"):
                assert [cell["data-label"] for cell in row.find_all("td")] == heads


def test_the_list_shown_to_learners_is_what_the_table_has(manager: RoleClient, learner: Learner) -> None:
    columns = len(manager.get("/manage/people").soup.select("thead th"))
    promised = len(learner.client.get("/learn/visible").soup.select("main li"))
    # Name and unit, module and state, since and due, help: four lines for six columns and a badge; then the earlier
    # cycles of a person's page, and who is away.
    assert (columns, promised) == (6, 6)
