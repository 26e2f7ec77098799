"""Checks of what may be chosen: equal options, options about options, and what gives the best one away."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
    for option in scenario.options:
        if not option.cites:
            yield source.error("no-citation", (*option.path, "cites"))
    if scenario.kind == "spot":
        # A passage is cut from the exhibit; what makes a good option does not bind it.
        return
    for option in scenario.options:
        for language, text in option.text.by_language.items():
            if any(pattern.search(plain(text).strip()) for pattern in _ABOUT_OPTIONS[language]):
                yield source.error("about-options", (*option.path, "text", language))
    for together in _shown_together(scenario):
        yield from _equal(source, together)
    yield from _double_negatives(source, scenario)
    yield from _best_longest(source, scenario)
    yield from _word_of_the_stem(source, scenario)


def _shown_together(scenario: Scenario) -> Iterator[tuple[Option, ...]]:
    """Return the options that a learner sees beside each other: all, or those of one turn."""
    if scenario.kind != "branching":
        yield scenario.options
    for node in scenario.nodes:
        yield tuple(scenario.option(key) for key in node.leads)


def best_options(scenario: Scenario) -> tuple[Option, ...]:
    """Return the options that the key prefers: full credit, every positive one, the most appropriate, rated highest."""
    if scenario.kind == "most_least":
        return tuple(option for option in scenario.options if option.key == scenario.key_choice.get("most"))
    if scenario.kind in {"multiple_choice", "spot"}:
        return tuple(option for option in scenario.options if (option.credit or 0) > 0)
    if scenario.kind == "judgement":
        return tuple(o for o in scenario.options if scenario.key_ratings.get(o.key) == "very_appropriate")
    return tuple(option for option in scenario.options if option.credit == 1)


def _equal(source: Source, options: Sequence[Option]) -> Iterator[Finding]:
    for language in LANGUAGES:
        seen: dict[tuple[str, ...], Option] = {}
        for option in options:
            said = tuple(words(option.text.by_language.get(language, "")))
            if not said:
                continue
            if said in seen:
                path = (*option.path, "text", language)
                yield source.error("equal-options", path, other=seen[said].key)
            seen.setdefault(said, option)


def _double_negatives(source: Source, scenario: Scenario) -> Iterator[Finding]:
    asked: list[tuple[Path, Text]] = [(("prompt",), scenario.prompt)]
    asked += [((*option.path, "text"), option.text) for option in scenario.options]
    if scenario.hint:
        asked.append((("hint",), scenario.hint))
    for path, text in asked:
        for language, said in text.by_language.items():
            found = next(filter(None, (pattern.search(bare(said)) for pattern in _DOUBLE_NEGATIVES[language])), None)
            if found:
                yield source.warning("double-negative", (*path, language), near=found[0].strip())


def _best_longest(source: Source, scenario: Scenario) -> Iterator[Finding]:
    best = best_options(scenario)
    if scenario.kind not in {"single_choice", "multiple_choice", "most_least"}:
        return
    for language in LANGUAGES:
        lengths = {option.key: len(bare(option.text.by_language.get(language, ""))) for option in scenario.options}
        if not all(lengths.values()):
            continue
        of_best = [lengths.pop(option.key) for option in best]
        share = Fraction(sum(of_best), len(of_best)) / Fraction(sum(lengths.values()), len(lengths))
        if share > LONGEST_SHARE:
            path = (*best[0].path, "text", language)
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
            path = (*best[0].path, "text", "ar")
            yield source.warning("stem-word-in-best", path, value=word)
            return


def _meaning(text: str) -> list[str]:
    said = ((word, base(word)) for word in words(text))
    return [
        short for word, short in said if len(short) > 2 and not {word, word.lstrip("وف"), short} & wording.COMMON_WORDS
    ]
