"""What may be told of answers without telling of anybody: tens that never come apart, and how sure a share is.

Hiding small cells is not enough. Whoever may see a unit and the units below it can subtract them, and whoever comes
again tomorrow can subtract today, and both at once: two units that each grew by ten between the same two days leave
the three answers of everybody else. So nothing is published but whole releases. A release is made of at least
`FEWEST` attempts that were in none before, belongs to one unit, and never changes; a figure of a unit is the sum over
the releases of the unit and of all below it. Whatever is added to or taken from such sums, over units or over days,
is again made of whole releases, wherever the units may have moved in between.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Generic, TypeVar

# Fewer attempts than this never leave the server; a share of fewer answers than `FEW` is only a hint.
FEWEST, FEW = 10, 30
# How long an attempt waits for enough others of its unit before it is counted for the unit above it alone.
WAIT = timedelta(days=30)
# The 97.5th percentile of the standard normal distribution, for intervals of 95 %.
_Z = 1.959963984540054

_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class Part(Generic[_Name]):
    """Some attempts that wait in a unit since a day; `name` is for the caller."""

    unit: int
    since: date
    attempts: int
    name: _Name


@dataclass(frozen=True, slots=True)
class Release(Generic[_Name]):
    """What is published of a unit as one piece, from now on and for good."""

    unit: int
    parts: tuple[Part[_Name], ...]


@dataclass(frozen=True, slots=True)
class Released(Generic[_Name]):
    """What a day publishes, and what goes on waiting, each where it waits now."""

    releases: tuple[Release[_Name], ...]
    waiting: tuple[Part[_Name], ...]


def release(parts: Iterable[Part[_Name]], above: Mapping[int, int | None], today: date) -> Released[_Name]:
    """Publish every unit where enough attempts wait; hand what waited too long to the unit above.

    `above` names the unit above each unit, None for none. The deepest units come first, so that what one hands up can
    be published above on the same day. At the top it waits for as long as it takes.
    """
    waiting: dict[int, list[Part[_Name]]] = {}
    for part in parts:
        waiting.setdefault(part.unit, []).append(part)
    depths = {unit: _depth(unit, above) for start in waiting for unit in _way_up(start, above)}
    releases, still = [], []
    for unit in sorted(depths, key=lambda unit: (-depths[unit], unit)):
        held, higher = waiting.get(unit, []), above.get(unit)
        if sum(part.attempts for part in held) >= FEWEST:
            releases.append(Release(unit, tuple(held)))
            continue
        for part in held:
            if higher is not None and today - part.since >= WAIT:
                waiting.setdefault(higher, []).append(Part(higher, today, part.attempts, part.name))
            else:
                still.append(part)
    return Released(tuple(releases), tuple(still))


def _way_up(unit: int, above: Mapping[int, int | None]) -> list[int]:
    way = [unit]
    while (higher := above.get(way[-1])) is not None:
        way.append(higher)
    return way


def _depth(unit: int, above: Mapping[int, int | None]) -> int:
    return len(_way_up(unit, above))


@dataclass(frozen=True, slots=True)
class Interval:
    """Between what a share lies, with a confidence of 95 %."""

    low: float
    high: float

    def is_apart_from(self, other: "Interval") -> bool:
        """Tell whether the two have no share in common."""
        return self.high < other.low or other.high < self.low


def wilson(part: int, count: int) -> Interval:
    """Return the score interval of `part` among `count`, at least one (E. B. Wilson, JASA 22, 1927, 209-212)."""
    share, square = part / count, _Z * _Z / count
    middle = share + square / 2
    reach = _Z * sqrt(share * (1 - share) / count + square / (4 * count))
    return Interval(max(0.0, (middle - reach) / (1 + square)), min(1.0, (middle + reach) / (1 + square)))
