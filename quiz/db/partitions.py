"""The two tables that grow with time, in partitions by their key: on PostgreSQL alone, SQLite keeps each in one piece.

Every partition is named for where it ends; above the last stands one for whatever is left, so that an insert never
fails. What fell there becomes the next partition as it stands, and no row is ever moved.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, ForeignKeyConstraint, Index, func, select, text
from sqlalchemy.schema import SchemaItem

# Any number that no other lock of the product has.
_MAKERS = 0x706172747321
# Whoever reads for long is not waited for: everybody else would stand behind us.
_PATIENCE = "1s"
_FEW = 10_000


@dataclass(frozen=True, slots=True)
class Split:
    """A table in partitions: its key, how many keys each has, what tells the highest key, and who refers to it."""

    table: str
    key: str
    size: int
    highest: str
    referring: tuple[str, str, str] | None = None

    def first_end(self, highest: int) -> int:
        """Return where the first partition of a table ends that stands already: half a partition on, at least."""
        return (highest + self.size // 2) // self.size * self.size + self.size

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the table and the one that refers to it, in the order in which deeds come by them."""
        return (self.table,) if self.referring is None else (self.table, self.referring[0])


# Of some gigabytes each: five a year where five million people take two attempts each, and are traced twenty times.
# Every statement that names no key looks at all of them, so that there should be dozens and not hundreds.
SPLIT = (
    Split("attempt_step", "attempt_id", 2_000_000, "SELECT max(id) FROM attempt"),
    Split(
        "audit_entry",
        "id",
        10_000_000,
        "SELECT max(id) FROM audit_entry",
        (
            "audit_link",
            "fk_audit_link_entry_id_audit_entry",
            "FOREIGN KEY (entry_id) REFERENCES audit_entry (id) NOT VALID",
        ),
    ),
)
# What people are searched by; see `queries.holding_words`.
_POSTGRESQL_ALONE = frozenset({"ix_person_folded_pieces"})
_PART = re.compile(rf"^({'|'.join(one.table for one in SPLIT)})_(to_\d+|default)$")


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a table stands: where its last partition ends, the highest key, and first and last key of what is left."""

    end: int
    highest: int
    left: tuple[int, int] | None

    @property
    def is_overgrown(self) -> bool:
        """Tell whether something fell above the last partition.

        What is left below it fell where somebody took an old partition away, and stays where it is.
        """
        return self.left is not None and self.left[0] >= self.end

    def lacks(self, size: int) -> bool:
        """Tell whether something fell above the last, or less than a whole partition is ahead of the highest key."""
        return self.is_overgrown or self.end - self.highest <= size


def is_of_the_models(item: SchemaItem, name: str | None, kind: str, *_: object) -> bool:
    """Tell whether something in the database is for the models to know: what PostgreSQL alone has is not."""
    if kind == "index" and name in _POSTGRESQL_ALONE:
        return False
    table = name if kind == "table" else None
    if isinstance(item, Index) and item.table is not None:
        table = item.table.name
    elif isinstance(item, ForeignKeyConstraint):
        # To each partition a reference has one of its own.
        table = item.elements[0].target_fullname.partition(".")[0]
    return table is None or not is_part(table)


def is_part(name: str) -> bool:
    """Tell whether a table of this name is a partition."""
    return _PART.match(name) is not None


def list_parts(connection: Connection, table: str) -> list[str]:
    """Return the partitions of a table by name; none where it stands in one piece."""
    if connection.dialect.name != "postgresql":
        return []
    statement = text(
        "SELECT part.relname FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid "
        "WHERE inhparent = to_regclass(:table) AND part.relkind = 'r' ORDER BY part.relname"
    )
    return list(connection.execute(statement, {"table": table}).scalars())


def is_lacking(connection: Connection) -> bool:
    """Tell whether partitions are to be made, or anything is to be looked through or counted anew."""
    return bool(
        any(_stand(connection, one).lacks(one.size) for one in _list_split(connection))
        or _list_unproven(connection)
        or _list_uncounted(connection)
    )


def make_lacking(connection: Connection, expected: Mapping[str, int] | None = None) -> list[str]:
    """Make the partitions that are lacking and return their names; whoever comes second finds them made.

    Room is made for keys that are still expected, by table, as for those that stand. Raise OperationalError where
    somebody reads for so long that it is better done later.
    """
    split = _list_split(connection)
    if not split:
        return []
    connection.execute(select(func.pg_advisory_xact_lock(_MAKERS)))
    connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
    made: list[str] = []
    for one in split:
        while (standing := _stand(connection, one, (expected or {}).get(one.table, 0))).lacks(one.size):
            made.append(
                _take_over(connection, one, standing) if standing.is_overgrown else _make(connection, one, standing)
            )
    return made


def settle(connection: Connection) -> None:
    """Look through what was declared and not looked through, and count anew what has grown; nobody waits for it.

    Autovacuum counts each partition by itself, and never what the planner knows of all of them together.
    """
    for table, name in _list_unproven(connection):
        connection.execute(text(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))
    for table in _list_uncounted(connection):
        connection.execute(text(f"ANALYZE {table}"))


def truncate_refused(table: str, part: str) -> list[str]:
    """Return what makes the trigger anew that refuses to empty a protected table, or a partition by its own name."""
    name = f"{table}_truncate_refused"
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {part}",
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {part} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{table}')",
    ]


def _list_split(connection: Connection) -> list[Split]:
    return [one for one in SPLIT if f"{one.table}_default" in list_parts(connection, one.table)]


def _stand(connection: Connection, one: Split, expected: int = 0) -> _Standing:
    ends = [int(name.rpartition("_")[2]) for name in list_parts(connection, one.table) if "_to_" in name]
    highest = connection.execute(text(one.highest)).scalar() or 0
    keys = f"SELECT min({one.key}), max({one.key}) FROM {one.table}_default"  # nosec B608 # noqa: S608 - names of our own
    first, last = connection.execute(text(keys)).one()
    highest = max(highest, last or 0, expected)
    return _Standing(max(ends, default=0), highest, None if first is None else (first, last))


def _beyond(key: int, size: int) -> int:
    return (key // size + 1) * size


def _make(connection: Connection, one: Split, standing: _Standing) -> str:
    start = standing.end
    if standing.left is not None and standing.left[1] >= start:
        start = _beyond(standing.left[1], one.size)
    end = start + one.size
    name = f"{one.table}_to_{end}"
    connection.execute(text(f"CREATE TABLE {name} PARTITION OF {one.table} FOR VALUES FROM ({start}) TO ({end})"))
    _guard(connection, one.table, name)
    return name


def _take_over(connection: Connection, one: Split, standing: _Standing) -> str:
    """Let what fell above the last partition be the next one, and make a new one for what is left."""
    left, end = f"{one.table}_default", _beyond(standing.highest, one.size)
    name = f"{one.table}_to_{end}"
    connection.execute(text(f"LOCK TABLE {', '.join(one.tables)} IN ACCESS EXCLUSIVE MODE"))
    if one.referring is not None:
        table, constraint, _ = one.referring
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"))
    for statement in (
        f"ALTER TABLE {one.table} DETACH PARTITION {left}",
        f"ALTER TABLE {left} RENAME TO {name}",
        *_renamed_indexes(connection, left, name),
        f"ALTER TABLE {one.table} ATTACH PARTITION {name} FOR VALUES FROM ({standing.end}) TO ({end})",
        f"CREATE TABLE {left} PARTITION OF {one.table} DEFAULT",
    ):
        connection.execute(text(statement))
    if one.referring is not None:
        table, constraint, refers = one.referring
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {refers}"))
    _guard(connection, one.table, left)
    return name


def _renamed_indexes(connection: Connection, before: str, after: str) -> list[str]:
    statement = text("SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = to_regclass(:of)")
    names = connection.execute(statement, {"of": before}).scalars()
    return [f"ALTER INDEX {name} RENAME TO {name.replace(before, after)}" for name in names]


def _guard(connection: Connection, table: str, part: str) -> None:
    # Triggers of rows go along with a partition by themselves, those of statements do not.
    for statement in truncate_refused(table, part):
        connection.execute(text(statement))


def _list_unproven(connection: Connection) -> list[tuple[str, str]]:
    if connection.dialect.name != "postgresql":
        return []
    statement = text(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated AND conparentid = 0 "
        "AND conrelid = to_regclass(:table)"
    )
    tables = [one.referring[0] for one in SPLIT if one.referring is not None]
    return [tuple(row) for table in tables for row in connection.execute(statement, {"table": table})]


def _list_uncounted(connection: Connection) -> list[str]:
    """Return the tables that grew by half since what the planner knows of the whole was counted."""
    if connection.dialect.name != "postgresql":
        return []
    statement = text(
        "SELECT whole.relname FROM pg_inherits JOIN pg_class AS whole ON whole.oid = inhparent "
        "JOIN pg_class AS part ON part.oid = inhrelid WHERE inhparent = to_regclass(:table) GROUP BY whole.oid "
        "HAVING sum(greatest(part.reltuples, 0)) > 1.5 * greatest(whole.reltuples, 0) + :few"
    )
    given = [{"table": one.table, "few": _FEW} for one in SPLIT]
    return [name for one in given for name in connection.execute(statement, one).scalars()]
