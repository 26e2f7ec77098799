"""What the key of a scenario would answer, and the answer furthest from it: for examples, never for marking."""

from collections.abc import Callable
from fractions import Fraction

from quiz.engine.question_types import registry as question_types
from quiz.engine.question_types.branching import next_node
from quiz.engine.response import Response
from quiz.engine.scenario import PICKS, RATINGS, Option, Scenario


def soundest(scenario: Scenario) -> Response:
    """Return a response that earns all."""
    return _FOUND[scenario.kind](scenario, True)


def least_sound(scenario: Scenario) -> Response:
    """Return a response that earns as little as one of this kind and key can."""
    return _FOUND[scenario.kind](scenario, False)


def _credit(option: Option) -> Fraction:
    return option.credit or Fraction(0)


def _one(scenario: Scenario, sound: bool) -> Response:
    best = max if sound else min
    return Response.choosing(best(scenario.options, key=_credit).key)


def _several(scenario: Scenario, sound: bool) -> Response:
    return Response.choosing(*(option.key for option in scenario.options if (_credit(option) > 0) is sound))


def _rated(scenario: Scenario, sound: bool) -> Response:
    def far(rating: str) -> str:
        return RATINGS[-1] if RATINGS.index(rating) < len(RATINGS) // 2 else RATINGS[0]

    return Response.rating({key: rating if sound else far(rating) for key, rating in scenario.key_ratings.items()})


def _picked(scenario: Scenario, sound: bool) -> Response:
    picks = PICKS if sound else tuple(reversed(PICKS))
    return Response.rating({scenario.key_choice[named]: given for named, given in zip(PICKS, picks, strict=True)})


def _ordered(scenario: Scenario, sound: bool) -> Response:
    return Response.in_sequence(*(scenario.key_order if sound else reversed(scenario.key_order)))


def _walked(scenario: Scenario, sound: bool) -> Response:
    ended, waiting = [], [Response()]
    while waiting:
        path = waiting.pop()
        node = next_node(scenario, path.sequence)
        if node is None:
            ended.append(path)
        else:
            waiting.extend(Response.in_sequence(*path.sequence, key) for key in node.leads)
    best = max if sound else min
    return best(ended, key=lambda path: question_types.get(scenario.kind).mark(scenario, path))


_FOUND: dict[str, Callable[[Scenario, bool], Response]] = {
    "single_choice": _one,
    "multiple_choice": _several,
    "judgement": _rated,
    "most_least": _picked,
    "ordering": _ordered,
    "spot": _several,
    "branching": _walked,
}
