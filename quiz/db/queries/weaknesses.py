"""What pages show of units, for managers, HR and auditors; this file cannot reach attempts or answers."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from quiz.db.models.people import UnitRow
from quiz.db.models.weaknesses import WeaknessRow
from quiz.db.queries.batches import batches


def list_tops(session: Session) -> list[int]:
    """Return the units that stand below none."""
    return list(session.scalars(select(UnitRow.id).where(UnitRow.parent_id.is_(None)).order_by(UnitRow.id)))


def list_right_below(session: Session, unit_id: int) -> list[int]:
    """Return the units right below one."""
    return list(session.scalars(select(UnitRow.id).where(UnitRow.parent_id == unit_id).order_by(UnitRow.id)))


def list_told_of(session: Session, unit_ids: Collection[int]) -> set[int]:
    """Return which of some units have anything to show."""
    told = exists().where(WeaknessRow.unit_id == UnitRow.id)
    return {
        unit
        for some in batches(unit_ids)
        for unit in session.scalars(select(UnitRow.id).where(UnitRow.id.in_(some), told))
    }


def list_figures(session: Session, unit_ids: Collection[int]) -> list[WeaknessRow]:
    """Return all that is shown of some units."""
    return [
        row
        for some in batches(unit_ids)
        for row in session.scalars(
            select(WeaknessRow)
            .where(WeaknessRow.unit_id.in_(some))
            .order_by(WeaknessRow.unit_id, WeaknessRow.provision)
        )
    ]


def list_parents_of(session: Session, unit_ids: Collection[int]) -> set[int]:
    """Return which of some units have units below them."""
    return {
        unit
        for some in batches(unit_ids)
        for unit in session.scalars(select(UnitRow.parent_id).where(UnitRow.parent_id.in_(some)).distinct())
        if unit is not None
    }
