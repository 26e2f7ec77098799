"""What an entry of a list in a content document is known by, and the name of every text wherever it stands."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quiz.engine.reading import Path
from quiz.engine.text import LANGUAGES, Text

# Options, cards and provisions have a key; a comparison has its edition, a citation the address it is at, and a
# rule of passing the provision it speaks of.
_NAMES = ("key", "edition", "at", "cites")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def is_text(value: Any) -> bool:
    """Tell whether a value is one text in several languages."""
    if not isinstance(value, Mapping) or not value or not set(value) <= set(LANGUAGES):
        return False
    return all(isinstance(words, str) for words in value.values())


def title_of(document: Mapping[str, Any]) -> Text:
    """Return the title of a document, empty where it holds none or something else."""
    title: Any = document.get("title")
    return Text(title if is_text(title) else {})


def identities(entries: Sequence[Any]) -> list[str] | None:
    """Return by what each entry of a list is known, None where one is known by nothing or two by the same."""
    found = [_identity(entry) for entry in entries]
    names = [name for name in found if name is not None]
    return names if len(names) == len(found) == len(set(names)) else None


def _identity(entry: Any) -> str | None:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, Mapping):
        return next((entry[name] for name in _NAMES if isinstance(entry.get(name), str)), None)
    return None


def text_places(document: Mapping[str, Any]) -> dict[str, Path]:
    """Return the place of every text by its name: `options.report.ruling`, `exhibit.turns._0.says`.

    A name holds letters, digits and `. - _ :` only, and stays the same where options change places; an entry
    that is known by nothing is counted from 0 after a low line.
    """
    return {".".join(map(_safe, steps)): path for steps, path in _texts(document, (), ())}


def _safe(step: str) -> str:
    # The colon opens and closes what is written in hexadecimal, so that no two steps are written alike.
    return _UNSAFE.sub(lambda found: f":{ord(found[0]):x}:", step) or "::"


def _texts(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[tuple[tuple[str, ...], Path]]:
    if is_text(value) and path:
        yield steps, path
    elif isinstance(value, Mapping):
        for name, held in value.items():
            yield from _texts(held, (*steps, name), (*path, name))
    elif isinstance(value, list):
        names = identities(value)
        for place, held in enumerate(value):
            yield from _texts(held, (*steps, names[place] if names else f"_{place}"), (*path, place))
