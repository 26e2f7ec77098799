"""Much at once: keys, of which databases bound how many one statement may name, and rows that memory would not hold."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Executable, Result
from sqlalchemy.orm import Session

_Key = TypeVar("_Key", int, str)
AT_ONCE = 500


def batches(keys: Collection[_Key], size: int = AT_ONCE) -> Iterator[Sequence[_Key]]:
    """Give the keys in the order given, at most so many at a time."""
    wanted = list(keys)
    for first in range(0, len(wanted), size):
        yield wanted[first : first + size]


def stream(session: Session, statement: Executable, at_once: int) -> Result[*tuple[Any, ...]]:
    """Execute a statement whose rows are fetched so many at a time.

    PostgreSQL has cursors within a transaction alone, and a session that only reads is in none: it begins one here, and
    stays in it until it is closed.
    """
    if session.get_bind().dialect.name == "postgresql":
        driver: Any = session.connection().connection.driver_connection
        if driver.autocommit:
            driver.autocommit = False
    return session.execute(statement, execution_options={"yield_per": at_once})
