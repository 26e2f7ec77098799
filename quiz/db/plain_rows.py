"""Rows as plain values that are the same in every database, and what a table comes to, whatever the order of its rows.

A moment is text in UTC with microseconds, a day is text, a document is its text, and all else is what Python has.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeEngine

from quiz.db.models.base import UtcDateTime

Row = tuple[Any, ...]


class Unreadable(Exception):
    """A value is not what its column holds; the message says where, and not what it is."""


class Plain(Protocol):
    """The tables of a database through one connection, within its transaction."""

    def count(self, table: Table) -> int:
        """Return how many rows a table holds."""

    def read(self, table: Table) -> Iterator[Row]:
        """Give every row, in any order; raise Unreadable."""

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        """Lay rows into a table; raise Unreadable."""


class Sort(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    WORDS = "words"
    TRUTH = "truth"
    DAY = "day"
    MOMENT = "moment"
    DOCUMENT = "document"
    BYTES = "bytes"


# The first that fits: a moment is no plain type, and a truth is a number to some.
_SORTS: tuple[tuple[type[TypeEngine[Any]], Sort], ...] = (
    (UtcDateTime, Sort.MOMENT),
    (JSON, Sort.DOCUMENT),
    (LargeBinary, Sort.BYTES),
    (Boolean, Sort.TRUTH),
    (Date, Sort.DAY),
    (Integer, Sort.NUMBER),
    (String, Sort.WORDS),
)


def sort_of(column: Column[Any]) -> Sort:
    """Return what a column holds; raise LookupError for a type that nobody has taught this."""
    for kind, sort in _SORTS:
        if isinstance(column.type, kind):
            return sort
    raise LookupError(f"{column} is of a type that is not known to be the same everywhere: {column.type!r}")


def sorts_of(table: Table) -> tuple[Sort, ...]:
    """Return what the columns of a table hold, in their order."""
    return tuple(sort_of(column) for column in table.columns)


def key_of(table: Table, row: Row) -> str:
    """Return what an operator finds a row by."""
    names = [column.name for column in table.columns]
    return ", ".join(f"{one.name} {row[names.index(one.name)]}" for one in table.primary_key.columns)


@dataclass(slots=True)
class Sum:
    """How many rows there are, and the sum of their digests: the same in whatever order they come."""

    rows: int = 0
    digest: int = 0

    def add(self, row: Row, sorts: Sequence[Sort]) -> None:
        """Take one more row."""
        self.rows += 1
        found = hashlib.sha256(_written(row, sorts)).digest()
        self.digest = (self.digest + int.from_bytes(found, "big")) % 2**256


def _written(row: Row, sorts: Sequence[Sort]) -> bytes:
    values = [
        value if value is None or sort not in _TOLD else _TOLD[sort](value)
        for value, sort in zip(row, sorts, strict=True)
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _document(text: str) -> str:
    """Return a document in one form: keys in order, and numbers as they are worth."""
    return json.dumps(
        json.loads(text, parse_float=Decimal),
        sort_keys=True,
        ensure_ascii=False,
        default=_number,
        separators=(",", ":"),
    )


def _number(value: object) -> object:
    if not isinstance(value, Decimal):
        raise TypeError(type(value))
    whole = value.to_integral_value()
    return int(whole) if whole == value else {"number": str(value.normalize())}


def _hexadecimal(value: bytes) -> str:
    return bytes(value).hex()


_TOLD: dict[Sort, Callable[[Any], str]] = {Sort.DOCUMENT: _document, Sort.BYTES: _hexadecimal}
