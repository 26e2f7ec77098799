"""Marking an ended attempt again after a key was mended or a scenario withdrawn; the stored log stays as it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from quiz.engine.attempt import Attempt, Slot, Step
from quiz.engine.behaviours import registry as behaviours
from quiz.engine.question_types import registry as question_types
from quiz.engine.scenario import Scenario
from quiz.engine.scoring import Score

WITHDRAWN = "withdrawn"


class Policy(StrEnum):
    """Which of two scores stands."""

    ONLY_IF_IT_HELPS = "only_if_it_helps"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to one scenario: another key for it, or (`mended` is None) it counts no more."""

    key: str
    mended: Scenario | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision in the order they were made: what it does to a scenario, and which of two scores then stands."""

    number: int
    change: Change
    policy: Policy


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a decision makes of an attempt: the score that stood, the one by the decision, and whether it stands."""

    before: Score
    after: Score
    after_stands: bool

    @property
    def standing(self) -> Score:
        """Return the score that stands."""
        return self.after if self.after_stands else self.before


def incomparable(asked: Scenario, mended: Scenario) -> str | None:
    """Return why answers to a scenario cannot be marked by another version of it, or None where they can.

    `kind`: it asks something else. `options`: what may be chosen, or where a path leads, is not the same
    (Moodle refuses a regrade whose number of options changed).
    """
    if asked.kind != mended.kind:
        return "kind"
    if {option.key for option in asked.options} != {option.key for option in mended.options}:
        return "options"
    paths = [{node.key: dict(node.leads) for node in scenario.nodes} for scenario in (asked, mended)]
    return "options" if paths[0] != paths[1] else None


def remarked(attempt: Attempt, changes: Mapping[str, Change]) -> Attempt:
    """Return an attempt as it would have been marked: for its score alone, its digests are those of the log.

    Raise ValueError where an answer cannot be marked by the other version.
    """
    slots = tuple(_changed(slot, changes.get(slot.scenario.key)) for slot in attempt.slots)
    again = replace(attempt, slots=slots, steps=())
    for step in attempt.steps:
        again = replace(again, steps=(*again.steps, _marked(again, step, changes)))
    return again


def _changed(slot: Slot, change: Change | None) -> Slot:
    if change is None:
        return slot
    if change.mended is None:
        return replace(slot, scored=False, unscored_because=slot.unscored_because or WITHDRAWN)
    because = incomparable(slot.scenario, change.mended)
    if because is not None:
        raise ValueError(because)
    return replace(slot, scenario=change.mended)


def _marked(again: Attempt, step: Step, changes: Mapping[str, Change]) -> Step:
    """Return a step with the credit that its answer earns by the changed key, in the light of the tries before it."""
    if step.slot is None or step.credit is None or step.response is None:
        return step
    slot = again.slot(step.slot)
    if slot.scenario.key not in changes:
        return step
    credit = question_types.get(slot.scenario.kind).mark(slot.scenario, step.response)
    return replace(step, credit=behaviours.get(again.behaviour).credit(again, slot.number, credit))


def helps(before: Score, after: Score) -> bool:
    """Tell whether another score is better for a person: it passes where the first did not, or is higher beside it."""
    if before.passed != after.passed:
        return after.passed
    return after.share > before.share


def standing(before: Score, after: Score, policy: Policy) -> Score:
    """Return the score that stands."""
    return after if policy is Policy.ALWAYS or helps(before, after) else before


def judged(attempt: Attempt, decisions: Sequence[Decision]) -> dict[int, Verdict]:
    """Return by number what each decision makes of an attempt; one that does not concern it, or cannot, is left out.

    A decision is added to those that stand for this attempt: none that could only help takes away by a later one.
    """
    return {number: verdict for number, verdict, _ in _followed(attempt, decisions)}


def as_it_stands(attempt: Attempt, decisions: Sequence[Decision]) -> Attempt:
    """Return an attempt marked by the decisions that stand for it: for its marks alone, as `remarked` has it."""
    stands: Mapping[str, Change] = {}
    for _, _, changes in _followed(attempt, decisions):
        stands = changes
    return remarked(attempt, stands) if stands else attempt


def _followed(attempt: Attempt, decisions: Sequence[Decision]) -> Iterator[tuple[int, Verdict, Mapping[str, Change]]]:
    """Give each decision that concerns an attempt with its verdict, and the changes that stand from then on."""
    drawn = {slot.scenario.key: slot.scenario for slot in attempt.slots}
    stands: dict[str, Change] = {}
    score = attempt.score
    for decision in decisions:
        change = decision.change
        if change.key not in drawn or (change.mended and incomparable(drawn[change.key], change.mended)):
            continue
        with_it = {**stands, change.key: change}
        after = remarked(attempt, with_it).score
        after_stands = standing(score, after, decision.policy) is after
        verdict = Verdict(score, after, after_stands)
        if after_stands:
            stands, score = with_it, after
        yield decision.number, verdict, stands


def marks_alike(one: Scenario, other: Scenario) -> bool:
    """Tell whether two versions of a scenario have the same key: whatever is answered, both mark it the same."""
    return _key(one) == _key(other)


def _key(scenario: Scenario) -> tuple[object, ...]:
    return (
        scenario.kind,
        {option.key: option.credit for option in scenario.options},
        dict(scenario.key_ratings),
        dict(scenario.key_choice),
        scenario.key_order,
        {node.key: dict(node.leads) for node in scenario.nodes},
    )
