"""Checks of what explanations say of the law: what they name is cited, and the numbers they give are its own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from quiz.bank import wording
from quiz.bank.checks_citations import Ground
from quiz.bank.findings import Finding
from quiz.bank.reader import Source
from quiz.bank.words import plain
from quiz.engine.instrument import Citation, Cited, Edition, Figure
from quiz.engine.module import Module
from quiz.engine.reading import Path
from quiz.engine.scenario import Scenario
from quiz.engine.text import Text

_LIST = r"(\d+(?:\s*(?:،|,|و|and|or|أو|او|to|-)\s*\d+)*)"
_ARTICLES = (
    re.compile(rf"\b[وفبل]?(?:ال|لل)?(?:ماده|مادتان|مادتين|مادتا|مادتي|مواد)\s+{_LIST}"),
    re.compile(rf"\barticles?\s+{_LIST}"),
)
_DECREES = (
    re.compile(r"رقم\s+(\d+)\s+لسنه\s+(\d{4})"),
    re.compile(r"\bno\.?\s+(\d+)\s+of\s+(\d{4})"),
)
_NUMBER = re.compile(r"\d+")
_PLEDGES = (
    re.compile(r"\b[وفبل]?(?:ال|لل)?تعهد(?:ين|ان)?\s+([^\W\d_]+)"),
    re.compile(r"\b([a-z]+)\s+pledge\b"),
)
_MEASURED = re.compile(
    rf"(?<![\w.])(\d+|{'|'.join(sorted(wording.NUMBER_WORDS, key=len, reverse=True))})(\s+working)?\s+"
    rf"({'|'.join(sorted(wording.UNIT_WORDS, key=len, reverse=True))})\b(\s+عمل\b)?|\b({'|'.join(wording.DUALS)})\b"
)


@dataclass(frozen=True, slots=True)
class _Explained:
    """A text that explains, where it stands, and what is cited beside it."""

    path: Path
    text: Text
    cited: tuple[Cited, ...]
    editions: tuple[Edition, ...]


def check_scenario_law(source: Source, scenario: Scenario, ground: Ground) -> Iterator[Finding]:
    """Return where rulings, consequences and notes name what they do not cite, or give numbers of their own."""
    story = [scenario.title, scenario.situation, *(option.text for option in scenario.options)]
    story += [node.situation for node in scenario.nodes]
    for exhibit in filter(None, (scenario.exhibit, *(node.exhibit for node in scenario.nodes))):
        story += [*exhibit.texts.values(), *(turn.says for turn in exhibit.turns)]
    told = {measure for text in story for said in text.by_language.values() for measure in measures(said)}
    for explained in _explanations(scenario, ground):
        yield from _named(source, explained)
        yield from _measured(source, explained, told)


def check_module_law(source: Source, module: Module, ground: Ground) -> Iterator[Finding]:
    """Return where lesson cards name what they do not cite, or give numbers of their own."""
    told = {(module.minutes, "minute")}
    if module.time_limit:
        told.add((module.time_limit.seconds // 60, "minute"))
    for place, card in enumerate(module.lesson):
        explained = _explained(("lesson", place, "body"), card.body, card.cites, ground)
        yield from _named(source, explained)
        yield from _measured(source, explained, told)


def _explained(path: Path, text: Text, citations: Iterable[Citation], ground: Ground, *editions: Edition) -> _Explained:
    cited = tuple(found for cite in citations if (found := ground.library.find(cite)))
    return _Explained(path, text, cited, (*(held.edition for held in cited), *editions))


def _explanations(scenario: Scenario, ground: Ground) -> Iterator[_Explained]:
    for option in scenario.options:
        yield _explained((*option.path, "ruling"), option.ruling, option.cites, ground)
        if option.consequence:
            yield _explained((*option.path, "consequence"), option.consequence, option.cites, ground)
    for place, comparison in enumerate(scenario.compare):
        # A note sets two texts beside each other: both are cited, or named where one is silent.
        compared = ground.library.find_edition(comparison.edition)
        both = (*comparison.cites, *scenario.citations)
        yield _explained(("compare", place, "note"), comparison.note, both, ground, *(compared or ())[1:])


def _named(source: Source, explained: _Explained) -> Iterator[Finding]:
    """Return each article, pledge and law that a text names and nothing beside it cites."""
    if not explained.cited:
        return
    # A provision may be named through another: the article on settlement lists those that can be settled.
    said_there = [said for held in explained.cited for said in held.paraphrase.by_language.values()]
    labels = [label for edition in explained.editions for label in edition.label.by_language.values()]
    articles = _numbers_of("article", explained.cited) | {n for text in said_there for n in named_articles(text)}
    pledges = _numbers_of("pledge", explained.cited)
    decrees = {pair for text in (*labels, *said_there) for pair in named_decrees(text)}
    for language, said in explained.text.by_language.items():
        path = (*explained.path, language)
        for number in dict.fromkeys(named_articles(said)):
            if number not in articles:
                yield source.error("article-not-cited", path, value=number)
        for number in dict.fromkeys(named_pledges(said)):
            if number not in pledges:
                yield source.error("pledge-not-cited", path, value=number)
        for number, year in dict.fromkeys(named_decrees(said)):
            if (number, year) not in decrees:
                yield source.error("decree-not-cited", path, value=f"{number}/{year}")


def _numbers_of(kind: str, cited: Sequence[Cited]) -> frozenset[str]:
    numbers = (held.provision.reference.number or "" for held in cited if held.provision.reference.kind == kind)
    return frozenset(number for text in numbers for number in _NUMBER.findall(text))


def named_articles(text: str) -> list[str]:
    """Return the numbers of the articles a text names: «المادتان 134 و135» gives both."""
    return [
        number for pattern in _ARTICLES for found in pattern.findall(plain(text)) for number in _NUMBER.findall(found)
    ]


def named_pledges(text: str) -> list[str]:
    """Return the numbers of the pledges a text names by their ordinal: «التعهد السابع» gives 7."""
    words = (found for pattern in _PLEDGES for found in pattern.findall(plain(text)))
    return [str(wording.ORDINALS[word]) for word in words if word in wording.ORDINALS]


def named_decrees(text: str) -> list[tuple[str, str]]:
    """Return number and year of the laws and decrees a text names."""
    return [found for pattern in _DECREES for found in pattern.findall(plain(text))]


def measures(text: str) -> Iterator[tuple[int, str]]:
    """Return each number with its unit that a text gives, in digits or in words up to ten."""
    for digits, working, unit, of_work, dual in _MEASURED.findall(plain(text)):
        if dual:
            yield 2, wording.DUALS[dual]
        else:
            value = int(digits) if digits.isdigit() else wording.NUMBER_WORDS[digits]
            yield value, "working_day" if working or of_work else wording.UNIT_WORDS[unit]


def _measured(source: Source, explained: _Explained, told: set[tuple[int, str]]) -> Iterator[Finding]:
    """Return each measure that neither the story tells nor a figure of what is cited states."""
    stated = {pair for held in explained.cited for figure in held.figures for pair in _measures_of(figure)}
    for language, said in explained.text.by_language.items():
        for value, unit in dict.fromkeys(measures(said)):
            if (value, unit) not in told | stated:
                path = (*explained.path, language)
                yield source.warning("number-not-stated", path, value=f"{value} {unit}")


def _measures_of(figure: Figure) -> Iterator[tuple[int, str]]:
    for value in (figure.minimum, figure.maximum):
        if value is not None and figure.unit:
            yield value, figure.unit
