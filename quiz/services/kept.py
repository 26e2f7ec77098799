"""What a process keeps: documents and the logs of attempts, which never change behind it, and choices for seconds."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

_Thing = TypeVar("_Thing")
_KEEP_CHOICES = timedelta(seconds=5)


class Shelf:
    """A bounded shelf of immutable things; the longest unused goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Any:
        """Return the thing of that key, or None."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def put(self, key: Hashable, thing: object, *, goes_first: bool = False) -> None:
        """Lay a thing on the shelf; where there is no room the longest unused goes, before it what `goes_first`."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key, last=not goes_first)
            while len(self._things) > self._size:
                self._things.popitem(last=False)

    def get(self, key: Hashable, make: Callable[[], _Thing]) -> _Thing:
        """Return the thing of that key, making it at first need (two threads may both make it; one is kept)."""
        found: _Thing | None = self.find(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found


@dataclass(slots=True)
class Kept:
    """The shelves of one process."""

    documents: Shelf = field(default_factory=lambda: Shelf(20_000))
    modules: Shelf = field(default_factory=lambda: Shelf(200))
    lessons: Shelf = field(default_factory=lambda: Shelf(200))
    statistics: Shelf = field(default_factory=lambda: Shelf(20))
    trials: Shelf = field(default_factory=lambda: Shelf(100))
    searched: Shelf = field(default_factory=lambda: Shelf(4))
    # Some 25 kilobytes each. Where more people than that are at it at once, an answer costs some statements more.
    attempts: Shelf = field(default_factory=lambda: Shelf(300))
    heads: Shelf = field(default_factory=lambda: Shelf(50))
    status_lists: Shelf = field(default_factory=lambda: Shelf(20))
    _choices: tuple[datetime, Any] | None = None
    _behind: "Kept | None" = None

    def behind(self) -> "Kept":
        """Return what is kept of a replica: what never changes is shared, and what may be older there is not."""
        if self._behind is None:
            self._behind = Kept(
                documents=self.documents,
                modules=self.modules,
                lessons=self.lessons,
                statistics=self.statistics,
                trials=self.trials,
                searched=self.searched,
                status_lists=self.status_lists,
            )
        return self._behind

    def choices(self, now: datetime, read: Callable[[], _Thing]) -> _Thing:
        """Return the organisation's choices, at most five seconds old."""
        if self._choices is None or not timedelta() <= now - self._choices[0] < _KEEP_CHOICES:
            self._choices = (now, read())
        found: _Thing = self._choices[1]
        return found

    def figures(
        self,
        key: Hashable,
        now: datetime,
        keep: timedelta,
        count: Callable[[], _Thing],
        is_long: Callable[[_Thing], bool] = lambda _: True,
    ) -> _Thing:
        """Return figures that take long to count, at most so old; those that do not are counted every time."""
        held = self.heads.find(key)
        if held is not None and timedelta() <= now - held[0] < keep:
            found: _Thing = held[1]
            return found
        found = count()
        if is_long(found):
            self.heads.put(key, (now, found))
        return found

    def forget_figures(self) -> None:
        """Count anew at the next need."""
        self.heads = Shelf(50)
        if self._behind is not None:
            self._behind.forget_figures()

    def forget_choices(self) -> None:
        """Read the choices anew at the next need."""
        self._choices = None
        if self._behind is not None:
            self._behind.forget_choices()
