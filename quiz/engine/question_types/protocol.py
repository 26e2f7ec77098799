"""What every kind of scenario must be able to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from quiz.engine.errors import NotOffered
from quiz.engine.reading import Fault
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario


class Soundness(StrEnum):
    """How a response, or one option of it, is judged."""

    SOUND = "sound"
    PARTLY = "partly"
    UNSOUND = "unsound"

    @classmethod
    def of(cls, credit: Fraction) -> "Soundness":
        """Return the word for an exact credit: 1 is sound, 0 or less is not, all between is partly."""
        if credit >= 1:
            return cls.SOUND
        return cls.PARTLY if credit > 0 else cls.UNSOUND


@dataclass(frozen=True, slots=True)
class OptionOutcome:
    """What became of one option: whether it was taken, how it is judged, and what the key says of it."""

    key: str
    is_chosen: bool
    is_best: bool
    soundness: Soundness
    rating: str | None = None
    key_rating: str | None = None


class QuestionType(Protocol):
    """One kind of scenario: its own law, its marking and its summary."""

    name: str

    def check(self, scenario: Scenario) -> Sequence[Fault]:
        """Return what the scenario breaks of this kind's law."""

    def accept(self, scenario: Scenario, response: Response) -> Response:
        """Return the response if the scenario offers it; raise NotOffered."""

    def mark(self, scenario: Scenario, response: Response) -> Fraction:
        """Return the credit of an accepted response, from 0 to 1, exactly."""

    def summarise(self, scenario: Scenario, response: Response) -> tuple[OptionOutcome, ...]:
        """Return the outcome of every option, in the scenario's order."""


def offered(scenario: Scenario, keys: Sequence[str]) -> None:
    """Raise NotOffered if a key is not one of the scenario's options, or is named twice."""
    known = {option.key for option in scenario.options}
    if not set(keys) <= known or len(set(keys)) != len(keys):
        raise NotOffered("not-offered")


def count_fault(scenario: Scenario, least: int, most: int) -> list[Fault]:
    """Return the fault of having too few or too many options."""
    count = len(scenario.options)
    if least <= count <= most:
        return []
    return [Fault(("options",), "option-count", {"value": str(count), "least": str(least), "most": str(most)})]
