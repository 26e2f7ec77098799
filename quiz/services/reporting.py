"""Who of a manager's people is late and why: states and dates, never attempts or answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from quiz.access.permissions import Permission
from quiz.db.queries import progress as queries
from quiz.db.queries import tallies
from quiz.db.queries.progress import Narrowing
from quiz.engine.text import Text
from quiz.services.organisation import get_choices
from quiz.services.teams import Scope, UnitName, get_scope, name_of
from quiz.services.unit_of_work import UnitOfWork

# In the order of the page; each is what the counts call it.
BUCKETS = (
    "asks_help", "not_begun", "under_way", "awaiting_next", "passed_pledge_open", "away", "not_mine", "completed",
    "excused",
)  # fmt: skip
DONE = ("completed", "excused")
NAMES = 5
WEEKS = 12
MOST_UNITS = 100
# Where more is assigned, counting heads takes longer than a page may: it is done once in some minutes.
KEPT_FROM = 20_000
KEEP = timedelta(minutes=5)
# Where even the sums of the counts are many, they are made once in half a minute.
SUMS_KEPT_FROM = 300_000
KEEP_SUMS = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person as a manager's pages name them."""

    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class BucketSummary:
    """A reason, how many assignments stand under it, how many of them are late, and the first people."""

    bucket: str
    amount: int
    late: int
    first: tuple[PersonName, ...]


@dataclass(frozen=True, slots=True)
class ModuleSummary:
    """How much of a module is asked, open and late."""

    key: str
    title: Text
    amount: int
    done: int
    late: int


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """How much is open and late in a unit and all below it; `is_own` is the unit itself without those below."""

    unit: UnitName
    open: int
    late: int
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """How many assignments that still stand were completed in a week, by its first day."""

    begins: date
    completed: int


@dataclass(frozen=True, slots=True)
class Heads:
    """What has to be counted person by person or unit by unit."""

    people: int
    late: int
    first: dict[str, tuple[PersonName, ...]]
    weeks: tuple[WeekSummary, ...]
    units: tuple[UnitSummary, ...]
    more_units: int


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """The first screen of a manager, of all the own units or of one; `is_kept` where heads were counted before."""

    scope: Scope
    people: int
    late_people: int
    amount: int
    buckets: tuple[BucketSummary, ...]
    modules: tuple[ModuleSummary, ...]
    units: tuple[UnitSummary, ...]
    more_units: int
    weeks: tuple[WeekSummary, ...]
    is_kept: bool


def get_team(work: UnitOfWork, unit: str | None = None) -> TeamSummary:
    """Return the first screen of the actor's units, or of one of them; raise NotFound."""
    scope = get_scope(work, Permission.REPORTING_TEAM_READ, unit)
    counts = count_below(work, scope)
    is_kept = sum(one.amount for one in counts) > KEPT_FROM
    today = get_choices(work).civil_day(work.now)
    if is_kept:
        key = ("heads", scope.roots, today)
        heads = work.tools.kept.figures(key, work.now, KEEP, lambda: _count(work, scope, counts, True))
    else:
        heads = _count(work, scope, counts, False)
    return TeamSummary(
        scope=scope,
        people=heads.people,
        late_people=heads.late,
        amount=sum(one.amount for one in counts),
        buckets=tuple(_buckets(counts, heads)),
        modules=tuple(_modules(work, counts)),
        units=heads.units,
        more_units=heads.more_units,
        weeks=heads.weeks,
        is_kept=is_kept,
    )


def count_below(work: UnitOfWork, scope: Scope) -> list[tallies.Count]:
    """Return the counts of some units and all below them; of very many they are some seconds old."""
    return work.tools.kept.figures(
        ("sums", scope.roots),
        work.now,
        KEEP_SUMS,
        lambda: tallies.count_below(work.session, scope.roots),
        lambda found: sum(one.amount for one in found) > SUMS_KEPT_FROM,
    )


def _late(counts: Collection[tallies.Count]) -> int:
    return sum(one.amount for one in counts if one.is_late and one.bucket not in {*DONE, "not_mine"})


def _buckets(counts: Collection[tallies.Count], heads: Heads) -> list[BucketSummary]:
    found = []
    for bucket in BUCKETS:
        some = [one for one in counts if one.bucket == bucket]
        if some:
            amount = sum(one.amount for one in some)
            found.append(BucketSummary(bucket, amount, _late(some), heads.first.get(bucket, ())))
    return found


def _modules(work: UnitOfWork, counts: Collection[tallies.Count]) -> list[ModuleSummary]:
    found = []
    for row in queries.list_modules(work.session, {one.module_id for one in counts}):
        some = [one for one in counts if one.module_id == row.id]
        done = sum(one.amount for one in some if one.bucket in DONE)
        found.append(ModuleSummary(row.key, Text(row.title), sum(one.amount for one in some), done, _late(some)))
    return sorted(found, key=lambda one: -one.late)


def _units(work: UnitOfWork, scope: Scope, counts: Collection[tallies.Count]) -> tuple[tuple[UnitSummary, ...], int]:
    """Return the units right below, those with most late first, and how many more there are."""
    is_one = len(scope.roots) == 1
    sums: dict[int, list[int]] = {}
    for top, is_late, amount in queries.count_branches(work.session, scope.roots, of_children=is_one):
        held = sums.setdefault(top, [0, 0])
        held[0] += amount
        held[1] += amount * is_late
    if not sums:
        return (), 0
    order = sorted(sums, key=lambda top: (-sums[top][1], -sums[top][0], top))[:MOST_UNITS]
    rows = queries.list_units(work.session, [*order, *scope.roots])
    units = [UnitSummary(name_of(rows[top]), sums[top][0], sums[top][1]) for top in order]
    if is_one:
        still = sum(one.amount for one in counts if one.bucket not in {*DONE, "not_mine"})
        own = still - sum(one[0] for one in sums.values())
        late = _late(counts) - sum(one[1] for one in sums.values())
        if own:
            units.append(UnitSummary(name_of(rows[scope.roots[0]]), own, late, is_own=True))
    return tuple(units), len(sums) - len(order)


def _count(work: UnitOfWork, scope: Scope, counts: Collection[tallies.Count], is_many: bool) -> Heads:
    people, late = queries.count_people(work.session, scope.roots)
    first: dict[str, list[PersonName]] = {}
    # Of very many, only those who are late are looked at: they come first in any case.
    narrowing = Narrowing(scope.roots, is_late=True if is_many else None)
    for row in queries.list_first(work.session, narrowing, NAMES):
        first.setdefault(row.bucket, []).append(PersonName(row.public_id, row.name))
    begins = _weeks(work)
    done = queries.count_completed(work.session, scope.roots, [moment for _, moment in begins])
    weeks = tuple(WeekSummary(day, done.get(place, 0)) for place, (day, _) in enumerate(begins))
    units, more = _units(work, scope, counts)
    return Heads(people, late, {bucket: tuple(names) for bucket, names in first.items()}, weeks, units, more)


def _weeks(work: UnitOfWork) -> list[tuple[date, datetime]]:
    """Return the days and moments at which the last weeks began; the last one ends with today."""
    choices = get_choices(work)
    first = choices.beginning_of_day(work.now)
    # Noon, so that a clock that is put forward or back does not move the day.
    moments = [first + timedelta(hours=12) - timedelta(days=7 * ago + 6) for ago in range(WEEKS)]
    return [(choices.civil_day(one), choices.beginning_of_day(one)) for one in reversed(moments)]
