"""Who was erased; apart from how, so that what serves managers and other systems can ask for it."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from quiz.db.models.erasure import PersonErasureRow
from quiz.db.models.people import PersonRow


def stands() -> ColumnElement[bool]:
    """Return the condition that a person was not erased."""
    return ~exists().where(PersonErasureRow.person_id == PersonRow.id)


def was_erased(session: Session, person_id: int) -> bool:
    """Tell whether a person was erased."""
    return session.scalar(select(exists().where(PersonErasureRow.person_id == person_id))) or False
