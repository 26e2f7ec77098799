"""Create the tables of what becomes of a record: renewals, corrected names, proposals to revoke, erasures, links."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "024"
down_revision = "023"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)

# What was renewed until now was told by the order of the records alone.
_RENEWED = """
INSERT INTO renewal (completion_id, earlier_id)
SELECT newer, earlier FROM (
  SELECT completion.id AS newer, LAG(completion.id) OVER (
    PARTITION BY completion.person_id, assignment.module_id ORDER BY completion.completed_at, completion.id
  ) AS earlier
  FROM completion JOIN assignment ON assignment.id = completion.assignment_id
) AS linked WHERE earlier IS NOT NULL
"""


def _record_key(table: str, column: str = "completion_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["completion.id"], name=op.f(f"fk_{table}_{column}_completion"))


def _person_key(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}_person"))


def upgrade() -> None:
    op.create_table(
        "renewal",
        sa.Column("completion_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("earlier_id", _KEY, nullable=False),
        _record_key("renewal"),
        _record_key("renewal", "earlier_id"),
        sa.PrimaryKeyConstraint("completion_id", name=op.f("pk_renewal")),
    )
    op.create_index(op.f("ix_renewal_earlier_id"), "renewal", ["earlier_id"])
    op.execute(_RENEWED)
    op.create_table(
        "revocation_proposal",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("completion_id", _KEY, nullable=False),
        sa.Column("reason", _PLAIN, nullable=False),
        sa.Column("inner_reason", sa.String(), nullable=False),
        sa.Column("proposed_by_id", _KEY, nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        _record_key("revocation_proposal"),
        _person_key("revocation_proposal", "proposed_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_revocation_proposal_public_id")),
    )
    op.create_index(op.f("ix_revocation_proposal_completion_id"), "revocation_proposal", ["completion_id"])
    op.create_table(
        "revocation_decision",
        sa.Column("proposal_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("decided_by_id", _KEY, nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "verdict IN ('approved', 'declined', 'withdrawn')", name=op.f("ck_revocation_decision_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["revocation_proposal.id"],
            name=op.f("fk_revocation_decision_proposal_id_revocation_proposal"),
        ),
        _person_key("revocation_decision", "decided_by_id"),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_revocation_decision")),
    )
    op.create_table(
        "name_correction",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("completion_id", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("earlier_commitment", sa.String(length=64), nullable=False),
        sa.Column("earlier_latin_commitment", sa.String(length=64), nullable=True),
        sa.Column("name_commitment", sa.String(length=64), nullable=False),
        sa.Column("latin_name_commitment", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("corrected_by", sa.String(), nullable=False),
        sa.Column("corrected_at", _MOMENT, nullable=False),
        _record_key("name_correction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_correction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_name_correction_public_id")),
        sa.UniqueConstraint("completion_id", "number", name=op.f("uq_name_correction_completion_id_number")),
    )
    op.create_table(
        "corrected_holder",
        sa.Column("correction_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("latin_name", sa.String(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["name_correction.id"], name=op.f("fk_corrected_holder_correction_id_name_correction")
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_corrected_holder")),
    )
    op.create_table(
        "holder_erasure",
        sa.Column("completion_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("erased_by", sa.String(), nullable=False),
        sa.Column("erased_at", _MOMENT, nullable=False),
        _record_key("holder_erasure"),
        sa.PrimaryKeyConstraint("completion_id", name=op.f("pk_holder_erasure")),
    )
    op.create_table(
        "share_link",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("completion_id", _KEY, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("name_form", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.CheckConstraint("name_form IN ('full', 'initials')", name=op.f("ck_share_link_name_form")),
        _record_key("share_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_share_link_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_share_link_token_digest")),
    )
    op.create_index(op.f("ix_share_link_completion_id"), "share_link", ["completion_id"])


def downgrade() -> None:
    for table in (
        "share_link",
        "holder_erasure",
        "corrected_holder",
        "name_correction",
        "revocation_decision",
        "revocation_proposal",
        "renewal",
    ):
        op.drop_table(table)
