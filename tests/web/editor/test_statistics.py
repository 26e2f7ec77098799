"""What the answers say: from ten first attempts on, in words and figures, to editors and reviewers alone."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.engine.question_types import registry as question_types
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, MakePerson
from tests.pages import Page, RoleClient, words
from tests.web.learning import MODULE

Open = Callable[..., RoleClient]
FORM, DRAWN = "one-form", "drawn"
# No scenario of the shipped banks has it.
TOPIC = "appearance"


@pytest.fixture(autouse=True)
def modules(works: Works, reading: Reading) -> None:
    """Two modules over one scenario of each kind: everybody gets all of them, or four that are drawn."""
    documents = [source.document for source in reading.scenarios if source.document["bank"] == "eg-conduct"]
    by_kind = {document["kind"]: document for document in documents if not document.get("sensitive")}
    scenarios = [
        {**by_kind[kind], "key": f"measured-{kind.replace('_', '-')}", "bank": "eg-conduct", "topics": [TOPIC]}
        for kind in question_types.names()
    ]
    shipped = next(source.document for source in reading.modules if source.document["key"] == MODULE)
    line = {"bank": "eg-conduct", "topics": [TOPIC]}
    modules = [
        {**shipped, "key": FORM, "blueprint": [{**line, "count": len(scenarios)}]},
        {**shipped, "key": DRAWN, "blueprint": [{**line, "count": 4}]},
    ]
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), scenarios, modules))


@pytest.fixture
def answered(works: Works, make_person: MakePerson) -> Callable[[str, int], None]:
    """Let so many people take a module, the first half of them badly."""

    def answer(module: str, count: int) -> None:
        for number in range(count):
            learning.finish(works, make_person(modules=(module,)), module, best=number >= count / 2)

    return answer


def figures(page: Page) -> dict[str, str]:
    return {words(row.dt): words(row.dd) for row in page.soup.select(".summary__row")}


def items(page: Page) -> list[list[str]]:
    rows = page.soup.select("section[aria-labelledby=items] tbody tr")
    return [[words(cell) for cell in row.select("td")] for row in rows]


def test_under_ten_attempts_there_is_only_their_number(signed_in: Open, answered: Callable[[str, int], None]) -> None:
    answered(FORM, 2)
    client = signed_in(Role.EDITOR)
    assert client.get("/edit/statistics").links("/edit/statistics/") == [f"/edit/statistics/{FORM}"]
    page = client.get(f"/edit/statistics/{FORM}")
    assert "محاولتان" in page.main
    assert not page.soup.select("table, .summary__row")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_one_form_shows_every_kind_with_consistency_weights_and_options(
    signed_in: Open, answered: Callable[[str, int], None], language: str
) -> None:
    answered(FORM, 12)
    page = signed_in(Role.REVIEWER, language=language).get(f"/edit/statistics/{FORM}")
    assert len(figures(page)) == 9
    rows = page.soup.select("section[aria-labelledby=items] tbody tr")
    assert len(rows) == len(question_types.names())
    for row in rows:
        assert row["class"] == ["preliminary"]
        assert len(row.select("td")) == 8
        assert row.select("details li")
        assert not row.select(".badge--care")


def test_figures_are_those_of_the_answers(signed_in: Open, answered: Callable[[str, int], None]) -> None:
    answered(FORM, 12)
    page = signed_in(Role.EDITOR, language="en").get(f"/edit/statistics/{FORM}")
    assert figures(page)["Skewness"] == "0.00"
    single = next(row for row in items(page) if "One choice" in row[0])
    # Half of them got everything and half nothing: the item says exactly what the rest says.
    assert single[1:6] == ["12", "50%", "52%", "100%", "100%"]


def test_drawn_forms_show_no_consistency_and_hide_what_few_met(
    signed_in: Open, answered: Callable[[str, int], None]
) -> None:
    answered(DRAWN, 14)
    page = signed_in(Role.EDITOR, language="en").get(f"/edit/statistics/{DRAWN}")
    assert len(figures(page)) == 5
    for cells in items(page):
        if int(cells[1]) < 10:
            assert cells[2:] == ["Under ten answers: not shown"]
        else:
            assert len(cells) == 6
    assert sum(int(cells[1]) for cells in items(page)) == 14 * 4


def test_the_order_is_one_of_those_offered(signed_in: Open, answered: Callable[[str, int], None]) -> None:
    answered(DRAWN, 10)
    client = signed_in(Role.EDITOR, language="en")
    page = client.get(f"/edit/statistics/{DRAWN}?order=answers")
    assert words(page.soup.select_one("nav [aria-current=true][href*=order]")) == "By number of answers"
    counts = [int(cells[1]) for cells in items(page)]
    assert counts == sorted(counts, reverse=True)
    client.get(f"/edit/statistics/{DRAWN}?order=nonsense", status=404)
    client.get("/edit/statistics/no-such-module", status=404)


def test_a_scenario_shows_its_own_figures_and_what_they_suggest(
    signed_in: Open, answered: Callable[[str, int], None], works: Works, make_person: MakePerson
) -> None:
    client = signed_in(Role.EDITOR, language="en")
    address = "/edit/scenarios/measured-single-choice/statistics"
    assert "No answers yet" in client.get(address).main
    answered(FORM, 12)
    assert address in client.get("/edit/scenarios/measured-single-choice").links("/edit/")
    page = client.get(address)
    assert figures(page) == {"Answers": "12", "Facility": "50%", "Discrimination": "100%", "Efficiency": "100%"}
    assert "suggest nothing yet" in page.main
    taken = page.soup.select(".bar")
    assert sum(float(str(bar.progress["value"])) for bar in taken) == 1
    assert [words(bar.select_one(".bar__value"))[:3] for bar in taken if bar.select_one(".badge--good")] == ["50%"]
    # From thirty on a figure may suggest something: nine of ten get it wrong.
    for _ in range(22):
        learning.finish(works, make_person(modules=(FORM,)), FORM, best=False)
    page = client.get(address)
    assert "Most people do not find the best answer." in page.main
    assert "An option that nobody takes" in page.main
    client.get("/edit/scenarios/no-such/statistics", status=404)
