"""Bringing a database to the schema of this version, and telling whether it is there."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from quiz.db import guarding, partitions, redacting
from quiz.db.counting import count
from quiz.db.preparing import prepared
from quiz.db.protection import protect

MIGRATIONS = Path(__file__).parent / "migrations"
# So long a migration waits for a table that somebody holds: behind it everybody else would stand. It can be run again.
PATIENCE = "10s"


class Standing(StrEnum):
    """How the schema of a database stands to this code.

    Migrations are numbered, and none takes away what the version before it uses; so code works on a schema that is
    newer than its own, as long as a new version is being brought in beside it.
    """

    CURRENT = "current"
    NEWER = "newer"
    BEHIND = "behind"
    UNKNOWN = "unknown"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """Return the number of the newest migration."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def standing(revision: str | None) -> Standing:
    """Return how a database that stands at a migration stands to this code."""
    if revision == head():
        return Standing.CURRENT
    if revision is None:
        return Standing.BEHIND
    if not (revision.isdecimal() and head().isdecimal()):
        return Standing.UNKNOWN
    return Standing.NEWER if int(revision) > int(head()) else Standing.BEHIND


def current(engine: Engine) -> str | None:
    """Return the number of the migration that the database stands at, or None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to a revision and make the triggers anew."""
    with prepared(engine, current(engine), revision):
        _migrate(engine, revision, command.upgrade)
    with engine.begin() as connection:
        partitions.make_lacking(connection)
    with engine.begin() as connection:
        partitions.settle(connection)


def downgrade(engine: Engine, revision: str) -> None:
    """Run the migrations down to a revision."""
    _migrate(engine, revision, command.downgrade)


def _migrate(engine: Engine, revision: str, run: Callable[[Config, str], None]) -> None:
    with engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": PATIENCE})
            _run(connection, revision, run)
            connection.commit()
            return
        # Batch mode drops and rebuilds tables; with foreign keys on, that would delete child rows.
        _outside_of_a_transaction(connection, "PRAGMA foreign_keys = OFF")
        try:
            _run(connection, revision, run)
            if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                raise RuntimeError("the migration broke a foreign key; nothing was changed")
            connection.commit()
        finally:
            # The connection goes back to the pool, and must not take the switch with it.
            connection.rollback()
            _outside_of_a_transaction(connection, "PRAGMA foreign_keys = ON")


def _run(connection: Connection, revision: str, run: Callable[[Config, str], None]) -> None:
    # Each of these looks into several tables, and SQLite renames none while a trigger names one that is away.
    guarding.drop(connection)
    redacting.drop(connection)
    run(_config(connection), revision)
    if MigrationContext.configure(connection).get_current_revision() == head():
        protect(connection)
        count(connection)


def _outside_of_a_transaction(connection: Connection, statement: str) -> None:
    """SQLite takes this switch only where no transaction is open; ours is opened anew after it."""
    connection.exec_driver_sql("COMMIT")
    connection.exec_driver_sql(statement)
    connection.exec_driver_sql("BEGIN IMMEDIATE")
