"""How the database is reached beyond its address: the pool of a process, a pooler between, a replica for reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from quiz.settings import environment
from quiz.settings.environment import Misconfigured


@dataclass(frozen=True, slots=True)
class Reach:
    """How the database is reached."""

    # How many connections a process holds at most, and how many seconds it is waited for one that is free.
    pool_size: int = 8
    pool_wait_seconds: int = 10
    # A pooler stands between that gives a session for a transaction only, such as PgBouncer.
    is_pooled: bool = False
    # A streaming replica of the database; empty where there is none. Not shown: a password may stand in it.
    replica_url: str = field(default="", repr=False)
    # How many seconds it may be behind, and is read all the same.
    replica_lag_seconds: int = 5


def read_reach(database_url: str, environ: Mapping[str, str]) -> Reach:
    """Return how the database is reached; raise Misconfigured."""
    replica_url = environ.get("DATABASE_REPLICA_URL", "")
    if replica_url and not (_is_postgresql(database_url) and _is_postgresql(replica_url)):
        raise Misconfigured("DATABASE_REPLICA_URL: a replica of PostgreSQL needs a DATABASE_URL of PostgreSQL as well.")
    if "," in urlsplit(replica_url).netloc.rpartition("@")[2] or replica_url.count("host=") > 1:
        raise Misconfigured("DATABASE_REPLICA_URL must name one server: which of several answered could not be told.")
    usual = Reach()

    def number(name: str, default: int, among: range) -> int:
        return environment.number(name, environ, default, among)

    return Reach(
        pool_size=number("DATABASE_POOL_SIZE", usual.pool_size, range(1, 1001)),
        pool_wait_seconds=number("DATABASE_POOL_WAIT_SECONDS", usual.pool_wait_seconds, range(1, 301)),
        is_pooled=environment.yes_or_no("DATABASE_POOLER", environ, usual.is_pooled),
        replica_url=replica_url,
        # Looked at once a second: of less than two nothing is known.
        replica_lag_seconds=number("REPLICA_LAG_SECONDS", usual.replica_lag_seconds, range(2, 3601)),
    )


def _is_postgresql(url: str) -> bool:
    return urlsplit(url).scheme.partition("+")[0] in {"postgresql", "postgres"}
