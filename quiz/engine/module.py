"""What an employee takes: lesson cards, blueprint, pass rule, attempts, validity and pledge."""

from dataclasses import dataclass
from fractions import Fraction

from quiz.engine.instrument import Citation, Verification
from quiz.engine.periods import Period
from quiz.engine.text import Text


@dataclass(frozen=True, slots=True)
class LessonCard:
    """One short text read before the scenarios."""

    key: str
    title: Text
    body: Text
    cites: tuple[Citation, ...]
    jurisdictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectionRule:
    """One line of a blueprint: how many scenarios, and what they must be like."""

    bank: str
    count: int
    topics: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    difficulty: tuple[int, ...] = ()
    audience: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    # The least that every citation of a scenario must be verified to.
    verification: Verification | None = None
    scored: bool = True


@dataclass(frozen=True, slots=True)
class ProvisionRule:
    """The least mean credit over the scored scenarios that cite a provision."""

    cites: str
    score: Fraction


@dataclass(frozen=True, slots=True)
class PassRule:
    """The least mean credit over the scored scenarios, and over those of certain provisions."""

    score: Fraction
    and_every: tuple[ProvisionRule, ...] = ()


@dataclass(frozen=True, slots=True)
class AttemptsRule:
    """How many attempts a cycle has, and the wait before the second, the third and so on."""

    limit: int
    waits: tuple[Period, ...]
    remediation: bool

    def wait_before(self, number: int) -> Period:
        """Return the wait between the end of attempt `number - 1` and attempt `number` (counted from 1)."""
        if number < 2 or not self.waits:
            return Period()
        return self.waits[min(number - 2, len(self.waits) - 1)]


@dataclass(frozen=True, slots=True)
class Pledge:
    """What is confirmed (read, understood) and what is undertaken."""

    confirm: Text
    undertake: Text
    editions: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Module:
    """A training programme."""

    key: str
    title: Text
    summary: Text
    minutes: int
    jurisdictions: tuple[str, ...]
    lesson: tuple[LessonCard, ...]
    blueprint: tuple[SelectionRule, ...]
    behaviour: str
    pass_rule: PassRule
    attempts: AttemptsRule
    time_limit: Period | None
    validity: Period
    pledge: Pledge | None
    minimum_verification: Verification
    certainty: bool = False
    assigned_to: str | None = None
    due: Period | None = None

    def lines_for(self, jurisdiction: str) -> tuple[SelectionRule, ...]:
        """Return the lines of the blueprint that hold for people of a country; a line without one is for all."""
        return tuple(line for line in self.blueprint if not line.jurisdictions or jurisdiction in line.jurisdictions)

    def lesson_for(self, jurisdiction: str) -> tuple[LessonCard, ...]:
        """Return the cards that people of a country read; a card without one is for all."""
        return tuple(card for card in self.lesson if not card.jurisdictions or jurisdiction in card.jurisdictions)

    def length_for(self, jurisdiction: str) -> int:
        """Return how many scenarios an attempt has for people of a country."""
        return sum(line.count for line in self.lines_for(jurisdiction))
