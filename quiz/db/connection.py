"""The engine and its two session factories: one for reading, one for writing."""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

BUSY_TIMEOUT_MS = 10_000


class ReadOnly(Exception):
    """A reading session was asked to write."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database: sessions that read, sessions that write, and the turn of writers."""

    engine: Engine
    reads: sessionmaker[Session]
    writes: sessionmaker[Session]
    turn: AbstractContextManager[Any]

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded engine is in use."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing_turn(self) -> Iterator[None]:
        """Hold the turn of writers; where the engine queues by itself this costs nothing."""
        with self.turn:
            yield


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


def connect(url: str) -> Database:
    """Return the database at a URL; the file's folder is made where it is missing."""
    engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    turn = _turn_of(engine)
    reads = sessionmaker(engine.execution_options(writes=False), expire_on_commit=False)
    writes = sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)
    event.listen(reads, "before_flush", _refuse_flush)
    return Database(engine, reads, writes, turn)


def _turn_of(engine: Engine) -> AbstractContextManager[Any]:
    if engine.dialect.name != "sqlite":
        return nullcontext()
    path = engine.url.database
    return WritersTurn(Path(f"{path}-turn") if path and path != ":memory:" else None)


def _refuse_flush(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnly("this session reads only")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# A defect is logged with its statement, and never with what stood in it: that is names, digests and answers.
_COMMON: dict[str, Any] = {"json_serializer": _json, "hide_parameters": True}


def _postgresql(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, **_COMMON, pool_pre_ping=True, pool_size=8, max_overflow=8)


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path in {None, "", ":memory:"}:
        engine = create_engine(url, **_COMMON, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        Path(str(path)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, **_COMMON, pool_size=16, max_overflow=16)
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
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
