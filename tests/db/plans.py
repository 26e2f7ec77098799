"""What PostgreSQL and SQLite mean to do for a statement: the nodes of a plan, and the indexes it goes along."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

# Sorting of the rows of a plan; "Merge Append" puts together what is in order already.
_SORTS = {"Sort", "Incremental Sort"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: tables and their partitions read from end to end, indexes by the names of the models, and partitions.

    `parts` are the partitions that are looked at, by their tables; `is_sorting` where rows are put in order first.
    """

    scanned: frozenset[str]
    indexes: frozenset[str]
    parts: Mapping[str, frozenset[str]]
    is_sorting: bool
    document: Any


def explained(connection: Connection, statement: str, parameters: Any) -> Plan:
    """Return the plan of a statement with its parameters, as the driver sends them."""
    document = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON, COSTS OFF) {statement}", parameters).scalar_one()
    nodes = list(_nodes(document[0]["Plan"]))
    tables, indexes = _families(connection)
    scanned, found, parts = set(), set(), {}
    for node in nodes:
        name = node.get("Relation Name")
        if name in tables:
            parts.setdefault(tables[name], set()).add(name)
        if node["Node Type"] == "Seq Scan":
            scanned.add(tables.get(name, name))
        if "Index Name" in node:
            index = node["Index Name"]
            found.add(indexes.get(index, index))
    kept = {table: frozenset(some) for table, some in parts.items()}
    return Plan(frozenset(scanned), frozenset(found), kept, any(one["Node Type"] in _SORTS for one in nodes), document)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _families(connection: Connection) -> tuple[dict[str, str], dict[str, str]]:
    """Return the table of each partition, and the index of the whole table for each index of a partition."""
    statement = (
        "SELECT child.relkind, child.relname, parent.relname FROM pg_inherits "
        "JOIN pg_class AS child ON child.oid = inhrelid JOIN pg_class AS parent ON parent.oid = inhparent"
    )
    tables, indexes = {}, {}
    for kind, child, parent in connection.execute(text(statement)):
        (indexes if kind == "i" else tables)[child] = parent
    return tables, indexes
