"""Finding signed papers, the records that have none yet, and the certificates that signed."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from quiz.db.models.completions import CompletionHolderRow, CompletionRow, RevocationRow
from quiz.db.models.papers import PaperContentRow, PaperRow, SigningCertificateRow
from quiz.db.queries.batches import stream

_Given = TypeVar("_Given")


def find_paper(session: Session, public_id: str) -> tuple[PaperRow, str] | None:
    """Return the signed paper of a record without its bytes, and the name on its certificate."""
    statement = (
        select(PaperRow, SigningCertificateRow.name)
        .join(SigningCertificateRow, SigningCertificateRow.fingerprint == PaperRow.certificate_fingerprint)
        .join(CompletionRow, CompletionRow.id == PaperRow.completion_id)
        .where(CompletionRow.public_id == public_id)
    )
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else None


def find_content(session: Session, completion_id: int) -> bytes | None:
    """Return the bytes of a paper, None once they were erased."""
    statement = select(PaperContentRow.content).where(PaperContentRow.completion_id == completion_id)
    return session.scalar(statement)


def erase_content(session: Session, completion_id: int) -> None:
    """Remove the bytes of a paper, which hold a name; its digest and its certificate stay."""
    session.execute(delete(PaperContentRow).where(PaperContentRow.completion_id == completion_id))


def list_unsigned(session: Session, after: int, most: int) -> Sequence[CompletionRow]:
    """Return the first records after a key that still have a name, hold, and have no signed paper."""
    statement = _unsigned(select(CompletionRow)).where(CompletionRow.id > after)
    return session.scalars(statement.order_by(CompletionRow.id).limit(most)).all()


def count_unsigned(session: Session) -> int:
    """Return how many records are still to be signed."""
    return session.scalar(_unsigned(select(func.count(CompletionRow.id)))) or 0


def _unsigned(statement: Select[_Given]) -> Select[_Given]:
    return (
        statement.join(CompletionHolderRow, CompletionHolderRow.completion_id == CompletionRow.id)
        .outerjoin(PaperRow, PaperRow.completion_id == CompletionRow.id)
        .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
        .where(PaperRow.completion_id.is_(None), RevocationRow.completion_id.is_(None))
    )


def count_papers(session: Session) -> int:
    """Return how many signed papers there are."""
    return session.scalar(select(func.count()).select_from(PaperRow)) or 0


def count_by_certificate(session: Session) -> dict[str, int]:
    """Return how many papers each certificate signed, by fingerprint."""
    statement = select(PaperRow.certificate_fingerprint, func.count()).group_by(PaperRow.certificate_fingerprint)
    return {row[0]: row[1] for row in session.execute(statement)}


def count_since(session: Session, fingerprint: str, since: datetime) -> int:
    """Return how many papers of a certificate were stored at a moment or later."""
    statement = select(func.count()).select_from(PaperRow)
    return (
        session.scalar(statement.where(PaperRow.certificate_fingerprint == fingerprint, PaperRow.signed_at >= since))
        or 0
    )


def list_kept(session: Session, completion_ids: Collection[int]) -> set[int]:
    """Return which of some records have a signed paper whose bytes are still kept."""
    statement = select(PaperContentRow.completion_id).where(PaperContentRow.completion_id.in_(completion_ids))
    return set(session.scalars(statement))


def stream_papers(session: Session) -> Iterator[tuple[CompletionRow, PaperRow, bytes | None]]:
    """Give every signed paper with its record and its bytes, a few at a time."""
    for record, paper, content in stream_records(session):
        if paper is not None:
            yield record, paper, content


def stream_records(session: Session) -> Iterator[tuple[CompletionRow, PaperRow | None, bytes | None]]:
    """Give every record with its signed paper and the bytes of it, as far as there are any, a few at a time."""
    statement = (
        select(CompletionRow, PaperRow, PaperContentRow.content)
        .outerjoin(PaperRow, PaperRow.completion_id == CompletionRow.id)
        .outerjoin(PaperContentRow, PaperContentRow.completion_id == CompletionRow.id)
        .order_by(CompletionRow.id)
    )
    for row in stream(session, statement, 20):
        yield row[0], row[1], row[2]


def list_certificates(session: Session) -> Sequence[SigningCertificateRow]:
    """Return every certificate that ever signed a paper, in the order of first use."""
    statement = select(SigningCertificateRow)
    return session.scalars(
        statement.order_by(SigningCertificateRow.first_used_at, SigningCertificateRow.fingerprint)
    ).all()
