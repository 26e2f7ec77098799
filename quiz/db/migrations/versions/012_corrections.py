"""Create the tables of corrected rulings, and of those who were told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("scenario_id", _KEY, nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.Column("to_number", sa.Integer(), nullable=False),
        sa.Column("what_changed", _PLAIN, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_number < to_number", name=op.f("ck_correction_to_a_newer_version")),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"], name=op.f("fk_correction_scenario_id_scenario")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_correction_public_id")),
        sa.UniqueConstraint(
            "scenario_id", "from_number", "to_number", name=op.f("uq_correction_scenario_id_from_number_to_number")
        ),
    )
    op.create_table(
        "correction_notice",
        sa.Column("correction_id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("scenario_version_id", _KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name=op.f("fk_correction_notice_correction_id_correction")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_correction_notice_person_id_person")),
        sa.ForeignKeyConstraint(
            ["scenario_version_id"],
            ["scenario_version.id"],
            name=op.f("fk_correction_notice_scenario_version_id_scenario_version"),
        ),
        sa.PrimaryKeyConstraint("correction_id", "person_id", name=op.f("pk_correction_notice")),
    )
    op.create_index(op.f("ix_correction_notice_person_id"), "correction_notice", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_correction_notice_person_id"), table_name="correction_notice")
    op.drop_table("correction_notice")
    op.drop_table("correction")
