"""Finding, using up and ending links that let somebody in."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.identities import IdentityRow
from quiz.db.models.people import PersonRow
from quiz.db.queries.batches import batches


def find_by_token(session: Session, token_digest: str) -> EntryLinkRow | None:
    """Return a link by the digest of its token."""
    return session.scalar(select(EntryLinkRow).where(EntryLinkRow.token_digest == token_digest))


def find_by_code(session: Session, code_digests: Collection[str]) -> EntryLinkRow | None:
    """Return a link by what its code may be stored as."""
    return session.scalar(select(EntryLinkRow).where(EntryLinkRow.code_digest.in_(code_digests)))


def use(session: Session, link_id: int, now: datetime) -> bool:
    """Mark a link as used; False where somebody was quicker, or it was ended meanwhile."""
    statement = (
        update(EntryLinkRow)
        .where(
            EntryLinkRow.id == link_id,
            EntryLinkRow.used_at.is_(None),
            EntryLinkRow.ended_at.is_(None),
            EntryLinkRow.expires_at > now,
        )
        .values(used_at=now)
    )
    return cast("CursorResult[None]", session.execute(statement)).rowcount == 1


def end_all(session: Session, person_ids: Collection[int], now: datetime, but: Collection[str] = ()) -> None:
    """End the links of people that nobody used yet, but those of some purposes."""
    for some in batches(person_ids):
        session.execute(
            update(EntryLinkRow)
            .where(
                EntryLinkRow.person_id.in_(some),
                EntryLinkRow.used_at.is_(None),
                EntryLinkRow.ended_at.is_(None),
                EntryLinkRow.purpose.not_in(but),
            )
            .values(ended_at=now)
        )


def lock_person(session: Session, person_id: int) -> PersonRow | None:
    """Return a person, for whom nobody else makes or uses a link meanwhile."""
    return session.scalar(select(PersonRow).where(PersonRow.id == person_id).with_for_update())


def has_identity(session: Session, person_id: int) -> bool:
    """Tell whether a provider vouches for a person."""
    return session.scalar(select(IdentityRow.id).where(IdentityRow.person_id == person_id).limit(1)) is not None
