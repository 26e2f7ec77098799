"""Arabic and English text cut into words and sentences, in the one plain spelling that checks compare."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from quiz.engine.reading import Path
from quiz.engine.text import LANGUAGES
from quiz.language.folding import fold

ARABIC = "\u0621-\u064a\u0671-\u06d3"
_MARKS = re.compile("[\u064b-\u065f\u0670\u0640]")
_SENTENCE = re.compile(r"(?<![.!?؟])(?<!\bNo)(?<!\bNos)(?<!\bArt)[.!?؟]+(?=[\s»”)]|$)|\n")
_WORD = re.compile(rf"[{ARABIC}a-z0-9]+(?:['’\-/.,][a-z0-9]+)*")
_SPELLED = re.compile(_WORD.pattern, re.IGNORECASE)
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”")
_ARABIC_LETTER = re.compile(f"[{ARABIC}]")
_COUNTED = re.compile(r"\w")


# Checks come back to the same text many times; a scenario has fewer than a hundred.
plain = lru_cache(maxsize=1024)(fold)


def bare(text: str) -> str:
    """Return a text without vowel marks and tatweel; every letter keeps its form."""
    return _MARKS.sub("", text)


def words(text: str) -> list[str]:
    """Return the words of a text in their plain spelling."""
    return _WORD.findall(plain(text))


def spelled(text: str, begin: int, end: int) -> str:
    """Return the words of a text from one place to another as they are written, without vowel marks."""
    return " ".join(_SPELLED.findall(bare(text))[begin:end])


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, cut at full stops, question marks and new lines."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def count(text: str) -> int:
    """Return how many words a reader counts: what stands between spaces and holds a letter or a digit."""
    return sum(bool(_COUNTED.search(word)) for word in text.split())


def without_quotations(text: str) -> str:
    """Return a text without what somebody says in it."""
    return _QUOTED.sub(" ", text)


def has_arabic(text: str) -> bool:
    """Tell whether a text holds an Arabic letter."""
    return bool(_ARABIC_LETTER.search(text))


@lru_cache(maxsize=32768)
def base(word: str) -> str:
    """Return a plain Arabic word without joined particles, article and the commonest endings."""
    for prefix in ("و", "ف"):
        if word.startswith(prefix) and len(word) > 4:
            word = word[1:]
    if word.startswith("لل") and len(word) > 4:
        word = word[2:]
    elif word[:1] in {"ب", "ل", "ك"} and word[1:3] == "ال":
        word = word[3:]
    elif word.startswith("ال") and len(word) > 4:
        word = word[2:]
    for ending in ("هما", "ات", "ون", "ين", "ان", "ها", "هم", "يه", "ه", "ي"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def texts(document: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, str]]]:
    """Return every multilingual text of a document with its place, whatever else is wrong with it."""
    if isinstance(document, Mapping):
        if document and set(document) <= set(LANGUAGES):
            yield path, {language: value for language, value in document.items() if isinstance(value, str)}
            return
        for name, value in document.items():
            yield from texts(value, (*path, name))
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from texts(value, (*path, place))


def strings(document: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Return every string of a document with its place."""
    if isinstance(document, str):
        yield path, document
    elif isinstance(document, Mapping):
        for name, value in document.items():
            yield from strings(value, (*path, name))
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from strings(value, (*path, place))
