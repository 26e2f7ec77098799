"""An exam: nothing is told before the end, answers can be changed until then, and time over is over."""

from collections.abc import Callable

import pytest

from tests.fixtures.people import MakePerson
from tests.fixtures.settings import Clock
from tests.pages import Page, RoleClient
from tests.web.learning import SHORT_EXAM, Learner, right, wrong

Open = Callable[..., RoleClient]


@pytest.fixture
def attempt_id(learner: Learner) -> str:
    return learner.begin(SHORT_EXAM)


def says_nothing(page: Page) -> bool:
    return not page.soup.select(
        "#ruling, .citation, [class*='--good'], [class*='--care'], [class*='--partly'], [class*='--best']"
    )


def test_an_answer_leads_on_and_nothing_is_told(learner: Learner, attempt_id: str) -> None:
    for number in (1, 2, 3):
        away = learner.answer(attempt_id, number)
        expected = f"/{number + 1}" if number < 3 else "/check"
        assert away.location == f"/learn/attempts/{attempt_id}{expected}"
        page = learner.page(attempt_id, number)
        assert says_nothing(page)
        assert page.checked()
        assert page.soup.select("main form button[type=submit]")


def test_an_answer_can_be_changed_until_the_end(learner: Learner, attempt_id: str) -> None:
    number = learner.place_of(attempt_id, "single_choice")
    slot = learner.slot(attempt_id, number)
    learner.answer(attempt_id, number, wrong(slot))
    learner.answer(attempt_id, number, right(slot))
    assert learner.page(attempt_id, number).checked() == [("choice", right(slot)["choice"][0])]


def test_every_place_can_be_reached_and_left_open(learner: Learner, attempt_id: str) -> None:
    address = f"/learn/attempts/{attempt_id}"
    assert f"{address}/2" in learner.page(attempt_id, 1).links()
    assert {f"{address}/1", f"{address}/3", f"{address}/check"} <= set(learner.page(attempt_id, 2).links())
    learner.answer(attempt_id, 2)
    check = learner.client.get(f"{address}/check")
    assert check.links(f"{address}/") == [f"{address}/1", f"{address}/2", f"{address}/3"]
    assert len(check.soup.select(".badge--care")) == 2
    assert learner.client.get(address, status=303).location == f"{address}/1"


def test_coming_back_with_every_answer_given_leads_to_the_check(learner: Learner, attempt_id: str) -> None:
    for number in (1, 2, 3):
        learner.answer(attempt_id, number)
    away = learner.client.get(f"/learn/attempts/{attempt_id}", status=303)
    assert away.location.endswith("/check")
    assert not learner.client.get(away.location).soup.select(".badge--care")


def test_handing_in_ends_it_and_then_everything_is_told(learner: Learner, attempt_id: str) -> None:
    for number in (1, 2, 3):
        learner.answer(attempt_id, number)
    away = learner.finish(attempt_id)
    assert away.location == f"/learn/attempts/{attempt_id}/result"
    result = learner.client.get(away.location)
    reviews = result.links("review=1")
    assert len(reviews) == 3
    for number, address in enumerate(reviews, 1):
        page = learner.client.get(address)
        assert page.soup.find(id="ruling")
        assert page.soup.select(".citation")
        onward = page.soup.select_one("a.button--primary")["href"]
        assert onward == (reviews[number] if number < 3 else f"/learn/attempts/{attempt_id}/result")


def test_before_the_end_asking_for_the_review_tells_nothing(learner: Learner, attempt_id: str) -> None:
    learner.answer(attempt_id, 1)
    assert not learner.page(attempt_id, 1, "?review=1").soup.select(".citation")
    assert says_nothing(learner.page(attempt_id, 2, "?review=1"))
    away = learner.client.get(f"/learn/attempts/{attempt_id}/result", status=303)
    assert away.location == f"/learn/attempts/{attempt_id}"


def test_handing_in_twice_changes_nothing(learner: Learner, attempt_id: str) -> None:
    check = learner.client.get(f"/learn/attempts/{attempt_id}/check")
    learner.client.submit(check, "/finish$")
    steps = learner.stored(attempt_id).attempt.steps
    learner.client.submit(check, "/finish$")
    assert learner.stored(attempt_id).attempt.steps == steps


def test_going_back_after_the_end_leads_to_the_result(learner: Learner, attempt_id: str) -> None:
    page = learner.page(attempt_id, 1)
    learner.finish(attempt_id)
    away = learner.client.submit(page, "/1$", right(learner.slot(attempt_id, 1)))
    assert away.location == f"/learn/attempts/{attempt_id}/result?notice=ended"
    assert "care" in learner.client.get(away.location).tones
    result = f"/learn/attempts/{attempt_id}/result"
    assert learner.client.get(f"/learn/attempts/{attempt_id}/1", status=303).location == result
    assert learner.client.get(f"/learn/attempts/{attempt_id}/check", status=303).location == result
    assert learner.client.get(f"/learn/attempts/{attempt_id}", status=303).location == result


def test_two_windows_do_not_overwrite_each_other(learner: Learner, attempt_id: str) -> None:
    number = learner.place_of(attempt_id, "single_choice")
    slot = learner.slot(attempt_id, number)
    second_window = learner.page(attempt_id, number)
    learner.answer(attempt_id, number, right(slot))
    away = learner.client.submit(second_window, f"/{number}$", wrong(slot))
    assert away.location.endswith(f"/{number}?notice=elsewhere")
    assert learner.client.get(away.location).checked() == [("choice", right(slot)["choice"][0])]


def test_the_time_left_stands_on_the_page(learner: Learner, attempt_id: str, clock: Clock) -> None:
    clock.forward(minutes=4)
    timer = learner.page(attempt_id, 1).soup.find(attrs={"role": "timer"})
    assert timer.get_text() == "٦ دقائق"
    assert timer["data-deadline"] == "2026-11-21T09:10:00+00:00"
    assert timer["data-now"] == "2026-11-21T09:04:00+00:00"
    assert learner.client.get(f"/learn/attempts/{attempt_id}/check").soup.find(attrs={"role": "timer"})


def test_an_answer_after_the_time_is_not_taken_and_the_earlier_ones_count(
    learner: Learner, attempt_id: str, clock: Clock
) -> None:
    learner.answer(attempt_id, 1)
    late = learner.page(attempt_id, 2)
    clock.forward(minutes=10)
    away = learner.client.submit(late, "/2$", right(learner.slot(attempt_id, 2)))
    assert away.location == f"/learn/attempts/{attempt_id}/result?notice=time"
    result = learner.client.get(away.location)
    assert "care" in result.tones
    assert set(learner.stored(attempt_id).attempt.answers) == {1}
    assert "٣٣٪" in result.main
    # What was left open can be looked at afterwards like the rest.
    for address in result.links("review=1"):
        assert learner.client.get(address).soup.find(id="ruling")


def test_time_over_is_seen_even_before_anybody_has_written_it(learner: Learner, attempt_id: str, clock: Clock) -> None:
    learner.answer(attempt_id, 1)
    clock.forward(minutes=10)
    assert learner.client.get(f"/learn/attempts/{attempt_id}", status=303).location.endswith("/result")
    assert learner.client.get(f"/learn/attempts/{attempt_id}/2", status=303).location.endswith("/result")
    assert learner.client.get(f"/learn/attempts/{attempt_id}/result").tones == ["care"]
    assert f"/learn/attempts/{attempt_id}/result#reread" in learner.client.get("/learn/").links()


def test_extra_time_is_time(
    browser: Open, make_person: MakePerson, works: object, short_modules: None, clock: Clock
) -> None:
    someone = make_person(modules=(SHORT_EXAM,), extra_time=50)
    learner = Learner(browser(someone), someone, works)
    attempt_id = learner.begin(SHORT_EXAM)
    clock.forward(minutes=14)
    assert learner.answer(attempt_id, 1).location.endswith("/2")
    clock.forward(minutes=1)
    assert learner.client.get(f"/learn/attempts/{attempt_id}", status=303).location.endswith("/result")


def test_an_exam_reads_in_english_too(learner: Learner, attempt_id: str, browser: Open) -> None:
    learner.client = browser(learner.someone, "en")
    for number in (1, 2, 3):
        learner.answer(attempt_id, number, wrong(learner.slot(attempt_id, number)))
    assert learner.client.get(f"/learn/attempts/{attempt_id}/check").h1 == "Check the answers"
    result = learner.client.get(learner.finish(attempt_id).location)
    assert result.h1 == "The pass mark is not reached yet"
    for address in result.links("review=1") + result.links("/reread/"):
        learner.client.get(address)
