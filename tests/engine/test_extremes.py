"""The answer of the key, and the one furthest from it: what examples show, kind by kind."""

from fractions import Fraction

import pytest

from quiz.engine.extremes import least_sound, soundest
from quiz.engine.question_types import registry
from quiz.engine.response import Response
from quiz.engine.scenario import RATINGS, Scenario
from tests.builders import KEY_RATINGS, a_scenario

FIRST, _, _, LAST = RATINGS
EXTREMES = [
    (a_scenario(), Response.choosing("a"), Response.choosing("c"), 0),
    (a_scenario(credits={"a": "1/4", "b": 1, "c": "1/2"}), Response.choosing("b"), Response.choosing("a"), "1/4"),
    (a_scenario(kind="multiple_choice"), Response.choosing("a", "b"), Response.choosing("c", "d"), 0),
    (a_scenario(kind="spot"), Response.choosing("a"), Response.choosing("b", "c"), 0),
    (
        a_scenario(kind="judgement"),
        Response.rating(KEY_RATINGS),
        Response.rating({"a": LAST, "b": LAST, "c": FIRST, "d": FIRST}),
        0,
    ),
    (
        a_scenario(kind="most_least"),
        Response.rating({"a": "most", "d": "least"}),
        Response.rating({"a": "least", "d": "most"}),
        0,
    ),
    (a_scenario(kind="ordering"), Response.in_sequence("a", "b", "c"), Response.in_sequence("c", "b", "a"), 0),
    (
        a_scenario(kind="branching"),
        Response.in_sequence("first/a", "second/a"),
        Response.in_sequence("first/b", "second/b"),
        "1/4",
    ),
]


@pytest.mark.parametrize(("scenario", "best", "worst", "least"), EXTREMES)
def test_the_soundest_answer_is_the_key_and_the_least_sound_is_furthest_from_it(
    scenario: Scenario, best: Response, worst: Response, least: str | int
) -> None:
    mark = registry.get(scenario.kind).mark
    assert soundest(scenario) == best
    assert least_sound(scenario) == worst
    assert (mark(scenario, best), mark(scenario, worst)) == (1, Fraction(least))


def test_every_kind_has_its_extremes_here() -> None:
    assert {scenario.kind for scenario, *_ in EXTREMES} == set(registry.names())
