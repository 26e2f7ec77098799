"""Migrations: equal to the models, up and down, free of the application; triggers stand at head."""

import ast
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from quiz.db import protection, schema
from quiz.db.connection import Database
from quiz.db.partitions import is_of_the_models
from quiz.db.tables import METADATA

VERSIONS = sorted((Path(schema.MIGRATIONS) / "versions").glob("*.py"))


def test_migrations_make_what_the_models_say(own_database: Database) -> None:
    with own_database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_of_the_models}
        )
        assert compare_metadata(context, METADATA) == []


def test_up_down_and_up_again(own_database: Database) -> None:
    schema.downgrade(own_database.engine, "base")
    assert schema.current(own_database.engine) is None
    schema.upgrade(own_database.engine)
    assert schema.current(own_database.engine) == schema.head()


def test_every_protecting_trigger_stands_at_head(own_database: Database) -> None:
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if own_database.is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with own_database.engine.connect() as connection:
        found = set(connection.execute(text(names)).scalars())
    assert protection.names(own_database.engine.dialect.name) <= found


def test_a_trigger_that_a_migration_dropped_comes_back(own_database: Database) -> None:
    with own_database.engine.begin() as connection:
        where = "" if own_database.is_sqlite else " ON attempt_step"
        connection.execute(text(f"DROP TRIGGER attempt_step_update_refused{where}"))
    schema.upgrade(own_database.engine)
    test_every_protecting_trigger_stands_at_head(own_database)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_imports_nothing_of_ours(path: Path) -> None:
    imported = {
        name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert not [name for name in imported if name and name.startswith("quiz")]


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [path.name[:3] for path in VERSIONS] == [f"{number:03}" for number in range(1, len(VERSIONS) + 1)]
