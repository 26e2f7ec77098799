"""What waits in the outbox, and what is kept back there."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from quiz.db.models.trace import OutboxMessageRow

# Never: what is kept back is not due until somebody lets it go.
HELD = datetime(9999, 12, 31, tzinfo=UTC)
# The row that stands for the hold; nobody carries it out.
HOLD = "MailHold"
# What the product asks for by itself, by the calendar or for many at once: also what was sent already.
BY_ITSELF = ("AttemptRemarked", "CorrectionReached", "DigestDue", "ReminderDue", "SuperiorDue")
_IS_HELD = (OutboxMessageRow.done_at.is_(None), OutboxMessageRow.due_at >= HELD)


def is_to_hold(session: Session, kind: str) -> bool:
    """Tell whether mails of a kind are kept back now."""
    if kind not in BY_ITSELF:
        return False
    return find_hold(session) is not None


def find_hold(session: Session) -> OutboxMessageRow | None:
    """Return the row of the hold, None where nothing is kept back any more."""
    return session.scalar(select(OutboxMessageRow).where(*_IS_HELD, OutboxMessageRow.kind == HOLD).limit(1))


def hold_waiting(session: Session, kinds: Collection[str]) -> int:
    """Keep back everything of some kinds that waits; return how many."""
    waits = (OutboxMessageRow.done_at.is_(None), OutboxMessageRow.kind.in_(kinds))
    statement = update(OutboxMessageRow).where(*waits).values(due_at=HELD)
    return cast("CursorResult[None]", session.execute(statement)).rowcount


def count_held(session: Session) -> dict[str, int]:
    """Return how many messages of each kind are kept back."""
    statement = select(OutboxMessageRow.kind, func.count()).where(*_IS_HELD, OutboxMessageRow.kind != HOLD)
    return {row[0]: row[1] for row in session.execute(statement.group_by(OutboxMessageRow.kind))}


def find_newest_hold(session: Session) -> OutboxMessageRow | None:
    """Return the row of the last hold, also where it has ended."""
    statement = select(OutboxMessageRow).where(OutboxMessageRow.kind == HOLD).order_by(OutboxMessageRow.id.desc())
    return session.scalar(statement.limit(1))


def list_held(session: Session, most: int) -> list[OutboxMessageRow]:
    """Return some of what is kept back, the oldest first."""
    statement = select(OutboxMessageRow).where(*_IS_HELD, OutboxMessageRow.kind != HOLD)
    return list(session.scalars(statement.order_by(OutboxMessageRow.id).limit(most)))
