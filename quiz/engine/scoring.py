"""Exact fractions in, a score and a pass decision out; nothing is rounded here."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from quiz.engine.module import PassRule


@dataclass(frozen=True, slots=True)
class Mark:
    """The credit of one place, whether it counts, and the provisions it is about."""

    slot: int
    credit: Fraction
    scored: bool
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of the credits that count, out of how many, and what the pass rule says of it."""

    points: Fraction
    out_of: int
    passed: bool

    @property
    def share(self) -> Fraction:
        """Return the unrounded share, 0 where nothing counts."""
        return self.points / self.out_of if self.out_of else Fraction(0)


def score(marks: Sequence[Mark], rule: PassRule) -> Score:
    """Return the score over the marks that count; the rule is tried on the unrounded mean."""
    counted = [mark for mark in marks if mark.scored]
    points = sum((mark.credit for mark in counted), Fraction(0))
    passed = bool(counted) and points >= rule.score * len(counted)
    for demand in rule.and_every:
        concerned = [mark.credit for mark in counted if demand.cites in mark.addresses]
        if not concerned or sum(concerned) < demand.score * len(concerned):
            passed = False
    return Score(points, len(counted), passed)
