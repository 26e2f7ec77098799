"""The triggers that keep what was published or recorded from ever being changed; made again after every migration."""

from sqlalchemy import Connection, text

from quiz.db import guarding, partitions, redacting

PROTECTED = (
    "answer",
    "assignment_change",
    "attempt_step",
    "audit_check",
    "audit_entry",
    "audit_link",
    "audit_tip",
    "completion",
    "correction",
    "correction_notice",
    "credential_place",
    "delta_module",
    "distrust",
    "draft_revision",
    "holder_erasure",
    "incident",
    "incident_scenario",
    "incident_wish",
    "instrument_version",
    "issuer_key",
    "module_version",
    "name_correction",
    "paper",
    "posting",
    "regrading",
    "released_answers",
    "remark",
    "renewal",
    "retirement",
    "review",
    "revocation",
    "revocation_decision",
    "revocation_proposal",
    "scenario_confirmation",
    "scenario_version",
    "signing_certificate",
    "wish",
    "wish_decision",
)

# The draw of an attempt is frozen as well; only its end and outcome are written, once.
FROZEN_ATTEMPT = (
    "public_id", "person_id", "assignment_id", "module_version_id", "purpose", "number", "allowed", "behaviour",
    "draw", "seal", "opens_at", "started_at", "deadline_at",
)  # fmt: skip

# Whoever wrote any saved state of a draft is an author of it, and somebody else reviews.
_OWN_WORDS = (
    "SELECT 1 FROM draft_revision AS written "
    "WHERE written.draft_id = NEW.draft_id AND written.author_id = NEW.reviewer_id"
)
# The bytes of a paper hold a name: they go after it, and not before.
_NAME_STANDS = "SELECT 1 FROM completion_holder AS held WHERE held.completion_id = OLD.completion_id"


def names(dialect: str) -> set[str]:
    """Return the name of every trigger that must stand at head."""
    triggers = {f"{table}_{deed}_refused" for table in PROTECTED for deed in ("update", "delete")}
    if dialect == "postgresql":
        triggers |= {f"{table}_truncate_refused" for table in (*PROTECTED, "attempt", "paper_content")}
    return triggers | {
        "attempt_draw_frozen",
        "attempt_delete_refused",
        "attempt_follows_its_wait",
        "review_by_another",
        "paper_content_update_refused",
        "paper_content_delete_refused",
        "audit_entry_waits",
        *guarding.names(),
    }


def protect(connection: Connection) -> None:
    """Make every trigger anew, in the dialect of the connection."""
    is_sqlite = connection.dialect.name == "sqlite"
    made = _sqlite() if is_sqlite else [*_postgresql(), *_never_emptied(connection)]
    statements = [*made, *redacting.statements(connection), *guarding.statements(is_sqlite)]
    for statement in statements:
        connection.execute(text(statement))


def _refused(table: str) -> tuple[str, ...]:
    """Return the deeds that nothing at all opens; words of some tables may lose a name, and see `redacting`."""
    return ("delete",) if table in redacting.WORDS else ("update", "delete")


def _sqlite() -> list[str]:
    made = []
    for table in PROTECTED:
        for deed in _refused(table):
            made += [
                f"DROP TRIGGER IF EXISTS {table}_{deed}_refused",
                f"CREATE TRIGGER {table}_{deed}_refused BEFORE {deed.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END",
            ]
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in FROZEN_ATTEMPT)
    return [
        *made,
        "DROP TRIGGER IF EXISTS attempt_draw_frozen",
        f"CREATE TRIGGER attempt_draw_frozen BEFORE UPDATE ON attempt WHEN {changed} OR OLD.ended_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'attempt is never changed'); END",
        "DROP TRIGGER IF EXISTS attempt_delete_refused",
        "CREATE TRIGGER attempt_delete_refused BEFORE DELETE ON attempt "
        "BEGIN SELECT RAISE(ABORT, 'attempt is never changed'); END",
        "DROP TRIGGER IF EXISTS attempt_follows_its_wait",
        "CREATE TRIGGER attempt_follows_its_wait BEFORE INSERT ON attempt WHEN NEW.number > 1 AND NOT EXISTS ("
        "SELECT 1 FROM attempt AS earlier WHERE earlier.assignment_id = NEW.assignment_id "
        "AND earlier.number = NEW.number - 1 AND earlier.ended_at <= NEW.opens_at) "
        "BEGIN SELECT RAISE(ABORT, 'attempt comes before its turn'); END",
        "DROP TRIGGER IF EXISTS review_by_another",
        f"CREATE TRIGGER review_by_another BEFORE INSERT ON review WHEN EXISTS ({_OWN_WORDS}) "
        "BEGIN SELECT RAISE(ABORT, 'nobody reviews their own words'); END",
        "DROP TRIGGER IF EXISTS paper_content_update_refused",
        "CREATE TRIGGER paper_content_update_refused BEFORE UPDATE ON paper_content "
        "BEGIN SELECT RAISE(ABORT, 'paper_content is never changed'); END",
        "DROP TRIGGER IF EXISTS paper_content_delete_refused",
        f"CREATE TRIGGER paper_content_delete_refused BEFORE DELETE ON paper_content WHEN EXISTS ({_NAME_STANDS}) "
        "BEGIN SELECT RAISE(ABORT, 'paper_content is never changed'); END",
        # Whatever writes an entry, it waits for the sealer from the same transaction on.
        "DROP TRIGGER IF EXISTS audit_entry_waits",
        "CREATE TRIGGER audit_entry_waits AFTER INSERT ON audit_entry "
        "BEGIN INSERT INTO audit_waiting (entry_id) VALUES (NEW.id); END",
    ]


def _postgresql() -> list[str]:
    made = [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is never changed', COALESCE(TG_ARGV[0], TG_TABLE_NAME) "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE OR REPLACE FUNCTION refuse_early_attempt() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM attempt AS earlier "
        "WHERE earlier.assignment_id = NEW.assignment_id AND earlier.number = NEW.number - 1 "
        "AND earlier.ended_at <= NEW.opens_at) THEN "
        "RAISE EXCEPTION 'attempt comes before its turn' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$",
        "CREATE OR REPLACE FUNCTION refuse_own_review() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF EXISTS ({_OWN_WORDS}) THEN "
        "RAISE EXCEPTION 'nobody reviews their own words' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$",
        "CREATE OR REPLACE FUNCTION refuse_early_erasure() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF EXISTS ({_NAME_STANDS}) THEN "
        "RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN OLD; END $$",
    ]
    for table in PROTECTED:
        for deed in _refused(table):
            made += _refusal(table, f"{table}_{deed}_refused", deed)
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FROZEN_ATTEMPT)
    made += _refusal("attempt", "attempt_draw_frozen", "update", f"WHEN ({changed} OR OLD.ended_at IS NOT NULL)")
    made += _refusal("attempt", "attempt_delete_refused", "delete")
    made += _refusal("paper_content", "paper_content_update_refused", "update")
    return [
        *made,
        "DROP TRIGGER IF EXISTS attempt_follows_its_wait ON attempt",
        "CREATE TRIGGER attempt_follows_its_wait BEFORE INSERT ON attempt FOR EACH ROW "
        "EXECUTE FUNCTION refuse_early_attempt()",
        "DROP TRIGGER IF EXISTS review_by_another ON review",
        "CREATE TRIGGER review_by_another BEFORE INSERT ON review FOR EACH ROW EXECUTE FUNCTION refuse_own_review()",
        "DROP TRIGGER IF EXISTS paper_content_delete_refused ON paper_content",
        "CREATE TRIGGER paper_content_delete_refused BEFORE DELETE ON paper_content FOR EACH ROW "
        "EXECUTE FUNCTION refuse_early_erasure()",
        "CREATE OR REPLACE FUNCTION audit_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO audit_waiting (entry_id) VALUES (NEW.id); RETURN NULL; END $$",
        "DROP TRIGGER IF EXISTS audit_entry_waits ON audit_entry",
        "CREATE TRIGGER audit_entry_waits AFTER INSERT ON audit_entry FOR EACH ROW "
        "EXECUTE FUNCTION audit_entry_waits()",
    ]


def _refusal(table: str, name: str, deed: str, when: str = "") -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        # Of a partition the table is told that it belongs to.
        f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} FOR EACH ROW {when} "
        f"EXECUTE FUNCTION refuse_change('{table}')",
    ]


def _never_emptied(connection: Connection) -> list[str]:
    tables = (*PROTECTED, "attempt", "paper_content")
    named = [(table, part) for table in tables for part in (table, *partitions.list_parts(connection, table))]
    return [statement for one in named for statement in partitions.truncate_refused(*one)]
