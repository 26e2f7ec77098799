"""Bringing a database to the schema of this version, and telling whether it is there."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from quiz.db import guarding, redacting
from quiz.db.counting import count
from quiz.db.protection import protect

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the number of the newest migration."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(engine: Engine) -> str | None:
    """Return the number of the migration that the database stands at, or None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to a revision and make the triggers anew."""
    _migrate(engine, revision, command.upgrade)


def downgrade(engine: Engine, revision: str) -> None:
    """Run the migrations down to a revision."""
    _migrate(engine, revision, command.downgrade)


def _migrate(engine: Engine, revision: str, run: Callable[[Config, str], None]) -> None:
    with engine.connect() as connection:
        if connection.dialect.name != "sqlite":
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
