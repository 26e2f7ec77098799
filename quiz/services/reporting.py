"""Who of a manager's people is late and why: states and dates, never attempts or answers."""

from dataclasses import dataclass
from datetime import date, timedelta

from quiz.access.permissions import Permission
from quiz.db.queries import head_counts, tallies
from quiz.db.queries import progress as queries
from quiz.db.queries.progress import DONE
from quiz.engine.text import Text
from quiz.services.heads import Heads, get_heads, late_of
from quiz.services.teams import Scope, UnitName, get_scope, name_of
from quiz.services.unit_of_work import UnitOfWork

# In the order of the page; each is what the counts call it.
BUCKETS = (
    "asks_help", "not_begun", "under_way", "awaiting_next", "passed_pledge_open", "away", "not_mine", "completed",
    "excused",
)  # fmt: skip
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
    heads, is_kept = get_heads(work, scope.roots, counts)
    return TeamSummary(
        scope=scope,
        people=heads.people,
        late_people=heads.late,
        amount=sum(one.amount for one in counts),
        buckets=tuple(_buckets(work, counts, heads)),
        modules=tuple(_modules(work, counts)),
        units=_units(work, heads),
        more_units=heads.more_branches,
        weeks=tuple(WeekSummary(*one) for one in heads.weeks),
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


def _buckets(work: UnitOfWork, counts: list[tallies.Count], heads: Heads) -> list[BucketSummary]:
    names = head_counts.list_people(work.session, {one for some in heads.first.values() for one in some})
    found = []
    for bucket in BUCKETS:
        some = [one for one in counts if one.bucket == bucket]
        if some:
            amount = sum(one.amount for one in some)
            first = tuple(PersonName(*names[one]) for one in heads.first.get(bucket, ()) if one in names)
            found.append(BucketSummary(bucket, amount, late_of(some), first))
    return found


def _units(work: UnitOfWork, heads: Heads) -> tuple[UnitSummary, ...]:
    rows = queries.list_units(work.session, [one.unit for one in heads.branches])
    return tuple(UnitSummary(name_of(rows[one.unit]), one.open, one.late, one.is_own) for one in heads.branches)


def _modules(work: UnitOfWork, counts: list[tallies.Count]) -> list[ModuleSummary]:
    found = []
    for row in queries.list_modules(work.session, {one.module_id for one in counts}):
        some = [one for one in counts if one.module_id == row.id]
        done = sum(one.amount for one in some if one.bucket in DONE)
        found.append(ModuleSummary(row.key, Text(row.title), sum(one.amount for one in some), done, late_of(some)))
    return sorted(found, key=lambda one: -one.late)
