"""Citations as pages show them: the place, what it says in our words, how far it is verified, whether it holds."""

from collections.abc import Iterable
from dataclasses import dataclass

from quiz.engine.instrument import Citation, Figure, Library, Reference
from quiz.engine.scenario import Scenario
from quiz.engine.text import Text


@dataclass(frozen=True, slots=True)
class CitationSummary:
    """One citation, resolved; sentences about its reference and figures are made at the edge."""

    address: str
    instrument: Text
    edition: Text
    reference: Reference
    part: str | None
    title: Text
    paraphrase: Text
    verification: str
    status: str
    as_history: bool
    figures: tuple[Figure, ...]


def summarise_citations(library: Library, citations: Iterable[Citation]) -> tuple[CitationSummary, ...]:
    """Return the summaries of citations in order, each place once; what does not resolve is left out."""
    summaries: dict[str, CitationSummary] = {}
    for citation in citations:
        cited = library.find(citation)
        if cited is None or citation.address in summaries:
            continue
        summaries[citation.address] = CitationSummary(
            address=citation.address,
            instrument=cited.instrument.title,
            edition=cited.edition.label,
            reference=cited.provision.reference,
            part=citation.part_key,
            title=cited.provision.title,
            paraphrase=cited.paraphrase,
            verification=cited.provision.verification.value,
            status=cited.edition.status.value,
            as_history=citation.as_history,
            figures=cited.figures,
        )
    return tuple(summaries.values())


@dataclass(frozen=True, slots=True)
class ComparisonSummary:
    """The same act under another edition."""

    instrument: Text
    edition: Text
    verdict: str
    note: Text
    citations: tuple[CitationSummary, ...]


def summarise_comparisons(library: Library, scenario: Scenario) -> tuple[ComparisonSummary, ...]:
    """Return the comparisons of a scenario whose edition resolves, in order."""
    found = ((comparison, library.find_edition(comparison.edition)) for comparison in scenario.compare)
    return tuple(
        ComparisonSummary(
            edition[0].title,
            edition[1].label,
            comparison.verdict,
            comparison.note,
            summarise_citations(library, comparison.cites),
        )
        for comparison, edition in found
        if edition is not None
    )
