"""Create the table of what connected systems know of people, and let people say when they were changed last."""

import sqlalchemy as sa
from alembic import op

revision = "030"
down_revision = "029"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("person", sa.Column("changed_at", _MOMENT, nullable=True))
    op.create_table(
        "provisioned_person",
        sa.Column("connection_id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_provisioned_person_connection_id_connection")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_provisioned_person_person_id_person")),
        sa.PrimaryKeyConstraint("connection_id", "person_id", name=op.f("pk_provisioned_person")),
    )
    op.create_index("ix_provisioned_person_external_id", "provisioned_person", ["connection_id", "external_id"])
    op.create_index(op.f("ix_provisioned_person_person_id"), "provisioned_person", ["person_id"])


def downgrade() -> None:
    op.drop_table("provisioned_person")
    op.drop_column("person", "changed_at")
