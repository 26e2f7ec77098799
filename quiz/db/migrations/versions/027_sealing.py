"""Create the chain over the audit trail, and the indexes by which auditors read it."""

import sqlalchemy as sa
from alembic import op

revision = "027"
down_revision = "026"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_INDEXES = {
    "ix_audit_entry_at": ["at", "id"],
    "ix_audit_entry_actor": ["actor", "at", "id"],
    "ix_audit_entry_deed": ["deed", "at", "id"],
    "ix_audit_entry_target_kind": ["target_kind", "at", "id"],
    "ix_audit_entry_target_id": ["target_id", "at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "audit_waiting",
        sa.Column("entry_id", _KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_waiting")),
    )
    op.create_table(
        "audit_link",
        sa.Column("number", _KEY, autoincrement=False, nullable=False),
        sa.Column("entry_id", _KEY, nullable=False),
        sa.Column("entry_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", _MOMENT, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_link_entry_id_audit_entry")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_link_entry_id")),
    )
    op.create_table(
        "audit_tip",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("number", _KEY, nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("algorithm", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_tip")),
    )
    op.create_table(
        "audit_check",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=False),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("last_number", _KEY, nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("first_fault", sa.String(length=64), nullable=True),
        sa.Column("first_number", _KEY, nullable=True),
        sa.Column("tip_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
    )
    # Whatever stood before is sealed as well, in the order of its numbers.
    op.execute("INSERT INTO audit_waiting (entry_id) SELECT id FROM audit_entry ORDER BY id")
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    for name, columns in _INDEXES.items():
        op.create_index(name, "audit_entry", columns)
    # In the words in which each of them is asked.
    op.create_index(
        "ix_audit_entry_refused",
        "audit_entry",
        ["at", "id"],
        sqlite_where=sa.text("was_allowed = 0"),
        postgresql_where=sa.text("NOT was_allowed"),
    )


def downgrade() -> None:
    # A trigger that names a table which is gone would let no deed be written down.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS audit_entry_waits")
    else:
        op.execute("DROP FUNCTION IF EXISTS audit_entry_waits() CASCADE")
    op.drop_index("ix_audit_entry_refused", table_name="audit_entry")
    for name in _INDEXES:
        op.drop_index(name, table_name="audit_entry")
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    for table in ("audit_check", "audit_tip", "audit_link", "audit_waiting"):
        op.drop_table(table)
