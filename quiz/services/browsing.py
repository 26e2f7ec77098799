"""The banks as editors read them: scenarios, coverage by provision, the mix; nothing is changed here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.coverage import COLUMNS as COLUMNS
from quiz.bank.coverage import Covered, Mix, coverage, mix
from quiz.db.queries import catalogue, regrading
from quiz.engine.document import read_scenario
from quiz.engine.instrument import Citation, Instrument
from quiz.engine.scenario import BANKS, Exhibit, Scenario
from quiz.engine.text import Text
from quiz.services.citing import CitationSummary, ComparisonSummary, summarise_citations, summarise_comparisons
from quiz.services.errors import NotFound
from quiz.services.published import get_library, list_scenarios
from quiz.services.retiring import RetirementSummary, find_retirement
from quiz.services.unfolding import shown_exhibit
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class BankSummary:
    """How many scenarios of each kind the three banks hold, and how many provisions owed coverage have enough."""

    kinds: Mapping[str, Mapping[str, int]]
    covered: int
    owed: int


@dataclass(frozen=True, slots=True)
class ProvisionLine:
    """One provision that coverage is owed to, and the scenarios that train it."""

    citation: CitationSummary
    scenarios: tuple[tuple[str, Text], ...]
    is_thin: bool


@dataclass(frozen=True, slots=True)
class CoverageSummary:
    """Coverage by instrument and provision, and the mix of all scenarios."""

    instruments: tuple[tuple[Instrument, tuple[ProvisionLine, ...]], ...]
    covered: int
    owed: int
    mix: Mix


@dataclass(frozen=True, slots=True)
class ScenarioSummary:
    """One scenario as an editor reads it, keys and rulings with it."""

    scenario: Scenario
    version: int
    citations: tuple[CitationSummary, ...]
    option_citations: Mapping[str, tuple[CitationSummary, ...]]
    comparisons: tuple[ComparisonSummary, ...]
    exhibit: Exhibit | None
    is_withdrawn: bool
    retirement: RetirementSummary | None


def get_banks(work: UnitOfWork) -> BankSummary:
    """Return how many scenarios of each kind the banks hold, and how far the provisions are covered."""
    work.require(Permission.BANK_SCENARIO_READ, Target("banks"))
    scenarios = list_scenarios(work)
    kinds: dict[str, Counter[str]] = {bank: Counter() for bank in BANKS}
    for scenario, _ in scenarios:
        kinds[scenario.bank][scenario.kind] += 1
    covered = coverage(get_library(work), [scenario for scenario, _ in scenarios])
    return BankSummary(
        kinds=kinds,
        covered=_enough(covered),
        owed=len(covered),
    )


def get_coverage(work: UnitOfWork) -> CoverageSummary:
    """Return for each provision that coverage is owed to who trains it, and the mix of the scenarios."""
    work.require(Permission.BANK_SCENARIO_READ, Target("banks"))
    library = get_library(work)
    scenarios = [scenario for scenario, _ in list_scenarios(work)]
    covered = coverage(library, scenarios)
    by_instrument = groupby(covered, key=lambda row: row.instrument.key)
    lines = (tuple(rows) for _, rows in by_instrument)
    return CoverageSummary(
        instruments=tuple(
            (
                rows[0].instrument,
                tuple(
                    ProvisionLine(
                        summarise_citations(library, (Citation(row.address),))[0],
                        tuple((held.key, held.title) for held in row.scenarios),
                        row.is_thin,
                    )
                    for row in rows
                ),
            )
            for rows in lines
        ),
        covered=_enough(covered),
        owed=len(covered),
        mix=mix(scenarios),
    )


def _enough(covered: Sequence[Covered]) -> int:
    return sum(not row.is_thin for row in covered)


def get_scenario(work: UnitOfWork, key: str) -> ScenarioSummary:
    """Return one scenario with everything an editor may read of it; raise NotFound."""
    work.require(Permission.BANK_SCENARIO_READ, Target("scenario", key))
    row = catalogue.find_scenario(work.session, key)
    if row is None:
        raise NotFound("scenario")
    library = get_library(work)
    standing = regrading.get_standing_version(work.session, row)
    scenario: Scenario = work.tools.kept.documents.get(standing.digest, lambda: read_scenario(standing.document))
    return ScenarioSummary(
        scenario,
        row.current_number,
        summarise_citations(library, scenario.cites),
        {option.key: summarise_citations(library, option.cites) for option in scenario.options},
        summarise_comparisons(library, scenario),
        shown_exhibit(scenario, [option.key for option in scenario.options]),
        row.withdrawn_at is not None,
        find_retirement(work, key),
    )
