"""Create the tables of identities that providers vouch for, of ways to them, and of sign-ins that came from one."""

import sqlalchemy as sa
from alembic import op

revision = "031"
down_revision = "030"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("linked_at", _MOMENT, nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("public_id", name=op.f("uq_identity_public_id")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"])
    op.create_table(
        "identity_way",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("person_id", _KEY, nullable=True),
        sa.Column("lands_on", sa.String(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.CheckConstraint("purpose IN ('sign-in', 'link')", name=op.f("ck_identity_way_purpose")),
        sa.CheckConstraint("(purpose = 'link') = (person_id IS NOT NULL)", name=op.f("ck_identity_way_person_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_way_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_way")),
        sa.UniqueConstraint("state_digest", name=op.f("uq_identity_way_state_digest")),
    )
    op.create_index(op.f("ix_identity_way_expires_at"), "identity_way", ["expires_at"])
    op.create_table(
        "identity_sign_in",
        sa.Column("sign_in_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("identity_id", _KEY, nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=True),
        sa.Column("is_strong", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["sign_in_id"], ["sign_in.id"], name=op.f("fk_identity_sign_in_sign_in_id_sign_in")),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_identity_sign_in_identity_id_identity")),
        sa.PrimaryKeyConstraint("sign_in_id", name=op.f("pk_identity_sign_in")),
    )
    op.create_index("ix_identity_sign_in_identity_id_sid", "identity_sign_in", ["identity_id", "sid"])
    op.create_index(op.f("ix_identity_sign_in_sid"), "identity_sign_in", ["sid"])
    op.create_table(
        "logout_notice",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_logout_notice")),
    )
    op.create_index(op.f("ix_logout_notice_expires_at"), "logout_notice", ["expires_at"])
    op.add_column("second_step", sa.Column("identity_id", _KEY, nullable=True))
    op.add_column("second_step", sa.Column("sid", sa.String(length=255), nullable=True))


def downgrade() -> None:
    op.drop_column("second_step", "sid")
    op.drop_column("second_step", "identity_id")
    op.drop_table("logout_notice")
    op.drop_table("identity_sign_in")
    op.drop_table("identity_way")
    op.drop_table("identity")
