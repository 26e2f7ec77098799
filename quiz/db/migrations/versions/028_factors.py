"""Create the tables of second factors and passkeys, and let sign-ins say how, how strongly and when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "028"
down_revision = "027"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_TABLES = ("authenticator", "recovery_code", "passkey", "passkey_ceremony", "second_step")


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person"))


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "authenticator",
        sa.Column("person_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        _person("authenticator"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        _person("recovery_code"),
        _key("recovery_code"),
        _unique("recovery_code", "digest"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", _PLAIN, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        _person("passkey"),
        _key("passkey"),
        _unique("passkey", "public_id"),
        _unique("passkey", "credential_id"),
    )
    op.create_table(
        "passkey_ceremony",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("person_id", _KEY, nullable=True),
        sa.Column("expires_at", _MOMENT, nullable=False),
        _person("passkey_ceremony"),
        _key("passkey_ceremony"),
        _unique("passkey_ceremony", "public_id"),
    )
    op.create_table(
        "second_step",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("way", sa.String(length=64), nullable=False),
        sa.Column("lands_on", sa.String(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        _person("second_step"),
        _key("second_step"),
        _unique("second_step", "token_digest"),
    )
    for table in _TABLES[1:]:
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
    for table in ("passkey_ceremony", "second_step"):
        op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"])
    for name in ("way", "strength"):
        op.add_column("sign_in", sa.Column(name, sa.String(length=64), server_default="password", nullable=False))
    for name in ("proved_at", "used_at"):
        op.add_column("sign_in", sa.Column(name, _MOMENT, nullable=True))


def downgrade() -> None:
    for name in ("used_at", "proved_at", "strength", "way"):
        op.drop_column("sign_in", name)
    for table in reversed(_TABLES):
        op.drop_table(table)
