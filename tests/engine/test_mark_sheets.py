"""Marks in compact form: nothing is lost on the way from attempts to statistics."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.actions import Action, Answer, Expire, Finish
from quiz.engine.attempt import Attempt, Shown, act
from quiz.engine.extremes import least_sound, soundest
from quiz.engine.mark_sheets import (
    SURE,
    Gathered,
    MarkSheet,
    OptionShare,
    gather,
    mark_sheet_of,
    option_shares,
    read_word,
    word,
)
from quiz.engine.question_types import registry as question_types
from quiz.engine.response import Response
from quiz.engine.statistics import item_statistics
from quiz.engine.statistics import test_statistics as statistics_of_test
from tests.builders import SHOWN, START, a_scenario, after, an_attempt
from tests.engine.search import SEARCH
from tests.engine.test_laws import sittings, walked

Sitting = tuple[Attempt, list[tuple[Action, int]]]
KINDS = question_types.names()


def sheet(marks: dict[int, int], unit: int = 2, language: str = "ar", words: dict[int, str] | None = None) -> MarkSheet:
    said = words or {}
    return MarkSheet(unit, language, list(marks), list(marks.values()), [said.get(item, "a") for item in marks])


def together(*sheets: MarkSheet) -> Gathered:
    return gather(sheets, {one.unit for one in sheets})


@given(sittings())
@SEARCH
def test_a_sheet_holds_every_place_with_its_exact_credit(sitting: Sitting) -> None:
    attempt = ([sitting[0]] + [later for later, _, _ in walked(*sitting)])[-1]
    items = {slot.number: 100 + slot.number for slot in attempt.slots}
    made = mark_sheet_of(attempt, items)
    assert made.items == [items[slot.number] for slot in attempt.slots]
    assert [Fraction(mark, made.unit) for mark in made.marks] == [mark.credit for mark in attempt.marks]
    for slot, said in zip(attempt.slots, made.words, strict=True):
        step = attempt.answers.get(slot.number)
        assert (read_word(said) == step.response) if step else said == ""
        assert said.partition("!")[2] == ((step.certainty or "") if step else "")


@pytest.mark.parametrize("response", [
    Response(), Response.choosing("a"), Response.choosing("b", "a-2"), Response.rating({"a": "most", "b": "least"}),
    Response.in_sequence("c", "a", "b"), Response.in_sequence("n0/a"),
])  # fmt: skip
def test_a_response_is_read_from_its_word(response: Response) -> None:
    assert read_word(word(response)) == read_word(word(response) + "!high") == response


def test_the_language_of_a_sheet_is_that_of_its_last_page() -> None:
    attempt = an_attempt(a_scenario(), a_scenario("other"), behaviour="exam")
    assert mark_sheet_of(attempt, {1: 1, 2: 2}).language == ""
    attempt = act(attempt, Answer(1, Response.choosing("a")), START, SHOWN)
    attempt = act(attempt, Answer(2, Response.choosing("a")), START, SHOWN)
    attempt = act(attempt, Finish(), START, Shown("en", "latn"))
    assert mark_sheet_of(attempt, {1: 1, 2: 2}).language == "en"
    expired = an_attempt(a_scenario(), behaviour="exam", minutes=1)
    expired = act(expired, Answer(1, Response.choosing("a")), START, SHOWN)
    # The clock looks at no page.
    assert mark_sheet_of(act(expired, Expire(), after(2)), {1: 1}).language == SHOWN.language


def test_sheets_of_other_units_meet_in_one() -> None:
    found = together(sheet({1: 1, 2: 2}, unit=2), sheet({1: 3, 2: 0}, unit=3))
    assert (found.unit, list(found.totals)) == (6, [9, 6])
    assert repr((found.items[1].marks, found.items[2].marks)) == "([3, 6], [6, 0])"
    assert found.is_one_form
    assert together(sheet({1: 1}, unit=3)).unit == 3


def test_each_attempt_keeps_its_language_and_its_length() -> None:
    found = together(sheet({1: 1}), sheet({1: 1, 2: 1}, language="en"), sheet({1: 1}))
    assert (found.languages, found.lengths) == (["ar", "en", "ar"], [1, 2, 1])


def test_nothing_gathered_has_no_figures_and_breaks_nothing() -> None:
    found = gather([], [])
    assert (found.columns(), found.items, found.is_one_form) == ((), {}, False)
    assert statistics_of_test(found.whole(), found.unit).mean is None


def test_one_form_is_told_from_drawn_ones() -> None:
    assert together(sheet({1: 2, 2: 0}), sheet({2: 1, 1: 1})).is_one_form
    assert not together(sheet({1: 2, 2: 0}), sheet({2: 1, 3: 1})).is_one_form
    assert not together(sheet({1: 2, 2: 0}), sheet({1: 1})).is_one_form


def test_one_form_gives_the_figures_of_its_columns() -> None:
    found = together(sheet({1: 2, 2: 0}), sheet({2: 1, 1: 1}), sheet({1: 0, 2: 2}))
    whole = statistics_of_test(found.whole(), found.unit)
    assert (whole.count, whole.items, whole.most, whole.mean) == (3, 2, 2.0, 1.0)
    assert whole.consistency is None or whole.consistency < 0
    first, second = found.columns()
    assert (first.name, list(first.marks), list(first.totals), first.is_drawn) == ("1", [2, 1, 0], [2, 2, 2], False)
    assert list(second.marks) == [0, 1, 2]


def test_drawn_forms_have_totals_but_no_consistency_and_items_of_all_places() -> None:
    found = together(sheet({1: 2, 2: 0}), sheet({2: 1, 3: 1}), sheet({3: 2, 1: 2}))
    whole = statistics_of_test(found.whole(), found.unit)
    assert (whole.count, whole.most, whole.mean, whole.consistency) == (3, 2.0, 4 / 3, None)
    by_name = {one.name: one for one in found.columns()}
    assert {name: (list(one.marks), list(one.totals)) for name, one in by_name.items()} == {
        "1": ([2, 2], [2, 4]),
        "2": ([0, 1], [2, 2]),
        "3": ([1, 2], [2, 4]),
    }
    assert all(one.is_drawn and one.rests == one.totals for one in by_name.values())


def test_attempts_of_other_lengths_are_held_against_one_scale() -> None:
    found = together(sheet({1: 2, 2: 2}), sheet({1: 2, 2: 2, 3: 0}))
    assert (found.most, list(found.scores)) == (12, [12, 8])
    assert together(sheet({1: 1, 2: 1, 3: 1})).most == 6
    assert statistics_of_test(found.whole(), found.unit).mean == 5


@given(st.lists(st.permutations([1, 2, 3, 4]), min_size=2, max_size=8), st.data())
@SEARCH
def test_the_order_of_places_changes_no_figure(orders: list[list[int]], data: st.DataObject) -> None:
    four = st.lists(st.integers(0, 2), min_size=4, max_size=4)
    rows = [dict(zip(order, data.draw(four), strict=True)) for order in orders]
    shuffled = together(*(sheet(row) for row in rows))
    straight = together(*(sheet(dict(sorted(row.items()))) for row in rows))
    figures = [
        sorted(item_statistics(found.columns(), found.unit), key=lambda one: one.name) for found in (shuffled, straight)
    ]
    assert figures[0] == figures[1]


# What was given


def shares(kind: str, *responses: Response) -> dict[str, OptionShare]:
    scenario = a_scenario(kind=kind)
    made = together(*(sheet({1: 1, 2: 2}, words={1: word(response)}) for response in responses))
    return {share.key: share for share in option_shares(scenario, made.items[1], made)}


def test_an_option_that_was_chosen_is_counted_with_the_mean_of_the_rest() -> None:
    scenario = a_scenario()
    first, second, *others = (option.key for option in scenario.options)
    made = together(
        sheet({1: 2, 2: 2}, words={1: f"{first}!high"}),
        sheet({1: 2, 2: 1}, words={1: f"{first}!low"}),
        sheet({1: 2, 2: 0}, words={1: f"{first}!low"}),
        sheet({1: 0, 2: 0}, words={1: second}),
        sheet({1: 0, 2: 0}, words={1: ""}),
    )
    found = {share.key: share for share in option_shares(scenario, made.items[1], made)}
    assert found[first] == OptionShare(first, 3, 0.6, 0.5)
    assert found[second] == OptionShare(second, 1, 0.2, 0.0)
    assert all(found[key] == OptionShare(key, 0, 0.0, None) for key in others)


def test_an_attempt_of_one_item_has_no_rest() -> None:
    scenario = a_scenario()
    for made in (together(sheet({1: 2})), together(sheet({1: 2}), sheet({1: 2, 2: 2, 3: 0}))):
        first, *_ = option_shares(scenario, made.items[1], made)
        assert (first.key, first.share, first.mean_rest) == ("a", 1.0, None)


def test_rests_of_other_lengths_are_shares_of_their_own() -> None:
    scenario = a_scenario()
    made = together(sheet({1: 0, 2: 2}), sheet({1: 0, 2: 2, 3: 0}), sheet({1: 0, 2: 2, 3: 0, 4: 1}))
    first, *_ = option_shares(scenario, made.items[1], made)
    assert first.mean_rest == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_takes_no_option(kind: str) -> None:
    scenario = a_scenario(kind=kind)
    made = together(sheet({1: 0, 2: 2}, words={1: ""}))
    assert {share.count for share in option_shares(scenario, made.items[1], made)} == {0}


@pytest.mark.parametrize("kind", KINDS)
def test_the_soundest_answer_is_counted_with_every_option_it_takes(kind: str) -> None:
    scenario = a_scenario(kind=kind)
    best, worst = soundest(scenario), least_sound(scenario)
    found = shares(kind, best, best, worst)
    assert list(found) == [option.key for option in scenario.options]
    assert max(share.count for share in found.values()) in {2, 3}
    assert all(share.share == share.count / 3 for share in found.values())


def test_rated_and_ordered_options_are_counted_where_they_agree_with_the_key() -> None:
    rated = a_scenario(kind="judgement")
    right = dict(rated.key_ratings)
    one = next(iter(right))
    other = {**right, one: next(rating for rating in right.values() if rating != right[one])}
    found = shares("judgement", Response.rating(right), Response.rating(other))
    assert (found[one].count, {share.count for key, share in found.items() if key != one}) == (1, {2})
    ordered = a_scenario(kind="ordering")
    first, second, *rest = ordered.key_order
    found = shares("ordering", Response.in_sequence(*ordered.key_order), Response.in_sequence(second, first, *rest))
    assert [found[key].count for key in ordered.key_order] == [1, 1, *(2 for _ in rest)]


def test_only_the_pick_as_most_appropriate_takes_an_option() -> None:
    scenario = a_scenario(kind="most_least")
    most, least = scenario.key_choice["most"], scenario.key_choice["least"]
    found = shares("most_least", Response.rating({most: "most", least: "least"}))
    assert (found[most].count, found[least].count) == (1, 0)


def test_certainty_is_counted_beside_what_it_was_worth_and_silence_is_not() -> None:
    made = together(
        sheet({1: 2, 2: 2}, words={1: "a!high", 2: "a"}),
        sheet({1: 1, 2: 2}, words={1: "b!high", 2: "a"}),
        sheet({1: 2, 2: 2}, words={1: "a!low", 2: "a"}),
        sheet({1: 0, 2: 2}, words={1: "c!high", 2: "a"}),
    )
    assert made.items[1].certainties(made.unit) == {(SURE, True): 1, (SURE, False): 2, ("low", True): 1}
    assert SURE == "high"
    assert made.items[2].certainties(made.unit) == {}
