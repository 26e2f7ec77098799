"""What managers were told of the weeks of their units."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from quiz.db.models.people import PersonRow
from quiz.db.models.reminding import DigestRow
from quiz.db.queries.batches import batches


def list_looked_at(session: Session, person_ids: Collection[int], after: date) -> set[int]:
    """Return which of some managers were looked at after a day."""
    found: set[int] = set()
    for some in batches(list(person_ids)):
        found |= set(
            session.scalars(select(DigestRow.person_id).where(DigestRow.person_id.in_(some), DigestRow.day > after))
        )
    return found


def find_told(session: Session, person_id: int) -> DigestRow | None:
    """Return what a manager was told last."""
    statement = select(DigestRow).where(DigestRow.person_id == person_id, DigestRow.outcome == "sent")
    return session.scalar(statement.order_by(DigestRow.day.desc()).limit(1))


def find_queued(session: Session, person_id: int, day: date) -> DigestRow | None:
    """Return what a manager is still to be told of a day."""
    wanted = DigestRow.person_id == person_id, DigestRow.day == day, DigestRow.outcome == "queued"
    return session.scalar(select(DigestRow).where(*wanted))


def list_queued(session: Session, person_ids: Collection[int], day: date) -> list[str]:
    """Return the public ids of those among some managers who are to be told something of a day."""
    statement = (
        select(PersonRow.public_id)
        .join(DigestRow, DigestRow.person_id == PersonRow.id)
        .where(DigestRow.person_id.in_(list(person_ids)), DigestRow.day == day, DigestRow.outcome == "queued")
    )
    return list(session.scalars(statement.order_by(PersonRow.id)))


def list_digests(session: Session, person: str | None, day: date | None, most: int) -> list[Row[Any]]:
    """Return whom a week was told and not told, the newest first."""
    statement = select(
        DigestRow.day,
        DigestRow.outcome,
        DigestRow.because,
        DigestRow.sent_at,
        PersonRow.public_id,
        PersonRow.name,
    ).join(PersonRow, PersonRow.id == DigestRow.person_id)
    if person is not None:
        statement = statement.where(PersonRow.public_id == person)
    if day is not None:
        statement = statement.where(DigestRow.day == day)
    return list(session.execute(statement.order_by(DigestRow.id.desc()).limit(most)))
