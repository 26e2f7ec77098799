"""Plain rows out of PostgreSQL, and into it by its own way of taking in many."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Table

from quiz.db.plain_rows import Row, Sort, Unreadable, key_of, sorts_of

# References are looked after when a statement ends, and what it has still to look after stands in memory.
_IN_A_STATEMENT = 50_000
_AT_ONCE, _LARGE_AT_ONCE = 2_000, 20
_WHERE = re.compile(r"COPY \w+, line (\d+)(?:, column (\w+))?")
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_READS = {
    Sort.DAY: "to_char({0}, 'YYYY-MM-DD')",
    Sort.MOMENT: "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    Sort.DOCUMENT: "{0}::text",
}


class PostgresqlPlain:
    """The tables of a PostgreSQL database through one connection, within its transaction."""

    def __init__(self, connection: Connection) -> None:
        self._driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)

    def count(self, table: Table) -> int:
        """Return how many rows a table holds."""
        found = self._driver.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()  # nosec B608 # noqa: S608 - names of our own
        return int(found[0]) if found else 0

    def read(self, table: Table) -> Iterator[Row]:
        """Give every row, some at a time out of the server."""
        sorts = sorts_of(table)
        names = [
            _READS.get(sort, "{0}").format(f'"{column.name}"')
            for column, sort in zip(table.columns, sorts, strict=True)
        ]
        with self._driver.cursor(name="plain_rows") as cursor:
            cursor.itersize = _LARGE_AT_ONCE if Sort.BYTES in sorts else _AT_ONCE
            cursor.execute(f'SELECT {", ".join(names)} FROM "{table.name}"')  # nosec B608 # noqa: S608 - as above
            yield from cursor

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        """Lay rows into a table; raise Unreadable where it takes one of them not."""
        tellers = [_TELLERS[sort] for sort in sorts_of(table)]
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        statement = f'COPY "{table.name}" ({names}) FROM STDIN'
        # Where a row may name one that comes later, all of them are one statement.
        refers_to_itself = any(one.referred_table is table for one in table.foreign_key_constraints)
        held = iter(rows)
        while first := next(held, None):
            keys: list[str] = []
            some = held if refers_to_itself else islice(held, _IN_A_STATEMENT - 1)
            try:
                with self._driver.cursor() as cursor, cursor.copy(statement) as copy:
                    for row in _first_of(first, some):
                        keys.append(key_of(table, row))
                        copy.write(_line(row, tellers))
            except (psycopg.DataError, psycopg.IntegrityError) as fault:
                raise Unreadable(_told(table, fault, keys)) from fault


def _first_of(first: Row, others: Iterable[Row]) -> Iterator[Row]:
    yield first
    yield from others


def _told(table: Table, fault: psycopg.Error, keys: list[str]) -> str:
    """Return where a value is that PostgreSQL does not take, and not which: that may be anybody's words."""
    found = _WHERE.search(fault.diag.context or "")
    line = int(found[1]) if found else 0
    where = f" in the row {keys[line - 1]}" if 0 < line <= len(keys) else ""
    column = f".{found[2]}" if found and found[2] else ""
    rule = f" ({fault.diag.constraint_name})" if fault.diag.constraint_name else ""
    return f"{table.name}{column}: PostgreSQL does not take a value{where}: {type(fault).__name__}{rule}"


def _line(row: Row, tellers: list[Callable[[Any], str]]) -> str:
    return "\t".join("\\N" if value is None else tell(value) for value, tell in zip(row, tellers, strict=True)) + "\n"


def _words(value: str) -> str:
    return value.translate(_ESCAPES)


def _truth(value: bool) -> str:
    return "t" if value else "f"


def _moment(value: str) -> str:
    return f"{value}+00"


def _bytes(value: bytes) -> str:
    return f"\\\\x{value.hex()}"


_TELLERS: dict[Sort, Callable[[Any], str]] = {
    Sort.NUMBER: str,
    Sort.WORDS: _words,
    Sort.TRUTH: _truth,
    Sort.DAY: str,
    Sort.MOMENT: _moment,
    Sort.DOCUMENT: _words,
    Sort.BYTES: _bytes,
}
