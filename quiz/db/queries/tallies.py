"""The counts of current assignments by unit, module, bucket and lateness: read, drawn together, made anew, compared."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import CTE, Boolean, Integer, String, column, delete, func, insert, select, text
from sqlalchemy.orm import Session

from quiz.db.counting import BUCKET
from quiz.db.models.assignments import TallyRow
from quiz.db.models.people import UnitRow


class Count(NamedTuple):
    """How many assignments of a module stand in a bucket, late or not."""

    module_id: int
    bucket: str
    is_late: bool
    amount: int


def below(roots: Collection[int]) -> CTE:
    """Return units and all below them, as a part of a statement with the column `id`."""
    found = select(UnitRow.id).where(UnitRow.id.in_(roots)).cte("below", recursive=True)
    return found.union(select(UnitRow.id).join(found, UnitRow.parent_id == found.c.id))


def count_below(session: Session, roots: Collection[int]) -> list[Count]:
    """Return the counts over units and all below them."""
    units = below(roots)
    amount = func.sum(TallyRow.amount)
    statement = (
        select(TallyRow.module_id, TallyRow.bucket, TallyRow.is_late, amount)
        .where(TallyRow.unit_id.in_(select(units.c.id)))
        .group_by(TallyRow.module_id, TallyRow.bucket, TallyRow.is_late)
        .having(amount != 0)
        .order_by(TallyRow.module_id, TallyRow.bucket, TallyRow.is_late)
    )
    return [Count(row[0], row[1], bool(row[2]), int(row[3])) for row in session.execute(statement)]


_PLACE = (TallyRow.unit_id, TallyRow.module_id, TallyRow.bucket, TallyRow.is_late)


def draw_together(session: Session) -> int:
    """Put the rows of each place into one, and drop those that come to nothing; return how many there were."""
    last = session.scalar(select(func.max(TallyRow.id))) or 0
    sums = select(*_PLACE, func.sum(TallyRow.amount)).where(TallyRow.id <= last).group_by(*_PLACE)
    session.execute(insert(TallyRow).from_select(_COLUMNS, sums.having(func.sum(TallyRow.amount) != 0)))
    return session.execute(delete(TallyRow).where(TallyRow.id <= last)).rowcount or 0  # type: ignore[attr-defined]


_COLUMNS = ["unit_id", "module_id", "bucket", "is_late", "amount"]
_COUNTED = text(
    f"SELECT unit_id, module_id, {BUCKET.format(row='assignment')} AS bucket, is_late, COUNT(*) AS amount "  # nosec B608 # noqa: S608 - pieces of our own, values are bound
    "FROM assignment WHERE is_current AND unit_id IS NOT NULL GROUP BY unit_id, module_id, 3, is_late"
).columns(
    column("unit_id", Integer),
    column("module_id", Integer),
    column("bucket", String),
    column("is_late", Boolean),
    column("amount", Integer),
)


def recount(session: Session) -> None:
    """Make every count anew from the assignments."""
    session.execute(delete(TallyRow))
    counted = _COUNTED.subquery()
    session.execute(insert(TallyRow).from_select(_COLUMNS, select(counted)))


def list_differences(session: Session) -> list[tuple[int, int, str, bool, int, int]]:
    """Return each unit, module, bucket and lateness whose count is not what the assignments say: kept, and counted."""
    kept = {
        (row[0], row[1], row[2], bool(row[3])): int(row[4])
        for row in session.execute(select(*_PLACE, func.sum(TallyRow.amount)).group_by(*_PLACE))
        if row[4]
    }
    counted = {(row[0], row[1], row[2], bool(row[3])): int(row[4]) for row in session.execute(_COUNTED)}
    places = sorted(place for place in {*kept, *counted} if kept.get(place, 0) != counted.get(place, 0))
    return [(*place, kept.get(place, 0), counted.get(place, 0)) for place in places]
