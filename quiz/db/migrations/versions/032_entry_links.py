"""Create the table of links that let somebody in, and let a way to a provider prove who it is with a form that waits."""

import sqlalchemy as sa
from alembic import op

revision = "032"
down_revision = "031"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_WAYS = "identity_way"
_PURPOSE, _PERSON = "ck_identity_way_purpose", "ck_identity_way_person_id"


def upgrade() -> None:
    op.create_table(
        "entry_link",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("lands_on", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.CheckConstraint("purpose IN ('asked', 'task', 'handed')", name=op.f("ck_entry_link_purpose")),
        sa.CheckConstraint(
            "(purpose = 'handed') = (code_digest IS NOT NULL)", name=op.f("ck_entry_link_code_digest")
        ),
        sa.CheckConstraint("(purpose = 'handed') = (reason IS NOT NULL)", name=op.f("ck_entry_link_reason")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_entry_link_expires_at")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entry_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_entry_link_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_entry_link_token_digest")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_entry_link_code_digest")),
    )
    op.create_index(op.f("ix_entry_link_person_id"), "entry_link", ["person_id"])
    with op.batch_alter_table(_WAYS) as batch_op:
        batch_op.add_column(sa.Column("kept", sa.String(), nullable=True))
        batch_op.drop_constraint(op.f(_PURPOSE), type_="check")
        batch_op.drop_constraint(op.f(_PERSON), type_="check")
        batch_op.create_check_constraint(op.f(_PURPOSE), "purpose IN ('sign-in', 'link', 'prove')")
        batch_op.create_check_constraint(op.f(_PERSON), "(purpose = 'sign-in') = (person_id IS NULL)")


def downgrade() -> None:
    # A way lasts ten minutes: whoever is on one begins it once more.
    op.execute(sa.text("DELETE FROM identity_way WHERE purpose = 'prove'"))
    with op.batch_alter_table(_WAYS) as batch_op:
        batch_op.drop_constraint(op.f(_PURPOSE), type_="check")
        batch_op.drop_constraint(op.f(_PERSON), type_="check")
        batch_op.create_check_constraint(op.f(_PURPOSE), "purpose IN ('sign-in', 'link')")
        batch_op.create_check_constraint(op.f(_PERSON), "(purpose = 'link') = (person_id IS NOT NULL)")
        batch_op.drop_column("kept")
    op.drop_table("entry_link")
