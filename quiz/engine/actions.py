"""What a learner, or the clock, can do to an attempt."""

from dataclasses import dataclass

from quiz.engine.response import Response

# How certain somebody is of an answer: recorded for diagnosis, never part of a mark.
CERTAINTIES = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Answer:
    """Give a response to the scenario at a place, counted from 1; and how certain one is, where that is asked."""

    slot: int
    response: Response
    certainty: str | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """Hand the attempt in."""


@dataclass(frozen=True, slots=True)
class Expire:
    """Notice that the deadline is past; the end bears the moment of the deadline, not of the notice."""


Action = Answer | Finish | Expire
