"""Finding uploads and their entries, some at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from quiz.db.models.drafts import DraftRow
from quiz.db.models.uploads import UploadEntryRow, UploadRow


def find_upload(session: Session, public_id: str, to_change: bool = False) -> UploadRow | None:
    """Return an upload by public id; one that is to be changed is held until the deed is done."""
    statement = select(UploadRow).where(UploadRow.public_id == public_id)
    if to_change:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def list_uploads(session: Session, most: int, sender: int | None = None) -> list[UploadRow]:
    """Return the newest uploads, of one sender where one is named."""
    statement = select(UploadRow).order_by(UploadRow.id.desc()).limit(most)
    return list(session.scalars(statement.where(UploadRow.sent_by == sender) if sender is not None else statement))


def list_entries(session: Session, upload: UploadRow, first: int, most: int) -> Sequence[UploadEntryRow]:
    """Return the entries of an upload from a place on, in order of places."""
    statement = select(UploadEntryRow).where(UploadEntryRow.upload_id == upload.id, UploadEntryRow.place > first)
    return list(session.scalars(statement.order_by(UploadEntryRow.place).limit(most)))


def list_outcomes(session: Session, upload: UploadRow) -> list[Row[Any]]:
    """Return what an upload holds without the documents: place, kind, key, standing, counts, findings, draft."""
    statement = (
        select(
            UploadEntryRow.place,
            UploadEntryRow.kind,
            UploadEntryRow.key,
            UploadEntryRow.line,
            UploadEntryRow.standing,
            UploadEntryRow.errors,
            UploadEntryRow.warnings,
            UploadEntryRow.findings,
            DraftRow.public_id.label("draft"),
        )
        .join(DraftRow, DraftRow.id == UploadEntryRow.draft_id, isouter=True)
        .where(UploadEntryRow.upload_id == upload.id)
        .order_by(UploadEntryRow.place)
    )
    return list(session.execute(statement))


def find_entry(session: Session, upload: UploadRow, place: int) -> UploadEntryRow | None:
    """Return one entry of an upload by its place."""
    return session.scalar(
        select(UploadEntryRow).where(UploadEntryRow.upload_id == upload.id, UploadEntryRow.place == place)
    )


def count_standings(session: Session, upload: UploadRow) -> dict[str, int]:
    """Return how many entries of an upload stand how to what is published."""
    statement = (
        select(UploadEntryRow.standing, func.count())
        .where(UploadEntryRow.upload_id == upload.id)
        .group_by(UploadEntryRow.standing)
    )
    return {row[0]: row[1] for row in session.execute(statement)}
