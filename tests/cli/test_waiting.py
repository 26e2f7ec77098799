"""A migration waits for nobody for long: behind it everybody else would stand."""

from collections.abc import Callable

import pytest
from click.testing import Result
from sqlalchemy import text

from quiz.db import schema
from quiz.db.connection import Database


@pytest.mark.postgresql
@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_it_gives_up_where_somebody_reads_for_hours_and_changes_nothing(
    own_database: Database, monkeypatch: pytest.MonkeyPatch, quiz: Callable[..., Result]
) -> None:
    monkeypatch.setattr(schema, "PATIENCE", "200ms")
    url = own_database.engine.url.render_as_string(hide_password=False)
    with own_database.engine.connect() as reader:
        # As pg_dump does, with every table.
        reader.execute(text("LOCK TABLE person, attempt_step, audit_entry IN ACCESS SHARE MODE"))
        found = quiz("db", "upgrade", DATABASE_URL=url)
    assert found.exit_code == 1
    assert "somebody holds a table" in found.output
    assert schema.current(own_database.engine) == schema.head()
    assert quiz("db", "upgrade", DATABASE_URL=url).exit_code == 0
