"""Storing and streaming the marks of first attempts."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from quiz.db.models.mark_sheets import MarkSheetRow
from quiz.db.queries.batches import stream

AT_ONCE = 2_000


def count_mark_sheets(session: Session) -> dict[int, tuple[int, int]]:
    """Return for each module how many first attempts ended, and the key of the last of them."""
    statement = select(MarkSheetRow.module_id, func.count(), func.max(MarkSheetRow.attempt_id))
    return {row[0]: (row[1], row[2]) for row in session.execute(statement.group_by(MarkSheetRow.module_id))}


def list_units(session: Session, module_id: int) -> list[int]:
    """Return the units that occur in the sheets of a module."""
    return list(session.scalars(select(MarkSheetRow.unit).where(MarkSheetRow.module_id == module_id).distinct()))


def stream_mark_sheets(session: Session, module_id: int) -> Iterator[Row[Any]]:
    """Give unit, language and entries of every sheet of a module, in order of attempts, without holding them."""
    statement = (
        select(MarkSheetRow.unit, MarkSheetRow.language, MarkSheetRow.entries)
        .where(MarkSheetRow.module_id == module_id)
        .order_by(MarkSheetRow.attempt_id)
    )
    yield from stream(session, statement, AT_ONCE)
