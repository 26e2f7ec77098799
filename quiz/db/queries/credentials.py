"""Finding the keys of the issuer, the places of records in lists, and what those lists say."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from quiz.db.models.completions import CompletionRow, RevocationRow
from quiz.db.models.credentials import CredentialPlaceRow, DistrustRow, IssuerKeyRow
from quiz.db.queries.batches import stream


def list_keys(session: Session) -> Sequence[IssuerKeyRow]:
    """Return the keys of the issuer, in the order in which they began to sign."""
    return session.scalars(select(IssuerKeyRow).order_by(IssuerKeyRow.id)).all()


def find_newest_key(session: Session) -> str | None:
    """Return the name of the key that signs now."""
    return session.scalar(select(IssuerKeyRow.key_id).order_by(IssuerKeyRow.id.desc()).limit(1))


def list_distrust(session: Session) -> Sequence[DistrustRow]:
    """Return all that is said of keys that are trusted no longer, the earliest moment of each last."""
    return session.scalars(select(DistrustRow).order_by(DistrustRow.since.desc(), DistrustRow.id)).all()


def find_place(session: Session, public_id: str) -> CredentialPlaceRow | None:
    """Return the place of a record."""
    statement = select(CredentialPlaceRow).join(CompletionRow, CompletionRow.id == CredentialPlaceRow.completion_id)
    return session.scalar(statement.where(CompletionRow.public_id == public_id))


def list_without_place(session: Session, most: int) -> Sequence[int]:
    """Return some records that have no place yet, oldest first."""
    statement = select(CompletionRow.id).outerjoin(
        CredentialPlaceRow, CredentialPlaceRow.completion_id == CompletionRow.id
    )
    statement = statement.where(CredentialPlaceRow.completion_id.is_(None)).order_by(CompletionRow.id).limit(most)
    return session.scalars(statement).all()


def find_newest_list(session: Session) -> tuple[int, int]:
    """Return the number of the newest list and how many places of it are taken; zero and zero where there is none."""
    number = session.scalar(select(func.max(CredentialPlaceRow.list_number))) or 0
    statement = select(func.count()).select_from(CredentialPlaceRow).where(CredentialPlaceRow.list_number == number)
    return number, session.scalar(statement) or 0


def is_taken(session: Session, list_number: int, place: int) -> bool:
    """Tell whether a record has that place."""
    statement = select(CredentialPlaceRow.place)
    statement = statement.where(CredentialPlaceRow.list_number == list_number, CredentialPlaceRow.place == place)
    return session.scalar(statement) is not None


def list_revoked(session: Session, list_number: int) -> list[tuple[int, datetime]]:
    """Return the places of a list whose records were revoked, and when, in the order of the places."""
    statement = (
        select(CredentialPlaceRow.place, RevocationRow.revoked_at)
        .join(RevocationRow, RevocationRow.completion_id == CredentialPlaceRow.completion_id)
        .where(CredentialPlaceRow.list_number == list_number)
        .order_by(CredentialPlaceRow.place)
    )
    return [(row.place, row.revoked_at) for row in session.execute(statement)]


def stream_placed_records(session: Session) -> Iterator[CompletionRow]:
    """Give every record that has a place, in the order of their keys, some at a time."""
    last = 0
    statement = select(CompletionRow).join(CredentialPlaceRow, CredentialPlaceRow.completion_id == CompletionRow.id)
    while some := session.scalars(statement.where(CompletionRow.id > last).order_by(CompletionRow.id).limit(200)).all():
        yield from some
        last = some[-1].id


def stream_places(session: Session, list_number: int) -> Iterator[tuple[int, bool]]:
    """Give every place of a list that a record has, with whether that record was revoked."""
    is_revoked = exists().where(RevocationRow.completion_id == CredentialPlaceRow.completion_id)
    statement = select(CredentialPlaceRow.place, is_revoked).where(CredentialPlaceRow.list_number == list_number)
    for row in stream(session, statement, 1000):
        yield row[0], bool(row[1])
