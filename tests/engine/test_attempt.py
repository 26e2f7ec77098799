"""An attempt is a log: what each behaviour takes and shows, how it ends, and how its steps are chained."""

import hashlib
from dataclasses import FrozenInstanceError, replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from quiz.engine.actions import Answer, Expire, Finish
from quiz.engine.attempt import Attempt, Shown, StepKind, act
from quiz.engine.behaviours import registry
from quiz.engine.document import canonical
from quiz.engine.errors import NotOffered
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario
from quiz.engine.states import AttemptState, SlotState
from tests.builders import SHOWN, START, a_scenario, acted, after, an_attempt, choosing, in_sequence, rating

IMMEDIATE = ["immediate_feedback", "practice"]
ALL = [*IMMEDIATE, "exam"]


def kinds(attempt: Attempt) -> list[str]:
    return [step.kind.value for step in attempt.steps]


@pytest.mark.parametrize("behaviour", ALL)
def test_an_attempt_begins_with_nothing_answered_and_nothing_shown(behaviour: str) -> None:
    attempt = an_attempt(behaviour=behaviour)
    assert attempt.state is AttemptState.UNDER_WAY
    assert attempt.ended_at is None
    assert [attempt.slot_state(number) for number in (1, 2, 3)] == [SlotState.OPEN] * 3
    assert not any(attempt.reveals(number) for number in (1, 2, 3))
    assert attempt.next_open() == 1
    assert attempt.last_digest == attempt.seal


@pytest.mark.parametrize("behaviour", ALL)
def test_an_answer_is_one_step_with_its_credit_and_how_the_page_looked(behaviour: str) -> None:
    begun = an_attempt(behaviour=behaviour)
    attempt = act(begun, choosing(2, "b"), after(1), Shown("en", "latn"))
    (step,) = attempt.steps
    assert (step.number, step.kind, step.slot, step.at) == (1, StepKind.ANSWERED, 2, after(1))
    assert (step.response, step.credit, step.shown) == (
        Response.choosing("b"),
        Fraction(1, 2),
        Shown("en", "latn"),
    )
    assert begun.steps == ()


@pytest.mark.parametrize("behaviour", ALL)
@pytest.mark.parametrize(
    "answer", [choosing(0, "a"), choosing(4, "a"), choosing(-1, "a"), choosing(1, "z"), choosing(1), rating(1, a="x")]
)
def test_what_is_not_offered_is_refused_and_leaves_nothing(behaviour: str, answer: Answer) -> None:
    attempt = an_attempt(behaviour=behaviour)
    with pytest.raises(NotOffered):
        act(attempt, answer, after(1))
    assert attempt.steps == ()


# Learning at once


@pytest.mark.parametrize("behaviour", IMMEDIATE)
def test_a_second_answer_changes_nothing(behaviour: str) -> None:
    attempt = acted(an_attempt(behaviour=behaviour), choosing(1, "c"))
    for again in (choosing(1, "a"), choosing(1, "c")):
        assert act(attempt, again, after(2)) is attempt
    assert attempt.score.points == 0


@pytest.mark.parametrize("behaviour", IMMEDIATE)
def test_the_ruling_shows_with_the_answer_and_only_there(behaviour: str) -> None:
    attempt = acted(an_attempt(behaviour=behaviour), choosing(2, "a"))
    assert [attempt.reveals(number) for number in (1, 2, 3)] == [False, True, False]
    assert [attempt.slot_state(number) for number in (1, 2, 3)] == [SlotState.OPEN, SlotState.RULED, SlotState.OPEN]


@pytest.mark.parametrize("behaviour", IMMEDIATE)
def test_the_last_answer_ends_the_attempt_at_its_own_moment(behaviour: str) -> None:
    attempt = acted(an_attempt(behaviour=behaviour), choosing(2, "a"), choosing(3, "a"), choosing(1, "a"))
    assert kinds(attempt) == ["answered", "answered", "answered", "finished"]
    assert attempt.state is AttemptState.FINISHED
    assert attempt.ended_at == after(3)
    assert attempt.steps[-1].shown == SHOWN


def test_practice_is_learning_that_does_not_count() -> None:
    counts = {name: registry.get(name).counts for name in (*ALL, "try_again")}
    assert counts == {"immediate_feedback": True, "practice": False, "exam": True, "try_again": True}
    with pytest.raises(KeyError):
        registry.get("adaptive")


# Exam


def test_in_an_exam_another_answer_replaces_the_first_and_both_stay_in_the_log() -> None:
    attempt = acted(an_attempt(behaviour="exam"), choosing(1, "c"), choosing(1, "a"), choosing(1, "b"))
    assert [step.response for step in attempt.steps] == [Response.choosing(key) for key in "cab"]
    assert attempt.answers[1].number == 3
    assert attempt.score.points == Fraction(1, 2)


def test_in_an_exam_the_same_answer_again_changes_nothing() -> None:
    attempt = acted(an_attempt(behaviour="exam"), choosing(1, "c"))
    assert act(attempt, choosing(1, "c"), after(2)) is attempt


def test_an_exam_shows_nothing_before_the_end_and_everything_after_it() -> None:
    attempt = acted(an_attempt(behaviour="exam"), choosing(1, "a"), choosing(2, "a"), choosing(3, "a"))
    assert attempt.state is AttemptState.UNDER_WAY
    assert not any(attempt.reveals(number) for number in (1, 2, 3))
    assert [attempt.slot_state(number) for number in (1, 2, 3)] == [SlotState.ANSWERED] * 3
    handed_in = act(attempt, Finish(), after(9), SHOWN)
    assert all(handed_in.reveals(number) for number in (1, 2, 3))


def test_an_exam_may_be_handed_in_with_gaps() -> None:
    attempt = acted(an_attempt(behaviour="exam"), choosing(2, "a"), Finish())
    assert kinds(attempt) == ["answered", "finished"]
    assert [mark.credit for mark in attempt.marks] == [0, 1, 0]
    assert attempt.slot_state(1) is SlotState.OPEN
    assert attempt.reveals(1)


# The end


@pytest.mark.parametrize("behaviour", ALL)
def test_handing_in_twice_changes_nothing(behaviour: str) -> None:
    attempt = acted(an_attempt(behaviour=behaviour), choosing(1, "a"), Finish())
    assert act(attempt, Finish(), after(9)) is attempt
    assert attempt.steps[-1].shown == SHOWN


@pytest.mark.parametrize("behaviour", ALL)
@pytest.mark.parametrize("late", [choosing(2, "a"), choosing(9, "z"), Finish(), Expire()])
def test_after_the_end_nothing_happens_whatever_is_asked(behaviour: str, late: Answer | Finish | Expire) -> None:
    ended = acted(an_attempt(behaviour=behaviour, minutes=25), choosing(1, "a"), Finish())
    assert act(ended, late, after(10)) is ended
    assert act(ended, late, after(60)) is ended
    assert not ended.is_overdue(after(60))


# Time


@pytest.mark.parametrize("behaviour", ALL)
def test_an_answer_at_the_deadline_is_too_late(behaviour: str) -> None:
    attempt = an_attempt(behaviour=behaviour, minutes=25)
    deadline = attempt.deadline
    assert deadline == after(25)
    just_in_time = act(attempt, choosing(1, "a"), after(25) - timedelta(microseconds=1))
    assert kinds(just_in_time) == ["answered"]
    late = act(attempt, choosing(1, "a"), after(25))
    assert kinds(late) == ["expired"]
    assert late.answers == {}


@pytest.mark.parametrize("action", [choosing(1, "a"), choosing(9, "z"), Finish(), Expire()])
def test_the_end_of_time_bears_the_moment_of_the_deadline(action: Answer | Finish | Expire) -> None:
    answered = acted(an_attempt(behaviour="exam", minutes=25), choosing(2, "a"))
    expired = act(answered, action, after(300), SHOWN)
    assert kinds(expired) == ["answered", "expired"]
    assert expired.state is AttemptState.EXPIRED
    assert expired.ended_at == after(25)
    assert expired.steps[-1].shown is None


def test_the_end_of_time_is_the_same_whoever_notices_it_and_when() -> None:
    attempt = acted(an_attempt(behaviour="exam", minutes=25), choosing(2, "a"))
    noticed = [act(attempt, action, after(minute)) for action in (Expire(), Finish()) for minute in (25, 26, 9_999)]
    assert len({one.last_digest for one in noticed}) == 1


def test_answers_given_before_the_end_of_time_count() -> None:
    attempt = acted(an_attempt(behaviour="exam", minutes=25), choosing(1, "a"), choosing(2, "a"), choosing(3, "a"))
    assert act(attempt, Expire(), after(25)).score.passed


def test_before_the_deadline_and_without_one_time_ends_nothing() -> None:
    limited = an_attempt(behaviour="exam", minutes=25)
    assert act(limited, Expire(), after(25) - timedelta(microseconds=1)) is limited
    open_ended = an_attempt(behaviour="exam")
    assert act(open_ended, Expire(), after(999_999)) is open_ended
    assert not open_ended.is_overdue(after(999_999))


# Places


def test_the_next_open_place_is_looked_for_ahead_and_then_from_the_start() -> None:
    attempt = acted(an_attempt(behaviour="exam"), choosing(2, "a"))
    assert [attempt.next_open(place) for place in (0, 1, 2, 3)] == [1, 3, 3, 1]
    everything = acted(attempt, choosing(1, "a"), choosing(3, "a"))
    assert everything.next_open(2) is None


def test_a_position_on_the_page_is_an_option_of_the_draw() -> None:
    slot = an_attempt().slot(1)
    assert [slot.option_at(position) for position in range(3)] == ["c", "b", "a"]
    for outside in (-1, 3):
        with pytest.raises(NotOffered):
            slot.option_at(outside)


# The chain


def test_every_step_is_chained_to_the_one_before_and_the_first_to_the_draw() -> None:
    attempt = acted(an_attempt(behaviour="exam"), choosing(1, "a"), choosing(2, "b"), Finish())
    previous = attempt.seal
    for number, step in enumerate(attempt.steps, 1):
        assert step.number == number
        assert step.previous_digest == previous
        body = previous.encode() + b"\n" + canonical(step.document())
        assert step.digest == hashlib.sha256(body).hexdigest()
        previous = step.digest
    assert attempt.last_digest == previous


def first_digest(
    answer: Answer | None = None,
    moment: datetime | None = None,
    shown: Shown = SHOWN,
    seal: str | None = None,
    scenario: Scenario | None = None,
) -> str:
    """Return the digest of the first step where one thing is otherwise than usual."""
    begun = an_attempt(*[scenario or a_scenario(f"scenario-{number}") for number in (1, 2)], behaviour="exam")
    begun = replace(begun, seal=seal or begun.seal)
    (step,) = act(begun, answer or choosing(1, "a"), moment or after(1), shown).steps
    return step.digest


def test_the_digest_covers_everything_a_step_says() -> None:
    digests = [
        first_digest(),
        first_digest(choosing(2, "a")),
        first_digest(choosing(1, "b")),
        first_digest(moment=after(1) + timedelta(microseconds=1)),
        first_digest(shown=Shown("en", "arab")),
        first_digest(shown=Shown("ar", "latn")),
        first_digest(scenario=a_scenario(credits={"a": "1/3", "b": 1})),
        first_digest(seal="0" * 64),
    ]
    assert len(set(digests)) == len(digests)
    assert first_digest() == digests[0]


def test_a_step_is_stored_and_digested_in_a_form_that_never_changes() -> None:
    """Logs are kept for years: another name or form of one field would make every one of them a forgery."""
    attempt = act(an_attempt(behaviour="exam"), Answer(1, Response.choosing("b"), "low"), after(1), Shown("en", "arab"))
    attempt = act(attempt, Finish(), after(2))
    assert [step.document() for step in attempt.steps] == [
        {
            "number": 1,
            "kind": "answered",
            "at": "2026-11-21T09:01:00.000000+00:00",
            "slot": 1,
            "response": {"chosen": ["b"]},
            "credit": "1/2",
            "shown": ["en", "arab"],
            "certainty": "low",
        },
        {
            "number": 2,
            "kind": "finished",
            "at": "2026-11-21T09:02:00.000000+00:00",
            "slot": None,
            "response": None,
            "credit": None,
            "shown": None,
        },
    ]


def test_a_turn_of_a_path_is_stored_without_a_credit() -> None:
    attempt = act(an_attempt(a_scenario(kind="branching")), in_sequence(1, "first/a"), after(1))
    stored = attempt.steps[0].document()
    assert (stored["response"], stored["credit"]) == ({"sequence": ["first/a"]}, None)


def test_steps_cannot_be_written_over() -> None:
    attempt = acted(an_attempt(), choosing(1, "a"))
    with pytest.raises(FrozenInstanceError):
        attempt.steps[0].credit = Fraction(1)  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        attempt.started_at = START  # type: ignore[misc]
