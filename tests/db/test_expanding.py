"""A migration only adds: the version before it works on its schema, since both run while processes are replaced."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn

from quiz.db import schema
from quiz.db.connection import Database

# Those before came when no installation stood. One that takes something away says in `contracts` what names it no more.
FIRST = 37
PARTITION = re.compile(r"_(to_[0-9]+|default)$")


@dataclass(frozen=True)
class Rule:
    """What a table refuses: a check, a unique key or a reference, by what it says and over which columns."""

    table: str
    says: str
    columns: frozenset[str]


@dataclass(frozen=True)
class Shape:
    """What code meets in a database."""

    columns: dict[tuple[str, str], ReflectedColumn]
    rules: frozenset[Rule]


def shape(connection: Connection) -> Shape:
    found, columns, rules = inspect(connection), {}, set()
    for table in found.get_table_names():
        if PARTITION.search(table) or table == "alembic_version":
            continue
        mine = {column["name"]: column for column in found.get_columns(table)}
        columns |= {(table, name): column for name, column in mine.items()}
        for check in found.get_check_constraints(table):
            words = frozenset(re.findall(r"[a-z_][a-z0-9_]*", check["sqltext"].lower())) & set(mine)
            rules.add(Rule(table, f"CHECK {check['sqltext']}", words))
        for key in found.get_unique_constraints(table):
            rules.add(Rule(table, f"UNIQUE {key['column_names']}", frozenset(key["column_names"])))
        for index in found.get_indexes(table):
            if index["unique"]:
                names = [name or "" for name in index["column_names"]]
                where = str(index.get("dialect_options", {}).get(f"{connection.dialect.name}_where", ""))
                rules.add(Rule(table, f"UNIQUE {names} {where}".strip(), frozenset(names)))
        for link in found.get_foreign_keys(table):
            to = f"REFERENCES {link['referred_table']} {link['referred_columns']}"
            rules.add(Rule(table, f"{link['constrained_columns']} {to}", frozenset(link["constrained_columns"])))
    return Shape(columns, frozenset(rules))


def faults(before: Shape, after: Shape) -> Iterator[str]:
    """Give what code of before could trip over."""
    tables = {table for table, _ in before.columns}
    for place, old in before.columns.items():
        new = after.columns.get(place)
        name = ".".join(place)
        if new is None:
            yield f"{name} is gone"
            continue
        if old["nullable"] and not new["nullable"]:
            yield f"{name} refuses NULL now"
        if old["default"] and not new["default"] and not new["nullable"]:
            yield f"{name} has no default any more"
        if not holds(str(new["type"]), str(old["type"])):
            yield f"{name} was {old['type']} and is {new['type']}"
    added = set(after.columns) - set(before.columns)
    for table, name in sorted(added):
        column = after.columns[table, name]
        if table in tables and not column["nullable"] and column["default"] is None and not column.get("computed"):
            yield f"{table}.{name} is new, and who does not know it cannot write a row"
    for rule in sorted(after.rules - before.rules, key=str):
        # A rule over nothing but new columns is met by who leaves them empty.
        if rule.table in tables and any((rule.table, name) not in added for name in rule.columns):
            yield f"{rule.table} has a new rule: {rule.says}"


def holds(new: str, old: str) -> bool:
    """Tell whether a type takes whatever another took."""
    sizes = [re.fullmatch(r"(?:VARCHAR|TEXT)(?:\(([0-9]+)\))?", kind) for kind in (new, old)]
    if new == old or sizes[0] is None or sizes[1] is None:
        return new == old
    return sizes[0][1] is None or (sizes[1][1] is not None and int(sizes[0][1]) >= int(sizes[1][1]))


def test_the_version_before_works_on_the_schema_of_each_migration(bare_database: Database) -> None:
    script = ScriptDirectory(str(schema.MIGRATIONS))
    for number in range(FIRST, int(schema.head()) + 1):
        schema.upgrade(bare_database.engine, f"{number - 1:03}")
        with bare_database.engine.connect() as connection:
            before = shape(connection)
        schema.upgrade(bare_database.engine, f"{number:03}")
        with bare_database.engine.connect() as connection:
            after = shape(connection)
        assert len(before.columns) > 300
        assert len(before.rules) > 150
        revision = script.get_revision(f"{number:03}")
        assert revision is not None
        if not getattr(revision.module, "contracts", ""):
            assert list(faults(before, after)) == [], f"migration {number:03}: expand, and take away in a later release"


A = "CREATE TABLE a (id INTEGER PRIMARY KEY, n VARCHAR(8), m INTEGER DEFAULT 1 NOT NULL)"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (A + "; CREATE TABLE b (id INTEGER NOT NULL UNIQUE)", []),
        (A + "; ALTER TABLE a ADD COLUMN o INTEGER; ALTER TABLE a ADD COLUMN p INTEGER DEFAULT 1 NOT NULL", []),
        (A + "; CREATE INDEX i ON a (n)", []),
        (A.replace("VARCHAR(8)", "VARCHAR"), []),
        (A.replace(" NOT NULL)", " NOT NULL, o INTEGER CHECK (o > 1))"), []),
        ("CREATE TABLE b (id INTEGER)", ["a.id is gone", "a.m is gone", "a.n is gone"]),
        (A.replace("n VARCHAR(8)", "o VARCHAR(8)"), ["a.n is gone"]),
        (A.replace("VARCHAR(8)", "VARCHAR(8) NOT NULL"), ["a.n refuses NULL now"]),
        (A.replace("VARCHAR(8)", "VARCHAR(4)"), ["a.n was VARCHAR(8) and is VARCHAR(4)"]),
        (A.replace("VARCHAR(8)", "INTEGER"), ["a.n was VARCHAR(8) and is INTEGER"]),
        (A.replace("DEFAULT 1 ", ""), ["a.m has no default any more"]),
        (
            A.replace(" NOT NULL)", " NOT NULL, o INTEGER NOT NULL)"),
            ["a.o is new, and who does not know it cannot write a row"],
        ),
        (A.replace(" NOT NULL)", " NOT NULL, CHECK (m > 1))"), ["a has a new rule: CHECK m > 1"]),
        (A.replace(" NOT NULL)", " NOT NULL, UNIQUE (n))"), ["a has a new rule: UNIQUE ['n']"]),
        (A + "; CREATE UNIQUE INDEX i ON a (n) WHERE m = 1", ["a has a new rule: UNIQUE ['n'] m = 1"]),
        (
            A.replace(" NOT NULL)", " NOT NULL, FOREIGN KEY (m) REFERENCES a (id))"),
            ["a has a new rule: ['m'] REFERENCES a ['id']"],
        ),
    ],
)
def test_what_would_trip_the_version_before_is_told(after: str, said: list[str]) -> None:
    shapes = []
    for statements in (A, after):
        engine = create_engine("sqlite://")
        with engine.connect() as connection:
            for statement in statements.split(";"):
                connection.execute(text(statement))
            shapes.append(shape(connection))
        engine.dispose()
    assert sorted(faults(*shapes)) == said
