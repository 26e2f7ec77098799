"""`quiz db check` on a database with a replica."""

from collections.abc import Callable

import pytest
from click.testing import Result

from bench.clusters import Pair
from quiz.db.connection import Database
from tests.fixtures.clusters import paused

# A port is looked for.
pytestmark = pytest.mark.enable_socket


def test_whether_the_replica_is_read_and_why_not_is_told(
    pair: Pair, replicated: Database, quiz: Callable[..., Result]
) -> None:
    name = replicated.engine.url.database or ""
    here, there = pair.primary.url(name), pair.replica.url(name)
    found = quiz("db", "check", DATABASE_URL=here, DATABASE_REPLICA_URL=there)
    assert (found.exit_code, "replica: read, at most 0.0 s behind" in found.output) == (0, True)
    wrong = quiz("db", "check", DATABASE_URL=here, DATABASE_REPLICA_URL=here)
    assert (wrong.exit_code, "replica: passed over, it is no replica" in wrong.output) == (1, True)
    with paused(pair):
        pair.primary.run("CREATE TABLE made_meanwhile ()", name)
        behind = {"DATABASE_URL": here, "DATABASE_REPLICA_URL": there, "REPLICA_LAG_SECONDS": "2"}
        late = quiz("db", "check", **behind)
    assert (late.exit_code, "replica: passed over, it is more than 2 s behind" in late.output) == (1, True)
