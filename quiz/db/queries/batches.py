"""Many keys, some at a time: databases bound how many one statement may name."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

_Key = TypeVar("_Key", int, str)
AT_ONCE = 500


def batches(keys: Collection[_Key], size: int = AT_ONCE) -> Iterator[Sequence[_Key]]:
    """Give the keys in the order given, at most so many at a time."""
    wanted = list(keys)
    for first in range(0, len(wanted), size):
        yield wanted[first : first + size]
