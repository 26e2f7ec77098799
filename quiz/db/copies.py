"""A copy of a database as it was at one moment, while others write: its bytes, and a look at what is in them."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, Engine, func, inspect, select, table

from quiz.db.partitions import is_part

# The names under which a copy stands in an archive; each tells by which engine it is read.
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"
# What is written down by the restore itself and by migrations, so that a copy of it need not hold as many.
_UNCOUNTED = frozenset({"alembic_version"})


class CopyFailed(Exception):
    """A copy could not be made or taken in; the message is one line for the operator."""


class Readable(Protocol):
    """Bytes that come one after another."""

    def read(self, size: int = -1, /) -> bytes:
        """Return some bytes, none at the end."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy under way: what it is called, its bytes as they come, and a connection that sees the same moment."""

    name: str
    content: Readable
    seen: Connection


class Place(Protocol):
    """Where a copy is taken in: an empty database, or one that makes room for it."""

    @property
    def name(self) -> str:
        """Return what an operator calls it."""

    def is_empty(self) -> bool:
        """Tell whether nothing stands there."""

    def users(self) -> int:
        """Return how many others have it open."""

    def free_bytes(self) -> int | None:
        """Return how much room there is, where that is known."""

    def taking_in(self, content: Readable, mark: str) -> AbstractContextManager["Taken"]:
        """Take a copy in beside what stands there; without `put` nothing of it stays. Raise CopyFailed.

        `mark` becomes part of the name of what is set aside.
        """


class Taken(Protocol):
    """A copy that was taken in, and can be worked on before it takes its place."""

    @property
    def url(self) -> str:
        """Return where it can be opened meanwhile."""

    def put(self) -> str | None:
        """Put it in its place; return what that which stood there is called now, None where nothing did."""


def count_rows(connection: Connection) -> Mapping[str, int]:
    """Return how many rows every table holds."""
    # What stands in a partition is counted with its table.
    names = sorted(one for one in set(inspect(connection).get_table_names()) - _UNCOUNTED if not is_part(one))
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def has_tables(engine: Engine) -> bool:
    """Tell whether a database holds any table."""
    return bool(inspect(engine).get_table_names())


def pieces(content: Readable, size: int = 1024 * 1024) -> Iterator[bytes]:
    """Give the bytes of a file in pieces."""
    while piece := content.read(size):
        yield piece
