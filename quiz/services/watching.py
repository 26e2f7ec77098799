"""What is under way in this process, for its log, its figures and its traces; views and jobs see no more of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from quiz.db.watching import CURRENT, Watch, Watched, watch
from quiz.services.unit_of_work import Works

__all__ = ["CURRENT", "Watch", "Watched", "doing", "watch_database"]


def watch_database(works: Works, chosen: Watch) -> None:
    """Watch what is asked of the database, and of its replica where there is one."""
    watch(works.database.engine, chosen)
    if works.database.replica is not None:
        watch(works.database.replica.engine, chosen)


@contextmanager
def doing(code: str) -> Iterator[Watched]:
    """Do a job that is found in the log by a code of ours; within another it is told by its own."""
    watched = Watched("job", code, time.perf_counter())
    token = CURRENT.set(watched)
    try:
        yield watched
    finally:
        CURRENT.reset(token)
