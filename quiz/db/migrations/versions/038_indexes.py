"""Index what is asked often, or of many rows; on PostgreSQL also what stands within the names of people.

`quiz.db.preparing` makes the indexes beforehand, while others write; what was not prepared is made here.
"""

import sqlalchemy as sa
from alembic import op

revision = "038"
down_revision = "037"
branch_labels = None
depends_on = None

# Name, table, columns, and of which rows.
_INDEXES = (
    ("ix_absence_ends_on", "absence", ["ends_on"], None),
    ("ix_assignment_due", "assignment", ["is_late", "due_on", "id", "unit_id"], "is_current AND unit_id IS NOT NULL"),
    ("ix_completion_valid_until", "completion", ["valid_until", "id"], None),
    ("ix_digest_day", "digest", ["day"], None),
    ("ix_entry_link_ended_at", "entry_link", ["ended_at"], "ended_at IS NOT NULL"),
    ("ix_entry_link_expires_at", "entry_link", ["expires_at"], None),
    ("ix_entry_link_used_at", "entry_link", ["used_at"], "used_at IS NOT NULL"),
    ("ix_one_time_link_expires_at", "one_time_link", ["expires_at"], None),
    ("ix_one_time_link_used_at", "one_time_link", ["used_at"], "used_at IS NOT NULL"),
    ("ix_outbox_message_created_at", "outbox_message", ["created_at"], None),
    ("ix_outbox_message_done_at", "outbox_message", ["done_at"], "done_at IS NOT NULL"),
    ("ix_outbox_message_given_up", "outbox_message", ["done_at"], "last_error IS NOT NULL"),
    ("ix_person_folded", "person", ["folded", "id"], None),
    ("ix_reminder_note_assignment_id", "reminder_note", ["assignment_id"], None),
    ("ix_reminder_note_kept_back", "reminder_note", ["step", "because", "assignment_id"], "because IS NOT NULL"),
    ("ix_reminder_note_outcome", "reminder_note", ["outcome", "id"], None),
    ("ix_sign_in_expires_at", "sign_in", ["expires_at"], None),
    ("ix_sign_in_failure_at", "sign_in_failure", ["at"], None),
    ("ix_sign_in_revoked_at", "sign_in", ["revoked_at"], "revoked_at IS NOT NULL"),
)
# Every piece of three letters of a name: what is within it is found without any extension, in every locale.
_PIECES = (
    "CREATE OR REPLACE FUNCTION folded_pieces(words character varying) RETURNS text[] "
    "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ "
    "SELECT coalesce(array_agg(DISTINCT substr(words, at, 3)), '{}') FROM generate_series(1, length(words) - 2) AS at $$"
)
_PIECES_INDEX = "CREATE INDEX IF NOT EXISTS ix_person_folded_pieces ON person USING gin (folded_pieces(folded))"


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        # Whoever reads for hours is not waited for: everybody else would stand behind us. It can be done again.
        op.execute("SET LOCAL lock_timeout = '10s'")
    for name, table, columns, rows in _INDEXES:
        where = sa.text(rows) if rows else None
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where, if_not_exists=True)
    # With what is asked of all sheets of a module beside their keys.
    op.create_index("ix_mark_sheet_module", "mark_sheet", ["module_id", "attempt_id"], postgresql_include=["unit"],
                    if_not_exists=True)
    op.drop_index("ix_mark_sheet_module_id", table_name="mark_sheet")
    if is_postgresql:
        op.execute(_PIECES)
        op.execute(_PIECES_INDEX)


def downgrade() -> None:
    op.create_index("ix_mark_sheet_module_id", "mark_sheet", ["module_id"])
    op.drop_index("ix_mark_sheet_module", table_name="mark_sheet")
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table_name=table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_person_folded_pieces")
        op.execute("DROP FUNCTION folded_pieces(character varying)")
