"""Create the tables of what follows from an amendment."""

import sqlalchemy as sa
from alembic import op

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "scenario_confirmation",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("scenario_version_id", _KEY, nullable=False),
        sa.Column("instrument_version_id", _KEY, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("confirmed_by", _KEY, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["scenario_version_id"],
            ["scenario_version.id"],
            name=op.f("fk_scenario_confirmation_scenario_version_id_scenario_version"),
        ),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["instrument_version.id"],
            name=op.f("fk_scenario_confirmation_instrument_version"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["person.id"], name=op.f("fk_scenario_confirmation_confirmed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_confirmation")),
        sa.UniqueConstraint(
            "scenario_version_id", "instrument_version_id", name=op.f("uq_scenario_confirmation_once")
        ),
    )
    op.create_table(
        "delta_module",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("module_key", sa.String(length=64), nullable=False),
        sa.Column("instrument_version_id", _KEY, nullable=False),
        sa.Column("begun_by", _KEY, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["instrument_version.id"],
            name=op.f("fk_delta_module_instrument_version_id_instrument_version"),
        ),
        sa.ForeignKeyConstraint(["begun_by"], ["person.id"], name=op.f("fk_delta_module_begun_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delta_module")),
        sa.UniqueConstraint("module_key", name=op.f("uq_delta_module_module_key")),
        sa.UniqueConstraint("instrument_version_id", name=op.f("uq_delta_module_instrument_version_id")),
    )


def downgrade() -> None:
    op.drop_table("delta_module")
    op.drop_table("scenario_confirmation")
