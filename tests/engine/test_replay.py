"""A stored log replayed gives the record, and says where it does not follow from its own documents."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.actions import Action, Answer, Expire, Finish
from quiz.engine.attempt import Attempt, Shown, Slot, Step, StepKind, act, replay
from quiz.engine.document import canonical
from quiz.engine.errors import Unreplayable
from quiz.engine.response import Response
from quiz.engine.scenario import RATINGS
from quiz.engine.states import AttemptState
from tests.builders import KEY_RATINGS, SHOWN, START, a_scenario, acted, after, an_attempt, choosing, rating
from tests.engine.search import SEARCH

MIXED = (a_scenario("one"), a_scenario("many", "multiple_choice"), a_scenario("rated", "judgement"))
WHOLE = [choosing(1, "b"), choosing(2, "a", "c"), rating(3, **KEY_RATINGS)]
Steps = tuple[Step, ...]


def mixed(behaviour: str = "exam", minutes: int | None = None) -> Attempt:
    return an_attempt(*MIXED, behaviour=behaviour, minutes=minutes)


def replayed(attempt: Attempt, steps: Steps) -> Attempt:
    return replay(replace(attempt, steps=()), steps)


@pytest.mark.parametrize("behaviour", ["exam", "immediate_feedback", "practice"])
def test_a_replayed_log_equals_the_record(behaviour: str) -> None:
    attempt = acted(mixed(behaviour), *WHOLE, Finish())
    again = replayed(attempt, attempt.steps)
    assert again == attempt
    assert again.score == attempt.score
    assert again.last_digest == attempt.last_digest


def test_a_log_that_ran_out_of_time_is_replayed_to_the_deadline() -> None:
    attempt = act(acted(mixed(minutes=25), *WHOLE), Expire(), after(99))
    assert replayed(attempt, attempt.steps) == attempt
    assert attempt.state is AttemptState.EXPIRED


def test_an_empty_log_is_the_attempt_as_it_began() -> None:
    assert replayed(mixed(), ()) == mixed()


def forged(steps: Steps, place: int, **changes: object) -> Steps:
    """Return the log with one step changed and the chain left as it was."""
    return (*steps[:place], replace(steps[place], **changes), *steps[place + 1 :])  # type: ignore[arg-type]


FORGERIES: dict[str, Callable[[Steps], Steps]] = {
    "another response": lambda steps: forged(steps, 0, response=Response.choosing("a")),
    "a better credit": lambda steps: forged(steps, 0, credit=Fraction(1)),
    "a credit a millionth better": lambda steps: forged(steps, 0, credit=Fraction(500_001, 1_000_000)),
    "no credit": lambda steps: forged(steps, 0, credit=None),
    "another moment": lambda steps: forged(steps, 0, at=steps[0].at + timedelta(microseconds=1)),
    "another place": lambda steps: forged(steps, 0, slot=3),
    "a place that is not there": lambda steps: forged(steps, 0, slot=9),
    "no place": lambda steps: forged(steps, 0, slot=None),
    "an option that is not offered": lambda steps: forged(steps, 0, response=Response.choosing("z")),
    "no response": lambda steps: forged(steps, 0, response=None),
    "another page": lambda steps: forged(steps, 0, shown=Shown("en", "latn")),
    "another number": lambda steps: forged(steps, 1, number=3),
    "another kind": lambda steps: forged(steps, 0, kind=StepKind.EXPIRED),
    "another digest": lambda steps: forged(steps, 1, digest="0" * 64),
    "another digest before": lambda steps: forged(steps, 1, previous_digest="0" * 64),
    "another digest at the end": lambda steps: forged(steps, 3, digest="0" * 64),
    "two steps exchanged": lambda steps: (steps[1], steps[0], *steps[2:]),
    "the first step left out": lambda steps: steps[1:],
    "a step left out": lambda steps: (*steps[:1], *steps[2:]),
    "a step twice": lambda steps: (*steps[:1], *steps),
    "a step after the end": lambda steps: (*steps, steps[-1]),
    "an answer after the end": lambda steps: (*steps, replace(steps[0], number=5)),
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("behaviour", ["exam", "immediate_feedback"])
def test_a_forged_log_is_found(behaviour: str, forgery: str) -> None:
    attempt = acted(mixed(behaviour), *WHOLE, Finish())
    assert len(attempt.steps) == 4
    with pytest.raises(Unreplayable):
        replayed(attempt, FORGERIES[forgery](attempt.steps))


def test_a_forgery_is_named_by_its_step() -> None:
    attempt = acted(mixed(), *WHOLE, Finish())
    for forgery, code, step in (
        (forged(attempt.steps, 2, credit=Fraction(0)), "differs", 3),
        (forged(attempt.steps, 1, slot=9), "not-offered", 2),
        ((*attempt.steps, attempt.steps[-1]), "does-not-follow", 4),
    ):
        with pytest.raises(Unreplayable) as found:
            replayed(attempt, forgery)
        assert (found.value.code, found.value.values) == (code, {"step": step})


def test_what_an_attempt_holds_already_is_replayed_too() -> None:
    attempt = acted(mixed(), *WHOLE, Finish())
    with pytest.raises(Unreplayable):
        replay(attempt, forged(attempt.steps, 2, credit=Fraction(0)))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_forger_who_mends_the_chain_is_found_by_the_marking(place: int) -> None:
    attempt = acted(mixed(), *WHOLE, Finish())
    better = replace(attempt.steps[place], credit=Fraction(1 if place != 2 else 0))
    rechained = list(attempt.steps[:place])
    for step in (better, *attempt.steps[place + 1 :]):
        rechained.append(_rechained(step, rechained[-1].digest if rechained else attempt.seal))
    with pytest.raises(Unreplayable) as found:
        replayed(attempt, tuple(rechained))
    assert found.value.values == {"step": place + 1}


def _rechained(step: Step, previous: str) -> Step:
    digest = hashlib.sha256(previous.encode() + b"\n" + canonical(step.document())).hexdigest()
    return replace(step, previous_digest=previous, digest=digest)


def test_a_log_does_not_fit_another_draw() -> None:
    attempt = acted(mixed(), *WHOLE, Finish())
    with pytest.raises(Unreplayable):
        replayed(replace(attempt, seal="0" * 64), attempt.steps)
    other_key = (a_scenario("one", credits={"a": 0, "b": 1, "c": 0}), *MIXED[1:])
    slots = tuple(Slot(number, one, ("a",), True) for number, one in enumerate(other_key, 1))
    with pytest.raises(Unreplayable):
        replayed(replace(attempt, slots=slots), attempt.steps)


def test_the_end_that_belongs_to_the_last_answer_cannot_be_cut_off() -> None:
    attempt = acted(mixed("immediate_feedback"), *WHOLE)
    with pytest.raises(Unreplayable) as found:
        replayed(attempt, attempt.steps[:-1])
    assert found.value.code == "does-not-follow"


# Properties


@st.composite
def actions(draw: st.DrawFn) -> tuple[Action, int]:
    """Draw something a learner or the clock does, and the minute it comes at; some of it is not offered."""
    slot = draw(st.integers(1, 3))
    response = {
        1: lambda: Response.choosing(draw(st.sampled_from("abc"))),
        2: lambda: Response.choosing(*draw(st.lists(st.sampled_from("abcd"), min_size=1))),
        3: lambda: Response.rating({key: draw(st.sampled_from(RATINGS)) for key in "abcd"}),
    }[slot]()
    kind = draw(st.sampled_from(["answer"] * 6 + ["finish", "expire"]))
    action: Action = {"answer": Answer(slot, response), "finish": Finish(), "expire": Expire()}[kind]
    return action, draw(st.integers(0, 12))


journeys = st.tuples(
    st.sampled_from(["exam", "immediate_feedback", "practice"]),
    st.sampled_from([None, 25]),
    st.lists(actions(), max_size=14),
)


def walk(behaviour: str, minutes: int | None, moves: list[tuple[Action, int]]) -> list[tuple[Attempt, Action, int]]:
    """Return the attempt after each move, with the move and the minute it was made in."""
    attempt, minute, walked = mixed(behaviour, minutes), 0, []
    for action, pause in moves:
        minute += pause
        attempt = act(attempt, action, after(minute), SHOWN)
        walked.append((attempt, action, minute))
    return walked


@SEARCH
@given(journeys)
def test_whatever_happened_is_replayed_to_the_letter(journey: tuple[str, int | None, list[tuple[Action, int]]]) -> None:
    for attempt, _, _ in walk(*journey):
        assert replayed(attempt, attempt.steps) == attempt


@SEARCH
@given(journeys)
def test_repeating_an_action_changes_nothing(journey: tuple[str, int | None, list[tuple[Action, int]]]) -> None:
    for attempt, action, minute in walk(*journey):
        assert act(attempt, action, after(minute), SHOWN) is attempt


@SEARCH
@given(journeys, actions())
def test_nothing_happens_after_the_end(
    journey: tuple[str, int | None, list[tuple[Action, int]]], late: tuple[Action, int]
) -> None:
    for attempt, _, minute in walk(*journey):
        if attempt.state is not AttemptState.UNDER_WAY:
            assert act(attempt, late[0], after(minute + late[1]), SHOWN) is attempt
            assert attempt.steps[-1].kind is not StepKind.ANSWERED


@SEARCH
@given(journeys)
def test_a_log_only_grows_and_never_runs_past_its_deadline(
    journey: tuple[str, int | None, list[tuple[Action, int]]],
) -> None:
    before: Steps = ()
    for attempt, _, _ in walk(*journey):
        assert attempt.steps[: len(before)] == before
        assert [step.number for step in attempt.steps] == list(range(1, len(attempt.steps) + 1))
        if attempt.deadline is not None:
            assert all(START <= step.at <= attempt.deadline for step in attempt.steps)
            assert all(step.at < attempt.deadline for step in attempt.steps if step.kind is StepKind.ANSWERED)
        before = attempt.steps
