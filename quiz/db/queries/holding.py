"""Finding who holds a valid record of training on an edition; personal data, for deeds that HR's permission guards."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.catalogue import InstrumentRow, InstrumentVersionRow, ModuleVersionRow
from quiz.db.models.completions import CompletionRow, RevocationRow
from quiz.db.models.people import PersonRow, UnitRow


def list_holdings(
    session: Session, editions: Collection[str], country: str, today: date, now: datetime
) -> Iterator[Row[Any]]:
    """Give each valid record of somebody at work in a country whose facts may name one of some editions.

    The newest come first. The name of an edition may stand in the facts as words; who reads them sees.
    """
    facts = CompletionRow.facts
    named = facts["editions"].as_string()
    statement = (
        select(
            CompletionRow.public_id,
            CompletionRow.person_id,
            CompletionRow.module_version_id,
            CompletionRow.valid_until,
            facts["editions"].label("editions"),
            facts["module_title"].label("module_title"),
            PersonRow.public_id.label("person"),
            PersonRow.name,
            UnitRow.name.label("unit"),
        )
        .join(PersonRow, PersonRow.id == CompletionRow.person_id)
        .join(UnitRow, UnitRow.id == PersonRow.unit_id)
        .outerjoin(RevocationRow, RevocationRow.completion_id == CompletionRow.id)
        .where(
            RevocationRow.completion_id.is_(None),
            CompletionRow.valid_until >= today,
            PersonRow.jurisdiction == country,
            or_(PersonRow.active_until.is_(None), PersonRow.active_until > now),
            or_(*(named.contains(f'"{address}"', autoescape=True) for address in editions)),
        )
        .order_by(CompletionRow.completed_at.desc(), CompletionRow.id.desc())
    )
    yield from session.execute(statement)


def list_pinned_numbers(session: Session, instrument_key: str) -> dict[int, int]:
    """Return which version of an instrument each module version was published with; without it, it is not there."""
    numbers = {
        row.id: row.number
        for row in session.execute(
            select(InstrumentVersionRow.id, InstrumentVersionRow.number)
            .join(InstrumentRow, InstrumentRow.id == InstrumentVersionRow.instrument_id)
            .where(InstrumentRow.key == instrument_key)
        )
    }
    pinned = select(ModuleVersionRow.id, ModuleVersionRow.pool["instruments"].label("instruments"))
    found = ((row.id, [numbers[one] for one in row.instruments if one in numbers]) for row in session.execute(pinned))
    return {version_id: held[0] for version_id, held in found if held}


def list_modules_of(session: Session, module_version_ids: Collection[int]) -> dict[int, int]:
    """Return the module of each of some module versions."""
    statement = select(ModuleVersionRow.id, ModuleVersionRow.module_id)
    found = session.execute(statement.where(ModuleVersionRow.id.in_(list(module_version_ids))))
    return {row.id: row.module_id for row in found}


def list_assigned(session: Session, module_id: int) -> set[int]:
    """Return the people to whom a module was ever assigned."""
    return set(session.scalars(select(AssignmentRow.person_id).where(AssignmentRow.module_id == module_id)))


def find_assignment_by_public_id(session: Session, public_id: str) -> AssignmentRow | None:
    """Return an assignment by public id."""
    return session.scalar(select(AssignmentRow).where(AssignmentRow.public_id == public_id))
