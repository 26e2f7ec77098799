"""Counting what a database is asked for a request or a job, and telling of statements that take long.

Of a statement its text is told and never what stands in it: values are bound, and bound values are not looked at.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event

_OPENING = ("BEGIN", "BEGIN IMMEDIATE")


@dataclass(slots=True)
class Watched:
    """A request or a job under way: by which code it is found in the log, since when, and what it asked.

    `began` is by `time.perf_counter`.
    """

    kind: str
    code: str
    began: float = 0.0
    statements: int = 0
    # The span of a trace, where traces are made.
    span: Any = None


CURRENT: ContextVar[Watched | None] = ContextVar("watched", default=None)

# Told of a statement that has ended: its text, when it began and when it ended, by `time.perf_counter`.
Told = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class Watch:
    """From how many seconds on a statement is slow, and who is told of slow ones, and of all."""

    slow: float | None = None
    tell_slow: Told | None = None
    tell_all: Told | None = None


_WATCHES: WeakKeyDictionary[Engine, list[Watch]] = WeakKeyDictionary()


def watch(engine: Engine, chosen: Watch) -> None:
    """Watch an engine from now on; what was chosen of it before ends."""
    held = _WATCHES.get(engine)
    if held is not None:
        held[:] = [chosen]
        return
    held = _WATCHES[engine] = [chosen]
    event.listen(engine, "before_cursor_execute", _begin)
    event.listen(engine, "after_cursor_execute", partial(_end, held))


def _begin(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
    context.began = time.perf_counter()


def _end(
    held: list[Watch], _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
) -> None:
    watched = CURRENT.get()
    if watched is not None and statement not in _OPENING:
        watched.statements += 1
    chosen = held[0]
    if chosen.slow is None and chosen.tell_all is None:
        return
    ended = time.perf_counter()
    if chosen.tell_all is not None:
        chosen.tell_all(statement, context.began, ended)
    if chosen.tell_slow is not None and chosen.slow is not None and ended - context.began >= chosen.slow:
        chosen.tell_slow(statement, context.began, ended)
