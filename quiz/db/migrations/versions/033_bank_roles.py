"""Let a bank bound editors and reviewers alone, and entries of a file say that they are of another bank."""

from alembic import op

revision = "033"
down_revision = "032"
branch_labels = None
depends_on = None

_STANDINGS = "'unchecked', 'new', 'changed', 'same', 'taken'"


def _standings(allowed: str) -> None:
    with op.batch_alter_table("upload_entry") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_upload_entry_standing"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_upload_entry_standing"), f"standing IN ({allowed})")


def upgrade() -> None:
    with op.batch_alter_table("role_grant") as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_role_grant_bank"), "bank IS NULL OR role IN ('editor', 'reviewer')"
        )
    _standings(f"{_STANDINGS}, 'barred'")


def downgrade() -> None:
    # What was left out stays left out.
    op.execute("UPDATE upload_entry SET standing = 'taken' WHERE standing = 'barred'")
    _standings(_STANDINGS)
    with op.batch_alter_table("role_grant") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_role_grant_bank"), type_="check")
