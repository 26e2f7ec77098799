"""Create the tables of signed papers, of their bytes, and of the certificates that ever signed one."""

import sqlalchemy as sa
from alembic import op

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "signing_certificate",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("pem", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("begins_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("first_used_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_signing_certificate")),
    )
    op.create_table(
        "paper",
        sa.Column("completion_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("certificate_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("signed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_paper_completion_id_completion")),
        sa.ForeignKeyConstraint(
            ["certificate_fingerprint"],
            ["signing_certificate.fingerprint"],
            name=op.f("fk_paper_certificate_fingerprint_signing_certificate"),
        ),
        sa.PrimaryKeyConstraint("completion_id", name=op.f("pk_paper")),
        sa.UniqueConstraint("digest", name=op.f("uq_paper_digest")),
    )
    op.create_table(
        "paper_content",
        sa.Column("completion_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["completion_id"], ["paper.completion_id"], name=op.f("fk_paper_content_completion_id_paper")),
        sa.PrimaryKeyConstraint("completion_id", name=op.f("pk_paper_content")),
    )


def downgrade() -> None:
    op.drop_table("paper_content")
    op.drop_table("paper")
    op.drop_table("signing_certificate")
