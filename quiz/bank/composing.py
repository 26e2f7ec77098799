"""Putting a scenario together piece by piece: an empty one, its choices in and out and up and down, another kind."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from copy import deepcopy
from fractions import Fraction
from itertools import count
from typing import Any

from quiz.engine.scenario import RATINGS
from quiz.engine.scenario_document import MEDIA, PASSAGE
from quiz.engine.text import LANGUAGES

Document = dict[str, Any]

_PROVISIONAL = re.compile("new-[0-9a-f]{12}")
LONGEST_KEY = 48
_NOT_OF_A_KEY = re.compile(r"[^a-z0-9]+")
FEWEST = {"judgement": 4, "most_least": 4, "ordering": 4, "spot": 0, "branching": 0}
MOST_OPTIONS = 7
MOST_TURNS = 12
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def provisional_key(chance: str) -> str:
    """Return the key of something that has no name yet, made of random hexadecimal digits."""
    return f"new-{chance[:12]}"


def is_provisional(key: object) -> bool:
    """Tell whether a key only stands until there is a title to make one of."""
    return bool(_PROVISIONAL.fullmatch(str(key)))


def settled_key(document: Mapping[str, Any], so_far: str) -> str:
    """Return the key a draft goes by: the one written, or for a provisional one what the English title says."""
    key = str(document.get("key") or so_far)
    if not is_provisional(key):
        return key
    title = document.get("title")
    english = str(title.get("en") or "") if isinstance(title, Mapping) else ""
    plain = unicodedata.normalize("NFKD", english).encode("ascii", "ignore").decode().lower()
    words = _NOT_OF_A_KEY.sub("-", plain).strip("-")
    return words[:LONGEST_KEY].strip("-") if len(words) > 2 else key


def empty_scenario(bank: str, kind: str = "single_choice") -> Document:
    """Return a scenario in which everything is still to be written."""
    document: Document = {
        "format": 1,
        "bank": bank,
        "kind": kind,
        "title": {},
        "situation": {},
        "jurisdiction": bank.partition("-")[0].upper(),
        "prompt": {},
        "options": [],
        "cites": [],
        "topics": [],
        "values": [],
        "audience": ["everyone"],
        "difficulty": 2,
    }
    return with_kind(document, kind)


def with_kind(document: Mapping[str, Any], kind: str) -> Document:
    """Return a scenario as one of another kind: what was written stays wherever the new kind has a place for it."""
    made = deepcopy(dict(document))
    if kind != made.get("kind"):
        for name in ("key_ratings", "key_choice", "key_order"):
            made.pop(name, None)
    made["kind"] = kind
    options = list(made.pop("options", None) or ())
    if kind == "spot":
        made.setdefault("passages", [])
        made.pop("nodes", None)
        return made
    made.pop("passages", None)
    nodes = made.pop("nodes", None) or []
    if kind == "branching":
        made["nodes"] = nodes or [{"key": "start", "situation": {}, "choices": options}]
        made["nodes"][0]["choices"] = _filled(made["nodes"][0].get("choices") or (), 2, True)
        return made
    if nodes:
        options = options or [_without(choice, "next") for choice in nodes[0].get("choices") or ()]
    with_credit = kind in {"single_choice", "multiple_choice"}
    made["options"] = _filled(options, FEWEST.get(kind, 3), with_credit)
    if kind == "judgement":
        rated = made.get("key_ratings") or {}
        made["key_ratings"] = {option["key"]: rated.get(option["key"], RATINGS[0]) for option in made["options"]}
    if kind == "ordering":
        order, keys = made.get("key_order") or (), [option["key"] for option in made["options"]]
        made["key_order"] = [*(key for key in order if key in keys), *(key for key in keys if key not in order)]
    if kind == "most_least":
        made.setdefault("key_choice", {})
    return made


def _with_credit(option: Mapping[str, Any], with_credit: bool) -> Document:
    made = _without(option, "credit")
    if with_credit:
        made["credit"] = option.get("credit", 0)
    return made


def _without(option: Mapping[str, Any], name: str) -> Document:
    return {key: value for key, value in option.items() if key != name}


def _filled(options: Iterable[Document], least: int, with_credit: bool) -> list[Document]:
    filled = list(options)
    while len(filled) < least:
        filled.append(empty_option(filled))
    return [_with_credit(option, with_credit) for option in filled]


def empty_option(beside: list[Document]) -> Document:
    """Return a choice that is still to be written, under a key that none beside it has."""
    taken = {str(option.get("key")) for option in beside}
    key = next(letter for letter in (*LETTERS, *(f"{a}{b}" for a in LETTERS for b in LETTERS)) if letter not in taken)
    return {"key": key, "text": {}, "ruling": {}, "cites": []}


def with_medium(document: Mapping[str, Any], medium: str) -> Document:
    """Return a scenario whose exhibit is in another medium, or that has none; words of the same name stay."""
    made = deepcopy(dict(document))
    if medium not in MEDIA:
        made.pop("exhibit", None)
        return made
    before: Mapping[str, Any] = made.get("exhibit") or {}
    texts, plain = MEDIA[medium]
    exhibit: Document = {"medium": medium}
    exhibit.update({name: before.get(name, {}) for name in texts})
    exhibit.update({name: before.get(name, "") for name in plain})
    if medium == "post":
        exhibit["official"] = bool(before.get("official", False))
    if medium in {"message", "dialogue"}:
        exhibit["turns"] = before.get("turns") or [empty_turn(), empty_turn()]
    made["exhibit"] = exhibit
    return made


_NAMED = re.compile(r"\[\[([a-z0-9-]+):")
_UNNAMED = re.compile(r"\[\[(?![a-z0-9-]+:)")


def with_passages(document: Mapping[str, Any]) -> Document:
    """Return a scenario in which every marked passage of the exhibit has a name and a place for its ruling.

    A passage is marked by double brackets. One without a name gets the next that is free in its language, so that both
    languages have the same names where they mark the same in the same order. Rulings of what is no longer marked go.
    """
    made = deepcopy(dict(document))
    exhibit = made.get("exhibit")
    marked: dict[str, None] = {}
    for language in LANGUAGES:
        spoken = [(holder, name) for holder, name in _spoken(exhibit) if holder[name].get(language)]
        taken = {key for holder, name in spoken for key in _NAMED.findall(str(holder[name][language]))}
        free = (f"[[p{number}: " for number in count(1) if f"p{number}" not in taken)
        for holder, name in spoken:
            first, *rest = _UNNAMED.split(str(holder[name][language]))
            said = holder[name][language] = "".join((first, *(next(free) + piece for piece in rest)))
            marked.update(dict.fromkeys(key for key, _ in PASSAGE.findall(said)))
    stood = {str(passage.get("key")): passage for passage in made.get("passages") or ()}
    empty = {"breach": False, "ruling": {}, "cites": []}
    made["passages"] = [stood.get(key, {"key": key, **deepcopy(empty)}) for key in marked]
    return made


def _spoken(exhibit: Mapping[str, Any] | None) -> Iterator[tuple[Document, str]]:
    """Give every text of an exhibit as what holds it and its name, in the order of the page."""
    for name, value in (exhibit or {}).items():
        if isinstance(value, dict):
            yield exhibit, name  # type: ignore[misc]
        for turn in value if isinstance(value, list) else ():
            if isinstance(turn.get("says"), dict):
                yield turn, "says"


def empty_turn() -> Document:
    """Return a turn of a conversation that is still to be written."""
    return {"who": {}, "says": {}}


def empty_comparison() -> Document:
    """Return a comparison with another edition that is still to be written."""
    return {"edition": "", "cites": [], "verdict": "same", "note": {}}


def empty_node(beside: list[Document]) -> Document:
    """Return a turn of a branching scenario that is still to be written."""
    taken = {str(node.get("key")) for node in beside}
    key = next(f"turn-{number}" for number in range(2, len(beside) + 3) if f"turn-{number}" not in taken)
    return {"key": key, "situation": {}, "choices": _filled((), 2, True)}


def moved(document: Mapping[str, Any], path: tuple[str | int, ...], by: int) -> Document:
    """Return a document in which an entry of a list stands one place up (-1) or down (+1), if there is such a place."""
    made = deepcopy(dict(document))
    entries, place = _list_at(made, path)
    if entries is not None and 0 <= place < len(entries) and 0 <= place + by < len(entries):
        entries.insert(place + by, entries.pop(place))
    return made


def removed(document: Mapping[str, Any], path: tuple[str | int, ...]) -> Document:
    """Return a document without an entry of a list, if it is there."""
    made = deepcopy(dict(document))
    entries, place = _list_at(made, path)
    if entries is not None and 0 <= place < len(entries):
        gone = entries.pop(place)
        if isinstance(gone, Mapping) and path[0] == "options":
            _forget_in_key(made, str(gone.get("key")))
    return made


def _forget_in_key(document: Document, key: str) -> None:
    document.get("key_ratings", {}).pop(key, None)
    if "key_order" in document:
        document["key_order"] = [one for one in document["key_order"] if one != key]
    if "key_choice" in document:
        document["key_choice"] = {pick: one for pick, one in document["key_choice"].items() if one != key}


_NEW: Mapping[str, Callable[[list[Document]], Document]] = {
    "options": empty_option,
    "choices": empty_option,
    "nodes": empty_node,
    "turns": lambda beside: empty_turn(),
    "compare": lambda beside: empty_comparison(),
}
_MOST = {"options": MOST_OPTIONS, "choices": 6, "nodes": MOST_TURNS, "turns": 12, "compare": 6}


def _may_grow(document: Mapping[str, Any], path: tuple[str | int, ...]) -> bool:
    """Tell whether a list of this name stands at this place in a scenario of this kind."""
    kind, under = document.get("kind"), [step for step in path[:-1] if isinstance(step, str)]
    named = (*under, path[-1]) if path else ()
    if named == ("options",):
        return kind not in {"spot", "branching"}
    if named in {("nodes",), ("nodes", "choices")}:
        return kind == "branching"
    return named == ("compare",) or (named == ("exhibit", "turns") and "turns" in (document.get("exhibit") or {}))


def added(document: Mapping[str, Any], path: tuple[str | int, ...]) -> Document:
    """Return a document with one more entry at the end of a list, where there is such a list and it may grow."""
    made = deepcopy(dict(document))
    holder: Any = made
    for step in path[:-1]:
        holder = _step(holder, step)
    if not isinstance(holder, MutableMapping) or not _may_grow(made, path):
        return made
    name = str(path[-1])
    entries = holder.setdefault(name, [])
    if isinstance(entries, list) and len(entries) < _MOST[name]:
        entry = _NEW[name](entries)
        if name == "choices" or (name == "options" and made.get("kind") in {"single_choice", "multiple_choice"}):
            entry["credit"] = 0
        entries.append(entry)
        if name == "options" and "key_order" in made:
            made["key_order"] = [*made["key_order"], entry["key"]]
        if name == "options" and "key_ratings" in made:
            made["key_ratings"] = {**made["key_ratings"], entry["key"]: RATINGS[0]}
    return made


def with_shared_credits(document: Mapping[str, Any]) -> Document:
    """Return a scenario of several choices whose right ones share a credit of 1, and whose wrong ones lose as much.

    Ticking everything then earns nothing, as the format asks.
    """
    made = deepcopy(dict(document))
    options = made.get("options") or []
    right = [option for option in options if _is_positive(option.get("credit"))]
    for option in options:
        beside = right if option in right else [other for other in options if other not in right]
        share = f"1/{len(beside)}" if len(beside) > 1 else 1
        option["credit"] = share if option in right else (f"-{share}" if isinstance(share, str) else -1)
    return made


def _is_positive(credit: object) -> bool:
    try:
        return Fraction(str(credit)) > 0
    except (ValueError, ZeroDivisionError):
        return False


def _list_at(document: Document, path: tuple[str | int, ...]) -> tuple[list[Any] | None, int]:
    holder: Any = document
    for step in path[:-1]:
        holder = _step(holder, step)
    place = path[-1] if path else None
    if isinstance(holder, list) and isinstance(place, int):
        return holder, place
    return None, 0


def _step(holder: Any, step: str | int) -> Any:
    if isinstance(holder, Mapping) and isinstance(step, str):
        return holder.get(step)
    if isinstance(holder, list) and isinstance(step, int) and 0 <= step < len(holder):
        return holder[step]
    return None
