"""Putting a module together piece by piece: an empty one, its cards and lines in and out, what of it can be drawn."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from quiz.bank import composing
from quiz.engine.document import read_module
from quiz.engine.errors import Faulty
from quiz.engine.instrument import Verification
from quiz.engine.module import SelectionRule
from quiz.engine.reading import Path
from quiz.engine.scenario import BANKS
from quiz.engine.text import LANGUAGES
from quiz.engine.upgrades import CURRENT_FORMAT

Document = dict[str, Any]

MOST = {"lesson": 24, "blueprint": 24, "waits": 8, "and_every": 24}
COPY = {"ar": " (نسخة)", "en": " (copy)"}
_WORDS = ("topics", "provisions", "kinds", "audience", "jurisdictions")


def empty_module(country: str = "EG") -> Document:
    """Return a module in which everything is still to be written, with the rules that most modules have."""
    return {
        "format": CURRENT_FORMAT["module"],
        "title": {},
        "summary": {},
        "minutes": 20,
        "jurisdictions": [country],
        "lesson": [],
        "blueprint": [],
        "behaviour": "immediate_feedback",
        "certainty": False,
        "pass_rule": {"score": "4/5"},
        "attempts": {"limit": 3, "waits": ["PT0S", "P1D"], "remediation": True},
        "time_limit": None,
        "validity": "P2Y",
        "minimum_verification": Verification.MIRROR.value,
    }


def copied(document: Mapping[str, Any]) -> Document:
    """Return a module of its own with everything of another, which its title says; its key is still to be made."""
    made = deepcopy(dict(document))
    made.pop("key", None)
    made["title"] = {language: f"{words}{COPY[language]}" for language, words in _text(made.get("title")).items()}
    return made


def shaped(document: Mapping[str, Any]) -> Document:
    """Return a module whose lists are lists and whose texts are texts, whatever somebody wrote into it.

    A sound document comes back equal; of a broken one stays what has a place.
    """
    made = deepcopy(dict(document))
    for name in ("title", "summary"):
        made[name] = _text(made.get(name))
    made["jurisdictions"] = _words(made.get("jurisdictions"))
    made["lesson"] = _entries(made.get("lesson"))
    for card in made["lesson"]:
        card.update({name: _text(card.get(name)) for name in ("title", "body")})
        card["cites"] = [cite for cite in _list(card.get("cites")) if isinstance(cite, str | dict)]
        _shape(card, {"jurisdictions": _words})
    made["blueprint"] = _entries(made.get("blueprint"))
    made["blueprint"] = [shaped_line(line) for line in made["blueprint"]]
    for name in ("pass_rule", "attempts"):
        made[name] = _mapping(made.get(name))
    _shape(made["pass_rule"], {"and_every": _entries})
    made["attempts"]["waits"] = _words(made["attempts"].get("waits"))
    _shape(made, {"pledge": _mapping, "defaults": _mapping})
    if made.get("pledge"):
        made["pledge"].update({name: _text(made["pledge"].get(name)) for name in ("confirm", "undertake")})
        made["pledge"]["editions"] = _words(made["pledge"].get("editions"))
    return made


def shaped_line(line: Mapping[str, Any]) -> Document:
    """Return a line of a blueprint whose lists are lists of words, or of levels of difficulty."""
    made = dict(line)
    _shape(made, {**dict.fromkeys(_WORDS, _words), "difficulty": _figures})
    return made


def _shape(holder: Document, shapes: Mapping[str, Callable[[Any], Any]]) -> None:
    for name, shape in shapes.items():
        if holder.get(name) is not None:
            holder[name] = shape(holder[name])


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _entries(value: Any) -> list[Any]:
    return [entry for entry in _list(value) if isinstance(entry, dict)]


def _words(value: Any) -> list[str]:
    return [word for word in _list(value) if isinstance(word, str)]


def _figures(value: Any) -> list[int]:
    return [figure for figure in _list(value) if type(figure) is int]


def _mapping(value: Any) -> Document:
    return dict(value) if isinstance(value, dict) else {}


def _text(value: Any) -> dict[str, str]:
    return {name: words for name, words in _mapping(value).items() if name in LANGUAGES and isinstance(words, str)}


# Lists that may grow


def _card(beside: list[Any]) -> Document:
    taken = {card.get("key") for card in beside}
    key = next(f"card-{number}" for number in range(1, len(beside) + 2) if f"card-{number}" not in taken)
    return {"key": key, "title": {}, "body": {}, "cites": []}


_NEW: Mapping[Path, Callable[[list[Any]], Any]] = {
    ("lesson",): _card,
    ("blueprint",): lambda beside: {"bank": beside[-1].get("bank", BANKS[0]) if beside else BANKS[0], "count": 1},
    ("attempts", "waits"): lambda beside: beside[-1] if beside else "P1D",
}


def added(document: Mapping[str, Any], path: Path) -> Document:
    """Return a module with one more entry at the end of a list, or with a pledge, where it may have one more."""
    made = shaped(document)
    if path == ("pledge",):
        pledge: Document = {"confirm": {}, "undertake": {}, "editions": [], "required": True}
        return {**made, "pledge": made.get("pledge") or pledge}
    if path in _NEW:
        *around, name = map(str, path)
        entries = (made[around[0]] if around else made)[name]
        if len(entries) < MOST[name]:
            entries.append(_NEW[path](entries))
    return made


def removed(document: Mapping[str, Any], path: Path) -> Document:
    """Return a module without an entry of a list, or without its pledge."""
    made = shaped(document)
    if path == ("pledge",):
        made.pop("pledge", None)
        return made
    made = composing.removed(made, path)
    # What asks for nothing more is left out.
    if made["pass_rule"].get("and_every") == []:
        made["pass_rule"].pop("and_every")
    return made


def with_citation(document: Mapping[str, Any], path: Path, citation: Any) -> Document:
    """Return a module in which a card, a line or the pass rule names one provision more, each only once."""
    made = shaped(document)
    address = citation["at"] if isinstance(citation, Mapping) else citation
    if path == ("pass_rule",):
        rules = made["pass_rule"].setdefault("and_every", [])
        if all(rule.get("cites") != address for rule in rules) and len(rules) < MOST["and_every"]:
            rules.append({"cites": address, "score": "1/2"})
    elif len(path) == 2 and path[0] in {"lesson", "blueprint"} and isinstance(path[1], int):
        entries, place = made[path[0]], path[1]
        if place < len(entries):
            name, added_ = ("cites", citation) if path[0] == "lesson" else ("provisions", address)
            held = entries[place].get(name) or []
            entries[place][name] = held if added_ in held else [*held, added_]
    return made


def addresses(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every provision that a module names, each once, in the order of the document."""
    return tuple(dict.fromkeys(_addresses(shaped(document))))


def _addresses(document: Document) -> Iterator[str]:
    for card in document["lesson"]:
        for cite in card["cites"]:
            yield str(cite.get("at", "")) if isinstance(cite, Mapping) else cite
    for line in document["blueprint"]:
        yield from line.get("provisions") or ()
    for rule in document["pass_rule"].get("and_every") or ():
        yield str(rule.get("cites", ""))


# What can be drawn of a draft, however much of it is still to be written

_SKELETON: Mapping[str, Any] = {
    **empty_module(),
    "key": "draft",
    "title": {"ar": "…"},
    "summary": {"ar": "…"},
    "minutes": 1,
}


def lines_of(document: Mapping[str, Any]) -> tuple[SelectionRule | None, ...]:
    """Return the lines of the blueprint of a draft, None for one that cannot be read yet."""
    return tuple(_line(line) for line in shaped(document)["blueprint"])


def _line(line: Document) -> SelectionRule | None:
    try:
        return read_module({**_SKELETON, "blueprint": [line]}).blueprint[0]
    except Faulty:
        return None


def minimum_of(document: Mapping[str, Any]) -> Verification:
    """Return how far a citation must be verified for its scenario to count; the usual degree where none can be read."""
    said = document.get("minimum_verification")
    known = {degree.value: degree for degree in Verification}
    return known.get(str(said), Verification.MIRROR)
