"""Finding linked identities, ways to providers, and the sign-ins that came from one."""

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from quiz.db.models.identities import IdentityRow, IdentitySignInRow, IdentityWayRow, LogoutNoticeRow, TakenAssertionRow
from quiz.db.models.people import PersonRow, SignInRow


def find_identity(session: Session, issuer: str, subject: str) -> IdentityRow | None:
    """Return what a provider calls somebody by."""
    return session.scalar(select(IdentityRow).where(IdentityRow.issuer == issuer, IdentityRow.subject == subject))


def list_identities(session: Session, person_id: int) -> list[IdentityRow]:
    """Return the identities linked with a person, in the order of linking."""
    return list(session.scalars(select(IdentityRow).where(IdentityRow.person_id == person_id).order_by(IdentityRow.id)))


def has_identity_of(session: Session, person_id: int, issuer: str) -> bool:
    """Tell whether a person is linked with anybody of an issuer."""
    found = select(IdentityRow.id).where(IdentityRow.person_id == person_id, IdentityRow.issuer == issuer).limit(1)
    return session.scalar(found) is not None


def find_person_by_hr_number(session: Session, hr_number: str) -> PersonRow | None:
    """Return the person whom HR knows by a number."""
    return session.scalar(select(PersonRow).where(PersonRow.hr_number == hr_number))


def lock_person(session: Session, person_id: int) -> PersonRow | None:
    """Return a person, whose ways of signing in nobody else changes meanwhile."""
    return session.scalar(select(PersonRow).where(PersonRow.id == person_id).with_for_update())


def find_way(session: Session, state_digest: str) -> IdentityWayRow | None:
    """Return a way to a provider."""
    return session.scalar(select(IdentityWayRow).where(IdentityWayRow.state_digest == state_digest))


def use_way(session: Session, way_id: int, now: datetime) -> bool:
    """Mark a way as used; False where somebody was quicker."""
    statement = (
        update(IdentityWayRow).where(IdentityWayRow.id == way_id, IdentityWayRow.used_at.is_(None)).values(used_at=now)
    )
    return cast("CursorResult[None]", session.execute(statement)).rowcount == 1


def find_sign_in(session: Session, token_digest: str) -> SignInRow | None:
    """Return the sign-in of a token."""
    return session.scalar(select(SignInRow).where(SignInRow.token_digest == token_digest))


def find_provider_of(session: Session, token_digest: str) -> str | None:
    """Return the provider that vouched for a sign-in."""
    return session.scalar(
        select(IdentityRow.provider)
        .join(IdentitySignInRow, IdentitySignInRow.identity_id == IdentityRow.id)
        .join(SignInRow, SignInRow.id == IdentitySignInRow.sign_in_id)
        .where(SignInRow.token_digest == token_digest)
    )


def list_vouched(
    session: Session, issuer: str, subject: str | None, sid: str | None, now: datetime
) -> list[tuple[SignInRow, str]]:
    """Return the sign-ins that hold and came from an issuer, of a subject, a session or both; with whose they are."""
    statement = (
        select(SignInRow, PersonRow.public_id)
        .join(IdentitySignInRow, IdentitySignInRow.sign_in_id == SignInRow.id)
        .join(IdentityRow, IdentityRow.id == IdentitySignInRow.identity_id)
        .join(PersonRow, PersonRow.id == SignInRow.person_id)
        .where(IdentityRow.issuer == issuer, SignInRow.revoked_at.is_(None), SignInRow.expires_at > now)
        .order_by(SignInRow.id)
    )
    if subject is not None:
        statement = statement.where(IdentityRow.subject == subject)
    if sid is not None:
        statement = statement.where(IdentitySignInRow.sid == sid)
    return [(row[0], row[1]) for row in session.execute(statement)]


def delete_identity(session: Session, identity: IdentityRow) -> None:
    """Forget an identity, and which sign-ins came from it."""
    session.execute(delete(IdentitySignInRow).where(IdentitySignInRow.identity_id == identity.id))
    session.delete(identity)


def delete_expired(session: Session, now: datetime) -> None:
    """Forget ways, notices and assertions whose time is over."""
    session.execute(delete(IdentityWayRow).where(IdentityWayRow.expires_at <= now))
    session.execute(delete(LogoutNoticeRow).where(LogoutNoticeRow.expires_at <= now))
    session.execute(delete(TakenAssertionRow).where(TakenAssertionRow.expires_at <= now))
