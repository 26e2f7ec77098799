"""The kinds that are answered by picks, marks in an exhibit, an order or a path: what they take, mark and say."""

from fractions import Fraction
from typing import Any

import pytest

from quiz.engine.errors import NotOffered
from quiz.engine.question_types import registry
from quiz.engine.question_types.branching import next_node, walk
from quiz.engine.question_types.protocol import OptionOutcome, Soundness
from quiz.engine.reading import Fault
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario
from tests.builders import a_node, a_scenario

SOUND, PARTLY, UNSOUND = Soundness.SOUND, Soundness.PARTLY, Soundness.UNSOUND
PICKED = {"a": "most", "d": "least"}
BOTH = Response(("a",), tuple(PICKED.items()), ("a", "b", "c"))


def refusal(kind: str, response: Response, standing: Response | None = None) -> str:
    with pytest.raises(NotOffered) as raised:
        registry.get(kind).accept(a_scenario(kind=kind), response, standing)
    return raised.value.code


REFUSED = [
    ("most_least", Response(), "not-both-picked"),
    ("most_least", Response.rating({"a": "most"}), "not-both-picked"),
    ("most_least", Response.rating({"a": "most", "b": "most"}), "not-offered"),
    ("most_least", Response.rating({"a": "most", "b": "best"}), "not-offered"),
    ("most_least", Response.rating({"a": "most", "z": "least"}), "not-offered"),
    ("most_least", Response(ratings=(("a", "least"), ("a", "most"))), "not-offered"),
    ("most_least", BOTH, "not-offered"),
    ("ordering", Response(), "not-all-ordered"),
    ("ordering", Response.in_sequence("a", "b"), "not-all-ordered"),
    ("ordering", Response.in_sequence("a", "b", "z"), "not-offered"),
    ("ordering", Response.in_sequence("a", "b", "b"), "not-offered"),
    ("ordering", BOTH, "not-offered"),
    ("spot", Response(), "nothing-chosen"),
    ("spot", Response.choosing("a", "z"), "not-offered"),
    ("spot", BOTH, "not-offered"),
    ("branching", Response(), "nothing-chosen"),
    ("branching", Response.choosing("first/a"), "not-offered"),
    ("branching", Response(("first/a",), (), ("first/a",)), "not-offered"),
    ("branching", Response.in_sequence("second/a"), "not-offered"),
]


@pytest.mark.parametrize(("kind", "response", "code"), REFUSED)
def test_what_is_not_offered_is_refused_with_its_reason(kind: str, response: Response, code: str) -> None:
    assert refusal(kind, response) == code


def test_a_path_does_not_go_on_after_its_end() -> None:
    ended = Response.in_sequence("first/a", "second/a")
    assert refusal("branching", Response.in_sequence("first/a", "second/a", "second/b"), ended) == "not-offered"


def test_a_path_names_the_turns_it_met_and_the_one_it_waits_at() -> None:
    scenario = a_scenario(kind="branching")
    assert [node.key for node in walk(scenario, ()) or ()] == ["first"]
    assert [node.key for node in walk(scenario, ("first/a",)) or ()] == ["first", "second"]
    assert [node.key for node in walk(scenario, ("first/a", "second/b")) or ()] == ["first", "second"]
    assert walk(scenario, ("second/a",)) is None
    waiting = next_node(scenario, ("first/a",))
    assert waiting is not None
    assert waiting.key == "second"
    assert next_node(scenario, ("first/a", "second/b")) is None


# The law


def chain(turns: int) -> Scenario:
    """Return a branching whose every path has so many turns of two choices."""
    names = [f"n{turn}" for turn in range(turns)]
    nodes = [a_node(key, a=following, b=following) for key, following in zip(names, [*names[1:], None], strict=True)]
    return a_scenario(kind="branching", credits={f"{key}/{one}": 1 for key in names for one in "ab"}, nodes=nodes)


@pytest.mark.parametrize(
    ("turns", "codes"), [(1, ["path-too-short"]), (2, []), (5, []), (6, ["path-too-long"]), (7, ["path-too-long"])]
)
def test_a_path_has_two_to_five_turns(turns: int, codes: list[str]) -> None:
    assert [fault.code for fault in registry.get("branching").check(chain(turns))] == codes


@pytest.mark.parametrize(("count", "codes"), [(1, ["option-count"]), (2, []), (4, []), (5, ["option-count"])])
def test_a_turn_offers_two_to_four_choices(count: int, codes: list[str]) -> None:
    choices = "abcde"[:count]
    nodes = [a_node("first", **dict.fromkeys(choices, "second")), a_node("second", a=None, b=None)]
    credits = {f"first/{key}": 1 for key in choices} | {"second/a": 1, "second/b": 0}
    scenario = a_scenario(kind="branching", credits=credits, nodes=nodes)
    assert [fault.code for fault in registry.get("branching").check(scenario)] == codes


@pytest.mark.parametrize(
    ("kind", "least", "most"), [("most_least", 4, 5), ("ordering", 3, 6), ("spot", 3, 8), ("judgement", 3, 5)]
)
def test_each_kind_bounds_how_much_it_asks_about(kind: str, least: int, most: int) -> None:
    for count in range(2, 11):
        keys = "abcdefghij"[:count]
        credits: dict[str, Any] = {"a": 1, **dict.fromkeys(keys[1:], -1)} if kind == "spot" else dict.fromkeys(keys)
        ratings = dict.fromkeys(keys, "appropriate")
        found = registry.get(kind).check(a_scenario(kind=kind, credits=credits, key_ratings=ratings))
        where = ("passages",) if kind == "spot" else ("options",)
        values = {"value": str(count), "least": str(least), "most": str(most)}
        wanted = [] if least <= count <= most else [Fault(where, "option-count", values)]
        assert list(found) == wanted, count


@pytest.mark.parametrize(("breaches", "innocent", "codes"), [(2, 2, []), (2, 1, ["everything-scores"]), (1, 3, [])])
def test_marking_every_passage_never_scores(breaches: int, innocent: int, codes: list[str]) -> None:
    credits = [Fraction(1, breaches)] * breaches + [Fraction(-1, breaches)] * innocent
    scenario = a_scenario(kind="spot", credits=dict(zip("abcd", credits, strict=False)))
    assert [fault.code for fault in registry.get("spot").check(scenario)] == codes


# What is said of each option


def said(kind: str, response: Response, **more: Any) -> list[OptionOutcome]:
    return list(registry.get(kind).summarise(a_scenario(kind=kind, **more), response))


def test_of_picks_both_the_given_and_the_right_ones_are_said_and_what_neither_names_is_sound() -> None:
    # The key has `a` as most and `d` as least; `b` was picked in the place of `d`.
    assert said("most_least", Response.rating({"a": "most", "b": "least"})) == [
        OptionOutcome("a", True, True, SOUND, rating="most", key_rating="most"),
        OptionOutcome("b", True, False, UNSOUND, rating="least"),
        OptionOutcome("c", False, False, SOUND),
        OptionOutcome("d", False, False, UNSOUND, key_rating="least"),
    ]


def test_of_an_order_each_place_is_said_and_one_beside_its_own_is_partly_sound() -> None:
    assert said("ordering", Response.in_sequence("b", "a", "c")) == [
        OptionOutcome("a", True, False, PARTLY, place=2, key_place=1),
        OptionOutcome("b", True, False, PARTLY, place=1, key_place=2),
        OptionOutcome("c", True, False, SOUND, place=3, key_place=3),
    ]
    assert [one.soundness for one in said("ordering", Response.in_sequence("c", "a", "b"))] == [PARTLY, PARTLY, UNSOUND]


def test_of_marked_passages_each_breach_is_said_whether_it_was_found_or_not() -> None:
    credits = {"a": "1/2", "b": "1/2", "c": "-1/2", "d": "-1/2"}
    assert said("spot", Response.choosing("a", "c"), credits=credits) == [
        OptionOutcome("a", True, True, SOUND),
        OptionOutcome("b", False, True, SOUND),
        OptionOutcome("c", True, False, UNSOUND),
        OptionOutcome("d", False, False, UNSOUND),
    ]


def test_what_a_kind_does_not_know_is_left_open() -> None:
    (first, *_) = said("spot", Response.choosing("a"))
    assert (first.rating, first.key_rating, first.place, first.key_place) == (None, None, None, None)


def test_of_a_path_every_choice_is_said_with_its_credit_and_its_turn() -> None:
    assert said("branching", Response.in_sequence("first/b", "second/b")) == [
        OptionOutcome("first/a", False, True, SOUND),
        OptionOutcome("first/b", True, False, UNSOUND, place=1),
        OptionOutcome("second/a", False, True, SOUND),
        OptionOutcome("second/b", True, False, PARTLY, place=2),
    ]
