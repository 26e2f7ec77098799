"""Create the tables of incidents, of what follows from them, and of what becomes of a wish."""

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "wish_decision",
        sa.Column("wish_id", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("scenario_key", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'taken_up') = (scenario_key IS NOT NULL)", name=op.f("ck_wish_decision_taken_up_under_a_key")
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (reason IS NOT NULL)", name=op.f("ck_wish_decision_declined_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["wish_id"], ["wish.id"], name=op.f("fk_wish_decision_wish_id_wish")),
        sa.PrimaryKeyConstraint("wish_id", "number", name=op.f("pk_wish_decision")),
    )
    op.create_table(
        "incident",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("none_because", sa.String(length=2000), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("public_id", name=op.f("uq_incident_public_id")),
    )
    op.create_table(
        "incident_scenario",
        sa.Column("incident_id", _KEY, nullable=False),
        sa.Column("scenario_id", _KEY, nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_scenario_incident_id_incident")
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_incident_scenario_scenario_id_scenario")
        ),
        sa.PrimaryKeyConstraint("incident_id", "scenario_id", name=op.f("pk_incident_scenario")),
    )
    op.create_table(
        "incident_wish",
        sa.Column("incident_id", _KEY, nullable=False),
        sa.Column("wish_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_wish_incident_id_incident")),
        sa.ForeignKeyConstraint(["wish_id"], ["wish.id"], name=op.f("fk_incident_wish_wish_id_wish")),
        sa.PrimaryKeyConstraint("incident_id", "wish_id", name=op.f("pk_incident_wish")),
        sa.UniqueConstraint("wish_id", name=op.f("uq_incident_wish_wish_id")),
    )


def downgrade() -> None:
    op.drop_table("incident_wish")
    op.drop_table("incident_scenario")
    op.drop_table("incident")
    op.drop_table("wish_decision")
