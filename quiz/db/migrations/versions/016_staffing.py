"""Create the tables of files of people and units; give people what they are found by."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)

# How names were folded when this was written.
_DROPPED = re.compile("[\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_SAME = str.maketrans("أإآٱىیکة٠١٢٣٤٥٦٧٨٩", "ااااييكه0123456789")


def upgrade() -> None:
    op.create_table(
        "staff_import",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("missing", sa.String(length=64), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("leaders", _JSON, nullable=False),
        sa.Column("faults", _JSON, nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=False),
        sa.Column("applied_at", _MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('staff', 'units')", name=op.f("ck_staff_import_kind")),
        sa.CheckConstraint("state IN ('checked', 'applying', 'applied')", name=op.f("ck_staff_import_state")),
        sa.CheckConstraint("missing IN ('keep', 'leave')", name=op.f("ck_staff_import_missing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_import_public_id")),
    )
    op.create_table(
        "staff_import_entry",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("import_id", _KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("standing", sa.String(length=64), nullable=False),
        sa.Column("document", _JSON, nullable=False),
        sa.Column("changes", _JSON, nullable=False),
        sa.Column("faults", _JSON, nullable=False),
        sa.CheckConstraint(
            "standing IN ('new', 'returning', 'leaving', 'moved', 'changed', 'missing', 'fault')",
            name=op.f("ck_staff_import_entry_standing"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["staff_import.id"], name=op.f("fk_staff_import_entry_import_id_staff_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_import_entry")),
    )
    op.create_index("ix_staff_import_entry_place", "staff_import_entry", ["import_id", "place"], unique=True)
    op.create_index("ix_staff_import_entry_standing", "staff_import_entry", ["import_id", "standing", "place"])
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("folded", sa.String(), server_default="", nullable=False))
    _fill()


def _fill() -> None:
    person = sa.table("person", *(sa.column(name) for name in ("id", "name", "latin_name", "hr_number", "folded")))
    connection = op.get_bind()
    found = connection.execute(sa.select(person.c.id, person.c.name, person.c.latin_name, person.c.hr_number)).all()
    for key, name, latin_name, hr_number in found:
        folded = _fold(f"{name} {latin_name or ''} {hr_number}")
        connection.execute(sa.update(person).where(person.c.id == key).values(folded=folded))


def _fold(text: str) -> str:
    return " ".join(_DROPPED.sub("", unicodedata.normalize("NFC", text)).translate(_SAME).lower().split())


def downgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("folded")
    op.drop_table("staff_import_entry")
    op.drop_table("staff_import")
