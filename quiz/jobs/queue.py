"""The queue that makes workers quick: huey over a file, PostgreSQL or Redis. What it loses is found in the outbox."""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from huey.api import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.retry import Retry

from quiz.settings.operator import Settings

log = logging.getLogger(__name__)
NAME = "amana"
# Of more at once the workers are told once, and look for themselves.
MOST_TOLD = 20
# A chore that waited longer is asked for anew; one that nobody has time for must not wait many times.
EXPIRES_SECONDS = 30
# How long a queue beside the database may take to answer, and for how long nobody is sent there once it did not.
_PATIENCE, REST_SECONDS = 2.0, 10.0


class PlainSerializer(Serializer):  # type: ignore[misc] # huey tells no types
    """Messages as JSON: whoever can write to the queue can ask for a task of ours, and for nothing else."""

    def _serialize(self, data: Message) -> bytes:
        expires = data.expires_resolved.isoformat() if data.expires_resolved else None
        return json.dumps([data.id, data.name, data.args, data.expires, expires]).encode()

    def _deserialize(self, data: bytes) -> Message:
        task_id, name, args, expires, until = json.loads(data)
        # No tries of its own: what failed is due again by the outbox, or at the next look.
        return Message(
            id=task_id, name=name, args=args, kwargs={}, retries=0, retry_delay=0, retry_backoff=0,
            expires=expires, expires_resolved=datetime.fromisoformat(until) if until else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tasks:
    """A queue with what may be put into it; called, each is put in and done by some worker."""

    queue: Huey
    carry_out: Callable[[int], object]
    chore: Callable[[str], object]


def open_queue(settings: Settings, carry_out: Callable[[int], None], do: Callable[[str], None]) -> Tasks:
    """Return the queue of an installation; connections are opened here, so never before a process is divided.

    `carry_out` and `do` are what a worker does; whoever only puts in never calls them.
    """
    queue = _huey(settings.queue_url, settings.reach.is_pooled and _is_one_way(settings))

    def carry_out_message(message_id: int) -> None:
        carry_out(message_id)

    def do_chore(name: str) -> None:
        do(name)

    return Tasks(queue, queue.task()(carry_out_message), queue.task(expires=EXPIRES_SECONDS)(do_chore))


def _is_one_way(settings: Settings) -> bool:
    """Tell whether the queue is reached by the way that leads to the database."""
    queue, database = urlsplit(settings.queue_url), urlsplit(settings.database_url)
    return queue.netloc.rpartition("@")[2] == database.netloc.rpartition("@")[2]


def _huey(url: str, is_pooled: bool) -> Huey:
    kinds: dict[str, Any] = {"results": False, "serializer": PlainSerializer(), "utc": True}
    if url.startswith("sqlite"):
        path = Path(url.partition("///")[2].partition("?")[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        # What is lost with the machine is in the outbox: nothing waits for the disk.
        return SqliteHuey(NAME, filename=str(path), fsync=False, **kinds)
    if url.startswith("redis"):
        # Workers wait a second for what comes, and a request for no longer than these to put something in.
        waits = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE, "retry": Retry(NoBackoff(), 0)}
        return RedisHuey(NAME, connection_pool=ConnectionPool.from_url(url, **waits), **kinds)
    if is_pooled:
        # Nobody hears in a session that is another's a moment later: workers look again instead.
        kinds |= {"blocking": False, "prepare_threshold": None}
    return PostgresHuey(NAME, dsn=f"postgresql://{url.partition('://')[2]}", connect_timeout=3, **kinds)


def _nothing(_: Any) -> None:
    raise RuntimeError("only a worker does what is in the queue")


class TaskQueue:
    """Hands messages of the outbox to the workers; opened in each process at its first need."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened: tuple[int, Tasks] | None = None
        self._lock = threading.Lock()
        self._rests_until = 0.0

    def hurry(self, message_ids: Sequence[int]) -> None:
        """Tell the workers of messages; where the queue is away, they find them by themselves."""
        if time.monotonic() < self._rests_until:
            # One has waited for it; who comes after does not.
            return
        try:
            tasks = self._tasks()
            if len(message_ids) > MOST_TOLD:
                tasks.chore("outbox")
                return
            for message_id in message_ids:
                tasks.carry_out(message_id)
        except Exception as away:
            # Whatever a driver raises: what was decided is stored, and nobody is to be told otherwise.
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("the queue does not answer: %s", type(away).__name__)

    def _tasks(self) -> Tasks:
        with self._lock:
            if self._opened is None or self._opened[0] != os.getpid():
                self._opened = (os.getpid(), open_queue(self._settings, _nothing, _nothing))
            return self._opened[1]
