"""The engine of PostgreSQL: how long is waited for a server, and how many connections a process holds."""

import json
from typing import Any

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.engine import make_url

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


def make_engine(address: URL, **more: Any) -> Engine:
    """Return the engine of a server."""
    return create_engine(address, **COMMON, **{"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8, **more})
