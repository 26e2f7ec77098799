"""Taking a backup: one file that holds the database as it was at one moment, while everybody goes on writing."""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import IO

from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db import postgresql_copies, sqlite_copies
from quiz.db.connection import Database
from quiz.db.copies import Copy, CopyFailed, count_rows
from quiz.db.queries import sealing
from quiz.db.queries.audit_trail import find_last_deed
from quiz.records.audit_chain import written_moment
from quiz.records.audit_tip import make_tip
from quiz.records.signing import at_present
from quiz.services.backup_archive import KEYS, BackupKey, Stated, Writer
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork, Works

_TARGET = Target("backup")


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken: what it says of itself, and how large the file is."""

    stated: Stated
    bytes: int


def take_backup(works: Works, actor: Actor, into: Path, key: BackupKey, keys: Mapping[str, bytes]) -> Taken:
    """Write a backup into a file that is not there yet; whole, or not at all. Raise CopyFailed or OSError.

    `keys` are what else is put into it by name, where the operator asks for it.
    """
    with works.reading(actor) as work:
        # Before anything is copied.
        work.require(Permission.OPERATION_BACKUP_TAKE, _TARGET)
    with _appearing(into) as file:
        writer = Writer(file)
        try:
            stated = _write(works, writer, into.parent, key, keys)
        except BaseException:
            writer.abandon()
            raise
    size = into.stat().st_size
    with works.writing(actor) as work:
        work.require(Permission.OPERATION_BACKUP_TAKE, _TARGET)
        details = {"taken_at": stated.taken_at, "bytes": size, "with_keys": bool(keys)}
        work.audit(Permission.OPERATION_BACKUP_TAKE, _TARGET, **details)
    return Taken(stated, size)


def _write(works: Works, writer: Writer, folder: Path, key: BackupKey, keys: Mapping[str, bytes]) -> Stated:
    moment = works.tools.clock()
    with _copying(works.database, folder) as copy:
        stated = _look(copy, moment, works.tools, works.database)
        writer.add(copy.name, copy.content)
    for name, content in keys.items():
        writer.add(f"{KEYS}{name}", BytesIO(content))
    return writer.end(stated, key)


def find_last_backup(work: UnitOfWork) -> datetime | None:
    """Return when a backup was last taken with this product."""
    work.require(Permission.OPERATION_STATE_READ, _TARGET)
    return find_last_deed(work.session, Permission.OPERATION_BACKUP_TAKE.value)


def _copying(database: Database, folder: Path) -> AbstractContextManager[Copy]:
    if database.is_sqlite:
        if database.engine.url.database in {None, "", ":memory:"}:
            raise CopyFailed("a database in memory is neither copied nor restored")
        return sqlite_copies.copying(database.engine, folder)
    return postgresql_copies.copying(database.engine, folder)


def _look(copy: Copy, moment: datetime, tools: Tools, database: Database) -> Stated:
    """Return what a copy holds, as seen in it and not beside it."""
    with Session(copy.seen) as session:
        last = sealing.find_last(session)
    tip = make_tip(last.number, last.link, moment, tools.audit_keys, at_present(tools.signer)) if last else None
    return Stated(
        product=version("amana"),
        schema=MigrationContext.configure(copy.seen).get_current_revision() or "",
        engine="sqlite" if database.is_sqlite else "postgresql",
        taken_at=written_moment(moment),
        rows=count_rows(copy.seen),
        last_link=(last.number, last.link) if last else None,
        tip=tip.document() if tip else None,
    )


@contextmanager
def _appearing(into: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes its name once it is whole, for this user alone; nothing is written over."""
    if into.exists():
        raise FileExistsError(17, "it is there already", str(into))
    number, name = mkstemp(prefix=".amana-", suffix=".backup", dir=into.parent)
    path = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link is refused where somebody else was quicker; renaming would write over theirs.
            os.link(path, into)
        except FileExistsError:
            raise
        except OSError:
            path.rename(into)
    finally:
        with suppress(FileNotFoundError):
            path.unlink()
