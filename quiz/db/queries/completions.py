"""Finding completion records, their holders and their revocations."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.queries.batches import batches


def find_completion(session: Session, public_id: str) -> CompletionRow | None:
    """Return a completion by public id."""
    return session.scalar(select(CompletionRow).where(CompletionRow.public_id == public_id))


def find_completion_by_code(session: Session, code: str) -> CompletionRow | None:
    """Return a completion by its normalised verify code."""
    return session.scalar(select(CompletionRow).where(CompletionRow.verify_code == code))


def find_completion_of_attempt(session: Session, attempt_id: int) -> str | None:
    """Return the public id of the completion that an attempt led to."""
    return session.scalar(select(CompletionRow.public_id).where(CompletionRow.attempt_id == attempt_id))


def list_completions_of_attempts(session: Session, attempt_ids: Collection[int]) -> dict[int, str]:
    """Return the public ids of the completions that attempts led to, by the key of the attempt."""
    found: dict[int, str] = {}
    for some in batches(attempt_ids):
        statement = select(CompletionRow.attempt_id, CompletionRow.public_id)
        found |= {row[0]: row[1] for row in session.execute(statement.where(CompletionRow.attempt_id.in_(some)))}
    return found


def list_completions(session: Session, person_id: int) -> list[CompletionRow]:
    """Return a person's completions, newest first."""
    statement = select(CompletionRow).where(CompletionRow.person_id == person_id)
    return list(session.scalars(statement.order_by(CompletionRow.completed_at.desc(), CompletionRow.id.desc())))


def find_holder(session: Session, completion_id: int) -> CompletionHolderRow | None:
    """Return the name on a record, or None once it was erased."""
    return session.get(CompletionHolderRow, completion_id)


def find_revocation(session: Session, completion_id: int) -> RevocationRow | None:
    """Return the revocation of a record."""
    return session.get(RevocationRow, completion_id)
