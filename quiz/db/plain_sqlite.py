"""Plain rows out of SQLite, and into it."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, cast

from sqlalchemy import Connection, Table

from quiz.db.plain_rows import Row, Sort, Unreadable, key_of, sorts_of

_AT_ONCE = 500
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class SqlitePlain:
    """The tables of a SQLite database through one connection, within its transaction."""

    def __init__(self, connection: Connection) -> None:
        self._driver = cast(sqlite3.Connection, connection.connection.driver_connection)

    def count(self, table: Table) -> int:
        """Return how many rows a table holds."""
        return int(self._driver.execute(f"SELECT count(*) FROM {_quoted(table.name)}").fetchone()[0])  # nosec B608 # noqa: S608 - names of our own

    def read(self, table: Table) -> Iterator[Row]:
        """Give every row; raise Unreadable where something is no value of its column, which SQLite does not look at."""
        reads = [(_READS[sort], column) for column, sort in zip(table.columns, sorts_of(table), strict=True)]
        names = ", ".join(_quoted(column.name) for column in table.columns)
        for row in self._driver.execute(f"SELECT {names} FROM {_quoted(table.name)}"):  # nosec B608 # noqa: S608 - names of our own
            try:
                yield tuple(None if value is None else read(value) for value, (read, _) in zip(row, reads, strict=True))
            except ValueError as fault:
                raise Unreadable(f"{table.name}: {fault} in the row {key_of(table, row)}") from fault

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        """Lay rows into a table."""
        sorts = sorts_of(table)
        names = ", ".join(_quoted(column.name) for column in table.columns)
        places = ", ".join("?" for _ in sorts)
        statement = f"INSERT INTO {_quoted(table.name)} ({names}) VALUES ({places})"  # nosec B608 # noqa: S608 - as above
        held = iter(rows)
        while some := list(islice(held, _AT_ONCE)):
            self._driver.executemany(
                statement,
                [
                    tuple(
                        value if value is None or sort is not Sort.DOCUMENT else _compact(value)
                        for value, sort in zip(row, sorts, strict=True)
                    )
                    for row in some
                ],
            )


def _quoted(name: str) -> str:
    return f'"{name}"'


def _compact(text: str) -> str:
    """Return a document as this product writes it into SQLite."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError("a number is none")
    return value


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is none")
    return value


def _truth(value: object) -> bool:
    if value not in (0, 1):
        raise ValueError("a truth is neither")
    return bool(value)


def _day(value: object) -> str:
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise ValueError("a day is none")
    return value


def _moment(value: object) -> str:
    if not isinstance(value, str) or (found := _MOMENT.fullmatch(value)) is None:
        raise ValueError("a moment is none")
    return value if found[1] else f"{value}.000000"


def _document(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a document is none")
    json.loads(value)
    return value


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("bytes are none")
    return value


_READS: dict[Sort, Callable[[Any], Any]] = {
    Sort.NUMBER: _number,
    Sort.WORDS: _words,
    Sort.TRUTH: _truth,
    Sort.DAY: _day,
    Sort.MOMENT: _moment,
    Sort.DOCUMENT: _document,
    Sort.BYTES: _bytes,
}
