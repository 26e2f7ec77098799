"""Checks of what a text rests on: addresses that resolve, proof that holds, editions that stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from quiz.bank import wording
from quiz.bank.findings import Finding
from quiz.bank.reader import Source
from quiz.bank.words import plain, sentences, spelled, words
from quiz.engine.instrument import Citation, Cited, EditionStatus, Instrument, Library, Verification
from quiz.engine.module import Module
from quiz.engine.reading import EDITION_ADDRESS, Path
from quiz.engine.scenario import Scenario
from quiz.engine.text import Text


@dataclass(frozen=True, slots=True)
class Ground:
    """What checks stand on: the instruments, those that could not be read, and the day, where it matters.

    A citation into an instrument that could not be read says nothing: the fault stands with the instrument.
    """

    library: Library
    unread: frozenset[str] = frozenset()
    today: date | None = None

    def knows(self, address: str) -> bool:
        """Tell whether the instrument of an address could be read, or does not exist at all."""
        return address.partition("/")[0] not in self.unread


def check_scenario_citations(source: Source, scenario: Scenario, ground: Ground) -> Iterator[Finding]:
    """Return what the citations of a scenario, its options and its comparisons break."""
    for path, citation in _citations_of(scenario):
        yield from _citation(source, path, citation, ground)
        cited = ground.library.find(citation)
        if cited and path[0] != "compare" and cited.instrument.jurisdiction != scenario.jurisdiction:
            yield source.error("foreign-citation", path, value=citation.address, country=scenario.jurisdiction)
    for place, comparison in enumerate(scenario.compare):
        path = ("compare", place, "edition")
        yield from _edition(source, path, comparison.edition, ground)
        for number, citation in enumerate(comparison.cites):
            if citation.edition_address != comparison.edition:
                yield source.warning(
                    "compare-elsewhere",
                    ("compare", place, "cites", number),
                    value=citation.address,
                    edition=comparison.edition,
                )
    for option in scenario.options:
        yield from _strength(source, (*option.path, "ruling"), option.ruling, option.cites, ground)
        if option.consequence:
            yield from _strength(source, (*option.path, "consequence"), option.consequence, option.cites, ground)
    for place, comparison in enumerate(scenario.compare):
        # A note speaks of both sides: the stronger of them carries the word.
        both = comparison.cites + scenario.citations
        yield from _strength(source, ("compare", place, "note"), comparison.note, both, ground)


def check_module_citations(source: Source, module: Module, ground: Ground) -> Iterator[Finding]:
    """Return what the citations of lesson cards and the editions of the pledge break."""
    for place, card in enumerate(module.lesson):
        for number, citation in enumerate(card.cites):
            yield from _citation(source, ("lesson", place, "cites", number), citation, ground)
        yield from _strength(source, ("lesson", place, "body"), card.body, card.cites, ground)
    for place, edition in enumerate(module.pledge.editions if module.pledge else ()):
        path = ("pledge", "editions", place)
        yield from _edition(source, path, edition, ground)
        found = ground.library.find_edition(edition)
        if found and found[1].status in {EditionStatus.REPEALED, EditionStatus.DRAFT}:
            yield source.error("edition-not-binding", path, value=edition)


def check_replacement(source: Source, instrument: Instrument, ground: Ground) -> Iterator[Finding]:
    """Return what the editions of an instrument say of those that replaced them, where nothing stands."""
    for place, edition in enumerate(instrument.editions):
        if edition.replaced_by:
            yield from _edition(source, ("editions", place, "replaced_by"), edition.replaced_by, ground)


def _citations_of(scenario: Scenario) -> Iterator[tuple[Path, Citation]]:
    for number, citation in enumerate(scenario.cites):
        yield ("cites", number), citation
    for option in scenario.options:
        for number, citation in enumerate(option.cites):
            yield (*option.path, "cites", number), citation
    for place, comparison in enumerate(scenario.compare):
        for number, citation in enumerate(comparison.cites):
            yield ("compare", place, "cites", number), citation


def _citation(source: Source, path: Path, citation: Citation, ground: Ground) -> Iterator[Finding]:
    cited = ground.library.find(citation)
    if cited is None:
        if ground.knows(citation.address):
            yield source.error("no-such-provision", path, value=citation.address)
        return
    if not cited.provision.verification.may_be_published:
        verification = cited.provision.verification.value
        yield source.error("unproven-citation", path, value=citation.address, verification=verification)
    if cited.edition.status is EditionStatus.REPEALED and not citation.as_history:
        yield source.error("repealed-cited", path, value=citation.address)
    if ground.today and cited.provision.review_due < ground.today:
        due = cited.provision.review_due.isoformat()
        yield source.warning("review-overdue", path, value=citation.address, date=due)


def _edition(source: Source, path: Path, address: str, ground: Ground) -> Iterator[Finding]:
    if not EDITION_ADDRESS.fullmatch(address):
        yield source.error("bad-address", path, value=address)
    elif ground.library.find_edition(address) is None and ground.knows(address):
        yield source.error("no-such-edition", path, value=address)


def _strength(
    source: Source, path: Path, text: Text, citations: Sequence[Citation], ground: Ground
) -> Iterator[Finding]:
    cited = [found for citation in citations if (found := ground.library.find(citation))]
    if not cited or strongest(cited).strength > Verification.SECONDARY.strength:
        return
    for language, said in text.by_language.items():
        word = duty_word(said, language)
        if word:
            verification = strongest(cited).value
            yield source.warning("word-too-strong", (*path, language), value=word, verification=verification)


def strongest(cited: Sequence[Cited]) -> Verification:
    """Return the best verification among what is cited."""
    return max((found.provision.verification for found in cited), key=lambda verification: verification.strength)


def duty_word(text: str, language: str) -> str | None:
    """Return a word of duty that no negation and no «بحسب المنشور» in its sentence weakens."""
    for sentence in sentences(text):
        folded = plain(sentence)
        if any(hedge in folded for hedge in wording.HEDGES):
            continue
        said = words(sentence)
        for place, word in enumerate(said):
            before = said[max(0, place - 3) : place]
            is_denied = any(_is_one_of(other, wording.NEGATIONS) for other in before)
            if not is_denied and _is_one_of(word, wording.DUTY_WORDS[language]):
                return spelled(sentence, place, place + 1)
    return None


def _is_one_of(word: str, known: frozenset[str]) -> bool:
    """Tell whether a word is known, with or without the «و» or «ف» joined to it."""
    return word in known or (word[:1] in {"و", "ف"} and word[1:] in known)
