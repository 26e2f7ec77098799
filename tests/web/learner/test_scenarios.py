"""One scenario before and after its answer, of every kind; and everything that two windows and a Back button do."""

from collections.abc import Callable

import pytest

from tests.pages import Page, RoleClient
from tests.web.learning import KINDS, Learner, right, wrong

Open = Callable[..., RoleClient]


def is_ruled(page: Page) -> bool:
    return page.soup.find(id="ruling") is not None


def controls(page: Page) -> list[dict[str, object]]:
    return [field.attrs for field in page.soup.select("main form input[type=radio], main form input[type=checkbox]")]


@pytest.fixture
def attempt_id(learner: Learner) -> str:
    return learner.begin()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_before_and_after(learner: Learner, attempt_id: str, browser: Open, kind: str, language: str) -> None:
    learner.client = browser(learner.someone, language)
    number = learner.place_of(attempt_id, kind)
    before = learner.page(attempt_id, number)
    assert not is_ruled(before)
    assert controls(before)
    assert not any("disabled" in one or "checked" in one for one in controls(before))
    assert before.links("^/learn/$")  # stop here, the place is kept
    assert before.forms("^/sign-out$")  # and the way out
    assert not before.soup.select("nav.nav, footer")  # nothing else

    away = learner.answer(attempt_id, number)
    assert away.location == f"/learn/attempts/{attempt_id}/{number}#ruling"
    after = learner.page(attempt_id, number)
    heading = after.soup.find(id="ruling")
    assert (heading.name, heading["tabindex"]) == ("h2", "-1")
    assert all("disabled" in one for one in controls(after))
    assert after.soup.select(".ruling--good .citation")
    assert "recall" not in after.response.get_data(as_text=True)
    assert len(after.links("/learn/ask")) == 2
    sent = right(learner.slot(attempt_id, number))
    chosen = [
        (name, value) for name, values in sent.items() for value in ([values] if isinstance(values, str) else values)
    ]
    assert sorted(after.checked()) == sorted(chosen)
    assert not after.soup.select("main form button[type=submit]")


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_answer_is_told_without_a_word_of_blame(learner: Learner, attempt_id: str, kind: str) -> None:
    number = learner.place_of(attempt_id, kind)
    learner.answer(attempt_id, number, wrong(learner.slot(attempt_id, number)))
    page = learner.page(attempt_id, number)
    assert page.soup.select(".ruling--care")
    assert not page.soup.select(".notice--bad")
    if kind == "single_choice":
        assert page.soup.select(".choice--good .choice__state")
        assert page.soup.select(".choice--care .choice__chosen")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_chosen_says_so_beside_and_stores_nothing(learner: Learner, attempt_id: str, kind: str) -> None:
    number = learner.place_of(attempt_id, kind)
    refused = learner.answer(attempt_id, number, {}, status=422)
    assert refused.tones == ["bad"]
    assert refused.soup.find(id="fault")["tabindex"] == "-1"
    assert not is_ruled(refused)
    assert not learner.stored(attempt_id).attempt.answers


def test_a_refused_rating_keeps_what_was_rated(learner: Learner, attempt_id: str) -> None:
    number = learner.place_of(attempt_id, "judgement")
    sent = right(learner.slot(attempt_id, number))
    missing = sorted(sent)[0]
    partly = {name: value for name, value in sent.items() if name != missing}
    refused = learner.answer(attempt_id, number, partly, status=422)
    assert sorted(refused.checked()) == sorted(partly.items())
    # And from the refused page the answer can be completed and sent.
    learner.client.submit(refused, f"/{number}$", sent)
    assert number in learner.stored(attempt_id).attempt.answers


def test_what_was_not_offered_is_refused_and_the_rest_is_kept(learner: Learner, attempt_id: str) -> None:
    number = learner.place_of(attempt_id, "multiple_choice")
    refused = learner.answer(attempt_id, number, {"choice": ["0", "9"]}, status=422)
    assert refused.tones == ["bad"]
    assert ("choice", "0") in refused.checked()
    assert not learner.stored(attempt_id).attempt.answers


@pytest.mark.parametrize("choice", ["-1", "x", "٠", "00", "1e0", " 1", "decline"])
def test_what_is_not_a_position_is_no_answer(learner: Learner, attempt_id: str, choice: str) -> None:
    number = learner.place_of(attempt_id, "single_choice")
    learner.answer(attempt_id, number, {"choice": choice}, status=422)
    assert not learner.stored(attempt_id).attempt.answers


def test_an_unknown_rating_is_no_answer(learner: Learner, attempt_id: str) -> None:
    number = learner.place_of(attempt_id, "judgement")
    sent = dict.fromkeys(right(learner.slot(attempt_id, number)), "perfect")
    learner.answer(attempt_id, number, sent, status=422)
    assert not learner.stored(attempt_id).attempt.answers


@pytest.mark.parametrize("standing", ["", "-1", "x"])
def test_a_form_of_the_wrong_shape_is_not_read(learner: Learner, attempt_id: str, standing: str) -> None:
    number = learner.place_of(attempt_id, "single_choice")
    learner.answer(attempt_id, number, {"choice": "0", "standing": standing}, status=400)
    assert not learner.stored(attempt_id).attempt.answers


def test_a_place_outside_the_attempt_is_not_there(learner: Learner, attempt_id: str) -> None:
    for number in (0, 4, 99):
        learner.client.get(f"/learn/attempts/{attempt_id}/{number}", status=404)
    token = learner.client.token()
    sent = {"csrf_token": token, "standing": "0", "choice": "0"}
    learner.client.post(f"/learn/attempts/{attempt_id}/99", sent, status=404)
    learner.client.get(f"/learn/attempts/{attempt_id}/abc", status=404)


def test_a_second_window_meets_the_first_answer(learner: Learner, attempt_id: str) -> None:
    number = learner.place_of(attempt_id, "single_choice")
    slot = learner.slot(attempt_id, number)
    second_window = learner.page(attempt_id, number)
    learner.answer(attempt_id, number, right(slot))
    away = learner.client.submit(second_window, f"/{number}$", wrong(slot))
    assert away.location == f"/learn/attempts/{attempt_id}/{number}?notice=elsewhere"
    page = learner.client.get(away.location)
    assert page.tones == ["care"]
    assert page.checked() == [("choice", right(slot)["choice"][0])]


def test_a_double_press_stores_one_answer(learner: Learner, attempt_id: str) -> None:
    number = learner.place_of(attempt_id, "multiple_choice")
    page = learner.page(attempt_id, number)
    sent = right(learner.slot(attempt_id, number))
    learner.client.submit(page, f"/{number}$", sent)
    again = learner.client.submit(page, f"/{number}$", sent)
    assert again.location.endswith(f"/{number}?notice=already#ruling")
    assert len(learner.stored(attempt_id).attempt.steps) == 1
    assert learner.client.get(again.location.partition("#")[0]).tones == ["care"]


def test_going_back_after_the_end_changes_nothing(learner: Learner, attempt_id: str) -> None:
    pages = [learner.page(attempt_id, number) for number in (1, 2, 3)]
    for number in (1, 2, 3):
        learner.answer(attempt_id, number)
    steps = learner.stored(attempt_id).attempt.steps
    for number, page in enumerate(pages, 1):
        away = learner.client.submit(page, f"/{number}$", wrong(learner.slot(attempt_id, number)))
        assert is_ruled(learner.client.get(away.location.partition("#")[0]))
    assert learner.stored(attempt_id).attempt.steps == steps


def test_the_last_answer_leads_over_its_ruling_to_the_result(learner: Learner, attempt_id: str) -> None:
    for number in (1, 2, 3):
        learner.answer(attempt_id, number)
        onward = learner.page(attempt_id, number).soup.select_one("a.button--primary")["href"]
        expected = (
            f"/learn/attempts/{attempt_id}/{number + 1}" if number < 3 else f"/learn/attempts/{attempt_id}/result"
        )
        assert onward == expected


def test_an_attempt_goes_on_where_it_was_left_from_any_browser(
    learner: Learner, attempt_id: str, browser: Open
) -> None:
    learner.answer(attempt_id, 1)
    before = learner.page(attempt_id, 2).soup.select_one("main form").get_text()
    learner.client = browser(learner.someone)
    away = learner.client.get(f"/learn/attempts/{attempt_id}", status=303)
    assert away.location == f"/learn/attempts/{attempt_id}/2"
    assert learner.page(attempt_id, 2).soup.select_one("main form").get_text() == before


def test_the_language_can_be_changed_in_the_middle(learner: Learner, attempt_id: str) -> None:
    page = learner.page(attempt_id, 1)
    options = [field["value"] for field in controls(page)]
    where, hidden = page.fields("/language$")
    assert hidden["next"] == f"/learn/attempts/{attempt_id}/1"
    learner.client.language = "en"
    english = learner.client.post(where, hidden, follow=True)
    assert english.response.request.path == hidden["next"]
    assert [field["value"] for field in controls(english)] == options


def test_a_refused_answer_leaves_the_language_switch_on_the_page(learner: Learner, attempt_id: str) -> None:
    refused = learner.answer(attempt_id, 1, {}, status=422)
    assert refused.fields("/language$")[1]["next"] == f"/learn/attempts/{attempt_id}/1"
