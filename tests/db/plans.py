"""What PostgreSQL and SQLite mean to do for a statement: what is read from end to end, and along which indexes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

# Sorting of the rows of a plan; "Merge Append" puts together what is in order already.
_SORTS = {"Sort", "Incremental Sort"}
_WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(slots=True)
class Plan:
    """Tables read from end to end, indexes by the names of the models, and the partitions that were opened."""

    statement: str
    document: Any
    scanned: set[str] = field(default_factory=set)
    indexes: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    is_sorting: bool = False


def explained(connection: Connection, statement: str, parameters: Any) -> Plan:
    """Return the plan of a statement of PostgreSQL with its parameters; one that only reads is carried out for it."""
    how = "FORMAT JSON, COSTS OFF" if statement.startswith(_WRITES) else "FORMAT JSON, COSTS OFF, ANALYZE, TIMING OFF"
    document = connection.exec_driver_sql(f"EXPLAIN ({how}) {statement}", parameters).scalar_one()
    tables, indexes = _families(connection)
    plan = Plan(statement, document)
    for node, above in _nodes(document[0]["Plan"], None):
        table, kind = node.get("Relation Name"), node["Node Type"]
        if node.get("Actual Loops") == 0:
            # A partition that was passed over, or what nothing was left to be looked for in.
            continue
        if table in tables:
            plan.parts.add(table)
        is_cut_short = above is not None and above["Node Type"] == "Limit" and "Filter" not in node
        if kind == "Seq Scan" and not is_cut_short:
            plan.scanned.add(tables.get(table, table))
        if "Index Name" in node:
            plan.indexes.add(indexes.get(node["Index Name"], node["Index Name"]))
        plan.is_sorting |= kind in _SORTS
    return plan


def _nodes(
    node: dict[str, Any], above: dict[str, Any] | None
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    yield node, above
    for below in node.get("Plans", ()):
        yield from _nodes(below, node)


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


def explained_by_sqlite(connection: Connection, statement: str, parameters: Any) -> Plan:
    """Return the plan of a statement of SQLite: its tables are read by an index, or from end to end."""
    lines: Sequence[str] = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    plan = Plan(statement, lines)
    for line in lines:
        words = line.split()
        if "INDEX" in words:
            plan.indexes.add(words[words.index("INDEX") + 1])
        # In the order of keys, with an end and nothing to look for, it is cut short.
        is_cut_short = "LIMIT" in statement and "WHERE" not in statement and "B-TREE" not in " ".join(lines)
        if words[0] == "SCAN" and "INDEX" not in words and not is_cut_short:
            plan.scanned.add(words[1])
        plan.is_sorting |= "B-TREE" in words
    return plan
