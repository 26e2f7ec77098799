"""The connections of a process: broken ones are found out before they are used, and no server is asked for that."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bench.clusters import Pair
from quiz.db import pooling
from quiz.db.connection import Database, connect
from quiz.settings.database import Reach
from tests.fixtures.clusters import until

# A port is looked for.
pytestmark = pytest.mark.enable_socket


@pytest.fixture
def database(pair: Pair, place: str) -> Iterator[Database]:
    found = connect(pair.primary.url(place), Reach(pool_size=3, pool_wait_seconds=1))
    yield found
    found.close()


def used(database: Database, count: int) -> list[int]:
    """Use so many connections at once, and return which sessions of the server they are."""
    with ExitStack() as held:
        sessions = [held.enter_context(database.writes()) for _ in range(count)]
        return [session.execute(text("SELECT pg_backend_pid()")).scalar_one() for session in sessions]


@pytest.fixture
def asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The connections whose server was asked whether it is still there."""
    found: list[object] = []
    ping = database.engine.dialect.do_ping

    def noted(connection: object) -> bool:
        found.append(connection)
        return ping(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(database.engine.dialect, "do_ping", noted)
    return found


def test_one_that_was_used_lately_is_used_again_without_a_word(database: Database, asked: list[object]) -> None:
    first = used(database, 1)
    for _ in range(5):
        assert used(database, 1) == first
    assert asked == []


def test_of_one_that_was_long_unused_the_server_is_asked(
    database: Database, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = used(database, 1)
    monkeypatch.setattr(pooling, "ASKED_AFTER", 0.0)
    assert used(database, 1) == first
    assert len(asked) == 1


def test_after_a_restart_none_of_them_fails(pair: Pair, database: Database) -> None:
    before = used(database, 3)
    pair.primary.stop()
    pair.primary.start()
    assert not set(used(database, 3)) & set(before)


def test_a_session_that_the_server_ended_is_noticed_by_nobody(pair: Pair, place: str, database: Database) -> None:
    before = used(database, 3)
    assert pair.primary.run(f"SELECT pg_terminate_backend({before[-1]}, 20000)", place) == [(True,)]
    assert before[-1] not in used(database, 3)


def test_one_that_only_said_something_is_kept(pair: Pair, place: str, database: Database, asked: list[object]) -> None:
    """A notification, as a server also sends it when what holds for all sessions was changed."""
    with database.writes() as session:
        session.execute(text("LISTEN something"))
        before = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        session.commit()
    met = []

    def is_asked() -> bool:
        met.append(used(database, 1))
        # Once more, since what comes while a statement is under way is read with its answer.
        pair.primary.run("NOTIFY something", place)
        return bool(asked)

    until(is_asked)
    assert met == [[before]] * len(met)


def test_more_than_a_process_may_hold_are_waited_for_and_then_refused(database: Database) -> None:
    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(database.writes()).execute(text("SELECT 1"))
        with pytest.raises(PoolTimeout):
            used(database, 1)
    assert len(used(database, 3)) == 3


def test_whoever_uses_a_few_leaves_the_others_in_peace(database: Database) -> None:
    used(database, 3)
    assert len({used(database, 1)[0] for _ in range(6)}) == 1


def test_an_address_may_say_for_itself_how_long_is_waited(pair: Pair, place: str) -> None:
    engine = connect(f"{pair.primary.url(place)}?connect_timeout=9").engine
    assert (engine.url.query["connect_timeout"], engine.url.query["tcp_user_timeout"]) == ("9", "20000")
