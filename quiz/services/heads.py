"""What has to be counted person by person or unit by unit for a manager's first screen; of very many, by the worker.

People and units stand in it by key alone, and are named when a page is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import HeadCountRow
from quiz.db.queries import head_counts, tallies
from quiz.db.queries import progress as queries
from quiz.db.queries.progress import DONE, Narrowing
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork, Works

NAMES = 5
WEEKS = 12
MOST_UNITS = 100
# Where more is assigned, counting heads takes longer than a page may: the worker does it once in some minutes.
KEPT_FROM = 20_000
KEEP = timedelta(minutes=5)
# A worker that stands still for longer is not waited for.
OLDEST = timedelta(hours=1)
_TARGET = Target("heads")


@dataclass(frozen=True, slots=True)
class Branch:
    """How much is open and late in a unit and all below it; `is_own` is the unit itself without those below."""

    unit: int
    open: int
    late: int
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Heads:
    """People with something open, and late; the first of each bucket; what was completed week by week; the branches.

    A week is its first day, and how many assignments that still stand were completed in it.
    """

    people: int
    late: int
    first: Mapping[str, tuple[int, ...]]
    weeks: tuple[tuple[date, int], ...]
    branches: tuple[Branch, ...]
    more_branches: int

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "people": self.people,
            "late": self.late,
            "first": {bucket: list(some) for bucket, some in self.first.items()},
            "weeks": [[day.isoformat(), count] for day, count in self.weeks],
            "branches": [[one.unit, one.open, one.late, one.is_own] for one in self.branches],
            "more_branches": self.more_branches,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Heads":
        """Return it from plain data."""
        return cls(
            people=document["people"],
            late=document["late"],
            first={bucket: tuple(some) for bucket, some in document["first"].items()},
            weeks=tuple((date.fromisoformat(day), count) for day, count in document["weeks"]),
            branches=tuple(Branch(*one) for one in document["branches"]),
            more_branches=document["more_branches"],
        )


def late_of(counts: list[tallies.Count]) -> int:
    """Return how many assignments of some counts are late and still to be completed."""
    return sum(one.amount for one in counts if one.is_late and one.bucket not in {*DONE, "not_mine"})


def get_heads(work: UnitOfWork, roots: tuple[int, ...], counts: list[tallies.Count]) -> tuple[Heads, bool]:
    """Return the heads below some units, and whether they are some minutes old; whoever asks has asked the policy.

    Of many, what the worker counted is taken; of several units together, and where no worker counts, it is counted
    here and kept in memory.
    """
    if sum(one.amount for one in counts) <= KEPT_FROM:
        return _count(work, roots, counts, is_many=False), False
    today = get_choices(work).civil_day(work.now)
    row = head_counts.find_head_count(work.session, roots[0]) if len(roots) == 1 else None
    if row is not None and row.day == today and _age(work, row.counted_at) < OLDEST:
        return Heads.of(row.figures), True
    key = ("heads", roots, today)
    heads = work.tools.kept.figures(key, work.now, KEEP, lambda: _count(work, roots, counts, is_many=True))
    return heads, True


def count_next(works: Works, actor: Actor) -> bool:
    """Count the heads of the large unit whose turn it is; return whether there was one.

    Nothing is written while it counts, so that nobody waits for it.
    """
    with works.reading(actor) as work:
        work.require(Permission.PEOPLE_DAY_TURN, _TARGET)
        unit = _next(work)
        if unit is None:
            return False
        found = _count(work, (unit,), tallies.count_below(work.session, (unit,)), is_many=True)
        today = get_choices(work).civil_day(work.now)
        row = HeadCountRow(unit_id=unit, day=today, counted_at=work.now, figures=found.document())
    with works.writing(actor) as work:
        work.require(Permission.PEOPLE_DAY_TURN, _TARGET)
        work.session.merge(row)
    return True


def _next(work: UnitOfWork) -> int | None:
    large = work.tools.kept.figures(("large units",), work.now, KEEP, lambda: _large(work))
    if not large:
        return None
    today = get_choices(work).civil_day(work.now)
    kept = head_counts.list_head_counts(work.session)
    for unit in large:
        row = kept.get(unit)
        if row is None or row.day != today or _age(work, row.counted_at) >= KEEP:
            return unit
    return None


def _age(work: UnitOfWork, moment: datetime) -> timedelta:
    return abs(work.now - moment)


def _large(work: UnitOfWork) -> list[int]:
    """Return the units below which more is assigned than a page counts, the largest first."""
    parents = dict(queries.list_parents(work.session))
    sums = dict.fromkeys(parents, 0)
    for unit, amount in head_counts.list_sizes(work.session).items():
        above: int | None = unit
        while above is not None:
            sums[above] += amount
            above = parents[above]
    return sorted((unit for unit, amount in sums.items() if amount > KEPT_FROM), key=lambda unit: (-sums[unit], unit))


def _count(work: UnitOfWork, roots: tuple[int, ...], counts: list[tallies.Count], *, is_many: bool) -> Heads:
    people, late = queries.count_people(work.session, roots)
    first: dict[str, list[int]] = {}
    # Of very many, only those who are late are looked at: they come first in any case.
    narrowing = Narrowing(roots, is_late=True if is_many else None)
    for row in queries.list_first(work.session, narrowing, NAMES):
        first.setdefault(row.bucket, []).append(row.person_id)
    begins = _weeks(work)
    done = queries.count_completed(work.session, roots, [moment for _, moment in begins])
    weeks = tuple((day, done.get(place, 0)) for place, (day, _) in enumerate(begins))
    branches, more = _branches(work, roots, counts)
    return Heads(people, late, {bucket: tuple(some) for bucket, some in first.items()}, weeks, branches, more)


def _branches(work: UnitOfWork, roots: tuple[int, ...], counts: list[tallies.Count]) -> tuple[tuple[Branch, ...], int]:
    """Return the units right below, those with most late first, and how many more there are."""
    is_one = len(roots) == 1
    sums: dict[int, list[int]] = {}
    for top, is_late, amount in queries.count_branches(work.session, roots, of_children=is_one):
        held = sums.setdefault(top, [0, 0])
        held[0] += amount
        held[1] += amount * is_late
    if not sums:
        return (), 0
    order = sorted(sums, key=lambda top: (-sums[top][1], -sums[top][0], top))[:MOST_UNITS]
    branches = [Branch(top, sums[top][0], sums[top][1]) for top in order]
    if is_one:
        still = sum(one.amount for one in counts if one.bucket not in {*DONE, "not_mine"})
        own = still - sum(one[0] for one in sums.values())
        late = late_of(counts) - sum(one[1] for one in sums.values())
        if own:
            branches.append(Branch(roots[0], own, late, is_own=True))
    return tuple(branches), len(sums) - len(order)


def _weeks(work: UnitOfWork) -> list[tuple[date, datetime]]:
    """Return the days and moments at which the last weeks began; the last one ends with today."""
    choices = get_choices(work)
    first = choices.beginning_of_day(work.now)
    # Noon, so that a clock that is put forward or back does not move the day.
    moments = [first + timedelta(hours=12) - timedelta(days=7 * ago + 6) for ago in range(WEEKS)]
    return [(choices.civil_day(one), choices.beginning_of_day(one)) for one in reversed(moments)]
