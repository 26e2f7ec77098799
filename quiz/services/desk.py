"""The first screen of editors and reviewers: what is needed now, most urgent first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.coverage import Covered, coverage
from quiz.bank.impact import Staleness
from quiz.bank.places import title_of
from quiz.db.queries import drafts as queries
from quiz.engine.instrument import Citation, EditionStatus, Library
from quiz.engine.scenario import BANKS, Scenario
from quiz.engine.text import Text
from quiz.services import confirming, measuring
from quiz.services.asking_again import ProposalLine, list_proposals
from quiz.services.belonging import NONE, bank_of_provision, list_draft_banks, list_own_drafts, own_banks
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.published import get_library, list_scenarios
from quiz.services.unit_of_work import UnitOfWork

# More answers than these are not worked through while a page waits, unless it was done before.
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class DraftLine:
    """An open draft in a list."""

    public_id: str
    kind: str
    key: str
    title: Text
    state: str
    changed_at: datetime
    changed_by: str
    is_own: bool
    banks: frozenset[str] = NONE


@dataclass(frozen=True, slots=True)
class StaleLine:
    """A scenario whose ground holds no more or changed since: why (the gravest reason), and the addresses."""

    key: str
    title: Text
    kind: Staleness
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """A provision past its review that scenarios rest on, and how many."""

    citation: CitationSummary
    due: date
    scenarios: int


@dataclass(frozen=True, slots=True)
class DoubtfulLine:
    """A scenario whose figures deserve a look."""

    key: str
    title: Text
    module: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One provision of the map: what it is called, how many scenarios train it, and the bank they belong to."""

    citation: CitationSummary
    count: int
    is_thin: bool
    bank: str


@dataclass(frozen=True, slots=True)
class DeskSummary:
    """Everything that waits, by what has to be done about it; `banks` is what one is responsible for, None for all."""

    to_review: tuple[DraftLine, ...]
    sent_back: tuple[DraftLine, ...]
    in_hand: tuple[DraftLine, ...]
    waiting: tuple[DraftLine, ...]
    thin: tuple[CoverageCell, ...]
    stale: tuple[StaleLine, ...]
    proposals: tuple[ProposalLine, ...]
    overdue: tuple[OverdueLine, ...]
    doubtful: tuple[DoubtfulLine, ...]
    untranslated: tuple[tuple[str, Text], ...]
    covered: int
    owed: int
    map: tuple[tuple[Text, tuple[CoverageCell, ...]], ...]
    banks: tuple[str, ...] | None


def get_desk(work: UnitOfWork) -> DeskSummary:
    """Return what is needed: drafts by where they stand, gaps, and scenarios that no longer hold or look wrong."""
    work.require(Permission.BANK_DRAFT_READ, Target("desk", is_in_part=True))
    library = get_library(work)
    scenarios = [scenario for scenario, _ in list_scenarios(work)]
    own = own_banks(work, Permission.BANK_DRAFT_READ)
    lines = _drafts(work)
    covered = coverage(library, scenarios)
    cells = [_cell(work, library, one) for one in covered]
    by_instrument: dict[str, tuple[Text, list[CoverageCell]]] = {}
    for one, cell in zip(covered, cells, strict=True):
        by_instrument.setdefault(one.instrument.key, (one.instrument.title, []))[1].append(cell)
    return DeskSummary(
        to_review=tuple(line for line in lines if line.state == "in_review" and _may_review(work, line)),
        sent_back=tuple(line for line in lines if line.state == "sent_back"),
        in_hand=tuple(line for line in lines if line.state == "draft"),
        waiting=tuple(line for line in lines if line.state == "in_review" and not _may_review(work, line)),
        thin=tuple(cell for cell in cells if cell.is_thin and (own is None or cell.bank in own)),
        stale=list_stale(work),
        proposals=list_proposals(work) if own is None else (),
        overdue=_overdue(work, library, scenarios),
        doubtful=_doubtful(work),
        untranslated=tuple(
            (one.key, one.title)
            for one in scenarios
            if not one.title.by_language.get("en") and (own is None or one.bank in own)
        ),
        banks=None if own is None else tuple(bank for bank in BANKS if bank in own),
        covered=sum(not cell.is_thin for cell in cells),
        owed=len(cells),
        map=tuple((title, tuple(held)) for title, held in by_instrument.values()),
    )


def _may_review(work: UnitOfWork, line: DraftLine) -> bool:
    target = Target("draft", line.public_id, banks=line.banks)
    return not line.is_own and work.allows(Permission.BANK_DRAFT_REVIEW, target)


def _drafts(work: UnitOfWork) -> list[DraftLine]:
    banks = list_draft_banks(work)
    newest = {row.draft_id: row for row in queries.list_newest_revisions(work.session)}
    own = queries.list_written_by(work.session, work.actor.person_id or 0)
    names = queries.name_people(work.session, {row.author_id for row in newest.values()})
    return [
        DraftLine(
            row.public_id,
            row.kind,
            row.key,
            title_of({"title": newest[row.id].title}),
            row.state,
            row.changed_at,
            names[newest[row.id].author_id],
            row.id in own,
            banks.get(row.id, NONE),
        )
        for row in list_own_drafts(work, Permission.BANK_DRAFT_READ)
    ]


def _cell(work: UnitOfWork, library: Library, one: Covered) -> CoverageCell:
    citation = summarise_citations(library, (Citation(one.address),))[0]
    return CoverageCell(citation, len(one.scenarios), one.is_thin, bank_of_provision(work, one.address))


def list_stale(work: UnitOfWork) -> tuple[StaleLine, ...]:
    """Return the scenarios that rest on what holds no more, or on what says something else now, gravest first.

    Who is responsible for some banks reads of these alone.
    """
    work.require(Permission.BANK_SCENARIO_READ, Target("scenarios"))
    own = own_banks(work, Permission.BANK_DRAFT_READ)
    scenarios = [one for one, _ in list_scenarios(work) if own is None or one.bank in own]
    found = {line.key: line for line in _fallen(get_library(work), scenarios)}
    for one in confirming.list_shifted(work):
        if own is not None and one.scenario.bank not in own:
            continue
        line = StaleLine(one.scenario.key, one.scenario.title, one.kind, tuple(address for address, _ in one.places))
        found.setdefault(line.key, line)
    order = list(Staleness)
    return tuple(sorted(found.values(), key=lambda line: (order.index(line.kind), line.key)))


def _fallen(library: Library, scenarios: Sequence[Scenario]) -> Iterator[StaleLine]:
    """Give the scenarios of which a citation holds no more, whatever stood when they were published."""
    for scenario in scenarios:
        for citation in scenario.citations:
            cited = library.find(citation)
            if cited is None or (cited.edition.status is EditionStatus.REPEALED and not citation.as_history):
                kind = Staleness.GONE if cited is None else Staleness.REPEALED
                yield StaleLine(scenario.key, scenario.title, kind, (citation.address,))
                break


def _overdue(work: UnitOfWork, library: Library, scenarios: Sequence[Scenario]) -> tuple[OverdueLine, ...]:
    resting: dict[str, int] = {}
    for scenario in scenarios:
        for address in {citation.provision_address for citation in scenario.citations}:
            resting[address] = resting.get(address, 0) + 1
    today = work.now.date()
    found = []
    for address, count in resting.items():
        held = library.provisions.get(address)
        if held is not None and held[2].review_due < today:
            citation = summarise_citations(library, (Citation(address),))[0]
            found.append(OverdueLine(citation, held[2].review_due, count))
    return tuple(sorted(found, key=lambda line: (line.due, line.citation.address)))


def _doubtful(work: UnitOfWork) -> tuple[DoubtfulLine, ...]:
    found: dict[str, DoubtfulLine] = {}
    for module, item in measuring.stream_own_items(work, AT_ONCE):
        if item.is_standing and item.doubts:
            found.setdefault(item.key, DoubtfulLine(item.key, item.title, module, item.doubts))
    return tuple(found.values())
