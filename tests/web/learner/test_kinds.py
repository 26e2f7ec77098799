"""The kinds that ask for more than a choice: picking, ordering, marking, going a path; and a second try."""

from collections.abc import Callable
from fractions import Fraction
from urllib.parse import urlsplit

import pytest

from quiz.engine.extremes import least_sound, soundest
from quiz.engine.question_types import registry as question_types
from quiz.engine.question_types.branching import walk
from quiz.engine.response import Response
from tests.pages import Page, RoleClient, words
from tests.web.learning import EVERY_KIND, TWO_TRIES, Learner, sent_for

Open = Callable[..., RoleClient]
MORE = ("most_least", "ordering", "spot", "branching")


@pytest.fixture
def attempt_id(trainee: Learner) -> str:
    return trainee.begin(EVERY_KIND)


def is_ruled(page: Page) -> bool:
    return page.soup.find(id="ruling") is not None


def steps(page: Page) -> list[str]:
    return [words(one) for one in page.soup.select(".steps__words")]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("kind", MORE)
def test_before_and_after(trainee: Learner, attempt_id: str, browser: Open, kind: str, language: str) -> None:
    trainee.client = browser(trainee.someone, language)
    number = trainee.place_of(attempt_id, kind)
    before = trainee.page(attempt_id, number)
    assert not is_ruled(before)
    slot = trainee.slot(attempt_id, number)
    away = trainee.go_on(attempt_id, number, soundest(slot.scenario))
    assert away.location == f"/learn/attempts/{attempt_id}/{number}#ruling"
    after = trainee.page(attempt_id, number)
    assert is_ruled(after)
    assert after.soup.select(".ruling--good")
    assert not after.soup.select("main form button[type=submit]")
    given = trainee.stored(attempt_id).attempt.answers[number].response
    met = walk(slot.scenario, given.sequence) if kind == "branching" else None
    concerned = {key for node in met for key in node.leads} if met else set(slot.option_order)
    said = after.soup.select_one(".ruling").get_text()
    for option in slot.scenario.options:
        if option.key in concerned:
            assert option.ruling.by_language[language].split(" ")[0] in said


@pytest.mark.parametrize("kind", MORE)
def test_the_least_sound_answer_is_told_without_blame(trainee: Learner, attempt_id: str, kind: str) -> None:
    number = trainee.place_of(attempt_id, kind)
    trainee.go_on(attempt_id, number, least_sound(trainee.slot(attempt_id, number).scenario))
    page = trainee.page(attempt_id, number)
    assert page.soup.select(".ruling--care, .ruling--partly")
    assert not page.soup.select(".notice--bad")


@pytest.mark.parametrize("kind", MORE)
def test_an_empty_form_says_what_is_missing_and_stores_nothing(trainee: Learner, attempt_id: str, kind: str) -> None:
    number = trainee.place_of(attempt_id, kind)
    # An order always stands on the page: only a broken form is without.
    refused = trainee.answer(attempt_id, number, {"order": ""} if kind == "ordering" else {}, status=422)
    assert refused.tones == ["bad"]
    assert not trainee.stored(attempt_id).attempt.steps


def test_one_pick_alone_is_refused_and_kept(trainee: Learner, attempt_id: str) -> None:
    number = trainee.place_of(attempt_id, "most_least")
    refused = trainee.answer(attempt_id, number, {"most": "1"}, status=422)
    assert refused.checked() == [("most", "1")]
    assert "الأنسب" in refused.main
    twice = trainee.answer(attempt_id, number, {"most": "1", "least": "1"}, status=422)
    assert twice.tones == ["bad"]
    assert not trainee.stored(attempt_id).attempt.steps


def test_steps_are_put_in_order_by_links_alone(trainee: Learner, attempt_id: str) -> None:
    number = trainee.place_of(attempt_id, "ordering")
    slot = trainee.slot(attempt_id, number)
    page = trainee.page(attempt_id, number)
    began = steps(page)
    assert len(began) == len(slot.scenario.options)
    # Carry the first step to the end, one link at a time.
    for place in range(len(began) - 1):
        item = page.soup.select(".steps__item")[place]
        href = item.select(".steps__move")[-1]["href"]
        assert str(href).endswith(f"#{item['id']}")
        page = trainee.page(attempt_id, number, f"?{urlsplit(str(href)).query}")
    assert steps(page) == [*began[1:], began[0]]
    away = trainee.client.submit(page, f"/{number}$")
    assert away.location.endswith("#ruling")
    given = trainee.stored(attempt_id).attempt.answers[number].response
    assert given == Response.in_sequence(*slot.option_order[1:], slot.option_order[0])
    # What was given is what the page shows afterwards, whatever the address says.
    ruled = trainee.page(attempt_id, number, "?order=0-1-2")
    assert steps(ruled) == [*began[1:], began[0]]


@pytest.mark.parametrize(
    "order", ["0-1", "0-0-1-2-3", "x", "9-8-7", "-1-2", "0-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16-17-18-19-20"]
)
def test_an_order_that_is_none_shows_the_steps_as_they_were_drawn(
    trainee: Learner, attempt_id: str, order: str
) -> None:
    number = trainee.place_of(attempt_id, "ordering")
    began = steps(trainee.page(attempt_id, number))
    assert steps(trainee.page(attempt_id, number, f"?order={order}")) == began
    trainee.answer(attempt_id, number, {"order": order}, status=422)
    assert not trainee.stored(attempt_id).attempt.steps


def test_passages_are_numbered_in_the_exhibit_as_in_the_list(trainee: Learner, attempt_id: str) -> None:
    number = trainee.place_of(attempt_id, "spot")
    page = trainee.page(attempt_id, number)
    in_exhibit = [words(one) for one in page.soup.select(".exhibit .passage__number")]
    in_list = [words(one) for one in page.soup.select("form .passage__number")]
    assert sorted(in_exhibit) == sorted(in_list)
    assert len(in_list) == len(trainee.slot(attempt_id, number).scenario.options)
    assert "[[" not in page.text


def test_a_path_shows_what_came_of_each_choice_and_its_rulings_only_at_its_end(
    trainee: Learner, attempt_id: str
) -> None:
    number = trainee.place_of(attempt_id, "branching")
    slot = trainee.slot(attempt_id, number)
    turns = sent_for(slot, soundest(slot.scenario))
    for turn, sent in enumerate(turns[:-1], 1):
        away = trainee.answer(attempt_id, number, sent)
        assert away.location == f"/learn/attempts/{attempt_id}/{number}#now"
        page = trainee.page(attempt_id, number)
        assert len(page.soup.select(".turn")) == turn + 1
        assert page.soup.find(id="now").name == "h2"
        assert not is_ruled(page)
        assert not any(option.ruling.by_language["ar"][:25] in page.text for option in slot.scenario.options)
    trainee.answer(attempt_id, number, turns[-1])
    ruled = trainee.page(attempt_id, number)
    assert len([one for one in ruled.soup.select(".ruling h3") if "المحطة" in words(one)]) == len(turns)
    # What the other choices would have led to is there as well.
    assert len(ruled.soup.select(".ruling details")) >= len(turns)


def test_a_turn_sent_twice_is_one_step(trainee: Learner, attempt_id: str) -> None:
    number = trainee.place_of(attempt_id, "branching")
    page = trainee.page(attempt_id, number)
    first = sent_for(trainee.slot(attempt_id, number), soundest(trainee.slot(attempt_id, number).scenario))[0]
    trainee.client.submit(page, f"/{number}$", first)
    trainee.client.submit(page, f"/{number}$", first)
    assert len(trainee.stored(attempt_id).attempt.steps) == 1


@pytest.mark.parametrize("kind", question_types.names())
def test_a_second_try_comes_with_a_hint_and_then_the_ruling(trainee: Learner, kind: str) -> None:
    attempt_id = trainee.begin(TWO_TRIES)
    number = trainee.place_of(attempt_id, kind)
    scenario = trainee.slot(attempt_id, number).scenario
    least = least_sound(scenario)
    away = trainee.go_on(attempt_id, number, least)
    assert away.location == f"/learn/attempts/{attempt_id}/{number}#now"
    hinted = trainee.page(attempt_id, number)
    assert hinted.tones == ["care"]
    assert hinted.soup.find(id="now")["tabindex"] == "-1"
    assert not is_ruled(hinted)
    assert not hinted.checked()
    # Where nobody wrote a hint, the provision itself is one.
    assert bool(hinted.soup.select("#now .citation")) is (scenario.hint is None)
    assert not any(option.ruling.by_language["ar"][:25] in hinted.text for option in scenario.options)
    trainee.go_on(attempt_id, number, soundest(scenario))
    assert is_ruled(trainee.page(attempt_id, number))
    earned = max(question_types.get(kind).mark(scenario, least), Fraction(1, 2))
    assert trainee.stored(attempt_id).attempt.answers[number].credit == earned


@pytest.mark.parametrize("kind", [kind for kind in question_types.names() if kind != "branching"])
def test_the_same_answer_again_is_no_second_try(trainee: Learner, kind: str) -> None:
    attempt_id = trainee.begin(TWO_TRIES)
    number = trainee.place_of(attempt_id, kind)
    least = least_sound(trainee.slot(attempt_id, number).scenario)
    trainee.go_on(attempt_id, number, least)
    away = trainee.go_on(attempt_id, number, least)
    assert "notice=same" in away.location
    assert trainee.client.get(away.location).tones == ["care", "care"]
    assert len(trainee.stored(attempt_id).attempt.tries[number]) == 1


def test_certainty_is_asked_kept_and_optional(trainee: Learner, attempt_id: str) -> None:
    number = trainee.place_of(attempt_id, "single_choice")
    (sent,) = sent_for(trainee.slot(attempt_id, number), soundest(trainee.slot(attempt_id, number).scenario))
    trainee.answer(attempt_id, number, {**sent, "certainty": "high"})
    assert trainee.stored(attempt_id).attempt.answers[number].certainty == "high"
    assert ("certainty", "high") in trainee.page(attempt_id, number).checked()
    other = trainee.place_of(attempt_id, "judgement")
    (sent,) = sent_for(trainee.slot(attempt_id, other), soundest(trainee.slot(attempt_id, other).scenario))
    trainee.answer(attempt_id, other, {**sent, "certainty": "surely"})
    assert trainee.stored(attempt_id).attempt.answers[other].certainty is None


def test_a_module_of_every_kind_is_taken_to_its_record(trainee: Learner) -> None:
    trainee.take(EVERY_KIND)
    assert trainee.sign(EVERY_KIND)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_result_tells_what_was_given_with_certainty(trainee: Learner, browser: Open, language: str) -> None:
    trainee.client = browser(trainee.someone, language)
    attempt_id = trainee.begin(EVERY_KIND)
    for slot in trainee.stored(attempt_id).attempt.slots:
        response = least_sound(slot.scenario) if slot.number == 1 else soundest(slot.scenario)
        for sent in sent_for(slot, response):
            trainee.answer(attempt_id, slot.number, {**sent, "certainty": "high" if slot.number < 4 else "low"})
    said = trainee.client.get(f"/learn/attempts/{attempt_id}/result").main
    wanted = {
        "ar": ("أُعطيت ٣ إجابات عن تيقّن.", "ولم تكتمل الإصابة في واحدة منها"),
        "en": ("3 answers were given with certainty.", "1 of them was not fully right"),
    }
    assert all(words in said for words in wanted[language]), said
