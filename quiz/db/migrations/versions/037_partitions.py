"""Keep the log of answers and the audit trail in partitions, on PostgreSQL.

The table that stands becomes the first partition as it is; no row is copied. `quiz.db.partitions` proves beforehand,
while others write, that all its rows belong there, and checks afterwards what is only declared here, so that this
holds its locks for a moment. Without that proof the rows are looked through here.
"""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "037"
down_revision = "036"
branch_labels = None
depends_on = None

# Table, key, what tells the highest key, and how many keys a partition has.
_SPLIT = (
    ("attempt_step", "attempt_id", "SELECT max(id) FROM attempt", 2_000_000),
    ("audit_entry", "id", "SELECT max(id) FROM audit_entry", 10_000_000),
)
_LINK = "fk_audit_link_entry_id_audit_entry"
_REFERS = f"ALTER TABLE audit_link ADD CONSTRAINT {_LINK} FOREIGN KEY (entry_id) REFERENCES audit_entry (id)"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # Whoever reads for hours is not waited for: everybody else would stand behind us. It can be done again.
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.execute("LOCK TABLE attempt, attempt_step, audit_entry, audit_link IN ACCESS EXCLUSIVE MODE")
    op.execute(f"ALTER TABLE audit_link DROP CONSTRAINT {_LINK}")
    for table, key, highest, size in _SPLIT:
        _split(table, key, highest, size)
    # What stands was held to it until now, and is looked through once more while others write.
    op.execute(f"{_REFERS} NOT VALID")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE audit_link DROP CONSTRAINT {_LINK}")
    for table, _, _, _ in _SPLIT:
        _join(table)
    op.execute(_REFERS)


def _split(table: str, key: str, highest: str, size: int) -> None:
    bound = _bound(table, key, highest, size)
    first = f"{table}_to_{bound}"
    triggers = _take_triggers(table)
    indexes = _rows("SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
                    "WHERE indrelid = CAST(:of AS regclass) AND NOT indisprimary", table)
    constraints = _rows("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                        "WHERE conrelid = CAST(:of AS regclass) AND contype IN ('p', 'f') ORDER BY contype DESC", table)
    rights = _rights(table)
    op.execute(f"ALTER TABLE {table} RENAME TO {first}")
    for name, _ in indexes:
        op.execute(f"ALTER INDEX {name} RENAME TO {name}_to_{bound}")
    op.execute(f"ALTER TABLE {first} RENAME CONSTRAINT pk_{table} TO pk_{first}")
    op.execute(f"CREATE TABLE {table} (LIKE {first} INCLUDING DEFAULTS) PARTITION BY RANGE ({key})")
    for right in rights:
        op.execute(right)
    for name, definition in constraints:
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for _, definition in indexes:
        op.execute(definition)
    _hand_sequence(first, table)
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {first} FOR VALUES FROM (MINVALUE) TO ({bound})")
    op.execute(f"ALTER TABLE {first} DROP CONSTRAINT ck_{table}_first")
    then = f"{table}_to_{bound + size}"
    op.execute(f"CREATE TABLE {then} PARTITION OF {table} FOR VALUES FROM ({bound}) TO ({bound + size})")
    op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
    for definition in triggers:
        op.execute(definition)
        # A trigger of a row goes along to partitions by itself, one of a statement does not.
        if "FOR EACH STATEMENT" in definition:
            for one in (first, then, f"{table}_default"):
                op.execute(re.sub(rf"\bON (\w+\.)?{table}\b", f"ON {one}", definition))


def _bound(table: str, key: str, highest: str, size: int) -> int:
    """Return where the first partition ends: proven beforehand, or else proven here."""
    found = _rows("SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint "
                  "WHERE conrelid = CAST(:of AS regclass) AND conname = 'ck_' || :of || '_first'", table)
    if found and found[0][1]:
        return int(re.sub(r".*< '?(\d+).*", r"\1", found[0][0]))
    if found:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_first")
    last = _rows(highest)[0][0] or 0
    bound = (last + size // 2) // size * size + size
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_first CHECK ({key} < {bound})")
    return bound


def _join(table: str) -> None:
    """Make one table of the partitions: the first takes in what stands in the others."""
    names = [row[0] for row in _rows(
        "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
        "WHERE inhparent = CAST(:of AS regclass) "
        "ORDER BY pg_get_expr(relpartbound, inhrelid) NOT LIKE '%MINVALUE%', pg_relation_size(inhrelid) DESC", table
    )]
    first, others = names[0], names[1:]
    triggers = _take_triggers(table)
    own = {row[0]: row[1] for row in _rows(
        "SELECT child.inhrelid::regclass::text, child.inhparent::regclass::text FROM pg_inherits AS child "
        "JOIN pg_index ON indexrelid = child.inhrelid WHERE indrelid = CAST(:of AS regclass)", first
    )}
    rights = _rights(table)
    _hand_sequence(table, first)
    for name in names:
        op.execute(f"DROP TRIGGER IF EXISTS {table}_truncate_refused ON {name}")
    op.execute(f"ALTER TABLE {table} DETACH PARTITION {first}")
    for other in others:
        op.execute(f"INSERT INTO {first} SELECT * FROM {other}")  # nosec B608 # names of our own
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {first} RENAME TO {table}")
    for child, name in own.items():
        op.execute(f"ALTER INDEX {child} RENAME TO {name}")
    for (name,) in _rows("SELECT conname FROM pg_constraint "
                         "WHERE conrelid = CAST(:of AS regclass) AND contype = 'f' AND conname NOT LIKE 'fk_%'", table):
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO fk_{table}_attempt_id_attempt")
    for statement in (*rights, *triggers):
        op.execute(statement)


def _take_triggers(table: str) -> list[str]:
    """Take the triggers of a table away, and return what makes each again under the name the table has then."""
    found = _rows("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
                  "WHERE tgrelid = CAST(:of AS regclass) AND NOT tgisinternal ORDER BY tgname", table)
    for name, _ in found:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    return [definition for _, definition in found]


def _rights(table: str) -> list[str]:
    """Return what gives a table of this name to its owner, and to everybody who may use it."""
    given = _rows(
        "SELECT format('GRANT %s ON %I TO %s%s', privilege_type, relname, "
        "CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, "
        "CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) "
        "FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = CAST(:of AS regclass) AND grantee <> relowner", table
    )
    owner = _rows("SELECT relowner::regrole::text FROM pg_class WHERE oid = CAST(:of AS regclass)", table)[0][0]
    return [f"ALTER TABLE {table} OWNER TO {owner}", *(row[0] for row in given)]


def _hand_sequence(before: str, after: str) -> None:
    """Let a sequence belong to another table, so that it does not go with the first."""
    for (name,) in _rows("SELECT objid::regclass::text FROM pg_depend WHERE classid = 'pg_class'::regclass "
                         "AND refobjid = CAST(:of AS regclass) AND deptype = 'a' AND refobjsubid > 0 "
                         "AND objid IN (SELECT oid FROM pg_class WHERE relkind = 'S')", before):
        op.execute(f"ALTER SEQUENCE {name} OWNED BY {after}.id")


def _rows(query: str, table: str | None = None) -> list[Any]:
    return list(op.get_bind().execute(sa.text(query), {"of": table} if table else {}))
