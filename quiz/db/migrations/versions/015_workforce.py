"""Create the tables of rules, postings, absences and counts; give units, people and assignments what these need."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_FLAGS = ("is_late", "is_away", "is_disowned", "is_used_up")
_HERE = sa.text("is_current AND unit_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "assignment_rule",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("module_id", _KEY, nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("within", _JSON, nullable=False),
        sa.Column("due", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_after", sa.String(length=32), nullable=True),
        sa.Column("renewal", sa.String(length=64), nullable=False),
        sa.Column("renew_before", sa.String(length=32), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "scope IN ('everybody', 'joiners', 'unit', 'role', 'audience', 'people')",
            name=op.f("ck_assignment_rule_scope"),
        ),
        sa.CheckConstraint(
            "due IN ('module', 'none', 'fixed', 'after_joining', 'after_assignment')",
            name=op.f("ck_assignment_rule_due"),
        ),
        sa.CheckConstraint("(due = 'fixed') = (due_on IS NOT NULL)", name=op.f("ck_assignment_rule_due_on")),
        sa.CheckConstraint(
            "(due IN ('after_joining', 'after_assignment')) = (due_after IS NOT NULL)",
            name=op.f("ck_assignment_rule_due_after"),
        ),
        sa.CheckConstraint(
            "renewal IN ('none', 'calendar_year', 'before_expiry')", name=op.f("ck_assignment_rule_renewal")
        ),
        sa.CheckConstraint(
            "(renewal = 'before_expiry') = (renew_before IS NOT NULL)", name=op.f("ck_assignment_rule_renew_before")
        ),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_assignment_rule_module_id_module")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_rule")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assignment_rule_public_id")),
    )
    op.create_index("ix_assignment_rule_module_id", "assignment_rule", ["module_id"])
    op.create_table(
        "assignment_change",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("assignment_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('extended', 'waived', 'restored', 'lapsed')", name=op.f("ck_assignment_change_kind")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_change_assignment_id_assignment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_change")),
    )
    op.create_index("ix_assignment_change_assignment_id", "assignment_change", ["assignment_id"])
    op.create_table(
        "disowning",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("unit_id", _KEY, nullable=False),
        sa.Column("said_by", _KEY, nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_disowning_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_disowning_unit_id_unit")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_disowning_said_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disowning")),
        sa.UniqueConstraint("public_id", name=op.f("uq_disowning_public_id")),
    )
    _open = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_disowning_open", "disowning", ["person_id"], unique=True, sqlite_where=_open, postgresql_where=_open
    )
    op.create_table(
        "posting",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("unit_id", _KEY, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_posting_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_posting_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_person_id", "posting", ["person_id", "starts_on"])
    op.create_table(
        "absence",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_absence_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_absence_public_id")),
    )
    op.create_index("ix_absence_person_id", "absence", ["person_id", "starts_on"])
    op.create_table(
        "turned_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("turned_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_turned_day")),
    )
    op.create_table(
        "tally",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("unit_id", _KEY, nullable=False),
        sa.Column("module_id", _KEY, nullable=False),
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tally_unit_id_unit")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_tally_module_id_module")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
    )
    op.create_index("ix_tally_place", "tally", ["unit_id", "module_id", "bucket", "is_late", "amount"])
    with op.batch_alter_table("unit") as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_unit_code"), ["code"])
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("joined_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("job_families", _JSON, server_default=sa.text("'[]'"), nullable=False))
    with op.batch_alter_table("role_grant") as batch_op:
        batch_op.add_column(sa.Column("capacity", sa.String(length=64), server_default="held", nullable=False))
        batch_op.add_column(sa.Column("delegated_by", _KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_role_grant_delegated_by_person"), "person", ["delegated_by"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_role_grant_capacity"), "capacity IN ('held', 'acting', 'delegated')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_role_grant_delegated_by"), "(capacity = 'delegated') = (delegated_by IS NOT NULL)"
        )
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.add_column(sa.Column("rule_id", _KEY, nullable=True))
        batch_op.add_column(sa.Column("unit_id", _KEY, nullable=True))
        batch_op.add_column(sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        for flag in _FLAGS:
            batch_op.add_column(sa.Column(flag, sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_assignment_rule_id_assignment_rule"), "assignment_rule", ["rule_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_assignment_unit_id_unit"), "unit", ["unit_id"], ["id"])
        batch_op.create_index("ix_assignment_rule_id", ["rule_id"])
        batch_op.create_index(
            "ix_assignment_late", ["unit_id", "is_late", "due_on"], sqlite_where=_HERE, postgresql_where=_HERE
        )
    _fill()


def _fill() -> None:
    """Say of what stands which cycle is the newest, and whose unit it is; the first turning of a day says the rest."""
    op.execute(
        "UPDATE assignment SET unit_id = (SELECT unit_id FROM person WHERE person.id = assignment.person_id "
        "AND (person.active_until IS NULL OR person.active_until > CURRENT_TIMESTAMP)), "
        "is_current = NOT EXISTS (SELECT 1 FROM assignment AS newer WHERE newer.person_id = assignment.person_id "
        "AND newer.module_id = assignment.module_id AND newer.cycle > assignment.cycle)"
    )
    op.execute(
        "INSERT INTO tally (unit_id, module_id, bucket, is_late, amount) "
        "SELECT unit_id, module_id, CASE WHEN state IN ('completed', 'excused') THEN state "
        "WHEN help_asked_at IS NOT NULL THEN 'asks_help' ELSE state END, is_late, COUNT(*) FROM assignment "
        "WHERE is_current AND unit_id IS NOT NULL GROUP BY 1, 2, 3, 4"
    )
    op.execute(
        "INSERT INTO posting (person_id, unit_id, starts_on, recorded_by, recorded_at) "
        "SELECT id, unit_id, DATE(created_at), 'system:migration', created_at FROM person"
    )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        # SQLite drops them with the table that it makes anew.
        for deed in ("inserted", "updated", "deleted"):
            op.execute(f"DROP TRIGGER IF EXISTS assignment_{deed}_counts ON assignment")
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_index("ix_assignment_late")
        batch_op.drop_index("ix_assignment_rule_id")
        batch_op.drop_constraint(batch_op.f("fk_assignment_unit_id_unit"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_assignment_rule_id_assignment_rule"), type_="foreignkey")
        for column in ("rule_id", "unit_id", "is_current", *_FLAGS):
            batch_op.drop_column(column)
    with op.batch_alter_table("role_grant") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_role_grant_delegated_by"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_role_grant_capacity"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_role_grant_delegated_by_person"), type_="foreignkey")
        batch_op.drop_column("delegated_by")
        batch_op.drop_column("capacity")
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("job_families")
        batch_op.drop_column("joined_on")
    with op.batch_alter_table("unit") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_unit_code"), type_="unique")
        batch_op.drop_column("closed_on")
        batch_op.drop_column("code")
    for table in ("tally", "turned_day", "absence", "posting", "disowning", "assignment_change", "assignment_rule"):
        op.drop_table(table)
