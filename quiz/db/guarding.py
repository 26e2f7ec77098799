"""The triggers that hold the law of records: whence each comes, what revokes it, and when a name may go.

Each is one refusal: on a table, before a deed, where a condition on NEW or OLD holds. Both databases are told the same
conditions; only how they look into documents differs.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

# What marking again says last of an attempt stands for it, else how it ended.
_PASSED = (
    "SELECT 1 FROM attempt WHERE attempt.id = NEW.attempt_id AND attempt.purpose = 'assessed' "
    "AND attempt.ended_at IS NOT NULL AND attempt.person_id = NEW.person_id "
    "AND attempt.assignment_id = NEW.assignment_id AND attempt.module_version_id = NEW.module_version_id "
    "AND COALESCE((SELECT CASE WHEN remark.after_stands THEN {after} ELSE {before} END FROM remark "
    "WHERE remark.attempt_id = attempt.id ORDER BY remark.regrading_id DESC LIMIT 1), attempt.outcome = 'passed')"
)
_PLEDGE_ASKED = (
    "SELECT 1 FROM module_version AS pinned WHERE pinned.id = NEW.module_version_id AND {pledge_required} = 'true'"
)
_SAME_MODULE = (
    "SELECT 1 FROM completion AS newer JOIN assignment AS new_one ON new_one.id = newer.assignment_id, "
    "completion AS earlier JOIN assignment AS old_one ON old_one.id = earlier.assignment_id "
    "WHERE newer.id = NEW.completion_id AND earlier.id = NEW.earlier_id AND newer.id > earlier.id "
    "AND newer.person_id = earlier.person_id AND new_one.module_id = old_one.module_id"
)
_APPROVED = (
    "SELECT 1 FROM revocation_decision AS decided JOIN revocation_proposal AS proposed "
    "ON proposed.id = decided.proposal_id WHERE proposed.completion_id = NEW.completion_id "
    "AND decided.verdict = 'approved'"
)
_OWN_PROPOSAL = (
    "SELECT 1 FROM revocation_proposal AS proposed WHERE proposed.id = NEW.proposal_id "
    "AND proposed.proposed_by_id = NEW.decided_by_id"
)
_ERASED = "SELECT 1 FROM holder_erasure AS erased WHERE erased.completion_id = "
_LEFT = (
    "SELECT 1 FROM person AS gone WHERE gone.id = NEW.person_id AND gone.active_until IS NOT NULL "
    "AND gone.active_until <= NEW.began_at"
)
_DONE = "SELECT 1 FROM person_erasure AS done WHERE done.person_id = OLD.id AND done.ended_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class _Refusal:
    """One trigger: its name, the table, the deed before which it looks, when it refuses and in which words."""

    name: str
    table: str
    deed: str
    condition: str
    words: str


def _refusals(is_sqlite: bool) -> tuple[_Refusal, ...]:
    look = _sqlite_words() if is_sqlite else _postgresql_words()
    asked = _PLEDGE_ASKED.format(**look)
    unsigned = "{signed} IS NULL OR {digest} IS NULL OR {stated} IS NULL OR {digest} <> {stated}".format(**look)
    correction = "(SELECT one.completion_id FROM name_correction AS one WHERE one.id = OLD.correction_id)"
    return (
        _Refusal(
            "completion_follows_its_pass", "completion", "INSERT",
            f"NOT EXISTS ({_PASSED.format(**look)})", "completion comes from a passed attempt alone",
        ),
        _Refusal(
            "completion_follows_its_pledge", "completion", "INSERT",
            f"EXISTS ({asked}) AND ({unsigned})", "completion comes with its signed pledge",
        ),
        _Refusal(
            "renewal_of_the_same", "renewal", "INSERT", f"NOT EXISTS ({_SAME_MODULE})",
            "renewal is of the same person and module",
        ),
        _Refusal(
            "revocation_by_two", "revocation", "INSERT",
            f"NEW.revoked_by NOT LIKE 'system:%' AND NOT EXISTS ({_APPROVED})", "revocation needs two people",
        ),
        _Refusal(
            "revocation_decision_by_another", "revocation_decision", "INSERT",
            f"(NEW.verdict = 'withdrawn') <> EXISTS ({_OWN_PROPOSAL})", "nobody decides on their own proposal",
        ),
        _Refusal(
            "completion_holder_kept", "completion_holder", "DELETE",
            f"NOT EXISTS ({_ERASED}OLD.completion_id)", "completion_holder goes with its erasure alone",
        ),
        _Refusal(
            "corrected_holder_kept", "corrected_holder", "DELETE",
            f"NOT EXISTS ({_ERASED}{correction})", "corrected_holder goes with its erasure alone",
        ),
        _Refusal(
            "completion_holder_update_refused", "completion_holder", "UPDATE", "", "completion_holder is never changed",
        ),
        _Refusal(
            "corrected_holder_update_refused", "corrected_holder", "UPDATE", "", "corrected_holder is never changed",
        ),
        _Refusal(
            "person_erasure_after_leaving", "person_erasure", "INSERT",
            f"NEW.ended_at IS NOT NULL OR NOT EXISTS ({_LEFT})", "only who has left is erased",
        ),
        _Refusal(
            "person_erasure_ends_once", "person_erasure", "UPDATE",
            "OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.person_id <> OLD.person_id",
            "person_erasure is never changed",
        ),
        _Refusal(
            "person_erasure_kept", "person_erasure", "DELETE", "", "person_erasure is never changed",
        ),
        _Refusal(
            "person_stays_erased", "person", "UPDATE",
            f"EXISTS ({_DONE})", "who was erased is never changed",
        ),
    )  # fmt: skip


def _sqlite_words() -> dict[str, str]:
    required = "CASE json_extract(pinned.document, '$.pledge.required') WHEN 1 THEN 'true' ELSE 'false' END"
    return {
        "after": "json_extract(remark.after, '$.passed')",
        "before": "json_extract(remark.before, '$.passed')",
        "pledge_required": required,
        "signed": "json_extract(NEW.pledge, '$.signed_at')",
        "digest": "json_extract(NEW.pledge, '$.digest')",
        "stated": "json_extract(NEW.facts, '$.pledge_digest')",
    }


def _postgresql_words() -> dict[str, str]:
    return {
        "after": "CAST(remark.after ->> 'passed' AS boolean)",
        "before": "CAST(remark.before ->> 'passed' AS boolean)",
        "pledge_required": "(pinned.document -> 'pledge' ->> 'required')",
        "signed": "(NEW.pledge ->> 'signed_at')",
        "digest": "(NEW.pledge ->> 'digest')",
        "stated": "(NEW.facts ->> 'pledge_digest')",
    }


def names() -> set[str]:
    """Return the name of every trigger that must stand at head."""
    return {one.name for one in _refusals(True)}


def drop(connection: Connection) -> None:
    """Take every trigger away, whether its tables are there or not; `protect` makes them anew at head."""
    for name in sorted(names()):
        way = f"DROP TRIGGER IF EXISTS {name}"
        if connection.dialect.name != "sqlite":
            way = f"DROP FUNCTION IF EXISTS {name}() CASCADE"
        connection.execute(text(way))


def statements(is_sqlite: bool) -> list[str]:
    """Return what makes every trigger anew."""
    made = []
    for one in _refusals(is_sqlite):
        if is_sqlite:
            when = f" WHEN {one.condition}" if one.condition else ""
            made += [
                f"DROP TRIGGER IF EXISTS {one.name}",
                f"CREATE TRIGGER {one.name} BEFORE {one.deed} ON {one.table}{when} "
                f"BEGIN SELECT RAISE(ABORT, '{one.words}'); END",
            ]
            continue
        refuse = f"RAISE EXCEPTION '{one.words}' USING ERRCODE = 'integrity_constraint_violation';"
        body = f"IF {one.condition} THEN {refuse} END IF;" if one.condition else refuse
        kept = "OLD" if one.deed == "DELETE" else "NEW"
        made += [
            f"CREATE OR REPLACE FUNCTION {one.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {body} RETURN {kept}; END $$",
            f"DROP TRIGGER IF EXISTS {one.name} ON {one.table}",
            f"CREATE TRIGGER {one.name} BEFORE {one.deed} ON {one.table} FOR EACH ROW EXECUTE FUNCTION {one.name}()",
        ]
    return made
