"""Counting together in a Redis: by two processes, without an address in it, and while it is gone, still or full."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Event, current_thread

import pytest
from flask import Flask

from bench.redis_server import RedisServer
from quiz.presentation import shared_counts
from quiz.presentation.security import install, is_over
from quiz.presentation.shared_counts import SharedCounts
from quiz.settings.operator import ROOT
from tests.fixtures.clusters import until

# A port is looked for.
pytestmark = pytest.mark.enable_socket

SECRET = "a key for tests only, long enough: 0123456789"
RATE = "3 per minute"
ASKS = """
import sys
from flask import Flask
from quiz.presentation import security
from quiz.settings.operator import Settings

app = Flask("asked")
app.extensions["settings"] = Settings("sqlite://", sys.argv[2], redis_url=sys.argv[1])
security.install(app)

@app.get("/")
@security.limited("5 per minute")
def asked() -> str:
    return "yes"

client = app.test_client()
print(sum(client.get("/").status_code == 200 for _ in range(10)))
"""


@pytest.fixture
def counts(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedCounts]:
    """The counts in a Redis that is looked for often once it is away."""
    monkeypatch.setattr(shared_counts, "LOOKS_EVERY", 0.05)
    # One that is well must not be taken for one that is not, on a machine with much to do.
    monkeypatch.setattr(shared_counts, "PATIENCE", 1.0)
    found = SharedCounts(redis.url, SECRET)
    yield found
    found.close()


@pytest.fixture
def asked(counts: SharedCounts, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads that asked the Redis."""
    found: list[str] = []
    limiter = counts._limiter
    hit = limiter.hit

    def noted(*words: object) -> bool:
        found.append(current_thread().name)
        return hit(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(limiter, "hit", noted)
    return found


@pytest.fixture
def app(counts: SharedCounts) -> Flask:
    made = Flask("asked")
    install(made)
    made.extensions["shared-counts"] = counts
    return made


def asks(app: Flask, who: str = "192.0.2.7", times: int = 5) -> list[bool]:
    with app.app_context():
        return [is_over(RATE, "asking", who) for _ in range(times)]


def test_two_processes_share_a_limit(redis: RedisServer) -> None:
    words = [sys.executable, "-c", ASKS, f"{redis.url}?socket_timeout=20&socket_connect_timeout=20", SECRET]
    both = [subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    passed = [int(one.communicate(timeout=60)[0]) for one in both]
    assert sum(passed) == 5


def test_no_address_stands_there_and_nothing_stays(app: Flask, redis: RedisServer) -> None:
    assert asks(app) == [False, False, False, True, True]
    assert asks(app, "192.0.2.8", 1) == [False]
    keys = redis.client.keys("*")
    assert len(keys) == 2
    assert not [key for key in keys if b"192" in key or b"asking" in key or not key.startswith(b"amana:")]
    # Twice the span of the rate: a sliding window looks back as far.
    assert all(0 < redis.client.ttl(key) <= 120 for key in keys)


def test_whoever_knows_no_secret_cannot_tell_whose_a_count_is(redis: RedisServer) -> None:
    for secret in (SECRET, f"{SECRET}, another"):
        other = SharedCounts(redis.url, secret)
        assert other.hit(RATE, "asking", "192.0.2.7")
        other.close()
    assert len(redis.client.keys("*")) == 2


def test_while_it_is_gone_each_process_counts_and_says_so_once(
    app: Flask, counts: SharedCounts, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    assert asks(app) == [False, False, False, True, True]
    redis.stop()
    try:
        assert asks(app) == [False, False, False, True, True]
        assert asks(app, "192.0.2.8") == [False, False, False, True, True]
        assert not counts.is_there()
    finally:
        redis.start()
    until(counts.is_there)
    assert asks(app, "192.0.2.8") == [False, False, False, True, True]
    assert [record.getMessage() for record in caplog.records] == [
        "redis does not answer (ConnectionError): each process counts for itself",
        "redis answers again: all processes count together",
    ]


def test_one_that_takes_connections_and_never_answers_is_waited_for_once(
    app: Flask, counts: SharedCounts, redis: RedisServer, asked: list[str]
) -> None:
    asks(app, times=1)
    asked.clear()
    began = time.monotonic()
    with redis.held_still():
        assert asks(app, times=50) == [False] * 3 + [True] * 47
        # It would be for ever, or for the minutes that the client waits by itself.
        assert time.monotonic() - began < 10
        # The others look for it while nobody waits.
        assert asked.count(current_thread().name) == 1
    until(counts.is_there)
    asked.clear()
    asks(app, times=2)
    assert asked == [current_thread().name] * 2


def test_one_that_was_not_there_at_the_start_is_found_by_those_who_ask(
    app: Flask, counts: SharedCounts, redis: RedisServer, asked: list[str]
) -> None:
    redis.stop()
    try:
        assert asks(app) == [False, False, False, True, True]
        assert asked.count(current_thread().name) == 1
    finally:
        redis.start()
    until(lambda: counts.hit(RATE, "asking", "192.0.2.9") is not None)


def test_one_that_can_store_nothing_is_as_good_as_gone(
    app: Flask, counts: SharedCounts, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    redis.client.config_set("maxmemory", 1)
    try:
        assert asks(app) == [False, False, False, True, True]
        # It is looked for again, and answers.
        counts._looked_at = float("-inf")
        assert not counts.is_there()
    finally:
        redis.client.config_set("maxmemory", 0)
    until(counts.is_there)
    assert len(caplog.records) == 2


def test_a_look_that_began_before_the_process_was_divided_is_not_waited_for(counts: SharedCounts) -> None:
    counts._look = os.getpid() + 1, Event()
    assert counts.is_there()
