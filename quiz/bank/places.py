"""What an entry of a list in a content document is known by, wherever it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from quiz.engine.text import LANGUAGES

# Options, cards and provisions have a key; a comparison has its edition, a citation the address it is at, and a
# rule of passing the provision it speaks of.
_NAMES = ("key", "edition", "at", "cites")


def is_text(value: Any) -> bool:
    """Tell whether a value is one text in several languages."""
    if not isinstance(value, Mapping) or not value or not set(value) <= set(LANGUAGES):
        return False
    return all(isinstance(words, str) for words in value.values())


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
