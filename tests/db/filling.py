"""A large installation laid straight into PostgreSQL: people, what they were given and took, what was written down.

The rows stand in the right relations and make no sense beyond that: nothing was drawn, marked or sealed.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from quiz.db.queries import tallies
from quiz.language.folding import fold

_FIRST = ("محمد", "أحمد", "فاطمة", "مريم", "خالد", "نورا", "ياسر", "هدى", "كريم", "سلمى", "منى", "طارق")
_LAST = ("حسن", "عبد الله", "السيد", "المرسي", "الزهراني", "المنصوري", "شعبان", "الكعبي", "فهمي", "درويش", "رضا")
# By the number of the person: who has begun, ended, passed and completed.
_STATES = (
    "not_begun", "under_way", "awaiting_next", "passed_pledge_open", "completed", "completed", "completed", "excused",
)  # fmt: skip
_NUMBERED = (
    "unit", "module", "module_version", "person", "assignment_rule", "assignment", "attempt", "completion",
    "audit_entry",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is laid.

    Keys of attempts and of entries stand so many apart, so that few of them reach over several partitions.
    """

    people: int
    steps_each: int = 10
    entries: int = 0
    waiting: int = 60
    units: int = 200
    attempt_keys: int = 1
    entry_keys: int = 1


def fill(connection: Connection, amounts: Amounts) -> None:
    """Lay a large installation into a migrated database of PostgreSQL without people; a superuser may."""
    if connection.execute(text("SELECT 1 FROM person LIMIT 1")).first() is not None:
        raise ValueError("there are people in this database already")
    # Neither triggers nor references look at each row: what is laid here is as it would have become.
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    given = {
        "people": amounts.people, "steps": amounts.steps_each, "entries": amounts.entries, "units": amounts.units,
        "waiting": amounts.waiting, "apart": amounts.attempt_keys, "entries_apart": amounts.entry_keys,
        "first": list(_FIRST), "last": list(_LAST), "first_folded": [fold(one) for one in _FIRST],
        "last_folded": [fold(one) for one in _LAST], "states": list(_STATES),
    }  # fmt: skip
    for statement in _LAID:
        # What stands in a document is no name of a value.
        connection.execute(text(statement.replace(": ", "\\: ")), given)
    connection.execute(text("SET LOCAL session_replication_role = DEFAULT"))
    for table in _NUMBERED:
        last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # nosec B608 # names of our own
        connection.execute(text(last))
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        tallies.recount(session)
        session.commit()


def _id(name: str) -> str:
    return f"md5('{name}' || i::text)"


def _digest(name: str, number: str = "i") -> str:
    return f"encode(sha256(convert_to('{name}' || {number}::text, 'UTF8')), 'hex')"


def _over(days: str) -> str:
    """Return a moment within almost two years, in the order of the keys."""
    return f"(timestamptz '2025-01-01 06:00+00' + i * (interval '690 days' / greatest(:{days}, 1)))"


_PEOPLE = "FROM generate_series(1, :people) AS i"
_AT, _ENTRY_AT = _over("people"), _over("entries")
_NAME = "(CAST(:first{0} AS text[]))[1 + i % 12] || ' ' || (CAST(:last{0} AS text[]))[1 + i / 12 % 11]"
_DRAW = "jsonb_build_object('seed', i, 'slots', jsonb_build_array(jsonb_build_object('scenario', 'key-' || i % 500)))"
_RESPONSE = "jsonb_build_object('kind', 'single_choice', 'chosen', jsonb_build_array('option-' || n % 4))"
_TITLE = "jsonb_build_object('ar', 'برنامج', 'en', 'Module')"
_FACTS = f"jsonb_build_object('module', 'filled', 'score', '9/10', 'holder', {_digest('h')})"
_THIRTY = range(1, 31)
_SHEET = f"""[{list(_THIRTY)}, {[one % 2 for one in _THIRTY]}, ["{'", "'.join("abc"[one % 3] for one in _THIRTY)}"]]"""

_LAID = (
    "INSERT INTO module (id, key, current_version_id) "
    "SELECT 900000 + i, 'filled-' || i, 900000 + i FROM generate_series(0, 15) AS i",
    # Those of a module that is published, where there is one, so that pages can show them.
    "INSERT INTO module_version (id, module_id, number, document, digest, pool, pool_digest, published_through, "
    "published_at) SELECT 900000 + i, 900000 + i, 1, coalesce(published.document, '{}') || "
    f"jsonb_build_object('key', 'filled-' || i, 'title', {_TITLE}), 'd', "
    "coalesce(published.pool, '{}'), 'd', 'install_release', now() FROM generate_series(0, 15) AS i "
    "LEFT JOIN (SELECT document, pool FROM module_version ORDER BY id LIMIT 1) AS published ON true",
    "INSERT INTO unit (id, public_id, name, jurisdiction, parent_id, code) SELECT i, "
    f"{_id('u')}, jsonb_build_object('ar', 'إدارة ' || i), 'EG', "
    "CASE WHEN i > 1 THEN i / 10 + (i < 10)::int END, 'U-' || i FROM generate_series(1, :units) AS i",
    "INSERT INTO person (id, public_id, hr_number, email, name, jurisdiction, unit_id, extra_time_percent, created_at, "
    f"joined_on, folded) SELECT i, {_id('p')}, 'H-' || i, 'p' || i || '@filled.example', {_NAME.format('')}, 'EG', "
    f"1 + i % :units, 0, {_AT}, {_AT}::date, {_NAME.format('_folded')} || ' h-' || i {_PEOPLE}",
    "INSERT INTO role_grant (person_id, role, unit_id, starts_on) "
    "SELECT i, 'manager', i, date '2025-01-01' FROM generate_series(1, :units) AS i",
    "INSERT INTO account (person_id, password_hash, changed_at) "
    f"SELECT i, '$argon2id$v=19$m=19456,t=2,p=1$' || {_digest('a')}, {_AT} {_PEOPLE}",
    "INSERT INTO sign_in (public_id, token_digest, person_id, browser, created_at, expires_at, revoked_at) "
    f"SELECT {_id('s')}, {_digest('t')}, 1 + i % :people, 'Firefox', {_AT}, CASE WHEN i % 20 = 0 "
    f"THEN timestamptz '2027-01-01' ELSE {_AT} + interval '12 hours' END, CASE WHEN i % 3 = 1 "
    f"THEN {_AT} + interval '1 hour' END {_PEOPLE}",
    "INSERT INTO assignment_rule (id, public_id, module_id, scope, within, due, renewal, starts_on, reason, made_by, "
    f"made_at) SELECT i, {_id('r')}, 900000, 'everybody', '{{}}', 'none', 'none', date '2025-01-01', 'r', 'x', now() "
    "FROM generate_series(1, 1) AS i",
    "INSERT INTO assignment (id, public_id, person_id, module_id, cycle, assigned_at, due_on, extra_attempts, state, "
    f"state_since, rule_id, unit_id, is_late, is_current) SELECT i, {_id('g')}, i, 900000 + i % 16, 1, {_AT}, "
    f"{_AT}::date + 30, 0, (CAST(:states AS text[]))[1 + i % 8], {_AT} + interval '9 days', 1, 1 + i % :units, "
    f"i % 8 < 3 AND i % 7 = 0, true {_PEOPLE}",
    "INSERT INTO attempt (id, public_id, person_id, assignment_id, module_version_id, purpose, number, allowed, "
    "behaviour, draw, seal, opens_at, started_at, deadline_at, ended_at, outcome) "
    f"SELECT i * :apart, {_id('t')}, i, i, 900000 + i % 16, 'assessed', 1, 3, 'immediate_feedback', {_DRAW}, "
    f"{_digest('l')}, {_AT}, {_AT}, {_AT} + interval '1 hour', CASE WHEN i % 8 > 1 THEN {_AT} + interval '20 min' END, "
    f"CASE i % 8 WHEN 1 THEN NULL WHEN 2 THEN 'not_passed' ELSE 'passed' END {_PEOPLE} WHERE i % 8 BETWEEN 1 AND 6",
    "INSERT INTO attempt_step (attempt_id, number, kind, slot, response, credit, language, digits, at, "
    "previous_digest, digest) SELECT i * :apart, n, CASE WHEN n = :steps THEN 'finish' ELSE 'answer' END, "
    f"nullif(n, :steps), CASE WHEN n < :steps THEN {_RESPONSE} END, CASE WHEN n < :steps THEN '1/1' END, 'ar', 'arab', "
    f"{_AT} + n * interval '1 min', {_digest('d', 'n')}, {_digest('d', '(n + 1)')} "
    f"{_PEOPLE}, generate_series(1, :steps) AS n WHERE i % 8 BETWEEN 2 AND 6",
    "INSERT INTO completion (id, public_id, person_id, assignment_id, attempt_id, module_version_id, verify_code, "
    f"facts, facts_digest, pledge, completed_at, completed_on, valid_until) SELECT i, {_id('c')}, i, i, i * :apart, "
    f"900000 + i % 16, upper(substr({_id('v')}, 1, 16)), {_FACTS}, {_digest('f')}, "
    f"jsonb_build_object('signed_at', {_AT}, 'digest', 'd'), {_AT}, {_AT}::date, {_AT}::date + 365 "
    f"{_PEOPLE} WHERE i % 8 BETWEEN 4 AND 6",
    "INSERT INTO completion_holder (completion_id, name, salt) SELECT completion.id, person.name, "
    "decode(md5(person.public_id), 'hex') FROM completion JOIN person ON person.id = person_id",
    "INSERT INTO mark_sheet (attempt_id, module_id, unit, language, entries, is_counted) "
    f"SELECT id, module_version_id, 1, 'ar', '{_SHEET}', true FROM attempt WHERE ended_at IS NOT NULL",
    "INSERT INTO reminder_note (assignment_id, person_id, step, outcome, noted_on, noted_at, sent_at, reckoned_from) "
    "SELECT id, person_id, 'before-7', CASE WHEN id % 500 = 0 THEN 'queued' ELSE 'sent' END, due_on - 7, "
    "assigned_at + interval '23 days', CASE WHEN id % 500 <> 0 THEN assigned_at + interval '23 days' END, due_on "
    "FROM assignment",
    "INSERT INTO outbox_message (kind, payload, created_at, due_at, done_at, tries) SELECT "
    f"CASE WHEN i % 3 = 0 THEN 'ReminderDue' ELSE 'ModuleAssigned' END, jsonb_build_object('person_id', {_id('p')}), "
    f"{_AT}, {_AT}, CASE WHEN i % 200 <> 0 THEN {_AT} + interval '3 seconds' END, 1 {_PEOPLE}",
    "INSERT INTO one_time_link (public_id, token_digest, purpose, person_id, lands_on, created_at, expires_at) "
    f"SELECT {_id('o')}, {_digest('o')}, 'invitation', i, '/', {_AT}, {_AT} + interval '7 days' {_PEOPLE}",
    "INSERT INTO absence (public_id, person_id, starts_on, ends_on, recorded_by, recorded_at) "
    f"SELECT {_id('b')}, i, {_AT}::date, {_AT}::date + 9, 'x', {_AT} {_PEOPLE}",
    "INSERT INTO entry_link (public_id, person_id, purpose, token_digest, lands_on, created_at, expires_at, used_at, "
    f"ended_at) SELECT {_id('e')}, i, 'task', {_digest('y')}, '/', {_AT}, {_AT} + interval '7 days', "
    f"CASE WHEN i % 3 = 0 THEN {_AT} + interval '1 day' END, CASE WHEN i % 3 = 1 THEN {_AT} + interval '1 day' END "
    f"{_PEOPLE}",
    "INSERT INTO digest (person_id, day, figures, outcome, sent_at) "
    f"SELECT i, {_AT}::date, '{{}}', 'sent', {_AT} {_PEOPLE}",
    "INSERT INTO sign_in_failure (name_digest, address_digest, at) "
    f"SELECT {_digest('n')}, {_digest('a')}, {_AT} {_PEOPLE}",
    "INSERT INTO audit_entry (id, at, actor, deed, target_kind, target_id, was_allowed, because, details) "
    f"SELECT i * :entries_apart, {_ENTRY_AT}, 'person:' || md5('p' || 1 + i % :people), 'people:deed:' || i % 40, "
    "'kind-' || i % 20, md5('g' || 1 + i % :people), i % 100 <> 0, 'done', "
    "jsonb_build_object('what', 'signed-in', 'number', i) FROM generate_series(1, :entries) AS i",
    "INSERT INTO audit_link (number, entry_id, entry_digest, sealed_at, key_id, link) "
    f"SELECT i, i * :entries_apart, {_digest('e')}, {_ENTRY_AT} + interval '2 seconds', '0123456789abcdef', "
    f"{_digest('k')} FROM generate_series(1, :entries - :waiting) AS i",
    "INSERT INTO audit_waiting (entry_id) SELECT i * :entries_apart "
    "FROM generate_series(greatest(1, :entries - :waiting + 1), :entries) AS i",
)
