"""Copies of a SQLite file: made by its online backup, which sees one moment and keeps no writer waiting."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from quiz.db.copies import SQLITE, Copy, CopyFailed, Readable, pieces

_BESIDE = ("-wal", "-shm")


@contextmanager
def copying(engine: Engine, folder: Path) -> Iterator[Copy]:
    """Give a copy of a database, made in a folder that has room for it; raise CopyFailed."""
    path = _own_file(folder, ".copying")
    try:
        _copy(engine, path)
        seen = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        with path.open("rb") as content, seen.connect() as connection:
            yield Copy(SQLITE, content, connection)
    finally:
        _remove(path)


def _own_file(folder: Path, end: str) -> Path:
    """Return an empty file of a name that nobody has, for this user alone."""
    number, path = mkstemp(prefix=".amana-", suffix=end, dir=folder)
    os.close(number)
    return Path(path)


def _copy(engine: Engine, path: Path) -> None:
    try:
        with closing(engine.raw_connection()) as held, closing(sqlite3.connect(path)) as copy:
            source = held.driver_connection
            if not isinstance(source, sqlite3.Connection):
                raise CopyFailed("this is no SQLite database")
            # All in one step: it sees one moment, and nobody who writes meanwhile makes it begin anew.
            source.backup(copy, pages=-1)
            # One file, with nothing beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            _check(copy)
    except sqlite3.Error as fault:
        raise CopyFailed(f"SQLite: {fault}") from fault


def _check(connection: sqlite3.Connection) -> None:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise CopyFailed(f"the file of the database is damaged: {'; '.join(found)}")
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise CopyFailed("the database is damaged: a row leads to another that is gone")


def _remove(path: Path) -> None:
    for one in (path, *(Path(f"{path}{end}") for end in _BESIDE), Path(f"{path}-turn")):
        with suppress(FileNotFoundError):
            one.unlink()


class SqlitePlace:
    """The file that a URL names."""

    def __init__(self, url: str) -> None:
        path = make_url(url).database
        if not path or path == ":memory:":
            raise CopyFailed("a database in memory is neither copied nor restored")
        self._path = Path(path)
        self.name = self._path.name

    def is_empty(self) -> bool:
        """Tell whether there is no file, or one without tables."""
        if not self._path.exists() or not self._path.stat().st_size:
            return True
        try:
            with closing(sqlite3.connect(self._path)) as connection:
                return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
        except sqlite3.Error:
            # Whatever it is, it is not nothing.
            return False

    def users(self) -> int:
        """Return 1 where another process has it open: nobody leaves write-ahead logging while somebody else is there.

        What stood in the log is in the file afterwards, so that it can be set aside in one piece.
        """
        if not self._path.exists():
            return 0
        try:
            with closing(sqlite3.connect(self._path, timeout=1)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:
            return 1
        except sqlite3.DatabaseError:
            # It is no database; but whoever has it open is not known to use it as one.
            return 0
        return 0

    def free_bytes(self) -> int | None:
        """Return how much room there is on its disk."""
        folder = self._path.parent
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    @contextmanager
    def taking_in(self, content: Readable, mark: str) -> Iterator["TakenFile"]:
        """Write a copy beside the file; without `put` nothing of it stays. Raise CopyFailed."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = _own_file(self._path.parent, ".restoring")
        try:
            with beside.open("wb") as into:
                for piece in pieces(content):
                    into.write(piece)
            try:
                with closing(sqlite3.connect(beside)) as connection:
                    _check(connection)
            except sqlite3.Error as fault:
                raise CopyFailed(f"SQLite: {fault}") from fault
            yield TakenFile(f"sqlite:///{beside}", beside, self._path, mark)
        finally:
            _remove(beside)


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A copy in a file beside the one it is to take the place of."""

    url: str
    _beside: Path
    _path: Path
    _mark: str

    def put(self) -> str | None:
        """Put it in its place, whole or not at all; what stood there is kept under another name."""
        with closing(sqlite3.connect(self._beside)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        aside = None
        if self._path.exists():
            aside = self._path.with_name(f"{self._path.name}.before-restore-{self._mark}")
            self._path.rename(aside)
            for end in _BESIDE:
                with suppress(FileNotFoundError):
                    Path(f"{self._path}{end}").rename(f"{aside}{end}")
        _sync(self._beside)
        self._beside.rename(self._path)
        _sync(self._path.parent)
        return str(aside) if aside else None


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
