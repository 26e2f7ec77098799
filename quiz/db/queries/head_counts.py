"""What was counted of the people of large units; which units are large, by the counts of assignments."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quiz.db.models.assignments import HeadCountRow, TallyRow
from quiz.db.models.people import PersonRow
from quiz.db.queries.batches import batches


def find_head_count(session: Session, unit_id: int) -> HeadCountRow | None:
    """Return what was last counted of a unit and all below it."""
    return session.get(HeadCountRow, unit_id)


def list_head_counts(session: Session) -> dict[int, HeadCountRow]:
    """Return every count by unit."""
    return {row.unit_id: row for row in session.scalars(select(HeadCountRow))}


def list_sizes(session: Session) -> dict[int, int]:
    """Return how many current assignments stand in each unit itself."""
    statement = select(TallyRow.unit_id, func.sum(TallyRow.amount)).group_by(TallyRow.unit_id)
    return {row[0]: int(row[1]) for row in session.execute(statement)}


def list_people(session: Session, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return public id and name of people by key."""
    statement = select(PersonRow.id, PersonRow.public_id, PersonRow.name)
    return {
        row[0]: (row[1], row[2])
        for some in batches(ids)
        for row in session.execute(statement.where(PersonRow.id.in_(some)))
    }
