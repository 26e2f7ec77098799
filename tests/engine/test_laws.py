"""The laws of the engine, searched over every kind under every behaviour with keys and answers drawn by chance."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.actions import CERTAINTIES, Action, Answer, Expire, Finish
from quiz.engine.attempt import Attempt, act, replay
from quiz.engine.errors import NotOffered
from quiz.engine.extremes import least_sound, soundest
from quiz.engine.question_types import registry
from quiz.engine.question_types.branching import next_node
from quiz.engine.response import Response
from quiz.engine.scenario import PICKS, RATINGS, Scenario
from quiz.engine.states import AttemptState
from tests.builders import SHOWN, a_node, a_scenario, after, an_attempt
from tests.engine.search import SEARCH

BEHAVIOURS = ("immediate_feedback", "exam", "try_again", "practice")
credits = st.fractions(0, 1, max_denominator=12)


def keys(count: int) -> list[str]:
    return list("abcdefgh"[:count])


@st.composite
def weighed(draw: st.DrawFn, kind: str) -> Scenario:
    """Draw a lawful scenario whose positives sum to 1 and whose negatives outweigh them."""
    right = draw(st.integers(1, 3))
    wrong = draw(st.integers(max(right, 3 - right), 4))
    weights = [Fraction(1, right)] * right + [Fraction(-1, right)] * wrong
    return a_scenario(kind=kind, credits=dict(zip(keys(len(weights)), draw(st.permutations(weights)), strict=True)))


@st.composite
def branchings(draw: st.DrawFn) -> Scenario:
    """Draw a lawful branching: two to four turns, each choice leading on or, after the first turn, to the end."""
    depth = draw(st.integers(2, 4))
    nodes, given_credits = [], {}
    for turn in range(depth):
        choices = keys(draw(st.integers(2, 4)))
        leads: dict[str, str | None] = {}
        for place, choice in enumerate(choices):
            may_end = turn == depth - 1 or (turn >= 1 and place > 0 and draw(st.booleans()))
            leads[choice] = None if may_end else f"n{turn + 1}"
            given_credits[f"n{turn}/{choice}"] = draw(credits)
        given_credits[f"n{turn}/{draw(st.sampled_from(choices))}"] = Fraction(1)
        nodes.append(a_node(f"n{turn}", **leads))
    return a_scenario(kind="branching", credits=given_credits, nodes=nodes)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw a lawful scenario of any kind."""
    kind = draw(st.sampled_from(registry.names()))
    if kind in {"multiple_choice", "spot"}:
        return draw(weighed(kind))
    if kind == "branching":
        return draw(branchings())
    if kind == "single_choice":
        others = draw(st.lists(credits.filter(lambda credit: credit != 1), min_size=1, max_size=5))
        drawn = draw(st.permutations([Fraction(1), *others]))
        return a_scenario(credits=dict(zip(keys(len(drawn)), drawn, strict=True)))
    names = keys(draw(st.integers(4, 5)))
    mixed = draw(st.permutations(names))
    return a_scenario(
        kind=kind,
        credits=dict.fromkeys(names) if kind != "judgement" else None,
        key_ratings={key: draw(st.sampled_from(RATINGS)) for key in names} if kind == "judgement" else None,
        key_choice=dict(zip(PICKS, mixed, strict=False)) if kind == "most_least" else None,
        key_order=mixed if kind == "ordering" else None,
    )


@st.composite
def answers(draw: st.DrawFn, scenario: Scenario) -> list[Response]:
    """Draw what may be given to a scenario, turn by turn where it has several."""
    names = [option.key for option in scenario.options]
    if scenario.kind == "single_choice":
        return [Response.choosing(draw(st.sampled_from(names)))]
    if scenario.kind in {"multiple_choice", "spot"}:
        return [Response.choosing(*draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))]
    if scenario.kind == "judgement":
        return [Response.rating({key: draw(st.sampled_from(RATINGS)) for key in names})]
    if scenario.kind == "most_least":
        return [Response.rating(dict(zip(draw(st.permutations(names)), PICKS, strict=False)))]
    if scenario.kind == "ordering":
        return [Response.in_sequence(*draw(st.permutations(names)))]
    path: tuple[str, ...] = ()
    turns = []
    while (node := next_node(scenario, path)) is not None:
        path = (*path, draw(st.sampled_from(sorted(node.leads))))
        turns.append(Response.in_sequence(*path))
    return turns


@st.composite
def sittings(draw: st.DrawFn) -> tuple[Attempt, list[tuple[Action, int]]]:
    """Draw an attempt with scenarios of any kind, and what is done in it, minute by minute."""
    drawn = draw(st.lists(scenarios(), min_size=1, max_size=3))
    attempt = an_attempt(
        *(replace(scenario, key=f"one-{number}") for number, scenario in enumerate(drawn)),
        behaviour=draw(st.sampled_from(BEHAVIOURS)),
        minutes=draw(st.sampled_from([None, 40])),
        unscored=draw(st.sampled_from([(), (1,)])),
    )
    moves: list[tuple[Action, int]] = []
    for _ in range(draw(st.integers(0, 6))):
        slot = draw(st.sampled_from(attempt.slots))
        certainty = draw(st.sampled_from([None, *CERTAINTIES]))
        for response in draw(answers(slot.scenario)):
            moves.append((Answer(slot.number, response, certainty), draw(st.integers(0, 5))))
    if draw(st.booleans()):
        moves.append((draw(st.sampled_from([Finish(), Expire()])), 1))
    return attempt, moves


def walked(attempt: Attempt, moves: Sequence[tuple[Action, int]]) -> list[tuple[Attempt, Action, int]]:
    """Return the attempt after each move that was not refused, with the move and its minute."""
    minute, found = 0, []
    for action, pause in moves:
        minute += pause
        try:
            attempt = act(attempt, action, after(minute), SHOWN)
        except NotOffered:
            continue
        found.append((attempt, action, minute))
    return found


@SEARCH
@given(st.data())
def test_credit_is_an_exact_share(data: st.DataObject) -> None:
    scenario = data.draw(scenarios())
    kind = registry.get(scenario.kind)
    assert kind.check(scenario) == []
    credit = kind.mark(scenario, data.draw(answers(scenario))[-1])
    assert type(credit) is Fraction
    assert 0 <= credit <= 1


@SEARCH
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_options_never_changes_a_mark(data: st.DataObject, chance: Any) -> None:
    scenario = data.draw(scenarios())
    response = data.draw(answers(scenario))[-1]
    options, nodes = list(scenario.options), [(node, list(node.leads.items())) for node in scenario.nodes]
    chance.shuffle(options)
    for _, leads in nodes:
        chance.shuffle(leads)
    turned = replace(
        scenario, options=tuple(options), nodes=tuple(replace(node, leads=dict(leads)) for node, leads in nodes)
    )
    assert registry.get(scenario.kind).mark(turned, response) == registry.get(scenario.kind).mark(scenario, response)


@SEARCH
@given(st.data())
def test_nothing_earns_more_than_the_soundest_or_less_than_the_least_sound(data: st.DataObject) -> None:
    scenario = data.draw(scenarios())
    mark = registry.get(scenario.kind).mark
    credit = mark(scenario, data.draw(answers(scenario))[-1])
    assert mark(scenario, least_sound(scenario)) <= credit <= mark(scenario, soundest(scenario)) == 1


@SEARCH
@given(st.data())
def test_the_summary_names_every_option_once_and_what_was_given(data: st.DataObject) -> None:
    scenario = data.draw(scenarios())
    response = data.draw(answers(scenario))[-1]
    outcomes = registry.get(scenario.kind).summarise(scenario, response)
    assert [one.key for one in outcomes] == [option.key for option in scenario.options]
    assert {one.key: one.rating for one in outcomes if one.rating} == dict(response.ratings)
    placed = sorted((one.place, one.key) for one in outcomes if one.place is not None)
    assert tuple(key for _, key in placed) == response.sequence


@SEARCH
@given(sittings())
def test_replay_equals_the_record(sitting: tuple[Attempt, list[tuple[Action, int]]]) -> None:
    for attempt, _, _ in walked(*sitting):
        assert replay(sitting[0], attempt.steps) == attempt


@SEARCH
@given(sittings())
def test_a_repeated_action_changes_nothing(sitting: tuple[Attempt, list[tuple[Action, int]]]) -> None:
    for attempt, action, minute in walked(*sitting):
        assert act(attempt, action, after(minute), SHOWN) is attempt


@SEARCH
@given(sittings(), st.data())
def test_nothing_happens_after_the_end(sitting: tuple[Attempt, list[tuple[Action, int]]], data: st.DataObject) -> None:
    found = walked(*sitting)
    ended = act(found[-1][0] if found else sitting[0], Finish(), after(500), SHOWN)
    assert ended.state is not AttemptState.UNDER_WAY
    slot = data.draw(st.sampled_from(ended.slots))
    for response in data.draw(answers(slot.scenario)):
        assert act(ended, Answer(slot.number, response), after(501), SHOWN) is ended


@SEARCH
@given(sittings())
def test_the_sum_of_the_parts_is_the_whole(sitting: tuple[Attempt, list[tuple[Action, int]]]) -> None:
    for attempt, _, _ in walked(*sitting):
        counted = [mark for mark in attempt.marks if mark.scored]
        assert attempt.score.points == sum((mark.credit for mark in counted), Fraction(0))
        assert attempt.score.out_of == len(counted) == sum(slot.scored for slot in attempt.slots)
        assert all(0 <= mark.credit <= 1 for mark in attempt.marks)


@SEARCH
@given(sittings())
def test_passing_is_the_same_with_certainty_and_without(sitting: tuple[Attempt, list[tuple[Action, int]]]) -> None:
    begun, moves = sitting
    without = [
        (Answer(action.slot, action.response) if isinstance(action, Answer) else action, pause)
        for action, pause in moves
    ]
    for (asked, _, _), (plain, _, _) in zip(walked(begun, moves), walked(begun, without), strict=True):
        assert (asked.score, asked.marks, asked.state) == (plain.score, plain.marks, plain.state)
        assert [asked.slot_state(slot.number) for slot in asked.slots] == [
            plain.slot_state(slot.number) for slot in plain.slots
        ]
