"""Finding wishes for new scenarios, where they came from, and what became of them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from quiz.db.models.advising import WishDecisionRow, WishRow
from quiz.db.queries.batches import batches

_LAST = (
    select(WishDecisionRow.wish_id, func.max(WishDecisionRow.number).label("number"))
    .group_by(WishDecisionRow.wish_id)
    .subquery()
)
OPEN = "open"
_STATE = func.coalesce(WishDecisionRow.state, OPEN)


def _with_decision(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Select from wishes with the decision that holds, if there is one."""
    return (
        select(*columns)
        .select_from(WishRow)
        .outerjoin(_LAST, _LAST.c.wish_id == WishRow.id)
        .outerjoin(
            WishDecisionRow,
            and_(WishDecisionRow.wish_id == WishRow.id, WishDecisionRow.number == _LAST.c.number),
        )
    )


def _about(instruments: Collection[str] | None) -> ColumnElement[bool]:
    """Return the condition that a wish is about a provision of some instruments; of None, of any."""
    if instruments is None:
        return true()
    return or_(false(), *(WishRow.address.startswith(f"{key}/", autoescape=True) for key in instruments))


def count_wishes(session: Session, instruments: Collection[str] | None = None) -> dict[str, int]:
    """Return how many wishes are in each state."""
    found = session.execute(_with_decision(_STATE, func.count()).where(_about(instruments)).group_by(_STATE))
    return {row[0]: row[1] for row in found}


def list_wishes(
    session: Session, state: str, most: int, after: int = 0, instruments: Collection[str] | None = None
) -> list[tuple[WishRow, WishDecisionRow | None]]:
    """Return some wishes in a state: open ones the oldest first, others the newest first, with what was decided."""
    order = WishRow.id if state == OPEN else WishRow.id.desc()
    statement = _with_decision(WishRow, WishDecisionRow).where(_STATE.in_([state]), _about(instruments))
    return [(row[0], row[1]) for row in session.execute(statement.order_by(order).limit(most).offset(after))]


def find_wish(session: Session, public_id: str) -> WishRow | None:
    """Return a wish by public id."""
    return session.scalar(select(WishRow).where(WishRow.public_id == public_id))


def list_decisions(session: Session, wish_id: int) -> list[WishDecisionRow]:
    """Return what was decided about a wish, in order."""
    statement = select(WishDecisionRow).where(WishDecisionRow.wish_id == wish_id)
    return list(session.scalars(statement.order_by(WishDecisionRow.number)))


def list_last_decisions(session: Session, wish_ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return state, key, reason and moment of the decision that holds for each wish that has one."""
    found: dict[int, Row[Any]] = {}
    for some in batches(wish_ids):
        statement = _with_decision(
            WishRow.id,
            WishDecisionRow.state,
            WishDecisionRow.scenario_key,
            WishDecisionRow.reason,
            WishDecisionRow.decided_at,
        ).where(WishRow.id.in_(some), WishDecisionRow.state.is_not(None))
        found |= {row.id: row for row in session.execute(statement)}
    return found
