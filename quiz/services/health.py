"""Whether the product can do its work: the database answers, and stands at the schema of this version."""

from sqlalchemy.exc import SQLAlchemyError

from quiz.db import schema
from quiz.db.connection import Database


def find_fault(database: Database) -> str | None:
    """Return what is wrong in one line for an operator, or None."""
    try:
        current = schema.current(database.engine)
    except SQLAlchemyError:
        return "the database does not answer"
    if current != schema.head():
        return f"the database stands at {current}, this version needs {schema.head()}: run quiz db upgrade"
    return None
