"""Run migrations on the connection that quiz.db.schema hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from quiz.db.models.base import UtcDateTime
from quiz.db.partitions import is_of_the_models
from quiz.db.tables import METADATA


def render_item(kind: str, item: Any, autogenerate: Any) -> str | Literal[False]:
    """Write our column types as plain SQLAlchemy, so that no migration imports the application."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=render_item,
    transactional_ddl=True,
    include_object=is_of_the_models,
)
with context.begin_transaction():
    context.run_migrations()
