"""Finding the tables that managers asked to take away, and their bytes."""

from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from quiz.db.models.exports import TeamExportPartRow, TeamExportRow

OPEN = ("waiting", "making")


def find_export(session: Session, public_id: str, hold: bool = False) -> TeamExportRow | None:
    """Return an export by public id, held until the deed is done where that is asked for."""
    statement = select(TeamExportRow).where(TeamExportRow.public_id == public_id)
    return session.scalar(statement.with_for_update() if hold else statement)


def find_open(session: Session, person_id: int, digest: str) -> str | None:
    """Return the public id of an export that is still to be made for somebody, of exactly what is asked."""
    return session.scalar(
        select(TeamExportRow.public_id).where(
            TeamExportRow.person_id == person_id,
            TeamExportRow.asked_digest == digest,
            TeamExportRow.state.in_(OPEN),
        )
    )


def list_own(session: Session, person_id: int, since: datetime, most: int) -> list[TeamExportRow]:
    """Return what somebody asked for since a moment, the newest first."""
    statement = select(TeamExportRow).where(TeamExportRow.person_id == person_id, TeamExportRow.asked_at > since)
    return list(session.scalars(statement.order_by(TeamExportRow.id.desc()).limit(most)))


def find_next(session: Session, silent_since: datetime) -> TeamExportRow | None:
    """Return the longest waiting export, or one whose worker is not heard of any more; nobody else is given it."""
    silent = and_(TeamExportRow.state == "making", TeamExportRow.touched_at < silent_since)
    statement = (
        select(TeamExportRow)
        .where(or_(TeamExportRow.state == "waiting", silent))
        .order_by(TeamExportRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalar(statement)


def delete_parts(session: Session, export_id: int) -> None:
    """Delete the bytes of an export."""
    session.execute(delete(TeamExportPartRow).where(TeamExportPartRow.export_id == export_id))


def find_part(session: Session, export_id: int, number: int) -> bytes | None:
    """Return some of the bytes of an export."""
    statement = select(TeamExportPartRow.content)
    return session.scalar(statement.where(TeamExportPartRow.export_id == export_id, TeamExportPartRow.number == number))


def delete_before(session: Session, moment: datetime) -> int:
    """Delete what was asked for before a moment, with its bytes; return how many."""
    old = select(TeamExportRow.id).where(TeamExportRow.asked_at < moment)
    session.execute(delete(TeamExportPartRow).where(TeamExportPartRow.export_id.in_(old)))
    gone = session.execute(delete(TeamExportRow).where(TeamExportRow.asked_at < moment))
    return gone.rowcount or 0  # type: ignore[attr-defined]
