"""What would hold others up inside of a migration, done before it while they work: on PostgreSQL alone.

Indexes of migration 038 are made without stopping whoever writes; the migration finds them.
Migration 037 makes of each of two tables the first partition of itself: that all rows belong there is proven here,
since a table that was not proven would be read from end to end while nobody may write.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Index, inspect, text
from sqlalchemy.schema import CreateIndex

from quiz.db.partitions import SPLIT, Split
from quiz.db.tables import METADATA

_FIRST_SPLIT, _INDEXED = "037", "038"
_PATIENCE = "10s"
# What migrations make where it is not there yet, and only that: what they make in any case would be in their way.
_AHEAD = frozenset(
    {
        "ix_absence_ends_on",
        "ix_assignment_due",
        "ix_completion_valid_until",
        "ix_digest_day",
        "ix_entry_link_ended_at",
        "ix_entry_link_expires_at",
        "ix_entry_link_used_at",
        "ix_mark_sheet_module",
        "ix_one_time_link_expires_at",
        "ix_one_time_link_used_at",
        "ix_outbox_message_created_at",
        "ix_outbox_message_done_at",
        "ix_outbox_message_given_up",
        "ix_person_folded",
        "ix_reminder_note_assignment_id",
        "ix_reminder_note_kept_back",
        "ix_reminder_note_outcome",
        "ix_sign_in_expires_at",
        "ix_sign_in_failure_at",
        "ix_sign_in_revoked_at",
    }
)
# Beside the models, since SQLite has nothing like it: see `queries.holding_words`. The migration has the same.
_PIECES = (
    "CREATE OR REPLACE FUNCTION folded_pieces(words character varying) RETURNS text[] "
    "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT coalesce(array_agg(DISTINCT substr(words, at, 3)), '{}') "
    "FROM generate_series(1, length(words) - 2) AS at $$"
)
_PIECES_INDEX = "CREATE INDEX ix_person_folded_pieces ON person USING gin (folded_pieces(folded))"


@contextmanager
def prepared(engine: Engine, current: str | None, revision: str) -> Iterator[None]:
    """Prepare a database for the migrations up to a revision; what they did not come to use is taken back."""
    if engine.dialect.name != "postgresql" or current is None:
        yield
        return
    split = SPLIT if _passes(_FIRST_SPLIT, current, revision) else ()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Behind whoever reads for hours everybody else would stand as well; it can be done again.
        connection.execute(text(f"SET lock_timeout = '{_PATIENCE}'"))
        try:
            if _passes(_INDEXED, current, revision):
                _index(connection)
            for one in split:
                _prove(connection, one)
            yield
        finally:
            # One that stayed would refuse what comes after it.
            for one in split:
                _take_back(connection, one)
            connection.execute(text("RESET lock_timeout"))


def _passes(migration: str, current: str, revision: str) -> bool:
    return current < migration and (revision == "head" or revision >= migration)


def _index(connection: Connection) -> None:
    """Make the indexes that are lacking, of columns that are there already; each stops nobody who writes."""
    stand = set(connection.execute(text(_STANDING)).scalars())
    for table in METADATA.sorted_tables:
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            if index.name in _AHEAD - stand and _can_have(connection, index):
                _make(connection, str(CreateIndex(index).compile(connection)))
    if "ix_person_folded_pieces" not in stand and _has_columns(connection, "person", {"folded"}):
        connection.execute(text(_PIECES))
        _make(connection, _PIECES_INDEX)


_STANDING = (
    "SELECT relname FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid "
    "WHERE relnamespace = to_regnamespace(current_schema()) AND indisvalid"
)


def _can_have(connection: Connection, index: Index) -> bool:
    """Tell whether the table and the columns of an index are there already."""
    wanted = {one.name for one in index.columns} | set(index.dialect_options["postgresql"]["include"] or ())
    return index.table is not None and _has_columns(connection, index.table.name, wanted)


def _has_columns(connection: Connection, table: str, wanted: Collection[str]) -> bool:
    found = inspect(connection)
    return found.has_table(table) and set(wanted) <= {one["name"] for one in found.get_columns(table)}


def _make(connection: Connection, statement: str) -> None:
    name = statement.split()[2]
    # What broke off before stands there and serves nobody.
    connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"))
    connection.execute(text(statement.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1)))


def _prove(connection: Connection, one: Split) -> None:
    _take_back(connection, one)
    if not inspect(connection).has_table(one.table):
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
