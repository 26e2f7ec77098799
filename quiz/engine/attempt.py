"""An attempt as a log of steps: how it begins, what an action adds, and how a stored log is replayed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from quiz.engine.actions import CERTAINTIES, Action, Answer, Expire, Finish
from quiz.engine.behaviours import registry as behaviours
from quiz.engine.document import canonical
from quiz.engine.errors import NotOffered, Unreplayable
from quiz.engine.module import PassRule
from quiz.engine.question_types import registry as question_types
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario
from quiz.engine.scoring import Mark, Score, score
from quiz.engine.states import AttemptState, SlotState


class StepKind(StrEnum):
    """What a step records."""

    ANSWERED = "answered"
    FINISHED = "finished"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of an attempt: which scenario, in which order its options stand, whether it counts."""

    number: int
    scenario: Scenario
    option_order: tuple[str, ...]
    scored: bool
    unscored_because: str | None = None

    def option_at(self, position: int) -> str:
        """Return the key of the option at a position counted from 0; raise NotOffered outside."""
        if not 0 <= position < len(self.option_order):
            raise NotOffered("not-offered")
        return self.option_order[position]


@dataclass(frozen=True, slots=True)
class Shown:
    """How the page looked to the learner when the step was taken: language and digits."""

    language: str
    digits: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened in an attempt; its digest covers the step before it."""

    number: int
    kind: StepKind
    at: datetime
    slot: int | None
    response: Response | None
    credit: Fraction | None
    shown: Shown | None
    previous_digest: str
    digest: str
    certainty: str | None = None

    def document(self) -> dict[str, Any]:
        """Return what the digest is taken of, besides the digest of the step before."""
        asked = {"certainty": self.certainty} if self.certainty is not None else {}
        return {
            **asked,
            "number": self.number,
            "kind": self.kind.value,
            "at": self.at.isoformat(timespec="microseconds"),
            "slot": self.slot,
            "response": self.response.document() if self.response else None,
            "credit": str(self.credit) if self.credit is not None else None,
            "shown": [self.shown.language, self.shown.digits] if self.shown else None,
        }


def _digest(step: Step) -> str:
    return hashlib.sha256(step.previous_digest.encode() + b"\n" + canonical(step.document())).hexdigest()


@dataclass(frozen=True)
class Attempt:
    """One sitting: what was drawn and everything that happened since."""

    behaviour: str
    slots: tuple[Slot, ...]
    pass_rule: PassRule
    started_at: datetime
    deadline: datetime | None
    seal: str
    steps: tuple[Step, ...] = ()

    @cached_property
    def turns(self) -> Mapping[int, Step]:
        """Return the last thing given at each place: a whole answer, or one turn of it."""
        return {step.slot: step for step in self.steps if step.slot is not None}

    @cached_property
    def tries(self) -> Mapping[int, tuple[Step, ...]]:
        """Return the whole answers given at each place, in order; a turn of an answer has no credit."""
        found: dict[int, tuple[Step, ...]] = {}
        for step in self.steps:
            if step.slot is not None and step.credit is not None:
                found[step.slot] = (*found.get(step.slot, ()), step)
        return found

    @cached_property
    def answers(self) -> Mapping[int, Step]:
        """Return the whole answer that stands at each place: the last one."""
        return {number: tries[-1] for number, tries in self.tries.items()}

    @property
    def last_digest(self) -> str:
        """Return the digest of the last step, or the seal of the draw before there is one."""
        return self.steps[-1].digest if self.steps else self.seal

    @property
    def state(self) -> AttemptState:
        """Return whether the attempt is under way, handed in or out of time."""
        if self.steps and self.steps[-1].kind is StepKind.FINISHED:
            return AttemptState.FINISHED
        if self.steps and self.steps[-1].kind is StepKind.EXPIRED:
            return AttemptState.EXPIRED
        return AttemptState.UNDER_WAY

    @property
    def ended_at(self) -> datetime | None:
        """Return the moment of the end, or None while under way."""
        return self.steps[-1].at if self.state is not AttemptState.UNDER_WAY else None

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether the deadline is past and nobody has written so yet."""
        return self.state is AttemptState.UNDER_WAY and self.deadline is not None and now >= self.deadline

    def slot(self, number: int) -> Slot:
        """Return the place of that number, counted from 1; raise NotOffered outside."""
        if not 1 <= number <= len(self.slots):
            raise NotOffered("no-such-place")
        return self.slots[number - 1]

    def slot_state(self, number: int) -> SlotState:
        """Return whether a place is open, answered, or judged in front of the learner."""
        if number not in self.answers:
            return SlotState.OPEN
        if self.reveals(number):
            return SlotState.RULED
        return SlotState.ANSWERED if self.is_settled(number) else SlotState.HINTED

    def is_settled(self, number: int) -> bool:
        """Tell whether a place asks for nothing more."""
        return behaviours.get(self.behaviour).is_settled(self, number)

    def reveals(self, number: int) -> bool:
        """Tell whether rulings and keys of a place may be shown now."""
        return behaviours.get(self.behaviour).reveals(self, number)

    def next_open(self, after: int = 0) -> int | None:
        """Return the first place that still asks for something after a place, then from the start, or None."""
        order = [slot.number for slot in self.slots]
        for number in order[after:] + order[:after]:
            if not self.is_settled(number):
                return number
        return None

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Return the credit of every place; an unanswered one has none and counts as 0."""
        return tuple(
            Mark(
                slot=slot.number,
                credit=(self.answers[slot.number].credit or Fraction(0))
                if slot.number in self.answers
                else Fraction(0),
                scored=slot.scored,
                addresses=frozenset(cite.address for cite in slot.scenario.citations)
                | frozenset(cite.provision_address for cite in slot.scenario.citations),
            )
            for slot in self.slots
        )

    @property
    def score(self) -> Score:
        """Return the score as it stands, by the pass rule it began with."""
        return score(self.marks, self.pass_rule)


def act(attempt: Attempt, action: Action, now: datetime, shown: Shown | None = None) -> Attempt:
    """Return the same attempt where nothing happens, or one with more steps; raise NotOffered for what is not there."""
    if attempt.state is not AttemptState.UNDER_WAY:
        return attempt
    if attempt.is_overdue(now):
        return _with(attempt, StepKind.EXPIRED, attempt.deadline or now)
    if isinstance(action, Expire):
        return attempt
    if isinstance(action, Finish):
        return _with(attempt, StepKind.FINISHED, now, shown=shown)
    return _answered(attempt, action, now, shown)


def _answered(attempt: Attempt, action: Answer, now: datetime, shown: Shown | None) -> Attempt:
    slot = attempt.slot(action.slot)
    kind = question_types.get(slot.scenario.kind)
    last = attempt.turns.get(slot.number)
    if last is not None and _repeats(action.response, last):
        return attempt
    response = kind.accept(slot.scenario, action.response, last.response if last else None)
    if action.certainty is not None and action.certainty not in CERTAINTIES:
        raise NotOffered("not-offered")
    behaviour = behaviours.get(attempt.behaviour)
    if not behaviour.takes(attempt, slot.number, response):
        return attempt
    credit = None
    if kind.is_complete(slot.scenario, response):
        credit = behaviour.credit(attempt, slot.number, kind.mark(slot.scenario, response))
    attempt = _with(attempt, StepKind.ANSWERED, now, slot.number, response, credit, shown, action.certainty)
    if behaviour.ends_with_last_answer and attempt.next_open() is None:
        attempt = _with(attempt, StepKind.FINISHED, now, shown=shown)
    return attempt


def _repeats(response: Response, last: Step) -> bool:
    """Tell whether a response says nothing new: the same again, or an earlier turn of a path that is under way."""
    given = last.response or Response()
    return response == given or (last.credit is None and response.is_within(given))


def _with(
    attempt: Attempt,
    kind: StepKind,
    at: datetime,
    slot: int | None = None,
    response: Response | None = None,
    credit: Fraction | None = None,
    shown: Shown | None = None,
    certainty: str | None = None,
) -> Attempt:
    step = Step(len(attempt.steps) + 1, kind, at, slot, response, credit, shown, attempt.last_digest, "", certainty)
    return replace(attempt, steps=(*attempt.steps, replace(step, digest=_digest(step))))


def replay(attempt: Attempt, steps: Sequence[Step]) -> Attempt:
    """Return the attempt the steps lead to, marking each answer anew; raise Unreplayable at the first difference."""
    replayed = replace(attempt, steps=())
    steps = list(steps)
    while len(replayed.steps) < len(steps):
        step = steps[len(replayed.steps)]
        before = len(replayed.steps)
        try:
            replayed = act(replayed, _action_of(step), step.at, step.shown)
        except NotOffered as refusal:
            raise Unreplayable("not-offered", step=step.number) from refusal
        for made, stored in zip(replayed.steps[before:], steps[before:], strict=False):
            if made != stored:
                raise Unreplayable("differs", step=stored.number)
        if len(replayed.steps) == before or len(replayed.steps) > len(steps):
            raise Unreplayable("does-not-follow", step=step.number)
    return replayed


def _action_of(step: Step) -> Action:
    if step.kind is StepKind.ANSWERED and step.slot is not None and step.response is not None:
        return Answer(step.slot, step.response, step.certainty)
    return Finish() if step.kind is StepKind.FINISHED else Expire()
