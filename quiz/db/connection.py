"""The engine and its two session factories: one for reading, one for writing."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

from quiz.db.postgresql import COMMON, PATIENCE, address_of, make_engine
from quiz.db.replica import Replica
from quiz.settings.database import Reach

BUSY_TIMEOUT_MS = 10_000


class ReadOnly(Exception):
    """A reading session was asked to write."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database: sessions that read, sessions that write, the turn of writers, and a replica where there is one."""

    engine: Engine
    reads: sessionmaker[Session]
    writes: sessionmaker[Session]
    turn: AbstractContextManager[Any]
    replica: Replica | None = None

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded engine is in use."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing_turn(self) -> Iterator[None]:
        """Hold the turn of writers; where the engine queues by itself this costs nothing."""
        with self.turn:
            yield

    def close(self) -> None:
        """Close what is open."""
        if self.replica is not None:
            self.replica.close()
        self.engine.dispose()


class WritersTurn(AbstractContextManager[None]):
    """One writer at a time over all threads and processes of a machine that use one SQLite file.

    SQLite itself lets a second writer sleep and try again, longer each time; with this they stand in line, and the
    longest wait stays short. A process that dies leaves the line, since the lock is the operating system's.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._thread = threading.Lock()
        self._file = -1

    def __enter__(self) -> None:
        self._thread.acquire()
        if self._path is not None:
            # Opened anew each time: a file that was opened before a fork would be one lock for parent and child.
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        if self._path is not None:
            os.close(self._file)
        self._thread.release()


def connect(url: str, reach: Reach | None = None) -> Database:
    """Return the database at a URL; the file's folder is made where it is missing."""
    reach = reach or Reach()
    engine = _sqlite(url) if url.startswith("sqlite") else make_engine(address_of(url, PATIENCE), reach)
    turn = _turn_of(engine)
    reads = sessionmaker(_reading(engine), expire_on_commit=False)
    writes = sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)
    event.listen(reads, "before_flush", _refuse_flush)
    replica = Replica(engine.url, reach) if reach.replica_url else None
    if replica is not None:
        event.listen(replica.reads, "before_flush", _refuse_flush)
    return Database(engine, reads, writes, turn, replica)


def _reading(engine: Engine) -> Engine:
    """Return the engine as readers use it.

    On SQLite they have one state of the database from their first statement on. PostgreSQL gives each statement a state
    of its own in any case, and beginning and ending a transaction around it would be two more ways there and back.
    """
    if engine.dialect.name == "sqlite":
        return engine.execution_options(writes=False)
    return engine.execution_options(writes=False, isolation_level="AUTOCOMMIT")


def _turn_of(engine: Engine) -> AbstractContextManager[Any]:
    if engine.dialect.name != "sqlite":
        return nullcontext()
    path = engine.url.database
    return WritersTurn(Path(f"{path}-turn") if path and path != ":memory:" else None)


def _refuse_flush(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnly("this session reads only")


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path in {None, "", ":memory:"}:
        engine = create_engine(url, **COMMON, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        Path(str(path)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, **COMMON, pool_size=16, max_overflow=16)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver's own transactions lose updates: it would begin them late and in its own way.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # Without it, INSERT OR REPLACE would delete a protected row and wake no trigger.
        "recursive_triggers = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a deferred transaction that reads first fails when it comes to write.
    writes = connection.get_execution_options().get("writes", True)
    words = "BEGIN IMMEDIATE" if writes else "BEGIN"
    # Said to the driver itself: it takes no values and gives no rows, and an answer begins three of them.
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    try:
        driver.execute(words)
    except sqlite3.Error as fault:
        raise OperationalError(words, None, fault) from fault
