"""Where two content documents differ: field by field, options by their keys, texts by language."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from quiz.bank.places import identities, is_text
from quiz.engine.document import canonical
from quiz.engine.reading import Path

Kind = Literal["added", "removed", "changed", "moved"]

# Lists of words whose order says something; any other is a set.
_IN_ORDER = frozenset({"key_order", "waits"})


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs: what stood there, and what stands there now.

    The path is that of the document after, or of the one before where something was removed. For what moved
    `before` and `after` are the places in the list, from 0; what changed inside it is told apart.
    """

    path: Path
    kind: Kind
    before: Any
    after: Any


def document_diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return every place where two plain documents differ, in the order of the one after.

    A field that is null is a field that is not there. What was added or removed whole is one change; a text is
    one for each language.
    """
    return tuple(_mappings(before, after, (), ()))


def _mappings(before: Mapping[str, Any], after: Mapping[str, Any], was: Path, now: Path) -> Iterator[Change]:
    for name, value in after.items():
        yield from _values(before.get(name), value, (*was, name), (*now, name))
    for name, value in before.items():
        if name not in after:
            yield from _values(value, None, (*was, name), (*now, name))


def _values(before: Any, after: Any, was: Path, now: Path) -> Iterator[Change]:
    if before is None and after is None:
        return
    if before is None:
        yield from _added(after, now)
    elif after is None:
        yield from _removed(before, was)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mappings(before, after, was, now)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, was, now)
    elif type(before) is not type(after) or before != after:
        yield Change(now, "changed", before, after)


def _added(value: Any, path: Path) -> Iterator[Change]:
    if is_text(value):
        yield from (Change((*path, language), "added", None, words) for language, words in value.items())
    else:
        yield Change(path, "added", None, value)


def _removed(value: Any, path: Path) -> Iterator[Change]:
    if is_text(value):
        yield from (Change((*path, language), "removed", words, None) for language, words in value.items())
    else:
        yield Change(path, "removed", value, None)


def _lists(before: Sequence[Any], after: Sequence[Any], was: Path, now: Path) -> Iterator[Change]:
    if now[-1] in _IN_ORDER:
        if canonical(before) != canonical(after):
            yield Change(now, "changed", before, after)
        return
    old, new = identities(before), identities(after)
    if old is None or new is None:
        yield from _by_place(before, after, was, now)
        return
    yield from _by_identity(dict(zip(old, before, strict=True)), dict(zip(new, after, strict=True)), was, now)


def _by_identity(before: Mapping[str, Any], after: Mapping[str, Any], was: Path, now: Path) -> Iterator[Change]:
    """Give the differences of two lists whose entries are known by a name."""
    places = {name: place for place, name in enumerate(before)}
    moved = _moved(before, after) if any(map(_has_an_order, after.values())) else frozenset()
    for place, (name, value) in enumerate(after.items()):
        if name not in before:
            yield from _added(value, (*now, place))
            continue
        if name in moved:
            yield Change((*now, place), "moved", places[name], place)
        yield from _values(before[name], value, (*was, places[name]), (*now, place))
    for name, value in before.items():
        if name not in after:
            yield from _removed(value, (*was, places[name]))


def _has_an_order(entry: Any) -> bool:
    """Tell whether an entry stands where it does on purpose: an option does, a topic or a citation does not."""
    return isinstance(entry, Mapping) and ("key" in entry or "edition" in entry)


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """Return the fewest entries that have to be moved, so that all that stayed are in the order they have now."""
    stayed = [name for name in before if name in after]
    order = {name: place for place, name in enumerate(after)}
    # The longest row of entries that ends with each, every one further on than the one before it.
    rows: list[tuple[str, ...]] = []
    for name in stayed:
        rows.append((*_longest([row for row in rows if order[row[-1]] < order[name]]), name))
    return frozenset(stayed) - frozenset(_longest(rows))


def _longest(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return max(rows, key=len) if rows else ()


def _by_place(before: Sequence[Any], after: Sequence[Any], was: Path, now: Path) -> Iterator[Change]:
    """Give the differences of two lists whose entries have no name: turns, lines of a blueprint."""
    old, new = [canonical(one) for one in before], [canonical(one) for one in after]
    if all(not isinstance(one, Mapping | list) for one in (*before, *after)) and Counter(old) == Counter(new):
        return
    for _, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        paired = min(last - first, end - begin)
        for step in range(paired):
            yield from _values(before[first + step], after[begin + step], (*was, first + step), (*now, begin + step))
        for place in range(begin + paired, end):
            yield from _added(after[place], (*now, place))
        for place in range(first + paired, last):
            yield from _removed(before[place], (*was, place))
