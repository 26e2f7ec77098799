"""The editorial law over one document of the desk: what is wrong with a draft, as it stands and against what stood."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quiz.bank.checks import check_instrument, check_scenario, structure
from quiz.bank.checks_citations import Ground, check_module_citations
from quiz.bank.checks_law import check_module_law
from quiz.bank.checks_modules import check_module
from quiz.bank.checks_text import check_lesson, check_story, check_text, stale_english
from quiz.bank.findings import Finding, Report
from quiz.bank.reader import Source
from quiz.db.queries import drafts as queries
from quiz.engine.document import read_instrument, read_module, read_scenario
from quiz.engine.instrument import Library
from quiz.services.published import get_library, list_scenarios
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]


def check_document(work: UnitOfWork, kind: str, document: Document) -> Report:
    """Return everything the law says of one document among what is published, against the version that stands."""
    source = Source(_file(kind, document), dict(document))
    findings = [*check_text(source), *_CHECKS[kind](work, source)]
    standing = queries.find_standing(work.session, kind, str(document.get("key", "")))
    if standing is not None:
        findings += stale_english(standing.document, source)
    return Report.of(findings)


def _file(kind: str, document: Document) -> str:
    """Return the name a document would have as a file, by which its findings call it."""
    folder = f"scenarios/{document.get('bank', '')}" if kind == "scenario" else f"{kind}s"
    return f"{folder}/{document.get('key', '')}.yaml"


def _ground(work: UnitOfWork, library: Library | None = None) -> Ground:
    return Ground(library or get_library(work), frozenset(), work.now.date())


def _scenario(work: UnitOfWork, source: Source) -> Iterator[Finding]:
    yield from check_story(source)
    scenario, faults = structure(source, read_scenario)
    yield from faults
    if scenario is not None:
        yield from check_scenario(source, scenario, _ground(work))


def _instrument(work: UnitOfWork, source: Source) -> Iterator[Finding]:
    instrument, faults = structure(source, read_instrument)
    yield from faults
    if instrument is not None:
        others = (held for held in get_library(work).instruments if held.key != instrument.key)
        yield from check_instrument(source, instrument, _ground(work, Library.of((*others, instrument))))


def _module(work: UnitOfWork, source: Source) -> Iterator[Finding]:
    yield from check_lesson(source)
    module, faults = structure(source, read_module)
    yield from faults
    if module is not None:
        ground = _ground(work)
        yield from check_module(source, module, [scenario for scenario, _ in list_scenarios(work)], ground)
        yield from check_module_citations(source, module, ground)
        yield from check_module_law(source, module, ground)


_CHECKS: Mapping[str, Callable[[UnitOfWork, Source], Iterator[Finding]]] = {
    "scenario": _scenario,
    "instrument": _instrument,
    "module": _module,
}
