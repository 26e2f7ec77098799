"""What of a restored state must not hold any more: everything that somebody could still come in by."""

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.factors import CeremonyRow, SecondStepRow
from quiz.db.models.identities import IdentityWayRow
from quiz.db.models.people import OneTimeLinkRow


def close_every_door(session: Session, now: datetime) -> int:
    """Let links, half sign-ins and ways to providers be over; return how many links.

    One that was used since the backup would open once more.
    """
    closed = 0
    for statement in (
        update(OneTimeLinkRow)
        .where(OneTimeLinkRow.used_at.is_(None), OneTimeLinkRow.expires_at > now)
        .values(expires_at=now),
        update(EntryLinkRow)
        .where(EntryLinkRow.used_at.is_(None), EntryLinkRow.ended_at.is_(None), EntryLinkRow.expires_at > now)
        .values(ended_at=now),
    ):
        closed += cast("CursorResult[None]", session.execute(statement)).rowcount
    for table in (SecondStepRow, CeremonyRow, IdentityWayRow):
        session.execute(delete(table))
    return closed
