"""Let questions be answered: what was in front of the asker, the code of a nameless one, answers, notes, wishes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_VERSION = "fk_question_scenario_version_id_scenario_version"


def upgrade() -> None:
    with op.batch_alter_table("question") as batch_op:
        batch_op.add_column(sa.Column("reply_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("scenario_version_id", _KEY, nullable=True))
        batch_op.create_unique_constraint(op.f("uq_question_reply_digest"), ["reply_digest"])
        batch_op.create_foreign_key(op.f(_VERSION), "scenario_version", ["scenario_version_id"], ["id"])
    op.create_table(
        "answer",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("question_id", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("scenario_version_id", _KEY, nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'mended') = (scenario_version_id IS NOT NULL)", name=op.f("ck_answer_mended_in_a_version")
        ),
        sa.CheckConstraint("(outcome = 'nothing') = (reason IS NOT NULL)", name=op.f("ck_answer_nothing_has_its_reason")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")),
        sa.ForeignKeyConstraint(
            ["scenario_version_id"], ["scenario_version.id"], name=op.f("fk_answer_scenario_version_id_scenario_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_answer_public_id")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_answer_question_id_number")),
    )
    op.create_table(
        "teaching_note",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("answer_id", _KEY, nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("question", _PLAIN, nullable=False),
        sa.Column("answer", _PLAIN, nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_teaching_note_answer_id_answer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching_note")),
        sa.UniqueConstraint("public_id", name=op.f("uq_teaching_note_public_id")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_teaching_note_answer_id")),
    )
    op.create_index("ix_teaching_note_address", "teaching_note", ["address"], unique=False)
    op.create_table(
        "wish",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("answer_id", _KEY, nullable=True),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_wish_answer_id_answer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("public_id", name=op.f("uq_wish_public_id")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_wish_answer_id")),
    )


def downgrade() -> None:
    op.drop_table("wish")
    op.drop_index("ix_teaching_note_address", table_name="teaching_note")
    op.drop_table("teaching_note")
    op.drop_table("answer")
    with op.batch_alter_table("question") as batch_op:
        batch_op.drop_constraint(op.f(_VERSION), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_question_reply_digest"), type_="unique")
        batch_op.drop_column("scenario_version_id")
        batch_op.drop_column("reply_digest")
