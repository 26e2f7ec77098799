"""The settings of a connection, and that concurrent read-then-write transactions lose nothing."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from quiz.db.connection import Database, connect


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_sqlite_is_set_for_records_that_matter(own_database: Database) -> None:
    with own_database.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_four_threads_that_read_and_write_lose_nothing(own_database: Database) -> None:
    with own_database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE counted (n INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counted VALUES (0)"))
    lock = "" if own_database.is_sqlite else " FOR UPDATE"
    faults: list[Exception] = []

    def count() -> None:
        try:
            for _ in range(40):
                with own_database.writing_turn(), own_database.writes() as session:
                    value = session.execute(text(f"SELECT n FROM counted{lock}")).scalar_one()
                    session.execute(text("UPDATE counted SET n = :n"), {"n": value + 1})
                    session.commit()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_database.engine.connect() as connection:
        assert (faults, connection.execute(text("SELECT n FROM counted")).scalar()) == ([], 160)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_second_process_that_writes_is_waited_for(own_database: Database) -> None:
    """Two engines on one file stand for two processes: BEGIN IMMEDIATE queues, and nothing is locked out."""
    other = connect(str(own_database.engine.url))
    with own_database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE counted (n INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counted VALUES (0)"))
    faults: list[Exception] = []

    def count(database: Database) -> None:
        try:
            for _ in range(20):
                with database.writing_turn(), database.writes() as session:
                    value = session.execute(text("SELECT n FROM counted")).scalar_one()
                    session.execute(text("UPDATE counted SET n = :n"), {"n": value + 1})
                    session.commit()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=count, args=(database,)) for database in (own_database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_database.engine.connect() as connection:
        assert (faults, connection.execute(text("SELECT n FROM counted")).scalar()) == ([], 40)
    other.engine.dispose()


@pytest.mark.parametrize(
    "statement", ["SELECT nothing FROM nowhere WHERE name = :name", "SELECT :name FROM person WHERE"]
)
def test_a_defect_tells_its_statement_and_nothing_that_stood_in_it(database: Database, statement: str) -> None:
    with database.reads() as session, pytest.raises(DBAPIError) as told:
        session.execute(text(statement), {"name": "هناء عبد الله"})
    assert "هناء" not in str(told.value)
    assert "hide" in str(told.value)
