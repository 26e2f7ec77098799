"""Where people stand with their assignments, for managers; this file cannot reach attempts or answers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.catalogue import ModuleRow, ModuleVersionRow
from quiz.db.models.people import PersonRow, UnitRow


def list_progress(session: Session, unit_ids: Collection[int], now: datetime) -> list[Row[Any]]:
    """Return one row for each newest assignment of who is still here: person, module, due date, state, since when."""
    statement = (
        select(
            PersonRow.public_id.label("person_id"),
            PersonRow.name,
            UnitRow.name.label("unit"),
            ModuleRow.key.label("module_key"),
            ModuleVersionRow.document["title"].label("module_title"),
            AssignmentRow.due_on,
            AssignmentRow.state,
            AssignmentRow.state_since,
            AssignmentRow.help_asked_at,
        )
        .join(PersonRow, PersonRow.id == AssignmentRow.person_id)
        .join(UnitRow, UnitRow.id == PersonRow.unit_id)
        .join(ModuleRow, ModuleRow.id == AssignmentRow.module_id)
        .join(ModuleVersionRow, ModuleVersionRow.id == ModuleRow.current_version_id)
        .where(PersonRow.unit_id.in_(unit_ids), or_(PersonRow.active_until.is_(None), PersonRow.active_until > now))
        .where(AssignmentRow.is_current)
        .order_by(AssignmentRow.due_on.is_(None), AssignmentRow.due_on, PersonRow.name, PersonRow.id, AssignmentRow.id)
    )
    return list(session.execute(statement))
