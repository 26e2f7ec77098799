"""The people behind the counts of a manager's first screen: a list by pages, and one person with all cycles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow, UnitRow
from quiz.db.queries import catalogue, people
from quiz.db.queries import progress as queries
from quiz.db.queries.progress import DONE, Narrowing
from quiz.engine.text import Text
from quiz.services.errors import NotFound
from quiz.services.organisation import get_choices
from quiz.services.reporting import BUCKETS, count_below
from quiz.services.teams import Scope, UnitName, get_scope, name_of
from quiz.services.unit_of_work import UnitOfWork

PAGE = 50
# Nobody reads on from there; whoever looks for somebody narrows the list first.
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to: a unit, a bucket, a module, and whether only what is late."""

    unit: str | None = None
    bucket: str | None = None
    module: str | None = None
    only_late: bool = False


@dataclass(frozen=True, slots=True)
class ProgressSummary:
    """One person and one module, as a manager may see it."""

    person_id: str
    name: str
    unit: Text
    module_key: str
    module_title: Text
    due_on: date | None
    state: str
    since: date
    is_past_due: bool
    bucket: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    """One page of a list, and how long the whole list is."""

    scope: Scope
    module_title: Text | None
    rows: tuple[ProgressSummary, ...]
    total: int
    page: int
    pages: int

    @property
    def is_cut(self) -> bool:
        """Tell whether the list is longer than its pages."""
        return self.total > self.pages * PAGE


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """A module in one cycle: what stands, or what stood."""

    module_title: Text
    cycle: int
    assigned_on: date
    due_on: date | None
    state: str
    since: date
    is_current: bool
    is_past_due: bool
    bucket: str


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """One person of a manager, with every cycle of every module."""

    public_id: str
    name: str
    unit: UnitName
    cycles: tuple[CycleSummary, ...]
    disowned_on: date | None
    may_be_disowned: bool


def narrow(work: UnitOfWork, scope: Scope, asked: Asked) -> Narrowing:
    """Return which assignments are meant; raise NotFound where a bucket or a module is not known."""
    if asked.bucket is not None and asked.bucket not in BUCKETS:
        raise NotFound("bucket")
    module = catalogue.find_module(work.session, asked.module) if asked.module else None
    if asked.module and module is None:
        raise NotFound("module")
    return Narrowing(scope.roots, asked.bucket, module.id if module else None, True if asked.only_late else None)


def list_team(work: UnitOfWork, asked: Asked, page: int = 1) -> TeamPage:
    """Return a page of current assignments, what is late first, then by due date; raise NotFound."""
    scope = get_scope(work, Permission.REPORTING_TEAM_READ, asked.unit)
    narrowing = narrow(work, scope, asked)
    total, marked = _counted(work, scope, narrowing)
    pages = min(max(1, -(-total // PAGE)), MOST_PAGES)
    page = min(max(page, 1), pages)
    choices = get_choices(work)
    titles = queries.list_modules(work.session, [narrowing.module_id]) if narrowing.module_id else []
    rows = tuple(
        ProgressSummary(
            person_id=row.person_id,
            name=row.name,
            unit=Text(row.unit),
            module_key=row.module_key,
            module_title=Text(row.module_title),
            due_on=row.due_on,
            state=row.state,
            since=choices.civil_day(row.state_since),
            is_past_due=bool(row.is_late),
            bucket=row.bucket,
        )
        for row in _rows(work, narrowing, marked, (page - 1) * PAGE)
    )
    return TeamPage(scope, Text(titles[0].title) if titles else None, rows, total, page, pages)


def _counted(work: UnitOfWork, scope: Scope, narrowing: Narrowing) -> tuple[int, int]:
    """Return how many assignments are meant, by their counts, and how many of them are marked late."""
    marked, total = 0, 0
    for one in count_below(work, scope):
        is_meant = narrowing.bucket in {None, one.bucket} and narrowing.module_id in {None, one.module_id}
        if is_meant and (narrowing.is_late is None or (one.is_late and one.bucket not in DONE)):
            total += one.amount
            marked += one.amount * one.is_late
    return total, marked


def count_team(work: UnitOfWork, asked: Asked) -> int:
    """Return how long a list is, by its counts; raise NotFound."""
    scope = get_scope(work, Permission.REPORTING_TEAM_READ, asked.unit)
    return _counted(work, scope, narrow(work, scope, asked))[0]


@dataclass(frozen=True, slots=True)
class TakenAway:
    """A line of a list that is taken away: what stands on the screen, and no more."""

    name: str
    unit: Text
    module_title: Text
    bucket: str
    since: date
    due_on: date | None
    is_past_due: bool


def stream_team(work: UnitOfWork, asked: Asked) -> Iterator[TakenAway]:
    """Give every line of a list in the order of the screen, some at a time; raise NotFound before the first."""
    scope = get_scope(work, Permission.REPORTING_TEAM_READ, asked.unit)
    return _taken_away(work, narrow(work, scope, asked))


def stream_roots(work: UnitOfWork, roots: tuple[int, ...], asked: Asked) -> Iterator[TakenAway]:
    """Give every line of a list of units that were the asker's when it was asked for; whoever calls asks the policy."""
    return _taken_away(work, narrow(work, Scope(roots), asked))


def _taken_away(work: UnitOfWork, narrowing: Narrowing) -> Iterator[TakenAway]:
    choices = get_choices(work)
    units: dict[int, Text] = {}
    modules: dict[int, Text] = {}
    for row in queries.stream_progress(work.session, narrowing):
        if row.unit_id not in units:
            units[row.unit_id] = Text(work.session.get_one(UnitRow, row.unit_id).name)
        if row.module_id not in modules:
            (found,) = queries.list_modules(work.session, [row.module_id])
            modules[row.module_id] = Text(found.title)
        yield TakenAway(
            row.name,
            units[row.unit_id],
            modules[row.module_id],
            row.bucket,
            choices.civil_day(row.state_since),
            row.due_on,
            bool(row.is_late),
        )


def _rows(work: UnitOfWork, narrowing: Narrowing, marked: int, first: int) -> list[Row[Any]]:
    """Return the rows of a page: from those that are marked late as long as there are any, then from the others.

    Of the marked, where a page mostly is, there are few even where there are very many others.
    """
    found: list[Row[Any]] = []
    if first < marked:
        found = queries.list_progress(work.session, replace(narrowing, is_marked=True), first, PAGE)
    if len(found) < PAGE and narrowing.is_late is None:
        others = replace(narrowing, is_marked=False)
        found += queries.list_progress(work.session, others, max(0, first - marked), PAGE - len(found))
    return found


def find_managed(work: UnitOfWork, permission: Permission, public_id: str) -> PersonRow:
    """Return somebody at work in a unit of the actor's; raise NotFound, or NotAllowed where they are not."""
    row = people.find_person_by_public_id(work.session, public_id)
    if row is None or (row.active_until is not None and row.active_until <= work.now):
        raise NotFound("person")
    work.require(permission, Target("person", public_id, unit_id=row.unit_id))
    return row


def get_person(work: UnitOfWork, public_id: str) -> PersonSummary:
    """Return one person with every cycle of every module: states and dates; raise NotFound."""
    row = find_managed(work, Permission.REPORTING_TEAM_READ, public_id)
    choices = get_choices(work)
    said = queries.find_open_disowning(work.session, row.id)
    return PersonSummary(
        public_id=public_id,
        name=row.name,
        unit=name_of(work.session.get_one(UnitRow, row.unit_id)),
        cycles=tuple(
            CycleSummary(
                module_title=Text(one.module_title),
                cycle=one.cycle,
                assigned_on=choices.civil_day(one.assigned_at),
                due_on=one.due_on,
                state=one.state,
                since=choices.civil_day(one.state_since),
                is_current=one.is_current,
                is_past_due=bool(one.is_current and one.is_late),
                bucket=one.bucket,
            )
            for one in queries.list_cycles(work.session, row.id)
        ),
        disowned_on=choices.civil_day(said.said_at) if said else None,
        may_be_disowned=said is None and row.id != work.actor.person_id,
    )
