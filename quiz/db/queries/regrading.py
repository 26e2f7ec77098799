"""Finding decisions to mark answers again, the attempts they concern, and what each of these attempts scored."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from quiz.db.models.attempts import AttemptRow
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow
from quiz.db.models.regrading import RegradingRow, RemarkRow
from quiz.db.models.steps import AttemptStepRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.queries.batches import batches
from quiz.events import RegradingDecided


def find_scenario(session: Session, key: str) -> ScenarioRow | None:
    """Return a scenario by its key, withdrawn or not."""
    return session.scalar(select(ScenarioRow).where(ScenarioRow.key == key))


def get_standing_version(session: Session, scenario: ScenarioRow) -> ScenarioVersionRow:
    """Return the version of a scenario that stands."""
    return session.scalars(
        select(ScenarioVersionRow).where(
            ScenarioVersionRow.scenario_id == scenario.id, ScenarioVersionRow.number == scenario.current_number
        )
    ).one()


def get_version(session: Session, version_id: int) -> ScenarioVersionRow:
    """Return a version that is known to exist."""
    return session.get_one(ScenarioVersionRow, version_id)


def find_regrading(session: Session, public_id: str) -> RegradingRow | None:
    """Return a decision by public id."""
    return session.scalar(select(RegradingRow).where(RegradingRow.public_id == public_id))


def get_regrading(session: Session, regrading_id: int) -> RegradingRow:
    """Return a decision that is known to exist."""
    return session.get_one(RegradingRow, regrading_id)


def list_reached(session: Session, attempt_id: int) -> set[int]:
    """Return the decisions that have marked an attempt again."""
    return set(session.scalars(select(RemarkRow.regrading_id).where(RemarkRow.attempt_id == attempt_id)))


def find_same_regrading(
    session: Session, scenario_id: int, scenario_version_id: int | None, policy: str
) -> RegradingRow | None:
    """Return the last decision about a scenario where it is this very one."""
    last = session.scalar(
        select(RegradingRow).where(RegradingRow.scenario_id == scenario_id).order_by(RegradingRow.id.desc()).limit(1)
    )
    is_same = last is not None and (last.scenario_version_id, last.policy) == (scenario_version_id, policy)
    return last if is_same else None


def list_regradings(session: Session, up_to: int | None = None) -> list[tuple[RegradingRow, str]]:
    """Return every decision with the key of its scenario, in order, up to one of them."""
    statement = select(RegradingRow, ScenarioRow.key).join(ScenarioRow, ScenarioRow.id == RegradingRow.scenario_id)
    if up_to is not None:
        statement = statement.where(RegradingRow.id <= up_to)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(RegradingRow.id))]


def list_decided(session: Session) -> list[Row[Any]]:
    """Return every decision, newest first: the row, key of the scenario, number of the version, a document of it.

    The number is None where the scenario was withdrawn; the document is then that of the version that stands.
    """
    marked_by, standing = aliased(ScenarioVersionRow), aliased(ScenarioVersionRow)
    document = func.coalesce(marked_by.document, standing.document).label("document")
    statement = (
        select(RegradingRow, ScenarioRow.key, marked_by.number, document)
        .join(ScenarioRow, ScenarioRow.id == RegradingRow.scenario_id)
        .join(
            standing,
            and_(standing.scenario_id == ScenarioRow.id, standing.number == ScenarioRow.current_number),
        )
        .outerjoin(marked_by, marked_by.id == RegradingRow.scenario_version_id)
        .order_by(RegradingRow.id.desc())
    )
    return list(session.execute(statement))


def list_mended(session: Session) -> list[Row[Any]]:
    """Return every version of the scenarios in use that have several, the newest first, and whether it was decided on.

    Decided on is a version by which answers were marked again.
    """
    decided = select(RegradingRow.scenario_version_id).where(RegradingRow.scenario_version_id.is_not(None))
    statement = (
        select(
            ScenarioRow.key,
            ScenarioVersionRow.number,
            ScenarioVersionRow.digest,
            ScenarioVersionRow.document,
            ScenarioVersionRow.published_at,
            ScenarioVersionRow.id.in_(decided).label("is_decided"),
        )
        .join(ScenarioVersionRow, ScenarioVersionRow.scenario_id == ScenarioRow.id)
        .where(ScenarioRow.current_number > 1, ScenarioRow.withdrawn_at.is_(None))
        .order_by(ScenarioRow.key, ScenarioVersionRow.number.desc())
    )
    return list(session.execute(statement))


def list_unfinished(session: Session) -> dict[str, bool]:
    """Return the public ids of decisions that the worker has not carried out to the end, with whether it gave up."""
    statement = select(OutboxMessageRow.payload, OutboxMessageRow.done_at).where(
        OutboxMessageRow.kind == RegradingDecided.__name__,
        or_(OutboxMessageRow.done_at.is_(None), OutboxMessageRow.last_error.is_not(None)),
    )
    return {row.payload["regrading_id"]: row.done_at is not None for row in session.execute(statement)}


def count_remarks(session: Session) -> dict[int, tuple[int, int]]:
    """Return for each decision how many attempts were marked again, and for how many the new score stands."""
    stands = func.count().filter(RemarkRow.after_stands)
    statement = select(RemarkRow.regrading_id, func.count(), stands).group_by(RemarkRow.regrading_id)
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}


def list_affected(session: Session, key: str, but_not_by: int | None = None) -> list[str]:
    """Return the public ids of ended assessed attempts whose draw names a scenario, in order.

    The name may be an option's of the same key; who reads the draw sees. `but_not_by` leaves out those that a decision
    has marked again already.
    """
    statement = select(AttemptRow.public_id).where(
        AttemptRow.purpose == "assessed",
        AttemptRow.ended_at.is_not(None),
        cast(AttemptRow.draw, String).contains(f'"{key}"', autoescape=True),
    )
    if but_not_by is not None:
        done = select(RemarkRow.attempt_id).where(RemarkRow.regrading_id == but_not_by)
        statement = statement.where(AttemptRow.id.not_in(done))
    return list(session.scalars(statement.order_by(AttemptRow.id)))


def list_remarks(session: Session, attempt_ids: Sequence[int]) -> dict[int, tuple[RemarkRow, RegradingRow]]:
    """Return the last remark of each attempt that has one, with its decision."""
    last = (
        select(RemarkRow.attempt_id, func.max(RemarkRow.regrading_id).label("regrading_id"))
        .where(RemarkRow.attempt_id.in_(list(attempt_ids)))
        .group_by(RemarkRow.attempt_id)
        .subquery()
    )
    statement = (
        select(RemarkRow, RegradingRow)
        .join(
            last,
            and_(RemarkRow.attempt_id == last.c.attempt_id, RemarkRow.regrading_id == last.c.regrading_id),
        )
        .join(RegradingRow, RegradingRow.id == RemarkRow.regrading_id)
    )
    return {row[0].attempt_id: (row[0], row[1]) for row in session.execute(statement)}


def stream_attempts(
    session: Session, public_ids: Sequence[str]
) -> Iterator[tuple[Row[Any], list[Row[Any]], tuple[RemarkRow, RegradingRow] | None]]:
    """Give attempts with their draws, all their steps and their last remark, in order, some hundred at a time."""
    for some in batches(public_ids):
        attempts = session.execute(
            select(*AttemptRow.__table__.columns).where(AttemptRow.public_id.in_(some)).order_by(AttemptRow.id)
        ).all()
        steps: dict[int, list[Row[Any]]] = {attempt.id: [] for attempt in attempts}
        found = session.execute(
            select(AttemptStepRow.number.label("step_number"), *AttemptStepRow.__table__.columns)
            .where(AttemptStepRow.attempt_id.in_(list(steps)))
            .order_by(AttemptStepRow.attempt_id, AttemptStepRow.number)
        )
        for step in found:
            steps[step.attempt_id].append(step)
        remarks = list_remarks(session, list(steps))
        for attempt in attempts:
            yield attempt, steps[attempt.id], remarks.get(attempt.id)
