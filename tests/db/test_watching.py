"""Watching a database: what a request or a job asks is counted, and slow statements are told by their text."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from quiz.db.connection import Database
from quiz.db.watching import CURRENT, Watch, Watched, watch


@pytest.fixture
def watched() -> Iterator[Watched]:
    found = Watched("job", "a test")
    token = CURRENT.set(found)
    yield found
    CURRENT.reset(token)


def ask(database: Database, statement: str = "SELECT 1") -> None:
    for sessions in (database.reads, database.writes):
        with sessions() as session:
            session.execute(text(statement))


def test_what_is_asked_is_counted_for_who_asks_and_the_opening_of_a_transaction_is_not(
    bare_database: Database, watched: Watched
) -> None:
    ask(bare_database)
    assert watched.statements == 0
    watch(bare_database.engine, Watch())
    # Choosing again counts nothing twice.
    watch(bare_database.engine, Watch())
    ask(bare_database)
    assert watched.statements == 2
    token = CURRENT.set(None)
    ask(bare_database)
    CURRENT.reset(token)
    assert watched.statements == 2


def test_only_what_takes_long_is_told_as_slow_and_what_was_chosen_before_ends(bare_database: Database) -> None:
    told: list[str] = []
    watch(bare_database.engine, Watch(slow=3600, tell_slow=lambda statement, *_: told.append(statement)))
    ask(bare_database)
    assert told == []
    watch(bare_database.engine, Watch(slow=0, tell_slow=lambda statement, *_: told.append(statement)))
    ask(bare_database, "SELECT 2")
    assert [one for one in told if not one.startswith("BEGIN")] == ["SELECT 2"] * 2
    told.clear()
    spans: list[tuple[str, bool]] = []
    watch(bare_database.engine, Watch(tell_all=lambda said, began, ended: spans.append((said, ended >= began))))
    ask(bare_database, "SELECT 3")
    assert told == []
    assert [one for one in spans if not one[0].startswith("BEGIN")] == [("SELECT 3", True)] * 2
