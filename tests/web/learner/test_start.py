"""Before beginning: what it is, five facts, the name, one button."""

from collections.abc import Callable

from tests.fixtures.people import MakePerson
from tests.pages import RoleClient
from tests.web.learning import EXAM, MODULE, SHORT, SHORT_EXAM, Learner

Open = Callable[..., RoleClient]


def test_it_shows_the_name_as_it_will_stand_and_the_way_to_mend_it(learner: Learner) -> None:
    page = learner.client.get(f"/learn/modules/{SHORT}")
    assert [name.get_text() for name in page.soup.select("#name ~ p bdi")] == [
        learner.someone.name,
        "Hanaa Abdallah Reda",
    ]
    (ask,) = page.links("kind=name")
    assert learner.client.get(ask).soup.find("input", attrs={"name": "kind"})["value"] == "name"


def test_the_shipped_modules_show_lesson_facts_and_editions(browser: Open, hire: object) -> None:
    for language in ("ar", "en"):
        client = browser(hire, language)
        for module in (MODULE, EXAM):
            page = client.get(f"/learn/modules/{module}")
            facts = page.soup.select("dl.summary .summary__row")
            assert len(facts) == 5
            cards = page.soup.select("section[aria-labelledby=lesson] > details")
            assert cards
            assert [card.has_attr("open") for card in cards] == [True] + [False] * (len(cards) - 1)
            assert page.soup.select(".badge")
            assert page.soup.select("section[aria-labelledby=lesson] .citation")


def test_extra_time_is_shown_as_the_time_one_has(browser: Open, make_person: MakePerson, works: object) -> None:
    page = browser(make_person(modules=(EXAM,), extra_time=100)).get(f"/learn/modules/{EXAM}")
    assert "٥٠ دقيقة" in page.main
    page = browser(make_person(modules=(EXAM,))).get(f"/learn/modules/{EXAM}")
    assert "٢٥ دقيقة" in page.soup.select("dl.summary dd")[3].get_text()


def test_beginning_leads_to_the_first_scenario_in_one_press(learner: Learner) -> None:
    page = learner.client.get(f"/learn/modules/{SHORT}")
    first = learner.client.submit(page, "/begin$", follow=True)
    assert first.response.request.path.endswith("/1")


def test_beginning_twice_leads_into_the_same_attempt(learner: Learner) -> None:
    page = learner.client.get(f"/learn/modules/{SHORT}")
    first = learner.client.submit(page, "/begin$").location
    assert learner.client.submit(page, "/begin$").location == first
    again = learner.client.get(f"/learn/modules/{SHORT}")
    assert first in again.links()
    assert not again.forms("/begin$")


def test_beginning_before_its_time_changes_nothing_and_shows_what_is_to_be_done(learner: Learner) -> None:
    page = learner.client.get(f"/learn/modules/{SHORT}")
    attempt_id = learner.take(passes=False)
    away = learner.client.submit(page, "/begin$")
    assert away.location == f"/learn/modules/{SHORT}"
    start = learner.client.get(away.location)
    assert f"/learn/attempts/{attempt_id}/result#reread" in start.links()


def test_past_attempts_stay_to_be_looked_at(learner: Learner) -> None:
    attempt_id = learner.take(passes=False)
    start = learner.client.get(f"/learn/modules/{SHORT}")
    assert f"/learn/attempts/{attempt_id}/result" in start.links("/result$")


def test_a_module_that_is_not_assigned_is_not_there(browser: Open, make_person: MakePerson) -> None:
    client = browser(make_person(modules=(MODULE,)))
    client.get(f"/learn/modules/{EXAM}", status=404)
    client.get("/learn/modules/no-such-module", status=404)
    client.post(f"/learn/modules/{EXAM}/begin", {"csrf_token": client.token()}, status=404)
    client.get(f"/learn/modules/{SHORT_EXAM}/pledge", status=404)
