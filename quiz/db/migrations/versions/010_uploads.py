"""Create the tables of files that editors send, and of what is in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('upload',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('findings', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('sent_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('checking', 'checked', 'drafting', 'drafted')", name=op.f('ck_upload_state')),
    sa.CheckConstraint('done BETWEEN 0 AND total', name=op.f('ck_upload_done')),
    sa.ForeignKeyConstraint(['sent_by'], ['person.id'], name=op.f('fk_upload_sent_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('public_id', name=op.f('uq_upload_public_id'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_sent_by'), ['sent_by'], unique=False)

    op.create_table('upload_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('upload_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=128), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('document', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('base_digest', sa.String(length=64), nullable=True),
    sa.Column('standing', sa.String(length=64), nullable=False),
    sa.Column('errors', sa.Integer(), nullable=False),
    sa.Column('warnings', sa.Integer(), nullable=False),
    sa.Column('findings', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("standing IN ('unchecked', 'new', 'changed', 'same', 'taken')", name=op.f('ck_upload_entry_standing')),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_upload_entry_draft_id_draft')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_upload_entry_upload_id_upload')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload_entry')),
    sa.UniqueConstraint('upload_id', 'place', name=op.f('uq_upload_entry_upload_id_place'))
    )


def downgrade() -> None:
    op.drop_table('upload_entry')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_sent_by'))

    op.drop_table('upload')
