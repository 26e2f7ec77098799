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
    """What became of one option: whether it was taken, how it is judged, and what the key says of it.

    `rating` is the word given to it and `key_rating` that of the key; `place` and `key_place` are where it was put
    and where the key has it, counted from 1.
    """

    key: str
    is_chosen: bool
    is_best: bool
    soundness: Soundness
    rating: str | None = None
    key_rating: str | None = None
    place: int | None = None
    key_place: int | None = None


class QuestionType(Protocol):
    """One kind of scenario: its own law, its marking and its summary."""

    name: str

    def check(self, scenario: Scenario) -> Sequence[Fault]:
        """Return what the scenario breaks of this kind's law."""

    def accept(self, scenario: Scenario, response: Response, standing: Response | None) -> Response:
        """Return the response if the scenario offers it after the one that stands; raise NotOffered."""

    def is_complete(self, scenario: Scenario, response: Response) -> bool:
        """Tell whether an accepted response answers the scenario, or is only one turn of an answer."""

    def mark(self, scenario: Scenario, response: Response) -> Fraction:
        """Return the credit of a complete response, from 0 to 1, exactly."""

    def summarise(self, scenario: Scenario, response: Response) -> tuple[OptionOutcome, ...]:
        """Return the outcome of every option, in the scenario's order."""


class AtOnce:
    """What holds for kinds that are answered in one go."""

    def is_complete(self, scenario: Scenario, response: Response) -> bool:
        """Tell that every accepted response is a whole answer."""
        return True


def nothing_else(response: Response, *fields: str) -> None:
    """Raise NotOffered where a response holds more than these fields."""
    given = {name for name in ("chosen", "ratings", "sequence") if getattr(response, name)}
    if not given <= set(fields):
        raise NotOffered("not-offered")


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
