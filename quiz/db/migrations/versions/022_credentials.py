"""Create the register of the keys that sign, and the places of records in lists of states."""

import sqlalchemy as sa
from alembic import op

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "issuer_key",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("multikey", sa.String(length=64), nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer_key")),
    )
    op.create_table(
        "credential_place",
        sa.Column("completion_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["completion.id"], name=op.f("fk_credential_place_completion_id_completion")
        ),
        sa.PrimaryKeyConstraint("completion_id", name=op.f("pk_credential_place")),
        sa.UniqueConstraint("list_number", "place", name=op.f("uq_credential_place_list_number_place")),
    )


def downgrade() -> None:
    op.drop_table("credential_place")
    op.drop_table("issuer_key")
