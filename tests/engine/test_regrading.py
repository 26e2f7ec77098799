"""An attempt marked again: by a mended key, without a withdrawn scenario, and which score stands then."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.actions import Answer, Finish
from quiz.engine.attempt import Attempt
from quiz.engine.question_types import registry
from quiz.engine.regrading import (
    Change,
    Decision,
    Policy,
    Verdict,
    as_it_stands,
    helps,
    incomparable,
    judged,
    remarked,
    standing,
)
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario
from quiz.engine.scoring import Score
from tests.builders import a_node, a_scenario, acted, an_attempt, choosing
from tests.engine.search import SEARCH
from tests.engine.test_laws import scenarios, sittings, walked


def taken(behaviour: str = "exam", *choices: str) -> Attempt:
    """Return an ended attempt at single choices `scenario-1` …, answered one after the other."""
    given_choices = choices or ("a", "b", "c")
    drawn = [a_scenario(f"scenario-{number}") for number, _ in enumerate(given_choices, 1)]
    answers = [choosing(number, choice) for number, choice in enumerate(given_choices, 1)]
    return acted(an_attempt(*drawn, behaviour=behaviour), *answers, Finish())


def mended(key: str, **credits: int | str) -> dict[str, Change]:
    return {key: Change(key, a_scenario(key, credits=credits))}


def withdrawn(key: str) -> dict[str, Change]:
    return {key: Change(key, None)}


def test_a_mended_key_marks_the_same_answer_anew_and_leaves_the_others() -> None:
    attempt = taken()
    again = remarked(attempt, mended("scenario-3", a=0, b="1/2", c=1))
    assert [mark.credit for mark in attempt.marks] == [1, Fraction(1, 2), 0]
    assert [mark.credit for mark in again.marks] == [1, Fraction(1, 2), 1]
    assert (again.score.points, again.score.out_of) == (Fraction(5, 2), 3)
    assert attempt.steps == taken().steps


def test_a_withdrawn_scenario_counts_no_more() -> None:
    again = remarked(taken(), withdrawn("scenario-3"))
    assert (again.score.points, again.score.out_of) == (Fraction(3, 2), 2)
    assert again.slots[2].unscored_because == "withdrawn"


def test_what_never_counted_keeps_its_reason() -> None:
    attempt = an_attempt(unscored=(1,))
    assert remarked(attempt, withdrawn("scenario-1")).slots[0].unscored_because == "learning"


def test_a_scenario_that_was_not_drawn_changes_nothing() -> None:
    attempt = taken()
    assert remarked(attempt, withdrawn("another")) == attempt


def test_an_answer_whose_key_was_not_mended_keeps_the_credit_of_the_log() -> None:
    attempt = taken()
    older = replace(attempt, steps=(replace(attempt.steps[0], credit=Fraction(3, 4)), *attempt.steps[1:]))
    assert remarked(older, withdrawn("scenario-3")).marks[0].credit == Fraction(3, 4)


def test_a_second_try_is_marked_in_the_light_of_the_first() -> None:
    attempt = acted(an_attempt(a_scenario("one"), behaviour="try_again"), choosing(1, "b"), choosing(1, "c"))
    assert attempt.score.points == Fraction(1, 2)
    # By the mended key the first answer was right: it earns all, though a second was asked for.
    assert remarked(attempt, mended("one", a=0, b=1, c="1/2")).score.points == 1
    # And where the second is right, it is still a second one.
    assert remarked(attempt, mended("one", a=0, b=0, c=1)).score.points == Fraction(1, 2)


def test_an_unanswered_place_stays_without_credit() -> None:
    attempt = acted(an_attempt(a_scenario("one"), behaviour="exam"), Finish())
    assert remarked(attempt, mended("one", a=0, b=1, c=0)).score.points == 0


def test_a_half_gone_path_stays_without_credit() -> None:
    attempt = an_attempt(a_scenario("one", "branching"), behaviour="exam")
    attempt = acted(attempt, Answer(1, Response.in_sequence("first/a")), Finish())
    change = {"one": Change("one", a_scenario("one", "branching"))}
    assert remarked(attempt, change).score.points == 0


@pytest.mark.parametrize(
    ("other", "because"),
    [
        (a_scenario(credits={"a": 0, "b": 1, "c": 0}), None),
        (a_scenario(credits={"a": 1, "b": 0}), "options"),
        (a_scenario(credits={"a": 1, "b": 0, "d": 0}), "options"),
        (a_scenario(kind="multiple_choice"), "kind"),
    ],
)
def test_only_answers_to_the_same_options_can_be_marked_again(other: Scenario, because: str | None) -> None:
    assert incomparable(a_scenario(), other) == because
    if because:
        with pytest.raises(ValueError, match=because):
            remarked(taken(), {"scenario-1": Change("scenario-1", other)})


def test_a_path_that_leads_elsewhere_is_another_scenario() -> None:
    other = a_scenario(kind="branching", nodes=(a_node("first", a=None, b="second"), a_node("second", a=None, b=None)))
    assert incomparable(a_scenario(kind="branching"), other) == "options"
    assert incomparable(a_scenario(kind="branching"), a_scenario(kind="branching")) is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((7, 10, False), (8, 10, True), True),
        ((8, 10, True), (7, 10, False), False),
        ((8, 10, True), (9, 10, True), True),
        ((8, 10, True), (8, 10, True), False),
        # Of fewer places: what counts is the share.
        ((5, 10, False), (5, 9, False), True),
        ((8, 10, True), (7, 9, True), False),
        # A demand on a provision may be met with a lower share.
        ((8, 10, False), (7, 9, True), True),
        ((7, 9, True), (8, 10, False), False),
    ],
)
def test_what_helps(before: tuple[int, int, bool], after: tuple[int, int, bool], expected: bool) -> None:
    first, second = (Score(Fraction(points), out_of, passed) for points, out_of, passed in (before, after))
    assert helps(first, second) is expected
    assert standing(first, second, Policy.ONLY_IF_IT_HELPS) is (second if expected else first)
    assert standing(first, second, Policy.ALWAYS) is second


@SEARCH
@given(sittings())
def test_the_same_key_gives_the_same_score(sitting: tuple[Attempt, list[object]]) -> None:
    for attempt, _, _ in walked(*sitting):  # type: ignore[arg-type]
        changes = {slot.scenario.key: Change(slot.scenario.key, slot.scenario) for slot in attempt.slots}
        assert remarked(attempt, changes) == attempt


@SEARCH
@given(st.data())
def test_nobody_loses_where_only_help_stands(data: st.DataObject) -> None:
    attempt, moves = data.draw(sittings())
    for one, _, _ in walked(attempt, moves):
        changes = {}
        for slot in one.slots:
            other = replace(data.draw(scenarios()), key=slot.scenario.key)
            is_same = incomparable(slot.scenario, other) is None
            changes[slot.scenario.key] = Change(slot.scenario.key, other if is_same else None)
        stands = standing(one.score, remarked(one, changes).score, Policy.ONLY_IF_IT_HELPS)
        assert stands.passed >= one.score.passed
        if stands.passed == one.score.passed:
            assert stands.share >= one.score.share


@pytest.mark.parametrize("kind", registry.names())
def test_every_kind_can_be_marked_again(kind: str) -> None:
    scenario = a_scenario("one", kind)
    assert incomparable(scenario, replace(scenario, difficulty=3)) is None


# One decision after the other


def decided(*changes: dict[str, Change], policy: Policy = Policy.ONLY_IF_IT_HELPS) -> list[Decision]:
    return [Decision(number, *change.values(), policy) for number, change in enumerate(changes, 10)]


def test_each_decision_is_added_to_those_that_stand() -> None:
    worse, better, gone = (
        mended("scenario-1", a=0, b=1, c=0), mended("scenario-3", a=0, b="1/2", c=1), withdrawn("scenario-2"),
    )  # fmt: skip
    found = judged(taken(), decided(worse, better, gone))
    points = [(one.before.points, one.after.points, one.after.out_of, one.after_stands) for one in found.values()]
    assert list(found) == [10, 11, 12]
    assert points == [
        (Fraction(3, 2), Fraction(1, 2), 3, False),
        (Fraction(3, 2), Fraction(5, 2), 3, True),
        (Fraction(5, 2), Fraction(2), 2, True),
    ]
    assert [one.standing.points for one in found.values()] == [Fraction(3, 2), Fraction(5, 2), 2]


def test_of_two_decisions_about_one_scenario_the_later_holds() -> None:
    found = judged(taken(), decided(withdrawn("scenario-3"), mended("scenario-3", a=0, c=1, b="1/2")))
    assert (found[11].after.points, found[11].after.out_of) == (Fraction(5, 2), 3)


def test_an_attempt_stands_as_the_decisions_that_stand_have_it() -> None:
    attempt = taken()
    worse, gone = mended("scenario-1", a=0, b=1, c=0), withdrawn("scenario-3")
    assert as_it_stands(attempt, decided(worse)) is attempt
    found = as_it_stands(attempt, decided(worse, gone))
    assert found == remarked(attempt, gone)
    assert found.score == judged(attempt, decided(worse, gone))[11].standing


def test_a_decision_that_does_not_concern_an_attempt_or_cannot_is_left_out() -> None:
    other_options = mended("scenario-1", a=1, b=0, d=0)
    assert judged(taken(), decided(withdrawn("another"), other_options)) == {}
    assert list(judged(taken(), decided(other_options, withdrawn("scenario-1")))) == [11]


ONE_OF_THREE = st.sampled_from(["scenario-1", "scenario-2", "scenario-3"])
CHANGES = st.one_of(
    ONE_OF_THREE.map(withdrawn),
    st.builds(
        lambda key, credits: mended(key, **dict(zip("abc", credits, strict=True))),
        ONE_OF_THREE,
        st.permutations([1, "1/2", 0]),
    ),
)


@given(st.data())
@SEARCH
def test_however_many_decisions_nobody_loses_where_only_help_stands(data: st.DataObject) -> None:
    attempt = taken("exam", *data.draw(st.lists(st.sampled_from("abc"), min_size=3, max_size=3)))
    changes = data.draw(st.lists(CHANGES, min_size=1, max_size=5))
    score = attempt.score
    for verdict in judged(attempt, decided(*changes)).values():
        assert verdict.before == score
        assert verdict.standing == standing(score, verdict.after, Policy.ONLY_IF_IT_HELPS)
        assert (verdict.standing.passed, verdict.standing.share) >= (score.passed, score.share)
        score = verdict.standing
    always = judged(attempt, decided(*changes, policy=Policy.ALWAYS))
    whole = {key: change for one in changes for key, change in one.items()}
    assert [*always.values()][-1] == Verdict([*always.values()][-1].before, remarked(attempt, whole).score, True)
