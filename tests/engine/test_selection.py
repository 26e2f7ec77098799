"""A draw follows from its seed: which scenarios, in which order, with which options first, and what counts."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.attempt import Slot
from quiz.engine.errors import ImpossibleDraw
from quiz.engine.instrument import Library, Part, Verification
from quiz.engine.module import SelectionRule
from quiz.engine.scenario import Scenario
from quiz.engine.selection import (
    Choice,
    Standing,
    choose,
    draw,
    draw_practice,
    matches,
    matches_provision,
    option_order,
    rank,
    unscored_because,
)
from tests.builders import ADDRESS, START, a_library, a_provision, a_scenario, a_text
from tests.engine.search import SEARCH

POOL = [a_scenario(f"scenario-{letter}") for letter in "abcdefgh"]
LIBRARY = a_library()
ANY_THREE = [SelectionRule("eg-conduct", 3)]
WEAK = "eg-conduct/code-2019/respect"
SEEDS = [f"seed-{number}" for number in range(20)]
EGYPT = Standing("EG", Verification.MIRROR)


def drawn(
    seed: str = "seed",
    blueprint: list[SelectionRule] | None = None,
    pool: list[Scenario] | None = None,
    seen: dict[str, datetime] | None = None,
    reasons: dict[str, str | None] | None = None,
) -> tuple[Slot, ...]:
    return draw(seed, blueprint or ANY_THREE, POOL if pool is None else pool, LIBRARY, seen or {}, reasons or {})


def keys(slots: tuple[Slot, ...]) -> list[str]:
    return [slot.scenario.key for slot in slots]


def days(**ago: int) -> dict[str, datetime]:
    return {f"scenario-{letter}": START - timedelta(days=count) for letter, count in ago.items()}


# The seed


def test_the_same_seed_gives_the_same_draw_whatever_order_the_pool_stands_in() -> None:
    assert drawn("seed") == drawn("seed") == drawn("seed", pool=POOL[::-1])


def test_another_seed_gives_another_draw() -> None:
    assert len({tuple(keys(drawn(seed))) for seed in SEEDS}) > 10


def test_chance_is_spread_over_the_pool() -> None:
    drawn_how_often = Counter(key for seed in range(400) for key in keys(drawn(str(seed))))
    assert set(drawn_how_often) == {scenario.key for scenario in POOL}
    assert all(100 < count < 200 for count in drawn_how_often.values()), drawn_how_often


def test_the_draw_of_a_seed_is_the_same_for_ever() -> None:
    """A stored seed must give the same draw years later: if this changes, old attempts are not redrawn."""
    assert keys(drawn("for-ever")) == ["scenario-a", "scenario-e", "scenario-f"]
    assert drawn("for-ever")[0].option_order == ("c", "a", "b")
    six = a_scenario("six", credits={key: int(key == "a") for key in "abcdef"})
    assert option_order("for-ever", six) == ("d", "a", "f", "b", "e", "c")
    assert rank("seed", "line", 0, "x") == "0ae9384c951aff19e7b613c422631cdc9bc25db47514cbd81cd000ac7f9c9d4e"


# The order of options


def test_options_stand_in_an_order_of_the_draw_and_not_of_the_file() -> None:
    options = a_scenario(credits={key: int(key == "a") for key in "abcd"})
    orders = {drawn(seed, [SelectionRule("eg-conduct", 1)], [options])[0].option_order for seed in SEEDS}
    assert len(orders) > 8
    assert all(sorted(order) == list("abcd") for order in orders)
    best = Counter(order.index("a") for order in orders)
    assert len(best) == 4, "the best option may stand anywhere"


def test_the_order_of_options_does_not_tell_how_the_file_was_written() -> None:
    scenario = a_scenario(credits={key: int(key == "a") for key in "abcd"})
    turned = replace(scenario, options=scenario.options[::-1])
    blueprint = [SelectionRule("eg-conduct", 1)]
    for seed in SEEDS:
        (one,), (other,) = drawn(seed, blueprint, [scenario]), drawn(seed, blueprint, [turned])
        assert one.option_order == other.option_order


def test_passages_stand_as_the_exhibit_has_them() -> None:
    scenario = a_scenario(kind="spot", credits={"c": 1, "a": -1, "b": -1})
    assert {option_order(seed, scenario) for seed in SEEDS} == {("c", "a", "b")}


def test_steps_are_never_shown_in_their_right_order() -> None:
    scenario = a_scenario(kind="ordering", credits=dict.fromkeys("abc"), key_order="abc")
    orders = {option_order(seed, scenario) for seed in SEEDS}
    assert all(sorted(order) == list("abc") for order in orders)
    assert ("a", "b", "c") not in orders
    assert len(orders) == 5, "every other order may come up"


def test_a_shuffle_that_hit_the_right_order_begins_with_the_second_step() -> None:
    for seed in SEEDS:
        shuffled = option_order(seed, a_scenario(credits={"a": 1, "b": 0, "c": 0}))
        steps = a_scenario(kind="ordering", credits=dict.fromkeys("abc"), key_order=shuffled)
        assert option_order(seed, steps) == (*shuffled[1:], shuffled[0])


def test_places_are_numbered_from_one_and_lines_are_mixed() -> None:
    pool = [a_scenario(f"eg-{n}") for n in range(5)] + [a_scenario(f"ae-{n}", bank="ae-conduct") for n in range(5)]
    blueprint = [SelectionRule("eg-conduct", 3), SelectionRule("ae-conduct", 3)]
    draws = [drawn(seed, blueprint, pool) for seed in SEEDS]
    assert all([slot.number for slot in slots] == [1, 2, 3, 4, 5, 6] for slots in draws)
    assert {slots[0].scenario.bank for slots in draws} == {"eg-conduct", "ae-conduct"}


# What was seen


def test_the_unseen_comes_first() -> None:
    seen = days(a=1, b=2, c=3, d=4, e=5)
    for seed in SEEDS:
        assert set(keys(drawn(seed, seen=seen))) == {"scenario-f", "scenario-g", "scenario-h"}


def test_then_the_least_recently_seen() -> None:
    seen = days(a=1, b=2, c=3, d=4, e=50, f=60, g=70)
    for seed in SEEDS:
        assert set(keys(drawn(seed, seen=seen))) == {"scenario-h", "scenario-g", "scenario-f"}


# Lines


def test_narrow_lines_choose_first() -> None:
    pool = [*POOL[:2], a_scenario("rare", topics=["gifts"])]
    blueprint = [SelectionRule("eg-conduct", 2), SelectionRule("eg-conduct", 1, topics=("gifts",))]
    for seed in SEEDS:
        assert set(keys(drawn(seed, blueprint, pool))) == {"scenario-a", "scenario-b", "rare"}


def test_no_scenario_is_drawn_twice() -> None:
    for seed in SEEDS:
        found = keys(drawn(seed, [SelectionRule("eg-conduct", 4)] * 2))
        assert len(set(found)) == 8


def test_an_impossible_draw_names_its_line() -> None:
    blueprint = [SelectionRule("eg-conduct", 2), SelectionRule("ae-conduct", 2)]
    with pytest.raises(ImpossibleDraw) as refusal:
        drawn(blueprint=blueprint, pool=[*POOL, a_scenario("one", bank="ae-conduct")])
    assert refusal.value.code == "too-few"
    assert refusal.value.values == {"line": 2, "bank": "ae-conduct", "wanted": 2, "found": 1}


def test_a_line_that_others_emptied_is_named_with_what_is_left() -> None:
    with pytest.raises(ImpossibleDraw) as refusal:
        drawn(blueprint=[SelectionRule("eg-conduct", 5), SelectionRule("eg-conduct", 5)])
    assert refusal.value.values == {"line": 2, "bank": "eg-conduct", "wanted": 5, "found": 3}


@pytest.mark.parametrize(
    ("line", "scenario", "expected"),
    [
        ({}, {}, True),
        ({"bank": "ae-conduct"}, {}, False),
        ({"topics": ("gifts", "integrity")}, {"topics": ["integrity"]}, True),
        ({"topics": ("gifts",)}, {"topics": ["integrity"]}, False),
        ({"provisions": (ADDRESS,)}, {"cites": [ADDRESS]}, True),
        ({"provisions": (ADDRESS,)}, {"cites": [f"{ADDRESS}#2"]}, True),
        ({"provisions": (f"{ADDRESS}#2",)}, {"cites": [ADDRESS]}, False),
        ({"provisions": (ADDRESS,)}, {"cites": ["x/y/z"], "option_cites": [ADDRESS]}, True),
        ({"provisions": (ADDRESS,)}, {"cites": ["x/y/z"]}, False),
        ({"kinds": ("judgement",)}, {"kind": "judgement"}, True),
        ({"kinds": ("judgement",)}, {}, False),
        ({"difficulty": (2, 3)}, {"difficulty": 3}, True),
        ({"difficulty": (2, 3)}, {"difficulty": 1}, False),
        ({}, {"audience": ["hr"]}, True),
        ({"audience": ("it",)}, {"audience": ["everyone"]}, True),
        ({"audience": ("it",)}, {"audience": ["it", "hr"]}, True),
        ({"audience": ("it",)}, {"audience": ["hr"]}, False),
        ({"verification": Verification.MIRROR}, {"cites": [ADDRESS]}, True),
        ({"verification": Verification.OFFICIAL}, {"cites": [ADDRESS]}, False),
        ({"verification": Verification.SECONDARY}, {"cites": [ADDRESS, "x/y/z"]}, False),
        ({"verification": Verification.MIRROR}, {"cites": [ADDRESS], "option_cites": [WEAK]}, False),
        ({"verification": Verification.SECONDARY}, {"cites": [ADDRESS], "option_cites": [WEAK]}, True),
        ({"topics": ("gifts",), "difficulty": (1,)}, {"topics": ["integrity"], "difficulty": 1}, False),
    ],
)
def test_a_line_says_what_it_may_draw(line: dict[str, Any], scenario: dict[str, Any], expected: bool) -> None:
    library = a_library(a_provision(), a_provision("respect", Verification.SECONDARY))
    found = matches(a_scenario(**scenario), SelectionRule(**{"bank": "eg-conduct", "count": 1, **line}), library)
    assert found is expected


def test_a_draw_asks_the_library_how_far_citations_are_verified() -> None:
    line = SelectionRule("eg-conduct", 1, verification=Verification.MIRROR)
    strong = a_scenario("strong")
    pool = [strong, a_scenario("weak", cites=["x/y/z"])]
    assert [slot.scenario for seed in SEEDS for slot in drawn(seed, [line], pool)] == [strong] * len(SEEDS)


# What a draw says of itself


def test_a_choice_says_for_which_line_it_was_drawn_and_how_many_stood_alike() -> None:
    blueprint = [SelectionRule("eg-conduct", 3), SelectionRule("ae-conduct", 1, scored=False)]
    one = a_scenario("one", bank="ae-conduct")
    seen = days(a=3, b=2, c=1)
    reasons = {"one": "comparison", "scenario-d": "verification"}
    pool = [*POOL[:5], one]
    choices = {choice.scenario.key: choice for choice in choose("seed", blueprint, pool, LIBRARY, seen, reasons)}
    assert choices == {
        # New to the person and counting: the only one of its sort.
        "scenario-e": Choice(POOL[4], 1, True, True, None, free=5, equal=1),
        "scenario-a": Choice(POOL[0], 1, True, True, seen["scenario-a"], free=5, equal=1),
        "scenario-b": Choice(POOL[1], 1, True, True, seen["scenario-b"], free=5, equal=1),
        "one": Choice(one, 2, False, False, None, free=1, equal=1),
    }


def test_what_the_seed_decided_among_is_counted_without_what_earlier_lines_took() -> None:
    blueprint = [SelectionRule("eg-conduct", 2), SelectionRule("eg-conduct", 2, topics=("gifts",))]
    gifts = [a_scenario(f"gift-{letter}", topics=["gifts"]) for letter in "ab"]
    choices = choose("seed", blueprint, [*POOL[:3], *gifts], LIBRARY, {}, {})
    assert {(choice.line, choice.free, choice.equal) for choice in choices} == {(1, 3, 3), (2, 2, 2)}


# What counts


def library(strength: Verification) -> Library:
    return a_library(a_provision(), a_provision("weak", strength))


WEAK = "eg-conduct/code-2019/weak"


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ({}, None),
        ({"jurisdiction": "AE"}, "comparison"),
        ({"sensitive": True}, "sensitive"),
        ({"jurisdiction": "AE", "sensitive": True}, "comparison"),
        ({"cites": [WEAK]}, "verification"),
        ({"cites": [ADDRESS], "option_cites": [f"{WEAK}#1"]}, "verification"),
        ({"cites": ["eg-conduct/code-2019/nowhere"]}, "verification"),
        ({"sensitive": True, "cites": [WEAK]}, "sensitive"),
    ],
)
def test_why_a_scenario_does_not_count(scenario: dict[str, Any], expected: str | None) -> None:
    assert unscored_because(a_scenario(**scenario), library(Verification.SECONDARY), EGYPT) == expected


def test_the_minimum_is_the_least_that_counts() -> None:
    order = list(Verification)[::-1]
    assert (order[0], order[-1]) == (Verification.DISPUTED, Verification.OFFICIAL)
    for least in order:
        for found in order:
            standing = Standing("EG", least)
            because = unscored_because(a_scenario(cites=[WEAK]), library(found), standing)
            assert (because is None) == (order.index(found) >= order.index(least)), (least, found)


def test_what_the_organisation_adopted_counts_by_the_whole_provision() -> None:
    adopting = Standing("EG", Verification.MIRROR, frozenset({WEAK}))
    weak = library(Verification.SECONDARY)
    assert unscored_because(a_scenario(cites=[WEAK]), weak, adopting) is None
    assert unscored_because(a_scenario(cites=[WEAK], sensitive=True), weak, adopting) == "sensitive"
    other = a_library(a_provision("weak", Verification.SECONDARY), a_provision("also", Verification.RECALL))
    both = a_scenario(cites=[WEAK, "eg-conduct/code-2019/also"])
    assert unscored_because(both, other, adopting) == "verification"


def test_a_part_of_an_adopted_provision_counts_and_a_part_that_is_not_there_does_not() -> None:
    provision = replace(a_provision("weak", Verification.SECONDARY), parts=(Part("1", a_text()),))
    adopting = Standing("EG", Verification.MIRROR, frozenset({ADDRESS, WEAK}))
    shelf = a_library(a_provision(), provision)
    assert unscored_because(a_scenario(cites=[f"{WEAK}#1"]), shelf, adopting) is None
    assert unscored_because(a_scenario(cites=[f"{WEAK}#2"]), shelf, adopting) == "verification"


def test_what_counts_is_drawn_before_what_does_not_even_where_it_was_seen() -> None:
    reasons: dict[str, str | None] = dict.fromkeys([f"scenario-{letter}" for letter in "abcde"], "verification")
    for seed in SEEDS:
        slots = drawn(seed, seen=days(f=1, g=1, h=1), reasons=reasons)
        assert set(keys(slots)) == {"scenario-f", "scenario-g", "scenario-h"}
        assert all(slot.scored for slot in slots)


def test_what_is_there_for_comparison_is_drawn_as_if_it_counted() -> None:
    reasons: dict[str, str | None] = dict.fromkeys([f"scenario-{letter}" for letter in "abcd"], "comparison")
    assert all(drawn(seed, reasons=reasons)[0].scenario == drawn(seed)[0].scenario for seed in SEEDS)


def test_a_place_that_does_not_count_says_why() -> None:
    blueprint = [SelectionRule("eg-conduct", 1), SelectionRule("ae-conduct", 1)]
    blueprint.append(SelectionRule("eg-cybercrime", 1, scored=False))
    pool = [POOL[0], a_scenario("abroad", bank="ae-conduct"), a_scenario("lesson", bank="eg-cybercrime")]
    slots = drawn("seed", blueprint, pool, reasons={"abroad": "comparison"})
    assert {slot.scenario.key: (slot.scored, slot.unscored_because) for slot in slots} == {
        "scenario-a": (True, None),
        "abroad": (False, "comparison"),
        "lesson": (False, "learning"),
    }


# Practice


def test_practice_is_about_a_provision_never_counts_and_takes_what_was_not_met_first() -> None:
    about = [a_scenario(f"about-{number}", cites=[f"{ADDRESS}#{number}"]) for number in range(4)]
    other = a_scenario("other", cites=["x/y/z"])
    for seed in SEEDS:
        slots = draw_practice(seed, [*about, other], f"{ADDRESS}#9", {"about-0", "about-1"}, 3)
        assert {"about-2", "about-3"} < set(keys(slots)) < {scenario.key for scenario in about}
        assert {(slot.scored, slot.unscored_because) for slot in slots} == {(False, "practice")}
        assert [slot.number for slot in slots] == [1, 2, 3]
    assert draw_practice("seed", [other], ADDRESS, (), 2) == ()
    assert len({tuple(keys(draw_practice(seed, about, ADDRESS, (), 4))) for seed in SEEDS}) > 8
    assert keys(draw_practice("for-ever", about, ADDRESS, (), 4)) == ["about-3", "about-0", "about-2", "about-1"]


def test_a_scenario_is_about_a_provision_whichever_part_is_named() -> None:
    scenario = a_scenario(cites=[f"{ADDRESS}#2"])
    assert matches_provision(scenario, ADDRESS)
    assert matches_provision(scenario, f"{ADDRESS}#3")
    assert not matches_provision(scenario, WEAK)
    assert matches_provision(a_scenario(cites=[ADDRESS, WEAK]), WEAK)


@SEARCH
@given(st.text(max_size=20), st.integers(1, 8), st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 99)))
def test_every_draw_fills_its_blueprint_with_unseen_before_seen(seed: str, count: int, ago: dict[str, int]) -> None:
    seen = days(**ago)
    slots = drawn(seed, [SelectionRule("eg-conduct", count)], seen=seen)
    found = set(keys(slots))
    assert len(found) == len(slots) == count
    left = {scenario.key for scenario in POOL} - found
    oldest = START - timedelta(days=1000)
    assert max(seen.get(key, oldest) for key in found) <= min((seen.get(key, oldest) for key in left), default=START)
    assert drawn(seed, [SelectionRule("eg-conduct", count)], seen=seen) == slots
