"""The triggers that keep the counts of assignments; made again after every migration, and what checks them."""

from sqlalchemy import Connection, text

# What a manager sees an assignment under, gravest first; one that is not current, or of nobody here, stands nowhere.
BUCKET = (
    "CASE WHEN {row}.is_disowned THEN 'not_mine' "
    "WHEN {row}.state IN ('completed', 'excused') THEN {row}.state "
    "WHEN {row}.is_away THEN 'away' "
    "WHEN {row}.help_asked_at IS NOT NULL OR {row}.is_used_up THEN 'asks_help' "
    "ELSE {row}.state END"
)
_COUNTS = "{row}.is_current AND {row}.unit_id IS NOT NULL"
_COLUMNS = (
    "unit_id", "module_id", "state", "help_asked_at", "is_current", "is_late", "is_away", "is_disowned", "is_used_up",
)  # fmt: skip
TRIGGERS = frozenset({"assignment_inserted_counts", "assignment_updated_counts", "assignment_deleted_counts"})


def _added(row: str, amount: int) -> str:
    return (
        "INSERT INTO tally (unit_id, module_id, bucket, is_late, amount) "
        f"SELECT {row}.unit_id, {row}.module_id, {BUCKET.format(row=row)}, {row}.is_late, {amount} "
        f"WHERE {_COUNTS.format(row=row)};"
    )


def count(connection: Connection) -> None:
    """Make the triggers anew, in the dialect of the connection."""
    for statement in _sqlite() if connection.dialect.name == "sqlite" else _postgresql():
        connection.execute(text(statement))


def _sqlite() -> list[str]:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _COLUMNS)
    made = []
    for deed, when, words in _deeds(changed):
        name = f"assignment_{deed}_counts"
        made += [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} AFTER {_VERBS[deed]} ON assignment {when} BEGIN {words} END",
        ]
    return made


def _postgresql() -> list[str]:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in _COLUMNS)
    made = []
    for deed, when, words in _deeds(changed):
        name = f"assignment_{deed}_counts"
        made += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {words} RETURN NULL; END $$",
            f"DROP TRIGGER IF EXISTS {name} ON assignment",
            f"CREATE TRIGGER {name} AFTER {_VERBS[deed]} ON assignment FOR EACH ROW {when} EXECUTE FUNCTION {name}()",
        ]
    return made


_VERBS = {"inserted": "INSERT", "updated": "UPDATE", "deleted": "DELETE"}


def _deeds(changed: str) -> tuple[tuple[str, str, str], ...]:
    return (
        ("inserted", "", _added("NEW", 1)),
        ("updated", f"WHEN ({changed})", f"{_added('OLD', -1)} {_added('NEW', 1)}"),
        ("deleted", "", _added("OLD", -1)),
    )
