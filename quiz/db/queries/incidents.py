"""Finding incidents and what follows from them, and every answer to the scenarios that cite a provision."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session, aliased

from quiz.db.models.advising import WishRow
from quiz.db.models.attempts import AttemptRow
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow
from quiz.db.models.incidents import IncidentRow, IncidentScenarioRow, IncidentWishRow
from quiz.db.models.mark_sheets import MarkSheetRow
from quiz.db.queries.batches import stream

AT_ONCE = 2_000


def count_incidents(session: Session) -> int:
    """Return how many incidents are recorded."""
    return session.scalar(select(func.count()).select_from(IncidentRow)) or 0


def list_incidents(session: Session, most: int, after: int = 0) -> list[IncidentRow]:
    """Return some incidents, the newest first."""
    return list(session.scalars(select(IncidentRow).order_by(IncidentRow.id.desc()).limit(most).offset(after)))


def find_incident(session: Session, public_id: str) -> IncidentRow | None:
    """Return an incident by public id."""
    return session.scalar(select(IncidentRow).where(IncidentRow.public_id == public_id))


def list_links(session: Session, incident_ids: Collection[int]) -> list[Row[Any]]:
    """Return the scenarios that teach from incidents: incident, key of the scenario, and since when."""
    statement = (
        select(IncidentScenarioRow.incident_id, ScenarioRow.key, IncidentScenarioRow.linked_at)
        .join(ScenarioRow, ScenarioRow.id == IncidentScenarioRow.scenario_id)
        .where(IncidentScenarioRow.incident_id.in_(list(incident_ids)))
    )
    return list(session.execute(statement.order_by(IncidentScenarioRow.linked_at, ScenarioRow.key)))


def list_scenarios(session: Session, keys: Collection[str]) -> dict[str, Row[Any]]:
    """Return scenarios by key: the title that stands, when it was first published, and when withdrawn."""
    first, standing = aliased(ScenarioVersionRow), aliased(ScenarioVersionRow)
    statement = (
        select(
            ScenarioRow.key,
            ScenarioRow.withdrawn_at,
            first.published_at,
            standing.document["title"].label("title"),
        )
        .join(first, and_(first.scenario_id == ScenarioRow.id, first.number == 1))
        .join(standing, and_(standing.scenario_id == ScenarioRow.id, standing.number == ScenarioRow.current_number))
    )
    return {row.key: row for row in session.execute(statement.where(ScenarioRow.key.in_(list(keys))))}


def list_wishes(session: Session, incident_ids: Collection[int]) -> list[tuple[int, WishRow]]:
    """Return the wishes that incidents led to, in order, each with its incident."""
    statement = (
        select(IncidentWishRow.incident_id, WishRow)
        .join(WishRow, WishRow.id == IncidentWishRow.wish_id)
        .where(IncidentWishRow.incident_id.in_(list(incident_ids)))
    )
    return [(row[0], row[1]) for row in session.execute(statement.order_by(WishRow.id))]


def list_all_versions(session: Session) -> list[Row[Any]]:
    """Return key in the tables and digest of every version of every scenario, withdrawn ones too."""
    return list(session.execute(select(ScenarioVersionRow.id, ScenarioVersionRow.digest)))


def count_sheets(session: Session) -> tuple[int, int]:
    """Return how many first attempts ended, and the key of the last of them."""
    row = session.execute(select(func.count(), func.max(MarkSheetRow.attempt_id)).select_from(MarkSheetRow)).one()
    return row[0], row[1] or 0


def stream_sheets(session: Session) -> Iterator[Row[Any]]:
    """Give unit, entries and the moment of the end of every first attempt, without holding them."""
    statement = select(MarkSheetRow.unit, MarkSheetRow.entries, AttemptRow.ended_at).join(
        AttemptRow, AttemptRow.id == MarkSheetRow.attempt_id
    )
    yield from stream(session, statement, AT_ONCE)
