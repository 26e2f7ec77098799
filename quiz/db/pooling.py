"""The connections that a process keeps: one that broke is found out before it is used, without asking its server."""

import select
import time
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

# Unused for longer, a connection may have been forgotten in silence by what stands between: its server is asked.
ASKED_AFTER = 30.0
_UNUSED_SINCE = "unused-since"


def watch_pool(engine: Engine) -> None:
    """Look at each connection before it is used again.

    A server that stops, starts anew or ends a session closes its side, and that can be seen here; nothing else comes
    over a connection that waits. To ask the server each time would cost every request a statement more.
    """
    event.listen(engine, "checkin", _note)
    event.listen(engine, "checkout", partial(_look, engine))


def _note(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info[_UNUSED_SINCE] = time.monotonic()


def _look(engine: Engine, connection: Any, entry: ConnectionPoolEntry, _: Any) -> None:
    since = entry.info.get(_UNUSED_SINCE)
    if since is None:
        # It was opened a moment ago.
        return
    try:
        if not _is_spoken_to(connection) and time.monotonic() - since < ASKED_AFTER:
            return
        engine.dialect.do_ping(connection)
    except psycopg.Error as gone:
        # The others are of before as well; the pool opens this one anew.
        raise InvalidatePoolError from gone


def _is_spoken_to(connection: psycopg.Connection[Any]) -> bool:
    """Tell whether the other side closed or said something; raise psycopg.OperationalError where this side did."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
