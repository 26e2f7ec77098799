"""What would hold others up inside of a migration, done before it while they work: on PostgreSQL alone.

Migration 037 makes of each of two tables the first partition of itself. That all rows belong there is proven here; a
table that was not proven would be read from end to end while nobody may write.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from quiz.db.partitions import SPLIT, Split

_FIRST_SPLIT = "037"
_PATIENCE = "10s"


@contextmanager
def prepared(engine: Engine, current: str | None, revision: str) -> Iterator[None]:
    """Prepare a database for the migrations up to a revision; what they did not come to use is taken back."""
    is_on_the_way = current is not None and current < _FIRST_SPLIT and (revision == "head" or revision >= _FIRST_SPLIT)
    if engine.dialect.name != "postgresql" or not is_on_the_way:
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Behind whoever reads for hours everybody else would stand as well; it can be done again.
        connection.execute(text(f"SET lock_timeout = '{_PATIENCE}'"))
        try:
            for one in SPLIT:
                _prove(connection, one)
            yield
        finally:
            # One that stayed would refuse what comes after it.
            for one in SPLIT:
                _take_back(connection, one)
            connection.execute(text("RESET lock_timeout"))


def _prove(connection: Connection, one: Split) -> None:
    _take_back(connection, one)
    if connection.execute(text("SELECT to_regclass(:table)"), {"table": one.table}).scalar() is None:
        return
    highest = connection.execute(text(one.highest)).scalar() or 0
    name, rule = f"ck_{one.table}_first", f"{one.key} < {one.first_end(highest)}"
    connection.execute(text(f"ALTER TABLE {one.table} ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID"))
    # The rows that stand are looked through while others read and write.
    connection.execute(text(f"ALTER TABLE {one.table} VALIDATE CONSTRAINT {name}"))


def _take_back(connection: Connection, one: Split) -> None:
    name = f"ck_{one.table}_first"
    stands = text("SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass(:table) AND conname = :name")
    if connection.execute(stands, {"table": one.table, "name": name}).first() is not None:
        connection.execute(text(f"ALTER TABLE {one.table} DROP CONSTRAINT {name}"))
