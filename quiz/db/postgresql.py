"""The engine of PostgreSQL: how long is waited for a server, and how many connections a process holds."""

import json
from typing import Any

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.engine import make_url

from quiz.db.pooling import watch_pool
from quiz.settings.database import Reach

# Of a server that is not heard of any more: seconds until a connection is given up, and what libpq is told so that a
# host that vanished is not waited for a quarter of an hour. What stands in the address goes before.
PATIENCE: dict[str, str] = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# A defect is logged with its statement, and never with what stood in it: that is names, digests and answers.
COMMON: dict[str, Any] = {"json_serializer": _json, "hide_parameters": True}


def address_of(url: str, patience: dict[str, str]) -> URL:
    """Return the address of a server with the driver we use, and with how long it is waited for."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.set(query={**patience, **parsed.query})


def make_engine(address: URL, reach: Reach, pool_wait: float | None = None) -> Engine:
    """Return the engine of a server, with a pool that never holds more than it should."""
    engine = create_engine(
        address,
        **COMMON,
        pool_size=reach.pool_size,
        # Whatever was opened beyond would be closed again right after its use.
        max_overflow=0,
        pool_timeout=reach.pool_wait_seconds if pool_wait is None else pool_wait,
        # What was used last is used again: the others may rest, or be closed by the server.
        pool_use_lifo=True,
        # A pooler hands each transaction to another session, where what was prepared is not known.
        connect_args={"prepare_threshold": None} if reach.is_pooled else {},
    )
    watch_pool(engine)
    return engine
