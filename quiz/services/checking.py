"""The editorial law over one document of the desk: what is wrong with a draft, as it stands and against what stood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from quiz.bank.checks import check_instrument, check_scenario, structure
from quiz.bank.checks_citations import Ground, check_module_citations
from quiz.bank.checks_law import check_module_law
from quiz.bank.checks_modules import check_module
from quiz.bank.checks_proof import check_proof
from quiz.bank.checks_text import check_lesson, check_story, check_text, stale_english
from quiz.bank.findings import Finding, Report
from quiz.bank.reader import Source
from quiz.db.queries import drafts as queries
from quiz.db.queries.drafts import VersionRow
from quiz.engine.document import read_instrument, read_module, read_scenario
from quiz.engine.instrument import Library
from quiz.services.published import get_library, list_scenarios
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]


def check_document(work: UnitOfWork, kind: str, document: Document) -> Report:
    """Return everything the law says of one document among what is published, against the version that stands."""
    standing = queries.find_standing(work.session, kind, str(document.get("key") or ""))
    return Checker.of(work).check(kind, document, standing)


@dataclass(frozen=True, slots=True)
class Checker:
    """The law with what it stands on read once, for many documents in a deed."""

    work: UnitOfWork
    ground: Ground

    @classmethod
    def of(cls, work: UnitOfWork) -> "Checker":
        """Read what stands at this moment of the deed."""
        return cls(work, Ground(get_library(work), frozenset(), work.now.date()))

    def check(self, kind: str, document: Document, standing: VersionRow | None) -> Report:
        """Return everything the law says of one document, against the version that stands."""
        source = Source(_file(kind, document), dict(document))
        findings = [*check_text(source), *self._of_kind(kind, source)]
        if standing is not None:
            findings += stale_english(standing.document, source)
        return Report.of(findings)

    def _of_kind(self, kind: str, source: Source) -> Iterator[Finding]:
        if kind == "scenario":
            return self._scenario(source)
        return self._instrument(source) if kind == "instrument" else self._module(source)

    def _scenario(self, source: Source) -> Iterator[Finding]:
        yield from check_story(source)
        scenario, faults = structure(source, read_scenario)
        yield from faults
        if scenario is not None:
            yield from check_scenario(source, scenario, self.ground)

    def _instrument(self, source: Source) -> Iterator[Finding]:
        instrument, faults = structure(source, read_instrument)
        yield from faults
        if instrument is not None:
            stands = {held.key: held for held in self.ground.library.instruments}
            library = Library.of(tuple({**stands, instrument.key: instrument}.values()))
            yield from check_instrument(source, instrument, replace(self.ground, library=library))
            yield from check_proof(source, stands.get(instrument.key), instrument, self.work.now.date())

    def _module(self, source: Source) -> Iterator[Finding]:
        yield from check_lesson(source)
        module, faults = structure(source, read_module)
        yield from faults
        if module is not None:
            scenarios = [scenario for scenario, _ in list_scenarios(self.work)]
            yield from check_module(source, module, scenarios, self.ground)
            yield from check_module_citations(source, module, self.ground)
            yield from check_module_law(source, module, self.ground)


def _file(kind: str, document: Document) -> str:
    """Return the name a document would have as a file, by which its findings call it."""
    folder = f"scenarios/{document.get('bank', '')}" if kind == "scenario" else f"{kind}s"
    return f"{folder}/{document.get('key', '')}.yaml"
