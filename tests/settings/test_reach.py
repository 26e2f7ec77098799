"""How the database is reached: what an operator may say of it, and what is refused in one line."""

import pytest

from quiz.settings.database import Reach
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

SECRET = {"SECRET_KEY": "k3y-Of_the+tests: 0123456789abcdefghij"}
HERE = {**SECRET, "DATABASE_URL": "postgresql://db.example/amana"}


def test_without_a_word_nothing_but_the_database_is_reached() -> None:
    assert Settings.from_environ(SECRET).reach == Reach() == Reach(replica_url="", replica_lag_seconds=5)


def test_the_pool_of_a_process_is_chosen() -> None:
    said = {"DATABASE_POOL_SIZE": "20", "DATABASE_POOL_WAIT_SECONDS": "3", "DATABASE_POOLER": "1"}
    assert Settings.from_environ({**HERE, **said}).reach == Reach(20, 3, True)


def test_a_replica_is_named_with_how_far_behind_it_may_be() -> None:
    named = {"DATABASE_REPLICA_URL": "postgresql+psycopg://replica.example/amana", "REPLICA_LAG_SECONDS": "30"}
    assert Settings.from_environ({**HERE, **named}).reach == Reach(
        replica_url="postgresql+psycopg://replica.example/amana", replica_lag_seconds=30
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"DATABASE_URL": "sqlite:///amana.db", "DATABASE_REPLICA_URL": "postgresql://r/a"}, "DATABASE_REPLICA_URL"),
        ({"DATABASE_REPLICA_URL": "sqlite:///amana.db"}, "DATABASE_REPLICA_URL"),
        ({"DATABASE_REPLICA_URL": "postgresql://one,two/amana"}, "one server"),
        ({"DATABASE_REPLICA_URL": "postgresql:///amana?host=one&host=two"}, "one server"),
        ({"REPLICA_LAG_SECONDS": "1"}, "whole number from 2 to 3600"),
        ({"REPLICA_LAG_SECONDS": "soon"}, "whole number from 2 to 3600"),
        ({"REPLICA_LAG_SECONDS": "5.5"}, "whole number from 2 to 3600"),
        ({"DATABASE_POOL_SIZE": "0"}, "DATABASE_POOL_SIZE must be a whole number from 1 to 1000"),
        ({"DATABASE_POOL_WAIT_SECONDS": "-1"}, "DATABASE_POOL_WAIT_SECONDS must be a whole number from 1 to 300"),
        ({"DATABASE_POOLER": "yes"}, "DATABASE_POOLER must be 1 or 0"),
    ],
)
def test_what_cannot_be_stops_the_start(said: dict[str, str], why: str) -> None:
    with pytest.raises(Misconfigured, match=why):
        Settings.from_environ({**HERE, **said})


@pytest.mark.parametrize("url", ["redis://cache.example", "rediss://:word@cache.example:6380/2", "unix:///run/redis"])
def test_a_redis_is_named_by_its_address(url: str) -> None:
    assert Settings.from_environ({**HERE, "REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    "url", ["cache:6379", "redis://", "unix://", "http://:pass-word@cache", "redis://cache:port/0"]
)
def test_what_is_no_redis_stops_the_start_and_is_not_shown(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"REDIS_URL must be redis://") as told:
        Settings.from_environ({**HERE, "REDIS_URL": url})
    assert "cache" not in str(told.value)
