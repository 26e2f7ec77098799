"""Saying a thing not too often, in each process."""

import time
from collections import deque
from collections.abc import Callable

Clock = Callable[[], float]


class Seldom:
    """Lets something be said so often a minute and no more."""

    def __init__(self, most: int, clock: Clock = time.monotonic) -> None:
        self._said: deque[float] = deque(maxlen=most)
        self._clock = clock

    def may_say(self) -> bool:
        """Tell whether it may be said now, and count it."""
        now = self._clock()
        if len(self._said) == self._said.maxlen and now - self._said[0] < 60:
            return False
        self._said.append(now)
        return True
