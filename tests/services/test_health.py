"""Whether the product is ready: the database is asked, briefly and not by everybody who asks us."""

from threading import Event

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from quiz.db import schema
from quiz.db.connection import Database
from quiz.db.schema import Standing
from quiz.services.health import KEPT_FOR, Readiness, Watch, find_fault


def stand_at(database: Database, revision: str | None) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
        if revision is not None:
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revision}')")


def test_it_is_ready_at_its_own_schema_and_at_a_newer_one_and_at_no_other(bare_database: Database) -> None:
    newer = f"{int(schema.head()) + 1:03}"
    for revision, standing, is_ready in (
        (schema.head(), Standing.CURRENT, True),
        (newer, Standing.NEWER, True),
        ("001", Standing.BEHIND, False),
        (None, Standing.BEHIND, False),
        ("of-another-product", Standing.UNKNOWN, False),
    ):
        stand_at(bare_database, revision)
        found = Watch(bare_database).look()
        assert (found, found.is_ready) == (Readiness(True, standing), is_ready)
        assert (find_fault(bare_database) is None) == is_ready
        assert not Watch(bare_database).look(is_stopping=True).is_ready


@pytest.fixture
def statements(bare_database: Database) -> list[str]:
    found: list[str] = []
    event.listen(bare_database.engine, "before_cursor_execute", lambda *said: found.append(said[2]))
    return found


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_however_often_somebody_asks_the_database_is_asked_once_a_second(
    bare_database: Database, statements: list[str]
) -> None:
    now = [100.0]
    watch = Watch(bare_database, clock=lambda: now[0])
    watch.look()
    asked = len(statements)
    assert asked
    for _ in range(50):
        assert watch.look().is_ready
    assert len(statements) == asked
    now[0] += KEPT_FOR
    assert watch.look().is_ready
    assert len(statements) == 2 * asked


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_database_that_hangs_is_waited_for_briefly_and_by_one_thread(bare_database: Database) -> None:
    hangs, begun = Event(), [0]

    def hang(*_: object) -> None:
        begun[0] += 1
        hangs.wait(60)

    event.listen(bare_database.engine, "before_cursor_execute", hang)
    watch = Watch(bare_database, patience=0.01)
    try:
        assert [watch.look() for _ in range(5)] == [Readiness(False)] * 5
        assert begun == [1]
    finally:
        hangs.set()
        event.remove(bare_database.engine, "before_cursor_execute", hang)
    watch = Watch(bare_database)
    assert watch.look().is_ready


@pytest.mark.parametrize("fault", [OperationalError("SELECT", {}, Exception("gone")), RuntimeError("a defect")])
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_whatever_goes_wrong_is_no_answer(bare_database: Database, fault: Exception) -> None:
    def fail(*_: object) -> None:
        raise fault

    event.listen(bare_database.engine, "before_cursor_execute", fail)
    try:
        assert Watch(bare_database).look() == Readiness(False)
    finally:
        event.remove(bare_database.engine, "before_cursor_execute", fail)
