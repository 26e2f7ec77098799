"""What units get wrong, by provision: shares of published sums, never attempts, answers or people."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import chain

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import UnitRow
from quiz.db.models.weaknesses import WeaknessRow
from quiz.db.queries import people, progress
from quiz.db.queries import turning as days
from quiz.db.queries import weaknesses as queries
from quiz.engine.disclosure import FEW, Interval, wilson
from quiz.engine.instrument import Citation, Library
from quiz.engine.text import Text
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound
from quiz.services.lessons import CardName, list_teaching
from quiz.services.published import get_library
from quiz.services.teams import Scope, UnitName, get_scope, name_of
from quiz.services.unit_of_work import UnitOfWork

UNITS_AT_ONCE = 8
LINES_AT_FIRST = 15
# From which share on a cell is one step darker.
STEPS = (Fraction(1, 10), Fraction(1, 5), Fraction(7, 20), Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which unit and instrument, and which units beside each other; `of_all`: not the actor's own units alone."""

    unit: str | None = None
    instrument: str | None = None
    page: int = 1
    is_whole: bool = False
    of_all: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown of a unit and a provision: `missed` of the `answers` did not earn everything.

    `trend` is 1 where it is missed more often of late than before, -1 where less often, 0 where nothing is certain.
    """

    answers: int
    missed: int
    trend: int
    as_of: date

    @property
    def share(self) -> Fraction:
        """Return the share of answers that were not fully right."""
        return Fraction(self.missed, self.answers)

    @property
    def interval(self) -> Interval:
        """Return between what that share lies, with a confidence of 95 %."""
        return wilson(self.missed, self.answers)

    @property
    def is_preliminary(self) -> bool:
        """Tell whether so few answered that the share is only a hint."""
        return self.answers < FEW

    @property
    def level(self) -> int:
        """Return the step of its tint, from 0 to 4."""
        return sum(self.share >= step for step in STEPS)


@dataclass(frozen=True, slots=True)
class Line:
    """A provision: over all that is asked for, and unit by unit; None where too few answered."""

    citation: CitationSummary
    whole: Cell
    cells: tuple[Cell | None, ...]
    cards: tuple[CardName, ...]

    @property
    def instrument(self) -> str:
        """Return the key of the instrument."""
        return self.citation.address.split("/")[0]

    @property
    def anchor(self) -> str:
        """Return where the page of the instrument has it."""
        return self.citation.address.partition("/")[2].replace("/", "-", 1)


@dataclass(frozen=True, slots=True)
class Column:
    """A unit beside others; `has_below` where it can be looked into."""

    unit: UnitName
    has_below: bool


@dataclass(frozen=True, slots=True)
class Weaknesses:
    """The heat map of some units: its columns are the units right below, its lines what is missed most surely first.

    `untold` is how many units have nothing to show, `more` how many lines are left out, `looked_at` the day of the
    figures, None before there was any.
    """

    scope: Scope
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    instruments: tuple[tuple[str, Text], ...]
    page: int
    pages: int
    untold: int
    more: int
    looked_at: date | None


@dataclass(frozen=True, slots=True)
class TakenAway:
    """A published figure of a unit; of all that is asked for together, `unit` is None."""

    unit: UnitName | None
    citation: CitationSummary
    cell: Cell


def get_weaknesses(work: UnitOfWork, asked: Asked) -> Weaknesses:
    """Return what is shown of the actor's units, of one of them, or of all; raise NotFound."""
    scope = _scope(work, asked)
    below = _below(work, scope)
    told = queries.list_told_of(work.session, below)
    names = progress.list_units(work.session, told)
    order = sorted(told, key=lambda unit: (sorted(names[unit].name.items()), unit))
    pages = max(1, -(-len(order) // UNITS_AT_ONCE))
    page = min(max(1, asked.page), pages)
    units = order[(page - 1) * UNITS_AT_ONCE : page * UNITS_AT_ONCE]
    library = get_library(work)
    whole = _whole(work, scope, library)
    cells = _cells(queries.list_figures(work.session, units))
    wanted = _wanted(library, whole, asked.instrument)
    teaching = list_teaching(work)
    lines = [
        Line(
            summarise_citations(library, (Citation(address),))[0],
            whole[address],
            tuple(cells.get((unit, address)) for unit in units),
            teaching.get(address, ()),
        )
        for address in (wanted if asked.is_whole else wanted[:LINES_AT_FIRST])
    ]
    parents = queries.list_parents_of(work.session, units)
    return Weaknesses(
        scope=scope,
        columns=tuple(Column(name_of(names[unit]), unit in parents) for unit in units),
        lines=tuple(lines),
        instruments=_instruments(library, whole),
        page=page,
        pages=pages,
        untold=len(below) - len(order),
        more=len(wanted) - len(lines),
        looked_at=days.find_last_turned(work.session),
    )


def stream_weaknesses(work: UnitOfWork, asked: Asked) -> Iterator[TakenAway]:
    """Give every published figure of what is asked for: of all together, then unit by unit.

    Raise NotFound at once, and not when the first is taken.
    """
    scope = _scope(work, asked)
    library = get_library(work)
    whole = _whole(work, scope, library)
    wanted = _wanted(library, whole, asked.instrument)
    citations = {address: summarise_citations(library, (Citation(address),))[0] for address in wanted}
    together = (TakenAway(None, citations[address], whole[address]) for address in wanted)
    return chain(together, _unit_by_unit(work, _below(work, scope), citations))


def _unit_by_unit(
    work: UnitOfWork, below: Collection[int], citations: Mapping[str, CitationSummary]
) -> Iterator[TakenAway]:
    names = progress.list_units(work.session, below)
    for unit in sorted(below, key=lambda unit: (sorted(names[unit].name.items()), unit)):
        cells = _cells(queries.list_figures(work.session, [unit]))
        for address, citation in citations.items():
            if (unit, address) in cells:
                yield TakenAway(name_of(names[unit]), citation, cells[unit, address])


def _scope(work: UnitOfWork, asked: Asked) -> Scope:
    if not asked.of_all:
        return get_scope(work, Permission.REPORTING_WEAKNESS_READ, asked.unit)
    if asked.unit is None:
        work.require(Permission.REPORTING_WEAKNESS_READ, Target("team"))
        return Scope(tuple(queries.list_tops(work.session)))
    row = people.find_unit(work.session, asked.unit)
    if row is None:
        raise NotFound("unit")
    work.require(Permission.REPORTING_WEAKNESS_READ, Target("team", asked.unit, unit_id=row.id))
    way: list[UnitName] = []
    higher = row
    while higher.parent_id is not None:
        higher = work.session.get_one(UnitRow, higher.parent_id)
        way.insert(0, name_of(higher))
    return Scope((row.id,), name_of(row), tuple(way))


def _below(work: UnitOfWork, scope: Scope) -> list[int]:
    """Return what stands beside each other: the units right below the only one, or the several ones themselves."""
    return queries.list_right_below(work.session, scope.roots[0]) if len(scope.roots) == 1 else list(scope.roots)


def _whole(work: UnitOfWork, scope: Scope, library: Library) -> dict[str, Cell]:
    """Return the figures over all that is asked for, by provision; one that stands nowhere any more is left out."""
    rows: dict[str, list[WeaknessRow]] = {}
    for row in queries.list_figures(work.session, scope.roots):
        if row.provision in library.provisions:
            rows.setdefault(row.provision, []).append(row)
    return {address: _cell(some) for address, some in rows.items()}


def _cells(rows: Iterable[WeaknessRow]) -> dict[tuple[int, str], Cell]:
    return {(row.unit_id, row.provision): _cell([row]) for row in rows}


def _cell(rows: Collection[WeaknessRow]) -> Cell:
    answers, sound = sum(row.answers for row in rows), sum(row.sound for row in rows)
    recent, recent_sound = sum(row.recent_answers for row in rows), sum(row.recent_sound for row in rows)
    trend = _trend(answers - recent, answers - sound - recent + recent_sound, recent, recent - recent_sound)
    return Cell(answers, answers - sound, trend, max(row.as_of for row in rows))


def _trend(before: int, before_missed: int, since: int, since_missed: int) -> int:
    """Return whether more or less is missed since than before: only where the two intervals have nothing in common."""
    if not before or not since:
        return 0
    earlier, later = wilson(before_missed, before), wilson(since_missed, since)
    if not later.is_apart_from(earlier):
        return 0
    return 1 if later.low > earlier.high else -1


def _wanted(library: Library, whole: Mapping[str, Cell], instrument: str | None) -> list[str]:
    """Return the provisions that are asked for, what is missed most surely first; raise NotFound for no instrument."""
    if instrument is not None and all(one.key != instrument for one in library.instruments):
        raise NotFound("instrument")
    wanted = [address for address in whole if instrument is None or address.startswith(f"{instrument}/")]
    return sorted(wanted, key=lambda address: (-whole[address].interval.low, address))


def _instruments(library: Library, whole: Mapping[str, Cell]) -> tuple[tuple[str, Text], ...]:
    found = {address.split("/")[0] for address in whole}
    return tuple((one.key, one.title) for one in library.instruments if one.key in found)
