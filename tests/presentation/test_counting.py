"""Counting how often somebody asks, by many threads at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer

from flask import Flask
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

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
    app.extensions["rate-limits"] = MovingWindowRateLimiter(Slow())

    def ask(who: int) -> int:
        with app.app_context():
            return sum(is_over("3 per minute", "asking", str(who)) for _ in range(5))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(8))) == 8 * 2
