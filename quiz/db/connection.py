"""The engine and its two session factories: one for reading, one for writing."""

import json
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
        """Hold the turn of writers: on SQLite one at a time a process, so that none sleeps on a busy file."""
        with self.turn:
            yield


def connect(url: str) -> Database:
    """Return the database at a URL; the file's folder is made where it is missing."""
    engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    turn: AbstractContextManager[Any] = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
    reads = sessionmaker(engine.execution_options(writes=False), expire_on_commit=False)
    writes = sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)
    event.listen(reads, "before_flush", _refuse_flush)
    return Database(engine, reads, writes, turn)


def _refuse_flush(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnly("this session reads only")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _postgresql(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, json_serializer=_json, pool_pre_ping=True, pool_size=8, max_overflow=8)


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path in {None, "", ":memory:"}:
        engine = create_engine(
            url, json_serializer=_json, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        Path(str(path)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, json_serializer=_json, pool_size=16, max_overflow=16)
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
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a deferred transaction that reads first fails when it comes to write.
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
