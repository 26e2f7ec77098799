"""A change between two documents as the pieces a page marks: words that stayed, went or came."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quiz.bank.differences import Change
from quiz.engine.text import LANGUAGES
from quiz.language.word_diff import Piece, word_diff

# More words than these are told whole; the eye would not follow them any more.
LONGEST = 12_000


def pieces_of(change: Change) -> list[tuple[str, tuple[Piece, ...]]]:
    """Return the pieces of a change with the language each is in, an empty one where it is no text."""
    if change.kind == "moved":
        return []
    before, after = _said(change.before), _said(change.after)
    language = change.path[-1] if change.path and change.path[-1] in LANGUAGES else ""
    if isinstance(change.before, Mapping) or isinstance(change.after, Mapping):
        return list(_by_language(change))
    if max(len(before), len(after)) > LONGEST:
        return [(str(language), (Piece("removed", before), Piece("added", after)))]
    return [(str(language), word_diff(before, after))]


def _by_language(change: Change) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """Give what came or went whole, such as an option, each language of its texts apart."""
    for language in LANGUAGES:
        before, after = " · ".join(_texts(change.before, language)), " · ".join(_texts(change.after, language))
        if before or after:
            yield language, word_diff(before, after)


def _texts(value: Any, language: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):
            if value.get(language):
                yield str(value[language])
            return
        for inner in value.values():
            yield from _texts(inner, language)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, language)


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
