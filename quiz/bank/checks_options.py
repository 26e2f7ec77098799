"""Checks of what may be chosen: equal options, options about options, and what gives the best one away."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from quiz.bank import wording
from quiz.bank.findings import Finding
from quiz.bank.reader import Source
from quiz.bank.words import bare, base, plain, texts, words
from quiz.engine.reading import Path
from quiz.engine.scenario import Option, Scenario
from quiz.engine.text import LANGUAGES, Text

# The best option may be this much longer than the mean of the others.
LONGEST_SHARE = Fraction(5, 4)

_ABOUT_OPTIONS = {language: [re.compile(p) for p in patterns] for language, patterns in wording.ABOUT_OPTIONS.items()}
_DOUBLE_NEGATIVES = {
    language: [re.compile(p, re.IGNORECASE) for p in patterns]
    for language, patterns in wording.DOUBLE_NEGATIVES.items()
}


def check_options(source: Source, scenario: Scenario) -> Iterator[Finding]:
    """Return what the options of a scenario break, or give away."""
    for place, option in enumerate(scenario.options):
        if not option.cites:
            yield source.error("no-citation", ("options", place, "cites"))
        for language, text in option.text.by_language.items():
            if any(pattern.search(plain(text).strip()) for pattern in _ABOUT_OPTIONS[language]):
                yield source.error("about-options", ("options", place, "text", language))
    yield from _equal(source, scenario)
    yield from _double_negatives(source, scenario)
    yield from _best_longest(source, scenario)
    yield from _word_of_the_stem(source, scenario)


def best_options(scenario: Scenario) -> tuple[Option, ...]:
    """Return the options that the key prefers: full credit, every positive one, or rated very appropriate."""
    if scenario.kind == "judgement":
        return tuple(o for o in scenario.options if scenario.key_ratings.get(o.key) == "very_appropriate")
    if scenario.kind == "multiple_choice":
        return tuple(option for option in scenario.options if (option.credit or 0) > 0)
    return tuple(option for option in scenario.options if option.credit == 1)


def _equal(source: Source, scenario: Scenario) -> Iterator[Finding]:
    for language in LANGUAGES:
        seen: dict[tuple[str, ...], int] = {}
        for place, option in enumerate(scenario.options):
            said = tuple(words(option.text.by_language.get(language, "")))
            if not said:
                continue
            if said in seen:
                path = ("options", place, "text", language)
                yield source.error("equal-options", path, other=scenario.options[seen[said]].key)
            seen.setdefault(said, place)


def _double_negatives(source: Source, scenario: Scenario) -> Iterator[Finding]:
    asked: list[tuple[Path, Text]] = [(("prompt",), scenario.prompt)]
    asked += [(("options", place, "text"), option.text) for place, option in enumerate(scenario.options)]
    if scenario.hint:
        asked.append((("hint",), scenario.hint))
    for path, text in asked:
        for language, said in text.by_language.items():
            found = next(filter(None, (pattern.search(bare(said)) for pattern in _DOUBLE_NEGATIVES[language])), None)
            if found:
                yield source.warning("double-negative", (*path, language), near=found[0].strip())


def _best_longest(source: Source, scenario: Scenario) -> Iterator[Finding]:
    best = best_options(scenario)
    if scenario.kind == "judgement":
        return
    for language in LANGUAGES:
        lengths = {option.key: len(bare(option.text.by_language.get(language, ""))) for option in scenario.options}
        if not all(lengths.values()):
            continue
        of_best = [lengths.pop(option.key) for option in best]
        share = Fraction(sum(of_best), len(of_best)) / Fraction(sum(lengths.values()), len(lengths))
        if share > LONGEST_SHARE:
            path = ("options", scenario.options.index(best[0]), "text", language)
            yield source.warning("best-longest", path, share=str(round((share - 1) * 100)))


def _word_of_the_stem(source: Source, scenario: Scenario) -> Iterator[Finding]:
    """Return a word that the stem repeats and only the best option echoes."""
    best = best_options(scenario)
    if scenario.kind != "single_choice":
        return
    stem: Counter[str] = Counter()
    for name in ("title", "situation", "exhibit", "prompt"):
        for _, by_language in texts(source.document.get(name)):
            stem.update(_meaning(by_language.get("ar", "")))
    elsewhere = {
        word for option in scenario.options if option is not best[0] for word in _meaning(option.text.by_language["ar"])
    }
    for word in dict.fromkeys(_meaning(best[0].text.by_language["ar"])):
        if stem[word] >= 3 and word not in elsewhere:
            path = ("options", scenario.options.index(best[0]), "text", "ar")
            yield source.warning("stem-word-in-best", path, value=word)
            return


def _meaning(text: str) -> list[str]:
    said = ((word, base(word)) for word in words(text))
    return [
        short for word, short in said if len(short) > 2 and not {word, word.lstrip("وف"), short} & wording.COMMON_WORDS
    ]
