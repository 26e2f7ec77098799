"""The one door by which words that are otherwise kept for ever may lose a name: while a person is being erased.

An erasure is under way within its own transaction alone, so nobody else ever finds the door open; and whatever is not
listed here as words stays as it was even then.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, text

# The columns of protected tables in which somebody may have written a name.
WORDS: Mapping[str, tuple[str, ...]] = {
    "answer": ("words", "reason"),
    "assignment_change": ("reason",),
    "correction": ("what_changed",),
    "distrust": ("reason", "recorded_by"),
    "draft_revision": ("document", "digest"),
    "holder_erasure": ("reason",),
    "incident": ("words", "none_because"),
    "name_correction": ("source", "reason"),
    "regrading": ("reason",),
    "retirement": ("words",),
    "review": ("words", "acknowledged"),
    "revocation": ("reason", "revoked_by"),
    "revocation_decision": ("words",),
    "revocation_proposal": ("reason", "inner_reason"),
    "scenario_confirmation": ("reason",),
    "wish": ("note",),
    "wish_decision": ("reason",),
}
_UNDER_WAY = "SELECT 1 FROM person_erasure AS going WHERE going.ended_at IS NULL"
_FUNCTION = "refuse_change_but_of_names"


def drop(connection: Connection) -> None:
    """Take the triggers away that look for an erasure; they are made anew at head."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"DROP FUNCTION IF EXISTS {_FUNCTION}() CASCADE"))
        return
    for table in WORDS:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_update_refused"))


def statements(connection: Connection) -> list[str]:
    """Return what makes every trigger anew: refused is any change but one of words while a person is erased."""
    if connection.dialect.name != "sqlite":
        return _postgresql()
    made = []
    for table, words in WORDS.items():
        kept = [one["name"] for one in inspect(connection).get_columns(table) if one["name"] not in words]
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in kept)
        made += [
            f"DROP TRIGGER IF EXISTS {table}_update_refused",
            f"CREATE TRIGGER {table}_update_refused BEFORE UPDATE ON {table} "
            f"WHEN NOT EXISTS ({_UNDER_WAY}) OR {changed} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END",
        ]
    return made


def _postgresql() -> list[str]:
    made = [
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF EXISTS ({_UNDER_WAY}) AND to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV "
        "THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ]
    for table, words in WORDS.items():
        named = ", ".join(f"'{one}'" for one in words)
        made += [
            f"DROP TRIGGER IF EXISTS {table}_update_refused ON {table}",
            f"CREATE TRIGGER {table}_update_refused BEFORE UPDATE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {_FUNCTION}({named})",
        ]
    return made
