"""A whole installation copied from one database into another, of whatever engine, and compared row by row.

Both ends are one transaction each: the source is kept from being written to as long as it is read, and where anything
is wrong or differs, the target is as empty as it was.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from quiz.db import counting, partitions, protection, schema
from quiz.db.connection import connect
from quiz.db.copies import count_rows
from quiz.db.models.trace import AuditEntryRow
from quiz.db.plain_postgresql import PostgresqlPlain
from quiz.db.plain_rows import Plain, Row, Sum, sorts_of
from quiz.db.plain_sqlite import SqlitePlain
from quiz.db.postgresql import PATIENCE, address_of, make_engine
from quiz.db.schema import Standing
from quiz.db.tables import METADATA
from quiz.settings.database import Reach

Told = Callable[[str, int, int], None]
# How long whoever is just writing is waited for.
_SECONDS = 5
_TOLD_EVERY = 1_000
_VERSIONS = "alembic_version"
_STOPPING = "stop quiz serve, quiz work and whatever else works with it"
# By it our own connections are told from those of others.
_NAMED = {"application_name": f"quiz db copy {os.getpid()}"}
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usesysid IS NOT NULL "
    "AND application_name <> current_setting('application_name')"
)


class TransferRefused(Exception):
    """It cannot be done as things stand; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """What was copied: how many tables and rows, the last entry of the trail, and which tables are not ours."""

    tables: int
    rows: int
    last_entry: tuple[int, str] | None
    left_behind: tuple[str, ...]


def transfer(source_url: str, target_url: str, told: Told) -> Transferred:
    """Copy everything and compare it; raise TransferRefused or Unreadable, and leave the target empty then.

    `told` hears of each table how many rows have been copied, and how many there are.
    """
    if make_url(source_url) == make_url(target_url):
        raise TransferRefused("both are the same database")
    with _held(source_url) as source:
        _check_source(source)
        target = connect(target_url)
        try:
            _prepare_target(target.engine)
            with target.writing_turn(), target.engine.begin() as connection:
                _take(connection)
                found = _copy(source, connection, told)
            _settle(target.engine)
        finally:
            target.engine.dispose()
    return found


@contextmanager
def _held(url: str) -> Iterator[Connection]:
    """Give a connection to the source that nobody else writes to as long as it is open; raise TransferRefused."""
    engine = (
        _sqlite_alone(url)
        if url.startswith("sqlite")
        else make_engine(address_of(url, {**PATIENCE, **_NAMED}), Reach())
    )
    whole = engine if url.startswith("sqlite") else engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with whole.connect() as connection:
            try:
                _hold(connection)
            except OperationalError as fault:
                raise TransferRefused(f"the source is in use: {_STOPPING} ({_first_line(fault)})") from fault
            yield connection
    finally:
        engine.dispose()


def _first_line(fault: OperationalError) -> str:
    return str(fault.orig).strip().splitlines()[0]


def _sqlite_alone(url: str) -> Engine:
    """Return an engine that has the file for itself: nobody else may have it open, not even to read."""
    path = make_url(url).database
    if not path or path == ":memory:" or not Path(path).is_file():
        raise TransferRefused("there is no such file to copy from")
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)

    def prepare(driver: Any, _: object) -> None:
        driver.isolation_level = None
        # Asked for before anything is read; the lock that comes of it is refused where anybody has the file open.
        for pragma in ("locking_mode = EXCLUSIVE", f"busy_timeout = {_SECONDS * 1000}"):
            driver.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _hold(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Beginning took the file already.
        connection.execute(text("SELECT 1"))
        return
    names = sorted(set(inspect(connection.engine).get_table_names()) & set(METADATA.tables))
    if names:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_SECONDS}s'"))
        # Nobody writes from now on. The snapshot begins with the first question after it.
        connection.execute(text(f"LOCK TABLE {', '.join(names)} IN SHARE MODE"))
    others = connection.scalar(text(_OTHERS))
    if others:
        raise TransferRefused(f"the source is in use: {_STOPPING} ({others} others are connected to it)")


def _check_source(connection: Connection) -> None:
    stands = set(inspect(connection).get_table_names())
    revision = connection.scalar(text("SELECT version_num FROM alembic_version")) if _VERSIONS in stands else None
    if revision is None:
        raise TransferRefused("the source is no database of this product")
    if schema.standing(revision) is Standing.BEHIND:
        raise TransferRefused(
            f"the source stands at {revision}, this version needs {schema.head()}: run `quiz db upgrade` on it first"
        )
    if schema.standing(revision) is not Standing.CURRENT:
        raise TransferRefused(f"the source stands at {revision}, which is newer than this version: copy with that one")


def _prepare_target(engine: Engine) -> None:
    """Bring an empty target to the schema of this version; raise TransferRefused where it holds anything."""
    names = set(inspect(engine).get_table_names())
    revision = schema.current(engine) if _VERSIONS in names else None
    if names and revision is None:
        raise TransferRefused("the target holds tables that are not of this product")
    if schema.standing(revision) in {Standing.NEWER, Standing.UNKNOWN}:
        raise TransferRefused(f"the target stands at {revision}, which is newer than this version")
    with engine.connect() as connection:
        _refuse_rows(connection)
    # Migrating waits for whoever is at work there, however long.
    if schema.standing(revision) is not Standing.CURRENT:
        schema.upgrade(engine)


def _refuse_rows(connection: Connection) -> None:
    held = [name for name, rows in count_rows(connection).items() if rows]
    if held:
        raise TransferRefused(f"the target is not empty: {', '.join(held[:5])}")


def _take(connection: Connection) -> None:
    """Keep everybody else from writing to the target, and look once more that nobody has."""
    if connection.dialect.name != "sqlite":
        try:
            connection.execute(text(f"SET LOCAL lock_timeout = '{_SECONDS}s'"))
            connection.execute(text(f"LOCK TABLE {', '.join(sorted(METADATA.tables))} IN EXCLUSIVE MODE"))
        except OperationalError as fault:
            raise TransferRefused(f"the target is in use by somebody else ({_first_line(fault)})") from fault
    _refuse_rows(connection)


def _copy(source: Connection, target: Connection, told: Told) -> Transferred:
    given, taken = _plain(source), _plain(target)
    tables = METADATA.sorted_tables
    sums: dict[str, Sum] = {}
    with _without_triggers(target):
        for table in tables:
            _make_room(source, target, table)
            total = given.count(table)
            sums[table.name] = summed = Sum()
            told(table.name, 0, total)
            tell = partial(_tell, told, table.name, total)
            taken.write(table, _passing(table, given.read(table), summed, tell))
            told(table.name, summed.rows, total)
        _go_on_counting(source, target)
    _compare(taken, sums, told)
    last = source.execute(
        select(AuditEntryRow.id, AuditEntryRow.at).order_by(AuditEntryRow.id.desc()).limit(1)
    ).one_or_none()
    ours = {*METADATA.tables, _VERSIONS}
    others = tuple(
        sorted(name for name in inspect(source).get_table_names() if name not in ours and not partitions.is_part(name))
    )
    rows = sum(one.rows for one in sums.values())
    return Transferred(len(tables), rows, (last[0], last[1].isoformat(timespec="seconds")) if last else None, others)


def _tell(told: Told, name: str, total: int, rows: int) -> None:
    told(name, rows, total)


def _plain(connection: Connection) -> Plain:
    return SqlitePlain(connection) if connection.dialect.name == "sqlite" else PostgresqlPlain(connection)


def _passing(table: Table, rows: Iterator[Row], summed: Sum, told: Callable[[int], None]) -> Iterator[Row]:
    """Let rows pass, and add up what passes."""
    sorts = sorts_of(table)
    for row in rows:
        summed.add(row, sorts)
        yield row
        if summed.rows % _TOLD_EVERY == 0:
            told(summed.rows)


def _make_room(source: Connection, target: Connection, table: Table) -> None:
    """Make the partitions that the rows of a table go into, so that they need not be moved there."""
    for one in partitions.SPLIT:
        if one.table == table.name:
            partitions.make_lacking(target, {one.table: source.scalar(text(one.highest)) or 0})


@contextmanager
def _without_triggers(connection: Connection) -> Iterator[None]:
    """Lift what protects and counts rows, for rows that were protected and counted; then make it again and look.

    It is lifted within this transaction alone. What counts would count everything twice.
    """
    before = _list_triggers(connection)
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in before:
            connection.execute(text(f"DROP TRIGGER {name[0]}"))
    else:
        for table in {name[1] for name in before}:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    yield
    if connection.dialect.name != "sqlite":
        for table in {name[1] for name in before}:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    protection.protect(connection)
    counting.count(connection)
    missing = before - _list_triggers(connection)
    if missing or not protection.names(connection.dialect.name) <= {name[0] for name in before}:
        raise TransferRefused(f"triggers were not made again: {sorted(missing)}")


def _list_triggers(connection: Connection) -> set[tuple[str, str]]:
    """Return every trigger that watches, by its name and its table."""
    statement = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if connection.dialect.name != "sqlite":
        statement = (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled = 'O' AND relnamespace = to_regnamespace(current_schema())"
        )
    return {(row[0], row[1]) for row in connection.execute(text(statement))}


def _go_on_counting(source: Connection, target: Connection) -> None:
    """Let keys go on behind the last that was given out; SQLite goes on behind the highest that stands."""
    if target.dialect.name == "sqlite":
        return
    for table in METADATA.sorted_tables:
        last = _last_key(source, table)
        if last is not None:
            given = {"table": table.name, "last": last}
            target.execute(text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"), given)


def _last_key(source: Connection, table: Table) -> int | None:
    """Return the last key that was given out, where keys of a table are counted at all."""
    if table.autoincrement_column is None or "id" not in table.columns:
        return None
    keys = [source.scalar(select(table.c.id).order_by(table.c.id.desc()).limit(1))]
    if source.dialect.name != "sqlite":
        sequence = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, 'id')::regclass)")
        keys.append(source.scalar(sequence, {"table": table.name}))
    return max((key for key in keys if key is not None), default=None)


def _compare(taken: Plain, sums: dict[str, Sum], told: Told) -> None:
    """Read the target again, every row of it; raise TransferRefused where any table is not what was read."""
    differing = []
    for table in METADATA.sorted_tables:
        found, sorts = Sum(), sorts_of(table)
        for row in taken.read(table):
            found.add(row, sorts)
            if found.rows % _TOLD_EVERY == 0:
                told(f"{table.name} again", found.rows, sums[table.name].rows)
        if found != sums[table.name]:
            differing.append(f"{table.name} ({sums[table.name].rows} rows, and {found.rows} in the target)")
    if differing:
        raise TransferRefused(f"what was written is not what was read: {', '.join(differing)}")


def _settle(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return
    # Without it every question of the first hour is planned as if the tables were empty.
    with suppress(OperationalError), engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ANALYZE"))
