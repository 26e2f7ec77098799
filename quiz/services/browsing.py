"""The banks as editors read them: scenarios, coverage by provision, instruments; nothing is changed here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import catalogue as queries
from quiz.engine.document import read_instrument, read_scenario
from quiz.engine.instrument import Citation, Edition, EditionStatus, Instrument, Library, Provision
from quiz.engine.scenario import Scenario
from quiz.engine.text import Text
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound
from quiz.services.unit_of_work import UnitOfWork

ENOUGH = 2


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One scenario in a list."""

    key: str
    title: Text
    kind: str
    difficulty: int
    version: int


@dataclass(frozen=True, slots=True)
class ProvisionLine:
    """One provision that coverage is owed to, and the scenarios that cite it."""

    citation: CitationSummary
    scenarios: tuple[tuple[str, Text], ...]

    @property
    def has_enough(self) -> bool:
        """Tell whether at least two scenarios cite it."""
        return len(self.scenarios) >= ENOUGH


@dataclass(frozen=True, slots=True)
class BankSummary:
    """The three banks and their coverage."""

    banks: Mapping[str, tuple[ScenarioLine, ...]]
    kinds: Mapping[str, Mapping[str, int]]
    coverage: tuple[ProvisionLine, ...]
    covered: int


@dataclass(frozen=True, slots=True)
class ScenarioSummary:
    """One scenario as an editor reads it, keys and rulings with it."""

    scenario: Scenario
    version: int
    citations: tuple[CitationSummary, ...]
    option_citations: Mapping[str, tuple[CitationSummary, ...]]


def owes_coverage(edition: Edition, provision: Provision) -> bool:
    """Tell whether scenarios are owed: citable, binding, not sensitive, in force or of unknown status."""
    return (
        edition.status in {EditionStatus.IN_FORCE, EditionStatus.UNKNOWN}
        and provision.binds_conduct
        and not provision.sensitive
        and provision.verification.may_be_published
    )


def get_banks(work: UnitOfWork) -> BankSummary:
    """Return every scenario by bank, and for each provision that coverage is owed to who cites it."""
    work.require(Permission.BANK_SCENARIO_READ, Target("banks"))
    scenarios = _scenarios(work)
    library = _library(work)
    banks: dict[str, list[ScenarioLine]] = {}
    kinds: dict[str, Counter[str]] = {}
    citing: dict[str, list[tuple[str, Text]]] = {}
    for scenario, version in scenarios:
        line = ScenarioLine(scenario.key, scenario.title, scenario.kind, scenario.difficulty, version)
        banks.setdefault(scenario.bank, []).append(line)
        kinds.setdefault(scenario.bank, Counter())[scenario.kind] += 1
        for address in sorted({cite.provision_address for cite in scenario.citations}):
            citing.setdefault(address, []).append((scenario.key, scenario.title))
    owed = [
        address for address, (_, edition, provision) in library.provisions.items() if owes_coverage(edition, provision)
    ]
    coverage = tuple(ProvisionLine(_citation(library, address), tuple(citing.get(address, ()))) for address in owed)
    return BankSummary(
        banks={bank: tuple(lines) for bank, lines in sorted(banks.items(), reverse=True)},
        kinds=kinds,
        coverage=tuple(sorted(coverage, key=lambda line: len(line.scenarios))),
        covered=sum(line.has_enough for line in coverage),
    )


def get_scenario(work: UnitOfWork, key: str) -> ScenarioSummary:
    """Return one scenario with everything an editor may read of it; raise NotFound."""
    work.require(Permission.BANK_SCENARIO_READ, Target("scenario", key))
    library = _library(work)
    for scenario, version in _scenarios(work):
        if scenario.key == key:
            return ScenarioSummary(
                scenario,
                version,
                summarise_citations(library, scenario.cites),
                {option.key: summarise_citations(library, option.cites) for option in scenario.options},
            )
    raise NotFound("scenario")


def _citation(library: Library, address: str) -> CitationSummary:
    return summarise_citations(library, (Citation(address),))[0]


def _scenarios(work: UnitOfWork) -> list[tuple[Scenario, int]]:
    keep = work.tools.kept.documents
    return [
        (keep.get(version.digest, lambda version=version: read_scenario(version.document)), version.number)  # type: ignore[misc]
        for _, version in queries.list_current_scenarios(work.session)
    ]


def _library(work: UnitOfWork) -> Library:
    keep = work.tools.kept.documents
    instruments: list[Instrument] = [
        keep.get(version.digest, lambda version=version: read_instrument(version.document))  # type: ignore[misc]
        for _, version in queries.list_current_instruments(work.session)
    ]
    return Library.of(tuple(instruments))
