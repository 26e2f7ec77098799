"""How an attempt ended, and what comes next: the pledge, or what to reread, practice and the next attempt."""

from collections.abc import Callable

import pytest

from tests.fixtures.settings import Clock
from tests.pages import RoleClient
from tests.web.learning import SHORT, SHORT_EXAM, Learner, right

Open = Callable[..., RoleClient]
BLAME = ("رسب", "رسوب", "راسب", "فشل", "فاشل", "أخفق", "إخفاق")


def test_passed_leads_to_the_pledge(learner: Learner) -> None:
    attempt_id = learner.take()
    result = learner.client.get(f"/learn/attempts/{attempt_id}/result")
    assert result.h1 == "تحقق حد الاجتياز"
    assert result.soup.select_one("a.button--primary")["href"] == f"/learn/modules/{SHORT}/pledge"
    assert "١٠٠٪" in result.main
    assert len(result.links("review=1")) == 3
    assert not result.links("/reread/")


def test_not_passed_shows_at_most_three_provisions_and_never_the_word(learner: Learner) -> None:
    attempt_id = learner.take(passes=False)
    result = learner.client.get(f"/learn/attempts/{attempt_id}/result")
    assert result.h1 == "لم يتحقق حد الاجتياز بعد"
    assert not [word for word in BLAME if word in result.text]
    assert 1 <= len(result.links("/reread/")) <= 3
    assert not result.forms("/begin$")
    assert result.links("kind=help")
    assert result.soup.find(id="reread")


def test_rereading_opens_the_next_attempt_at_once(learner: Learner) -> None:
    attempt_id = learner.take(passes=False)
    address = f"/learn/attempts/{attempt_id}/result"
    for number, provision in enumerate(learner.client.get(address).links("/reread/"), 1):
        page = learner.client.get(provision)
        assert page.soup.select(".reading")
        assert page.soup.select(".badge")
        away = learner.client.submit(page, "/reread/")
        assert away.location == f"{address}#reread"
        assert len(learner.client.get(address).soup.select(".tasks .badge--good")) == number
    next_one = learner.client.submit(learner.client.get(address), "/begin$")
    assert next_one.location != f"/learn/attempts/{attempt_id}"
    # The next attempt begins with what was not seen yet.
    drawn = {slot.scenario.key for slot in learner.stored(attempt_id).attempt.slots}
    then = {slot.scenario.key for slot in learner.stored(next_one.location.rpartition("/")[2]).attempt.slots}
    assert not drawn & then


def test_the_third_attempt_waits_a_day(learner: Learner, clock: Clock) -> None:
    learner.reread(learner.take(passes=False))
    second = learner.take(passes=False)
    learner.reread(second)
    result = learner.client.get(f"/learn/attempts/{second}/result")
    assert not result.forms("/begin$")
    assert "٢٢ نوفمبر ٢٠٢٦" in result.main
    clock.forward(days=1)
    learner.client.sign_in(learner.someone)
    assert learner.client.get(f"/learn/attempts/{second}/result").forms("/begin$")


def test_an_earlier_result_says_how_it_was_and_offers_nothing_new(learner: Learner) -> None:
    first = learner.take(passes=False)
    learner.reread(first)
    learner.take(passes=False)
    result = learner.client.get(f"/learn/attempts/{first}/result")
    assert not result.forms("/begin$")
    assert not result.links("/reread/")
    assert len(result.links("review=1")) == 3


def test_after_the_last_attempt_no_other_is_offered(learner: Learner, clock: Clock) -> None:
    for _ in range(3):
        last = learner.take(passes=False)
        learner.reread(last)
        clock.forward(days=1)
        learner.client.sign_in(learner.someone)
    result = learner.client.get(f"/learn/attempts/{last}/result")
    assert not result.forms("/begin$")
    assert result.links("kind=help")


def test_practice_counts_for_nothing_and_comes_back(learner: Learner) -> None:
    attempt_id = learner.take(passes=False)
    result = f"/learn/attempts/{attempt_id}/result"
    address = learner.client.get(result).links("/reread/")[0]
    away = learner.client.submit(learner.client.get(address), "/reread/", {"then": "practise"})
    practice_id = away.location.rpartition("/")[2]
    slots = learner.stored(practice_id).attempt.slots
    assert 1 <= len(slots) <= 2
    assert all(not slot.scored for slot in slots)
    for slot in slots:
        page = learner.page(practice_id, slot.number)
        assert "لا تُحتسب" in page.main
        learner.client.submit(page, f"/{slot.number}$", right(slot))
        assert learner.page(practice_id, slot.number).soup.find(id="ruling")
    end = learner.client.get(f"/learn/attempts/{practice_id}/result")
    assert "٪" not in end.main
    assert end.links("#reread$") == [f"{result}#reread"]
    assert learner.client.get(result).h1 == "لم يتحقق حد الاجتياز بعد"


def test_beginning_practice_twice_ends_the_first(learner: Learner) -> None:
    attempt_id = learner.take(passes=False)
    address = learner.client.get(f"/learn/attempts/{attempt_id}/result").links("/reread/")[0]
    page = learner.client.get(address)
    first, second = (
        learner.client.submit(page, "/reread/", {"then": "practise"}).location.rpartition("/")[2] for _ in range(2)
    )
    assert learner.stored(first).is_end_stored
    assert not learner.stored(second).is_end_stored


def test_a_provision_that_is_not_on_the_list_is_not_there(learner: Learner) -> None:
    attempt_id = learner.take(passes=False)
    token = learner.client.token()
    for place in (0, 4, 77):
        learner.client.get(f"/learn/attempts/{attempt_id}/reread/{place}", status=404)
        learner.client.post(f"/learn/attempts/{attempt_id}/reread/{place}", {"csrf_token": token}, status=404)
    under_way = learner.begin(SHORT_EXAM)
    learner.client.get(f"/learn/attempts/{under_way}/reread/1", status=404)


@pytest.mark.parametrize("passes", [True, False])
def test_it_reads_in_english_too(learner: Learner, browser: Open, passes: bool) -> None:
    attempt_id = learner.take(passes=passes)
    learner.client = browser(learner.someone, "en")
    result = learner.client.get(f"/learn/attempts/{attempt_id}/result")
    assert result.h1.startswith("The pass mark is ")
    assert "fail" not in result.text.lower()
    for address in result.links("review=1") + result.links("/reread/"):
        learner.client.get(address)
