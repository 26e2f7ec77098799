"""A queue in a Redis: what is put in is taken out, and one that stands still holds nobody up for long."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.redis_server import RedisServer
from quiz.jobs import queue as queues
from quiz.jobs.queue import TaskQueue, Tasks, open_queue
from quiz.settings.operator import Settings

# A port is looked for.
pytestmark = pytest.mark.enable_socket


@pytest.fixture
def settings(settings: Settings, redis: RedisServer) -> Settings:
    return replace(settings, queue_url=redis.url)


@pytest.fixture
def done() -> list[object]:
    """What a worker did."""
    return []


@pytest.fixture
def tasks(settings: Settings, done: list[object]) -> Iterator[Tasks]:
    found = open_queue(settings, done.append, done.append)
    yield found
    found.queue.storage.pool.disconnect()


def test_what_is_put_in_is_taken_out(tasks: Tasks, done: list[object]) -> None:
    tasks.carry_out(7)
    tasks.chore("outbox")
    while (task := tasks.queue.dequeue()) is not None:
        tasks.queue.execute(task)
    assert done == [7, "outbox"]


def test_one_that_stands_still_is_waited_for_once(
    settings: Settings, redis: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queues, "_PATIENCE", 0.1)
    queue = TaskQueue(settings)
    began = time.monotonic()
    with redis.held_still():
        for number in range(50):
            queue.hurry([number])
    # For ever, were there no bound.
    assert time.monotonic() - began < 10
    assert caplog.text.count("the queue does not answer: TimeoutError") == 1
    queue._rests_until = 0.0
    queue.hurry([50])
    assert redis.client.llen("huey.redis.amana") >= 1
    assert caplog.text.count("the queue does not answer") == 1
    queue._tasks().queue.storage.pool.disconnect()
