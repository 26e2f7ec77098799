"""Bringing a scenario that came from outside into the shape that a form shows, whatever somebody wrote into it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quiz.bank.composing import LETTERS, empty_scenario, with_kind
from quiz.engine.question_types import registry as question_types
from quiz.engine.scenario import BANKS
from quiz.engine.scenario_document import MEDIA
from quiz.engine.text import LANGUAGES

Document = dict[str, Any]
Shape = Callable[[Any], Any]
# What stands for a value that is of no use: fields and entries with it are left out.
_NOTHING = object()


def shaped_scenario(document: Mapping[str, Any]) -> Document:
    """Return a scenario whose values are all of the kind that their fields hold; one that is so stays as it is.

    What is of another kind is left out, what every form shows is there, if empty.
    """
    made = _fields(_SCENARIO)(document)
    kind = made.get("kind")
    bank = made["bank"] = made["bank"] if made.get("bank") in BANKS else BANKS[0]
    for entries in (made, *made.get("nodes", ())):
        for name in ("options", "passages", "nodes", "choices"):
            _name_all(entries.get(name, ()))
    if kind not in question_types.names():
        return with_kind({**empty_scenario(bank), **made}, "single_choice")
    return {**empty_scenario(bank, kind), **made}


def _name_all(entries: Sequence[Document]) -> None:
    taken = {entry.get("key") for entry in entries}
    free = (letter for letter in LETTERS if letter not in taken)
    for entry in entries:
        if not entry.get("key"):
            entry["key"] = next(free, LETTERS)


def _of(*types: type) -> Shape:
    return lambda value: value if type(value) in types else _NOTHING


def _text(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return _NOTHING
    return {name: words for name, words in value.items() if name in LANGUAGES and isinstance(words, str)}


def _list(shape: Shape) -> Shape:
    def shaped(value: Any) -> Any:
        if not isinstance(value, list):
            return _NOTHING
        return [entry for entry in map(shape, value) if entry is not _NOTHING]

    return shaped


def _fields(shapes: Mapping[str, Shape]) -> Shape:
    """Return the shape of a mapping: fields that are not known are kept where they hold one plain value."""

    def shaped(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return _NOTHING
        found = {name: shapes.get(name, _PLAIN)(held) for name, held in value.items()}
        return {name: held for name, held in found.items() if held is not _NOTHING}

    return shaped


def _words_by_key(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return _NOTHING
    return {key: words for key, words in value.items() if isinstance(words, str)}


def _exhibit(value: Any) -> Any:
    medium = value.get("medium") if isinstance(value, Mapping) else None
    if not isinstance(medium, str) or medium not in MEDIA:
        return _NOTHING
    texts, plain = MEDIA[medium]
    turns = _list(_entry({"who": _text, "says": _text}))
    return _fields({**dict.fromkeys(texts, _text), **dict.fromkeys(plain, _WORDS), "turns": turns})(value)


def _entry(shapes: Mapping[str, Shape]) -> Shape:
    return _fields({"key": _WORDS, "cites": _CITES, **shapes})


_WORDS = _of(str)
_PLAIN = _of(str, int, bool)
_AT = _fields({"at": _WORDS, "as": _WORDS})


def _cite(value: Any) -> Any:
    found = value if isinstance(value, str) else _AT(value)
    address = found.get("at") if isinstance(found, dict) else found
    return found if address else _NOTHING


_CITES = _list(_cite)
_OPTION = {"text": _text, "ruling": _text, "consequence": _text, "credit": _of(str, int)}
_CHOICE = _entry({**_OPTION, "next": _of(str, type(None))})
_SCENARIO: Mapping[str, Shape] = {
    "key": _WORDS,
    "bank": _WORDS,
    "kind": _WORDS,
    "jurisdiction": _WORDS,
    "author_note": _WORDS,
    "difficulty": _of(int),
    "sensitive": _of(bool),
    **dict.fromkeys(("title", "situation", "prompt", "hint"), _text),
    "exhibit": _exhibit,
    "options": _list(_entry(_OPTION)),
    "passages": _list(_entry({"ruling": _text, "consequence": _text, "breach": _of(bool)})),
    "nodes": _list(_entry({"situation": _text, "exhibit": _exhibit, "choices": _list(_CHOICE)})),
    "compare": _list(_entry({"edition": _WORDS, "verdict": _WORDS, "note": _text})),
    "cites": _CITES,
    **dict.fromkeys(("topics", "values", "audience", "key_order"), _list(_WORDS)),
    **dict.fromkeys(("key_ratings", "key_choice"), _words_by_key),
}
