"""What an operator watches: counted along indexes, and never further than anybody would act on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from quiz.db.models.attempts import AttemptRow
from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.models.exports import TeamExportRow
from quiz.db.models.papers import PaperRow
from quiz.db.models.sealing import AuditWaitingRow
from quiz.db.models.trace import AuditEntryRow, OutboxMessageRow
from quiz.db.queries.outbox import HELD

# Whether it is more hardly matters.
MOST = 100_000
# Of how many of the newest records it is asked whether they are signed.
NEWEST = 1_000
# Of how many of the newest messages it is asked whether they were given up.
NEWEST_MESSAGES = 10_000


def _count(session: Session, statement: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(statement.limit(MOST).subquery())) or 0


def count_due(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """Return how many messages are due, and since when the oldest."""
    due = (OutboxMessageRow.done_at.is_(None), OutboxMessageRow.due_at <= now)
    oldest = session.scalar(select(func.min(OutboxMessageRow.due_at)).where(*due))
    return _count(session, select(OutboxMessageRow.id).where(*due)), oldest


def count_failing(session: Session) -> tuple[int, datetime | None]:
    """Return how many messages failed and will be tried again, and since when the oldest is asked for."""
    failing = (OutboxMessageRow.done_at.is_(None), OutboxMessageRow.due_at < HELD, OutboxMessageRow.last_error != "")
    oldest = session.scalar(select(func.min(OutboxMessageRow.created_at)).where(*failing))
    return _count(session, select(OutboxMessageRow.id).where(*failing)), oldest


def count_given_up(session: Session, since: datetime) -> int:
    """Return how many of the newest messages were given up since a moment."""
    newest = session.scalar(select(func.max(OutboxMessageRow.id))) or 0
    given_up = select(OutboxMessageRow.id).where(
        OutboxMessageRow.id > newest - NEWEST_MESSAGES,
        OutboxMessageRow.done_at > since,
        OutboxMessageRow.last_error.is_not(None),
    )
    return _count(session, given_up)


def count_tables(session: Session) -> int:
    """Return how many large tables wait or are being made."""
    return _count(session, select(TeamExportRow.id).where(TeamExportRow.state.in_(("waiting", "making"))))


def count_attempts(session: Session, now: datetime) -> tuple[int, int]:
    """Return how many attempts are under way, and how many of them should have ended by now."""
    open_ones = select(AttemptRow.deadline_at).where(AttemptRow.ended_at.is_(None))
    return _count(session, open_ones), _count(session, open_ones.where(AttemptRow.deadline_at < now))


def count_unsealed(session: Session) -> int:
    """Return how many entries of the trail wait to be sealed."""
    return _count(session, select(AuditWaitingRow.entry_id))


def find_newest(session: Session) -> datetime | None:
    """Return the latest moment that an entry of the trail names."""
    return session.scalar(select(func.max(AuditEntryRow.at)))


def count_unsigned(session: Session) -> int:
    """Return how many of the newest records have no signed paper and are to have one."""
    newest = select(CompletionRow.id).order_by(CompletionRow.id.desc()).limit(NEWEST).subquery()
    unsigned = (
        select(newest.c.id)
        .join(CompletionHolderRow, CompletionHolderRow.completion_id == newest.c.id)
        .outerjoin(PaperRow, PaperRow.completion_id == newest.c.id)
        .outerjoin(RevocationRow, RevocationRow.completion_id == newest.c.id)
        .where(PaperRow.completion_id.is_(None), RevocationRow.completion_id.is_(None))
    )
    return _count(session, unsigned)
