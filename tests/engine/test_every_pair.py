"""Every kind under every behaviour: a story is made for each pair; what may be shown now is the behaviour's alone."""

from datetime import timedelta
from fractions import Fraction

import pytest

from quiz.engine.actions import Answer, Finish
from quiz.engine.attempt import Attempt, StepKind, act, replay
from quiz.engine.errors import NotOffered
from quiz.engine.question_types import registry
from quiz.engine.response import Response
from quiz.engine.states import AttemptState, SlotState
from tests.builders import KEY_RATINGS, SHOWN, START, a_scenario, an_attempt

BEHAVIOURS = ("immediate_feedback", "exam", "try_again", "practice")
# For each kind what to give, turn by turn: a whole answer that earns everything, and one that earns less.
BEST = {
    "single_choice": [Response.choosing("a")],
    "multiple_choice": [Response.choosing("a", "b")],
    "judgement": [Response.rating(KEY_RATINGS)],
    "most_least": [Response.rating({"a": "most", "d": "least"})],
    "ordering": [Response.in_sequence("a", "b", "c")],
    "spot": [Response.choosing("a")],
    "branching": [Response.in_sequence("first/a"), Response.in_sequence("first/a", "second/a")],
}
LESS = {
    "single_choice": ([Response.choosing("b")], Fraction(1, 2)),
    "multiple_choice": ([Response.choosing("a")], Fraction(1, 2)),
    "judgement": ([Response.rating(dict.fromkeys("abcd", "appropriate"))], Fraction(1, 2)),
    "most_least": ([Response.rating({"a": "most", "b": "least"})], Fraction(1, 2)),
    "ordering": ([Response.in_sequence("c", "a", "b")], Fraction(1, 3)),
    "spot": ([Response.choosing("a", "b")], Fraction(0)),
    "branching": (
        [Response.in_sequence("first/b"), Response.in_sequence("first/b", "second/b")],
        Fraction(1, 4),
    ),
}
PAIRS = [(kind, behaviour) for kind in registry.names() for behaviour in BEHAVIOURS]


def begun(kind: str, behaviour: str) -> Attempt:
    return an_attempt(a_scenario("one", kind), a_scenario("two", kind), behaviour=behaviour)


def give(attempt: Attempt, responses: list[Response], place: int = 1) -> Attempt:
    for response in responses:
        attempt = act(attempt, Answer(place, response), START + timedelta(minutes=len(attempt.steps) + 1), SHOWN)
    return attempt


def replays(attempt: Attempt) -> bool:
    return replay(attempt, attempt.steps) == attempt


def test_every_kind_has_its_answers() -> None:
    assert set(BEST) == set(LESS) == set(registry.names())


@pytest.mark.parametrize(("kind", "behaviour"), PAIRS)
def test_the_best_answer_earns_everything_and_settles_the_place(kind: str, behaviour: str) -> None:
    attempt = give(begun(kind, behaviour), BEST[kind])
    assert attempt.answers[1].credit == 1
    assert attempt.is_settled(1)
    assert attempt.next_open() == 2
    assert attempt.reveals(1) == (behaviour != "exam")
    assert attempt.slot_state(1) is (SlotState.ANSWERED if behaviour == "exam" else SlotState.RULED)
    assert replays(attempt)


@pytest.mark.parametrize(("kind", "behaviour"), PAIRS)
def test_a_lesser_answer_earns_its_share_and_only_try_again_asks_once_more(kind: str, behaviour: str) -> None:
    responses, credit = LESS[kind]
    attempt = give(begun(kind, behaviour), responses)
    assert attempt.answers[1].credit == credit
    assert attempt.is_settled(1) == (behaviour != "try_again")
    state = {"exam": SlotState.ANSWERED, "try_again": SlotState.HINTED}.get(behaviour, SlotState.RULED)
    assert attempt.slot_state(1) is state
    assert attempt.reveals(1) == (state is SlotState.RULED)
    assert replays(attempt)


@pytest.mark.parametrize("kind", registry.names())
def test_a_second_try_earns_half_unless_the_first_earned_more(kind: str) -> None:
    responses, credit = LESS[kind]
    attempt = give(give(begun(kind, "try_again"), responses), BEST[kind])
    assert attempt.answers[1].credit == max(credit, Fraction(1, 2))
    assert (attempt.is_settled(1), attempt.reveals(1), attempt.next_open()) == (True, True, 2)
    assert len(attempt.tries[1]) == 2
    again = give(attempt, BEST[kind])
    assert again == attempt
    assert replays(attempt)


def test_a_second_try_may_begin_with_the_same_turn() -> None:
    attempt = give(begun("branching", "try_again"), [Response.in_sequence("first/a")])
    attempt = give(attempt, [Response.in_sequence("first/a", "second/b")])
    assert attempt.slot_state(1) is SlotState.HINTED
    attempt = give(attempt, BEST["branching"])
    assert attempt.answers[1].credit == Fraction(3, 4)
    assert attempt.is_settled(1)
    assert replays(attempt)


def test_a_second_try_never_takes_away() -> None:
    attempt = give(give(begun("single_choice", "try_again"), [Response.choosing("b")]), [Response.choosing("c")])
    assert attempt.answers[1].credit == Fraction(1, 2)


@pytest.mark.parametrize(("kind", "behaviour"), PAIRS)
def test_the_same_thing_again_changes_nothing(kind: str, behaviour: str) -> None:
    attempt = begun(kind, behaviour)
    for response in LESS[kind][0]:
        attempt = give(attempt, [response])
        assert give(attempt, [response]) == attempt


@pytest.mark.parametrize(("kind", "behaviour"), PAIRS)
def test_after_the_end_everything_that_was_answered_is_shown_and_nothing_is_taken(kind: str, behaviour: str) -> None:
    attempt = give(begun(kind, behaviour), LESS[kind][0])
    ended = act(attempt, Finish(), START + timedelta(hours=1), SHOWN)
    assert ended.state is AttemptState.FINISHED
    assert ended.reveals(1)
    assert ended.score.points == LESS[kind][1]
    # Of what was left open only an exam shows the ruling: elsewhere it may come up again in the next attempt.
    assert ended.reveals(2) == (behaviour == "exam")
    assert give(ended, BEST[kind]) == ended
    assert replays(ended)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_path_that_was_left_half_way_is_no_answer(behaviour: str) -> None:
    attempt = give(begun("branching", behaviour), BEST["branching"][:1])
    assert attempt.steps[-1].kind is StepKind.ANSWERED
    assert attempt.steps[-1].credit is None
    assert (attempt.slot_state(1), attempt.next_open()) == (SlotState.OPEN, 1)
    assert not attempt.reveals(1)
    assert attempt.score.points == 0


@pytest.mark.parametrize("behaviour", ["immediate_feedback", "practice", "try_again"])
def test_a_turn_that_was_taken_stands(behaviour: str) -> None:
    attempt = give(begun("branching", behaviour), [Response.in_sequence("first/b")])
    assert give(attempt, [Response.in_sequence("first/a")]) == attempt


def test_in_an_exam_a_path_may_be_left_at_any_turn() -> None:
    attempt = give(begun("branching", "exam"), LESS["branching"][0])
    attempt = give(attempt, [Response.in_sequence("first/b", "second/a")])
    assert attempt.answers[1].credit == Fraction(1, 2)
    attempt = give(attempt, BEST["branching"])
    assert attempt.answers[1].credit == 1
    assert replays(attempt)


@pytest.mark.parametrize(
    "path", [("second/a",), ("first/a", "second/a"), ("first/c",), ("first/a", "first/b"), ("first",)]
)
def test_a_path_goes_turn_by_turn_from_the_beginning(path: tuple[str, ...]) -> None:
    with pytest.raises(NotOffered):
        give(begun("branching", "exam"), [Response.in_sequence(*path)])


@pytest.mark.parametrize("certainty", ["low", "medium", "high"])
def test_certainty_is_kept_and_never_counts(certainty: str) -> None:
    with_it = act(begun("single_choice", "exam"), Answer(1, Response.choosing("b"), certainty), START, SHOWN)
    without = act(begun("single_choice", "exam"), Answer(1, Response.choosing("b")), START, SHOWN)
    assert with_it.steps[0].certainty == certainty
    assert with_it.score == without.score
    assert replays(with_it)
    assert "certainty" not in without.steps[0].document()
    with pytest.raises(NotOffered) as refusal:
        act(begun("single_choice", "exam"), Answer(1, Response.choosing("b"), "very"), START, SHOWN)
    assert refusal.value.code == "not-offered"
