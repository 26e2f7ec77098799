"""Create the tables of large tables that managers take away, and of their bytes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_OPEN = sa.text("state IN ('waiting', 'making')")


def upgrade() -> None:
    op.create_table(
        "team_export",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("asked", _JSON, nullable=False),
        sa.Column("asked_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("size", _KEY, nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=True),
        sa.Column("made_at", _MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('xlsx', 'csv')", name=op.f("ck_team_export_kind")),
        sa.CheckConstraint("state IN ('waiting', 'making', 'made', 'failed')", name=op.f("ck_team_export_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_team_export_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_export")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_export_public_id")),
    )
    op.create_index(
        "uq_team_export_open",
        "team_export",
        ["person_id", "asked_digest"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_team_export_asked_at", "team_export", ["asked_at"])
    op.create_table(
        "team_export_part",
        sa.Column("export_id", _KEY, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["team_export.id"], name=op.f("fk_team_export_part_export_id_team_export")
        ),
        sa.PrimaryKeyConstraint("export_id", "number", name=op.f("pk_team_export_part")),
    )


def downgrade() -> None:
    op.drop_table("team_export_part")
    op.drop_table("team_export")
