"""Counting how often somebody asks: by many threads at once, and without end."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer
from types import SimpleNamespace

import pytest
from flask import Flask
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from quiz.presentation import security
from quiz.presentation.security import is_over


class Slow(MemoryStorage):
    """The storage in which a thread pauses between making the timer by which it forgets, and starting it."""

    @property
    def timer(self) -> Timer:
        return self._timer

    @timer.setter
    def timer(self, made: Timer) -> None:
        self._timer = made
        Event().wait(0.02)


def test_threads_that_count_at_once_count_all_and_break_nothing() -> None:
    app = Flask(__name__)
    app.config["RATELIMIT_ENABLED"] = True
    app.extensions["rate-limits"] = SlidingWindowCounterRateLimiter(Slow())

    def ask(who: int) -> int:
        with app.app_context():
            return sum(is_over("3 per minute", "asking", str(who)) for _ in range(5))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(8))) == 8 * 2


def test_nothing_is_kept_of_whoever_asked_a_while_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Flask(__name__)
    security.install(app)
    storage = app.extensions["rate-limits"].storage
    assert [asks(app, "first") for _ in range(4)] == [False, False, False, True]
    for who in range(200):
        asks(app, str(who))
    assert len(storage.expirations) == 201
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: time.time() + 121))
    assert not asks(app, "first")
    storage.timer.join()
    assert (len(storage.storage), len(storage.expirations), len(storage.events)) == (1, 1, 0)
    assert len(storage.locks) <= 2


def asks(app: Flask, who: str) -> bool:
    with app.app_context():
        return is_over("3 per minute", "asking", who)
