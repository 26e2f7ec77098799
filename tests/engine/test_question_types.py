"""Each kind of scenario: its law, what it accepts, how it marks and what it says of every option."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.errors import NotOffered
from quiz.engine.question_types import registry
from quiz.engine.question_types.protocol import Soundness
from quiz.engine.response import Response
from quiz.engine.scenario import RATINGS, Scenario
from tests.builders import KEY_RATINGS, MOODLE_FOUR, a_scenario, subsets
from tests.engine.search import SEARCH

KINDS = registry.names()
VERY, RATHER, HARDLY, NOT_AT_ALL = RATINGS
RATED = Response.rating(KEY_RATINGS)


def codes(kind: str, credits: Mapping[str, Any], **more: Any) -> set[str]:
    return {fault.code for fault in registry.get(kind).check(a_scenario(kind=kind, credits=credits, **more))}


def letters(count: int, value: Any = 0) -> dict[str, Any]:
    return dict.fromkeys("abcdefgh"[:count], value)


def mark(scenario: Scenario, response: Response) -> Fraction:
    kind = registry.get(scenario.kind)
    return kind.mark(scenario, kind.accept(scenario, response))


def test_the_kinds_are_known_by_name_and_no_other() -> None:
    assert KINDS == (
        "single_choice",
        "multiple_choice",
        "judgement",
        "most_least",
        "ordering",
        "spot",
        "branching",
    )
    assert [registry.get(name).name for name in KINDS] == list(KINDS)
    with pytest.raises(KeyError):
        registry.get("essay")


@pytest.mark.parametrize("kind", KINDS)
def test_the_scenarios_these_tests_are_built_on_keep_the_law(kind: str) -> None:
    assert registry.get(kind).check(a_scenario(kind=kind)) == []


# Law


@pytest.mark.parametrize(
    ("kind", "least", "most"), [("single_choice", 2, 6), ("multiple_choice", 3, 7), ("judgement", 3, 5)]
)
def test_each_kind_bounds_how_many_options_it_has(kind: str, least: int, most: int) -> None:
    for count in range(1, 9):
        scenario = a_scenario(kind=kind, credits=letters(count), key_ratings=letters(count, VERY))
        found = [fault for fault in registry.get(kind).check(scenario) if fault.code == "option-count"]
        assert bool(found) == (not least <= count <= most), count
        if found:
            assert dict(found[0].values) == {"value": str(count), "least": str(least), "most": str(most)}


@pytest.mark.parametrize("credits", [{"a": 1, "b": 1}, {"a": "1/2", "b": 0}, {"a": "999999/1000000", "b": 0}])
def test_a_single_choice_has_exactly_one_best_option(credits: dict[str, Any]) -> None:
    assert codes("single_choice", credits) == {"not-one-best"}


@pytest.mark.parametrize("credit", ["-1/2", "-1/1000000", "1000001/1000000", 2])
def test_a_single_choice_has_no_credit_outside_0_and_1(credit: Any) -> None:
    faults = registry.get("single_choice").check(a_scenario(credits={"a": 1, "b": credit}))
    assert [(fault.path, fault.code) for fault in faults] == [(("options", 1, "credit"), "credit-out-of-range")]


@pytest.mark.parametrize("credits", [{"a": "1/2", "b": "-1/2", "c": "-1/2"}, {"a": 1, "b": "1/2", "c": -1, "d": -1}])
def test_the_positives_of_a_multiple_choice_sum_to_one(credits: dict[str, Any]) -> None:
    assert codes("multiple_choice", credits) == {"positives-not-one"}


def test_three_thirds_are_exactly_one() -> None:
    assert codes("multiple_choice", {"a": "1/3", "b": "1/3", "c": "1/3", "d": -1}) == set()
    assert codes("multiple_choice", {"a": "33333/100000", "b": "1/3", "c": "1/3", "d": -1}) == {"positives-not-one"}


def test_a_key_that_rewards_ticking_everything_is_refused() -> None:
    assert codes("multiple_choice", {"a": "1/2", "b": "1/2", "c": "-999999/1000000"}) == {"everything-scores"}
    assert codes("multiple_choice", {"a": "1/2", "b": "1/2", "c": -1}) == set()


@pytest.mark.parametrize("credit", [0, "-1000001/1000000"])
def test_every_option_of_a_multiple_choice_says_yes_or_no(credit: Any) -> None:
    assert codes("multiple_choice", {"a": 1, "b": -1, "c": credit}) == {"credit-out-of-range"}


def test_a_credit_above_one_is_out_of_range_even_where_the_sum_is_wrong_too() -> None:
    assert codes("multiple_choice", {"a": "3/2", "b": -1, "c": -1}) == {"positives-not-one", "credit-out-of-range"}


def test_a_judgement_rates_exactly_its_options_in_words_of_the_scale() -> None:
    assert codes("judgement", letters(3, None), key_ratings=letters(2, VERY)) == {"rating-without-option"}
    assert codes("judgement", letters(3, None), key_ratings=letters(4, VERY)) == {"rating-without-option"}
    assert codes("judgement", letters(3, None), key_ratings={**letters(2, VERY), "c": "fine"}) == {"not-one-of"}


# Accepting

REFUSED = [
    ("single_choice", Response(), "nothing-chosen"),
    ("single_choice", Response.choosing("a", "b"), "not-offered"),
    ("single_choice", Response.choosing("z"), "not-offered"),
    ("single_choice", RATED, "nothing-chosen"),
    ("single_choice", Response(("a",), RATED.ratings), "not-offered"),
    ("multiple_choice", Response(), "nothing-chosen"),
    ("multiple_choice", Response.choosing("a", "z"), "not-offered"),
    ("multiple_choice", Response(("a",), RATED.ratings), "not-offered"),
    ("multiple_choice", Response(("a", "a")), "not-offered"),
    ("judgement", Response(), "not-all-rated"),
    ("judgement", Response.choosing("a"), "not-offered"),
    ("judgement", Response.rating({"a": VERY, "b": VERY, "c": VERY}), "not-all-rated"),
    ("judgement", Response.rating({**KEY_RATINGS, "e": VERY}), "not-offered"),
    ("judgement", Response.rating({**KEY_RATINGS, "d": "fine"}), "not-offered"),
    ("judgement", Response(ratings=(("a", VERY), ("a", VERY), ("b", VERY), ("c", VERY))), "not-offered"),
]


@pytest.mark.parametrize(("kind", "response", "code"), REFUSED)
def test_what_a_scenario_does_not_offer_is_refused(kind: str, response: Response, code: str) -> None:
    with pytest.raises(NotOffered) as refusal:
        registry.get(kind).accept(a_scenario(kind=kind), response)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("single_choice", Response.choosing("c")),
        ("multiple_choice", Response.choosing("a", "b", "c", "d")),
        ("judgement", Response.rating(dict.fromkeys("abcd", NOT_AT_ALL))),
    ],
)
def test_what_a_scenario_offers_is_taken_as_it_is(kind: str, response: Response) -> None:
    assert registry.get(kind).accept(a_scenario(kind=kind), response) == response


def test_equal_answers_are_equal_in_whatever_order_they_were_given() -> None:
    assert Response.choosing("b", "a", "b") == Response.choosing("a", "b")
    assert Response.rating({"b": VERY, "a": RATHER}) == Response.rating({"a": RATHER, "b": VERY})


def test_a_response_is_stored_in_one_plain_form_and_read_back() -> None:
    assert Response.choosing("b", "a").document() == {"chosen": ["a", "b"]}
    assert RATED.document() == {"ratings": KEY_RATINGS}
    assert Response().document() == {"chosen": []}
    for response in (Response(), Response.choosing("b", "a"), RATED):
        assert Response.from_document(response.document()) == response


def test_a_scenario_has_no_option_of_an_unknown_key() -> None:
    assert a_scenario().option("b").credit == Fraction(1, 2)
    with pytest.raises(KeyError):
        a_scenario().option("z")


# Marking


@pytest.mark.parametrize(("chosen", "credit"), [("a", 1), ("b", Fraction(1, 2)), ("c", 0)])
def test_a_single_choice_is_worth_the_option_chosen(chosen: str, credit: Fraction) -> None:
    assert mark(a_scenario(), Response.choosing(chosen)) == credit


WORKED_ROWS = [
    # 4 options, 2 of them right: what is ticked, and its credit under +50/+50/−50/−50
    ("a", Fraction(1, 2)),
    ("ab", 1),
    ("ac", 0),
    ("abc", Fraction(1, 2)),
    ("acd", 0),
    ("c", 0),
    ("cd", 0),
    ("abcd", 0),
]


@pytest.mark.parametrize(("ticked", "credit"), WORKED_ROWS)
def test_a_multiple_choice_is_the_clamped_sum_of_what_is_ticked(ticked: str, credit: Fraction) -> None:
    assert mark(a_scenario(kind="multiple_choice", credits=MOODLE_FOUR), Response.choosing(*ticked)) == credit


def test_thirds_are_added_without_rounding() -> None:
    scenario = a_scenario(kind="multiple_choice", credits={"a": "1/3", "b": "1/3", "c": "1/3", "d": -1})
    assert mark(scenario, Response.choosing("a", "b")) == Fraction(2, 3)
    assert mark(scenario, Response.choosing("a", "b", "c")) == 1


@pytest.mark.parametrize(("given", "key"), list(product(range(4), repeat=2)))
def test_a_rating_one_step_off_is_worth_half_and_any_further_nothing(given: int, key: int) -> None:
    right = letters(3, VERY)
    scenario = a_scenario(kind="judgement", key_ratings={**right, "a": RATINGS[key]})
    expected = {0: Fraction(1), 1: Fraction(5, 6), 2: Fraction(2, 3), 3: Fraction(2, 3)}[abs(given - key)]
    assert mark(scenario, Response.rating({**right, "a": RATINGS[given]})) == expected


def test_the_same_word_for_everything_is_worth_little_where_the_key_is_spread() -> None:
    scenario = a_scenario(kind="judgement")
    assert mark(scenario, Response.rating(letters(4, VERY))) == Fraction(3, 8)
    assert mark(scenario, Response.rating(dict(zip("abcd", reversed(RATINGS), strict=True)))) == Fraction(1, 4)


# Summarising


def test_a_single_choice_says_how_sound_each_option_is_whichever_was_taken() -> None:
    outcomes = registry.get("single_choice").summarise(a_scenario(), Response.choosing("b"))
    assert [(one.key, one.is_chosen, one.is_best, one.soundness) for one in outcomes] == [
        ("a", False, True, Soundness.SOUND),
        ("b", True, False, Soundness.PARTLY),
        ("c", False, False, Soundness.UNSOUND),
    ]


def test_a_multiple_choice_says_of_each_option_whether_it_belongs() -> None:
    outcomes = registry.get("multiple_choice").summarise(
        a_scenario(kind="multiple_choice"), Response.choosing("a", "c")
    )
    assert [(one.key, one.is_chosen, one.is_best, one.soundness) for one in outcomes] == [
        ("a", True, True, Soundness.SOUND),
        ("b", False, True, Soundness.SOUND),
        ("c", True, False, Soundness.UNSOUND),
        ("d", False, False, Soundness.UNSOUND),
    ]


def test_a_judgement_shows_the_rating_given_beside_the_keys() -> None:
    given = {"a": VERY, "b": VERY, "c": VERY, "d": VERY}
    outcomes = registry.get("judgement").summarise(a_scenario(kind="judgement"), Response.rating(given))
    assert [(one.key, one.rating, one.key_rating, one.soundness) for one in outcomes] == [
        ("a", VERY, VERY, Soundness.SOUND),
        ("b", VERY, RATHER, Soundness.PARTLY),
        ("c", VERY, HARDLY, Soundness.UNSOUND),
        ("d", VERY, NOT_AT_ALL, Soundness.UNSOUND),
    ]
    assert not any(one.is_chosen or one.is_best for one in outcomes)


@pytest.mark.parametrize(
    ("credit", "word"),
    [("1", "sound"), ("999999/1000000", "partly"), ("1/1000000", "partly"), ("0", "unsound"), ("-1", "unsound")],
)
def test_only_a_whole_credit_is_sound_and_none_is_not(credit: str, word: str) -> None:
    assert Soundness.of(Fraction(credit)) == word


# Properties


@st.composite
def multiple_choices(draw: st.DrawFn) -> Scenario:
    """Draw any lawful multiple choice: weights that sum to 1, and penalties that sum to at least as much."""
    shares = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    penalties = draw(st.lists(st.integers(1, 9), min_size=max(1, 3 - len(shares)), max_size=7 - len(shares)))
    most = max(penalties)
    wrong = [Fraction(-penalty, most) for penalty in penalties]
    right = [Fraction(share, sum(shares)) for share in shares]
    return a_scenario(kind="multiple_choice", credits=dict(zip("abcdefg", right + wrong, strict=False)))


@st.composite
def singles(draw: st.DrawFn) -> Scenario:
    others = draw(st.lists(st.fractions(0, 1).filter(lambda credit: credit != 1), min_size=1, max_size=5))
    best = draw(st.integers(0, len(others)))
    return a_scenario(credits=dict(zip("abcdef", [*others[:best], Fraction(1), *others[best:]], strict=False)))


@SEARCH
@given(multiple_choices())
def test_ticking_everything_is_worth_nothing(scenario: Scenario) -> None:
    assert mark(scenario, Response.choosing(*(option.key for option in scenario.options))) == 0


@SEARCH
@given(st.one_of(singles(), multiple_choices()))
def test_only_the_right_choice_is_worth_everything(scenario: Scenario) -> None:
    keys = [option.key for option in scenario.options]
    credits = {option.key: option.credit or Fraction(0) for option in scenario.options}
    whole = [{key for key, credit in credits.items() if credit > 0}]
    choices = [one for one in subsets(keys) if one]
    if scenario.kind == "single_choice":
        whole = [{key} for key, credit in credits.items() if credit == 1]
        choices = [(key,) for key in keys]
    assert [set(one) for one in choices if mark(scenario, Response.choosing(*one)) == 1] == whole
