"""What units get wrong, without anybody in it: answers are counted, wait for others, and are published by the ten."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import catalogue, progress
from quiz.db.queries import disclosing as queries
from quiz.db.queries.disclosing import Sums
from quiz.engine.disclosure import Part, release
from quiz.engine.document import read_scenario
from quiz.engine.scenario import Scenario
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork, Works

AT_ONCE = 500
# Figures tell of what was published in the last year; what of it is of the last quarter is compared with the rest.
SHOWN, RECENT = timedelta(days=365), timedelta(days=91)
_TARGET = Target("weaknesses")


def provisions_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the provisions that an answer tells of, each once: those the scenario rests on as a whole and today."""
    return tuple(dict.fromkeys(cite.provision_address for cite in scenario.cites if not cite.as_history))


def count_all(works: Works, actor: Actor) -> int:
    """Count every first attempt that ended and was not counted yet; return how many."""
    return sum(pieces(works, actor))


def pieces(works: Works, actor: Actor) -> Iterator[int]:
    """Count every first attempt that ended and was not counted yet, some hundred in a transaction; give how many."""
    some = AT_ONCE
    while some == AT_ONCE:
        with works.writing(actor) as work:
            some = count_some(work)
        yield some


def count_some(work: UnitOfWork) -> int:
    """Count some first attempts for the units their people were in when they ended; return how many."""
    work.require(Permission.PEOPLE_DAY_TURN, _TARGET)
    rows = queries.take_uncounted(work.session, AT_ONCE)
    sums: defaultdict[tuple[int, str, date], Sums] = defaultdict(Sums)
    # They wait from the day on which they are counted: a day of long ago would send them up at once.
    today = get_choices(work).civil_day(work.now)
    for unit, provision, held in _told(work, rows):
        sums[unit, provision, today] += held
    queries.add_waiting(work.session, sums)
    return len(rows)


def _told(work: UnitOfWork, rows: list[Any]) -> list[tuple[int, str, Sums]]:
    """Return what each attempt tells of each provision: of answers that counted, not of what was left open."""
    scenarios = _read(work, {item for row in rows for item in row.entries[0]})
    units = _units(work, rows)
    found = []
    for row in rows:
        of_attempt: defaultdict[str, Sums] = defaultdict(Sums)
        for item, mark, word, slot in zip(*row.entries, row.draw["slots"], strict=True):
            if slot["scored"] and word:
                for provision in provisions_of(scenarios[item]):
                    of_attempt[provision] += Sums(0, 1, int(mark == row.unit))
        found += [(units[row.attempt_id], one, Sums(1) + held) for one, held in of_attempt.items()]
    return found


def _units(work: UnitOfWork, rows: list[Any]) -> Mapping[int, int]:
    """Return the unit that each attempt's person belonged to on the day it ended."""
    people = {row.person_id for row in rows}
    postings, present = queries.list_postings(work.session, people), queries.list_present_units(work.session, people)
    choices = get_choices(work)
    found = {}
    for row in rows:
        day = choices.civil_day(row.ended_at)
        units = [unit for starts_on, unit in postings.get(row.person_id, ()) if starts_on <= day]
        found[row.attempt_id] = units[-1] if units else present[row.person_id]
    return found


def _read(work: UnitOfWork, version_ids: set[int]) -> Mapping[int, Scenario]:
    shelf = work.tools.kept.documents
    return {
        row.id: shelf.get(row.digest, lambda row=row: read_scenario(row.document))  # type: ignore[misc]
        for row in catalogue.list_scenario_versions(work.session, version_ids)
    }


def publish(work: UnitOfWork) -> int:
    """Release what enough have gathered for and let pages show it; return how many pieces. Twice, it does no harm."""
    work.require(Permission.PEOPLE_DAY_TURN, _TARGET)
    today = get_choices(work).civil_day(work.now)
    above = dict(progress.list_parents(work.session))
    released: list[tuple[int, str, Sums]] = []
    still: defaultdict[tuple[int, str, date], Sums] = defaultdict(Sums)
    for provision, held in queries.take_waiting(work.session).items():
        parts = [Part(unit, since, sums.attempts, sums) for (unit, since), sums in held.items()]
        done = release(parts, above, today)
        for one in done.releases:
            released.append((one.unit, provision, sum((part.name for part in one.parts), Sums())))
        for part in done.waiting:
            still[part.unit, provision, part.since] += part.name
    queries.add_waiting(work.session, still)
    count = queries.add_released(work.session, today, released)
    queries.show(work.session, _figures(work, above, today))
    return count


def _figures(
    work: UnitOfWork, above: Mapping[int, int | None], today: date
) -> dict[queries.Place, tuple[int, int, int, int, date]]:
    """Return what is shown of every unit with all below it, as the units stand today."""
    found: dict[queries.Place, tuple[int, int, int, int, date]] = {}
    for row in queries.sum_released(work.session, today - SHOWN, today - RECENT):
        amounts = tuple(map(int, row[2:6]))
        unit: int | None = row.unit_id
        while unit is not None:
            held = found.get((unit, row.provision), (0, 0, 0, 0, row.as_of))
            answers, sound, recent, recent_sound = (one + more for one, more in zip(held[:4], amounts, strict=True))
            found[unit, row.provision] = (answers, sound, recent, recent_sound, max(held[4], row.as_of))
            unit = above.get(unit)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """A provision whose sums are not what the sheets say: kept, and counted anew."""

    provision: str
    kept: Sums
    counted: Sums


def list_differences(work: UnitOfWork) -> tuple[Difference, ...]:
    """Return every provision whose sums, waiting and published, are not what the sheets they hold say."""
    work.require(Permission.PEOPLE_DAY_TURN, _TARGET)
    counted: defaultdict[str, Sums] = defaultdict(Sums)
    last = 0
    while rows := queries.list_counted(work.session, last, AT_ONCE):
        for _, provision, held in _told(work, rows):
            counted[provision] += held
        last = rows[-1].attempt_id
    kept = queries.sum_kept(work.session)
    return tuple(
        Difference(provision, kept.get(provision, Sums()), counted.get(provision, Sums()))
        for provision in sorted({*kept, *counted})
        if kept.get(provision, Sums()) != counted.get(provision, Sums())
    )
