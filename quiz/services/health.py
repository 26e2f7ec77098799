"""Whether the product can do its work: the database answers, and stands at a schema that this version works on."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from quiz.db import schema
from quiz.db.connection import Database
from quiz.db.schema import Standing

log = logging.getLogger(__name__)
Clock = Callable[[], float]
# A database that takes longer does not answer; and what it said is good for so long, however often somebody asks.
PATIENCE, KEPT_FOR = 2.0, 1.0


def find_fault(database: Database) -> str | None:
    """Return what is wrong in one line for an operator, or None."""
    try:
        current = schema.current(database.engine)
    except SQLAlchemyError:
        return "the database does not answer"
    if schema.standing(current) not in _GOOD:
        return f"the database stands at {current}, this version needs {schema.head()}: run quiz db upgrade"
    return None


_GOOD = (Standing.CURRENT, Standing.NEWER)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a process may be sent requests; where the database does not answer, nothing is known of its schema."""

    answers: bool
    standing: Standing | None = None
    is_stopping: bool = False

    @property
    def is_ready(self) -> bool:
        """Tell whether all is well."""
        return self.answers and self.standing in _GOOD and not self.is_stopping


class Watch:
    """Asks a database whether it answers; one question at a time, for which nobody waits longer than the patience.

    The question has a thread of its own, since a connection may hang, or none may be free, for much longer; whoever
    asks meanwhile is told that the database does not answer, and no second thread is begun.
    """

    def __init__(self, database: Database, patience: float = PATIENCE, clock: Clock = time.monotonic) -> None:
        self._database = database
        self._patience = patience
        self._clock = clock
        self._lock = Lock()
        self._asked: tuple[float, Event, list[Readiness]] | None = None

    def look(self, is_stopping: bool = False) -> Readiness:
        """Return how it stands, asked just now or a moment ago."""
        with self._lock:
            if self._asked is None or self._is_old(*self._asked):
                self._asked = self._ask()
            _, answered, found = self._asked
        seen = found[0] if answered.wait(self._patience) else Readiness(False)
        return replace(seen, is_stopping=is_stopping)

    def _is_old(self, asked_at: float, answered: Event, _found: list[Readiness]) -> bool:
        return answered.is_set() and self._clock() - asked_at >= KEPT_FOR

    def _ask(self) -> tuple[float, Event, list[Readiness]]:
        answered, found = Event(), list[Readiness]()

        def ask() -> None:
            try:
                found.append(Readiness(True, schema.standing(schema.current(self._database.engine))))
            except Exception as fault:
                # Whatever it is, nobody waits for this thread but those who ask.
                log.error("no answer of the database: %s", type(fault).__name__)
                found.append(Readiness(False))
            answered.set()

        asked = self._clock(), answered, found
        Thread(target=ask, name="readiness", daemon=True).start()
        return asked
