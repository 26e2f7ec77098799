"""Counting who asks how often in one Redis for all processes and hosts; while it is away each counts for itself."""

import hmac
import logging
import os
import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)
Clock = Callable[[], float]
# How long a request waits for it, for a connection and then for each answer; what the address itself says goes before.
PATIENCE = 0.25
# Once it did not answer it is looked for so often, by a thread for which nobody waits.
LOOKS_EVERY = 1.0
PREFIX = "amana"
_PROBE = parse("1 per second")


class SharedCounts:
    """The counts in a Redis, as one process knows them.

    Of who asks it holds a keyed digest, which nobody can follow back who has not the secret of the installation; each
    count ends by itself after twice the span of its rate, the second of which a sliding window still looks at.
    """

    def __init__(self, url: str, secret: str, clock: Clock = time.monotonic) -> None:
        """Take its address; nothing is asked of it yet. Raise ValueError where it says what cannot be."""
        chosen: dict[str, Any] = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        # The client itself would ask three times over, and pause for seconds between.
        chosen["retry"] = Retry(NoBackoff(), 0)
        self._storage = RedisStorage(url, key_prefix=PREFIX, **chosen)
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._key = hmac.digest(secret.encode(), b"who asks how often", "sha256")
        self._clock = clock
        self._lock = Lock()
        self._is_away = False
        self._looked_at = float("-inf")
        self._look: tuple[int, Event] | None = None

    def hit(self, rate: str, *keys: str) -> bool | None:
        """Count one more and tell whether that is within a rate; None where it is away, and nothing was counted."""
        if self._is_away:
            self._begin_look()
            return None
        wanted = parse(rate)
        try:
            return self._count(wanted, *keys)
        except Exception as fault:
            # Whatever a driver raises: nobody is refused because it cannot be counted there.
            self._told(fault)
            return None

    def is_there(self) -> bool:
        """Tell whether it answers, asked just now or a moment ago."""
        look = self._begin_look()
        if look is not None and not look.wait(2 * PATIENCE):
            return False
        return not self._is_away

    def close(self) -> None:
        """Close what is open; it is opened anew at the next need."""
        self._storage.storage.close()

    def _count(self, rate: RateLimitItem, *keys: str) -> bool:
        who = hmac.new(self._key, "\0".join(keys).encode(), "sha256").hexdigest()[:32]
        return self._limiter.hit(rate, who)

    def _begin_look(self) -> Event | None:
        """Return what is set once it was looked for, None where that was done a moment ago; one looks at a time."""
        with self._lock:
            # Where a process was divided, the thread of the look stayed in the other one.
            if self._look is not None and self._look[0] == os.getpid():
                return self._look[1]
            if self._clock() - self._looked_at < LOOKS_EVERY:
                return None
            looked = Event()
            self._look = os.getpid(), looked
        Thread(target=self._look_for_it, args=(looked,), name="shared-counts", daemon=True).start()
        return looked

    def _look_for_it(self, looked: Event) -> None:
        fault: Exception | None = None
        try:
            # Counted for good: one that answers and can store nothing is of no use.
            self._count(_PROBE, "probe")
        except Exception as found:
            # Whatever it is, a look that ends in silence would be waited for from then on.
            fault = found
        self._told(fault)
        with self._lock:
            self._look = None
        looked.set()

    def _told(self, fault: Exception | None) -> None:
        """Remember whether it answered, and say so in the log where that changed."""
        with self._lock:
            self._looked_at = self._clock()
            was_away, self._is_away = self._is_away, fault is not None
        if fault is not None and not was_away:
            log.warning("redis does not answer (%s): each process counts for itself", type(fault).__name__)
        elif fault is None and was_away:
            log.warning("redis answers again: all processes count together")
