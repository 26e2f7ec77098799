"""Modules that could not be drawn in full any more once a scenario is withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from quiz.bank.checks_modules import shortages
from quiz.db.queries import catalogue
from quiz.engine.scenario import Scenario
from quiz.engine.text import Text
from quiz.services.drawing import list_available
from quiz.services.pinned import PinnedModule, get_pinned
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ShortModule:
    """A module, and how many scenarios it lacks for the people of some country at the worst draw."""

    key: str
    title: Text
    missing: int


def list_short_modules(work: UnitOfWork, without: str) -> tuple[ShortModule, ...]:
    """Return the standing modules that lack scenarios without this one, in order of keys; not what they lack anyway."""
    found = []
    for row in catalogue.list_modules(work.session):
        if row.current_version_id is None:
            continue
        pinned = get_pinned(work, row.current_version_id)
        pool = list_available(work, pinned)
        rest = [scenario for scenario in pool if scenario.key != without]
        if len(rest) == len(pool):
            continue
        missing = _missing(pinned, rest)
        if missing > _missing(pinned, pool):
            found.append(ShortModule(row.key, pinned.module.title, missing))
    return tuple(found)


def _missing(pinned: PinnedModule, pool: Sequence[Scenario]) -> int:
    """Return how many scenarios the blueprint lacks, in the country where it lacks the most."""
    lacking = []
    for country in pinned.module.jurisdictions:
        lines = pinned.module.lines_for(country)
        lacking.append(sum(lines[place].count - found for place, found in shortages(lines, pool, pinned.library)))
    return max(lacking, default=0)
