"""Every place of a document where a value stands, and the document with another value there: for tests of tampering."""

from copy import deepcopy
from typing import Any

Path = tuple[str | int, ...]


def leaves(value: Any, at: Path = ()) -> list[Path]:
    """Return the path of every text, number, truth value and nothing of a document, and of lists that are empty."""
    if isinstance(value, dict):
        return [path for name, one in value.items() for path in leaves(one, (*at, name))]
    if isinstance(value, list) and value:
        return [path for number, one in enumerate(value) for path in leaves(one, (*at, number))]
    return [at]


def changed(document: Any, path: Path) -> Any:
    """Return a document with another value at a place, of the same kind where one is there."""
    made = deepcopy(document)
    place = made
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    if isinstance(old, bool):
        new: Any = not old
    elif isinstance(old, int):
        new = old + 1
    else:
        new = ["x"] if isinstance(old, list) else f"{old or ''}x"
    place[path[-1]] = new
    return made
