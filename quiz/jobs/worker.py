"""The worker: takes tasks out of the queue, and looks by itself for what is due, several threads at once."""

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial

import psycopg
import redis
from flask import Flask
from huey.consumer import Consumer, Scheduler

from quiz.jobs import outbox
from quiz.jobs.chores import CHORES, do
from quiz.jobs.queue import Tasks, open_queue
from quiz.presentation.errors import OUTAGES
from quiz.presentation.observing import doing_job
from quiz.presentation.seldom import Clock, Seldom
from quiz.settings.operator import Settings

log = logging.getLogger(__name__)
# How often everything is looked at, whatever the queue says.
LOOKS_EVERY_SECONDS = 10
# How soon a queue that is away is tried again.
_AGAIN_SECONDS = 2.0
# Pauses of a thread that found the queue empty: from the first to the last.
_FIRST_PAUSE, _LAST_PAUSE = 0.05, 1.0
# How long a worker that is told to stop ends what it has begun.
_GRACE_SECONDS = 20
# What the drivers of queues raise; what a task of ours raises never comes so far.
_AWAY = (OSError, psycopg.Error, redis.RedisError, sqlite3.Error)


class _Looks(Scheduler):  # type: ignore[misc] # huey tells no types
    periodic_task_seconds = LOOKS_EVERY_SECONDS


class _Consumer(Consumer):  # type: ignore[misc] # as above
    scheduler_class = _Looks


class Quietly:
    """Runs a task whatever happens: an outage is said in a line once a minute, a defect with all that led to it."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._seldom = Seldom(1, clock)

    def run(self, what: str, call: Callable[[], object]) -> None:
        """Run a task, and say what became of it where that is nothing good."""
        try:
            call()
        except OUTAGES as gone:
            if self._seldom.may_say():
                log.error("the database does not answer: %s", type(gone).__name__)
        except Exception:
            # A worker that ends in silence sends nothing for years; this one says so and goes on.
            log.exception("%s failed", what)


class QueueLog(logging.Handler):
    """What huey says, in the form of this log: that the queue is away once a minute, and not by every thread."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        super().__init__(logging.WARNING)
        self._seldom = Seldom(1, clock)

    def emit(self, record: logging.LogRecord) -> None:
        """Say one thing that huey said."""
        fault = record.exc_info[1] if record.exc_info else None
        if not isinstance(fault, _AWAY):
            log.log(record.levelno, "huey: %s", record.getMessage(), exc_info=record.exc_info)
        elif self._seldom.may_say():
            log.error("the queue does not answer: %s", type(fault).__name__)


def _listen_to_huey() -> None:
    said = logging.getLogger("huey")
    said.setLevel(logging.WARNING)
    said.handlers, said.propagate = [QueueLog()], False


def tasks_of(app: Flask) -> Tasks:
    """Return the queue of an app with what its worker does, looking by itself included."""
    settings: Settings = app.extensions["settings"]
    quietly = Quietly()

    def carry_out(message_id: int) -> None:
        quietly.run("an outbox message", lambda: outbox.carry_out(app, message_id))

    def do_one(name: str) -> None:
        # A chore that an older or newer release has put in.
        if name in CHORES:
            with doing_job(app, f"chore-{name}"):
                quietly.run(f"the chore {name}", lambda: do(app, name))

    tasks = open_queue(settings, carry_out, do_one)

    def look() -> None:
        try:
            for name in CHORES:
                tasks.chore(name)
        except Exception as away:
            # Whatever a driver raises, between one word to the queue and the next.
            log.error("the queue does not answer: %s", type(away).__name__)

    tasks.queue.periodic_task(lambda _: True, expires=LOOKS_EVERY_SECONDS)(look)
    return tasks


def do_alone(app: Flask, quietly: Quietly) -> None:
    """Do every chore in this thread, without a queue."""
    for name in CHORES:
        with doing_job(app, f"chore-{name}"):
            quietly.run(f"the chore {name}", partial(do, app, name))


def opened(app: Flask, pause: Callable[[float], object] = time.sleep) -> Tasks:
    """Return the queue with its tasks; as long as it is away, everything is done without it."""
    quietly = Quietly()
    while True:
        try:
            return tasks_of(app)
        except Exception as away:
            # Whatever a driver raises: a worker that ended here would send nothing until somebody noticed.
            log.error("the queue does not answer: %s", type(away).__name__)
        do_alone(app, quietly)
        pause(_AGAIN_SECONDS)


def stand_in(app: Flask, tasks: Tasks, pause: Callable[[float], object] = time.sleep) -> None:
    """Do everything without the queue whenever it is away, for ever: what is due does not wait for it to come back."""
    quietly = Quietly()
    while True:
        pause(LOOKS_EVERY_SECONDS)
        try:
            tasks.queue.pending_count()
        except Exception as away:
            log.error("the queue does not answer: %s", type(away).__name__)
            do_alone(app, quietly)


def work(app: Flask, threads: int) -> None:
    """Work until told to stop; SIGTERM lets what was begun end, for so many seconds."""
    _listen_to_huey()
    tasks = opened(app)
    threading.Thread(target=stand_in, args=(app, tasks), daemon=True, name="stand-in").start()
    consumer = _Consumer(
        tasks.queue,
        workers=threads,
        initial_delay=_FIRST_PAUSE,
        max_delay=_LAST_PAUSE,
        shutdown_timeout=_GRACE_SECONDS,
        graceful_signal="TERM",
    )
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    consumer.run()
