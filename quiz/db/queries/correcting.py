"""Finding corrected rulings, who may have met them, and who was told; this reads draws, so no report may import it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, String, and_, cast, func, select
from sqlalchemy.orm import Session

from quiz.db.models.attempts import AttemptRow
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow
from quiz.db.models.correcting import CorrectionNoticeRow, CorrectionRow


def find_correction(session: Session, public_id: str) -> tuple[CorrectionRow, str] | None:
    """Return a correction with the key of its scenario."""
    statement = select(CorrectionRow, ScenarioRow.key).join(ScenarioRow, ScenarioRow.id == CorrectionRow.scenario_id)
    row = session.execute(statement.where(CorrectionRow.public_id == public_id)).first()
    return (row[0], row[1]) if row else None


def find_same_correction(session: Session, key: str, from_number: int, to_number: int) -> CorrectionRow | None:
    """Return the correction of the very same versions."""
    statement = select(CorrectionRow).join(ScenarioRow, ScenarioRow.id == CorrectionRow.scenario_id)
    return session.scalar(
        statement.where(
            ScenarioRow.key == key, CorrectionRow.from_number == from_number, CorrectionRow.to_number == to_number
        )
    )


def list_versions(session: Session, key: str) -> list[Row[Any]]:
    """Return id, number, moment and scenario of every version of a scenario, in order."""
    statement = (
        select(
            ScenarioVersionRow.id,
            ScenarioVersionRow.number,
            ScenarioVersionRow.published_at,
            ScenarioVersionRow.scenario_id,
            ScenarioRow.withdrawn_at,
        )
        .join(ScenarioRow, ScenarioRow.id == ScenarioVersionRow.scenario_id)
        .where(ScenarioRow.key == key)
    )
    return list(session.execute(statement.order_by(ScenarioVersionRow.number)))


def list_drawn(session: Session, key: str, but_not_told: int | None = None) -> list[tuple[int, str]]:
    """Return person and public id of every attempt whose draw names a scenario, person by person.

    The name may be an option's of the same key; who reads the draw sees. `but_not_told` leaves out the attempts of
    people who were told of a correction already.
    """
    statement = select(AttemptRow.person_id, AttemptRow.public_id).where(
        cast(AttemptRow.draw, String).contains(f'"{key}"', autoescape=True)
    )
    if but_not_told is not None:
        told = select(CorrectionNoticeRow.person_id).where(CorrectionNoticeRow.correction_id == but_not_told)
        statement = statement.where(AttemptRow.person_id.not_in(told))
    found = session.execute(statement.order_by(AttemptRow.person_id, AttemptRow.id))
    return [(row[0], row[1]) for row in found]


def list_corrections_of(session: Session, version_ids: Collection[int]) -> list[tuple[CorrectionRow, int]]:
    """Return the corrections of some versions, each with the version it corrects, in order."""
    statement = select(CorrectionRow, ScenarioVersionRow.id).join(
        ScenarioVersionRow,
        and_(
            ScenarioVersionRow.scenario_id == CorrectionRow.scenario_id,
            ScenarioVersionRow.number >= CorrectionRow.from_number,
            ScenarioVersionRow.number < CorrectionRow.to_number,
        ),
    )
    found = session.execute(statement.where(ScenarioVersionRow.id.in_(list(version_ids))).order_by(CorrectionRow.id))
    return [(row[0], row[1]) for row in found]


def count_told(session: Session, correction_id: int) -> int:
    """Return how many people were told of a correction."""
    return session.scalar(select(func.count()).where(CorrectionNoticeRow.correction_id == correction_id)) or 0


def find_notice(session: Session, correction_id: int, person_id: int) -> CorrectionNoticeRow | None:
    """Return that a person was told of a correction."""
    return session.get(CorrectionNoticeRow, (correction_id, person_id))


def list_own_corrections(session: Session, person_id: int) -> list[Row[Any]]:
    """Return the corrections that a person was told of, newest first: public id, moment, key of the scenario."""
    statement = (
        select(CorrectionRow.public_id, CorrectionNoticeRow.at, ScenarioRow.key)
        .join(CorrectionNoticeRow, CorrectionNoticeRow.correction_id == CorrectionRow.id)
        .join(ScenarioRow, ScenarioRow.id == CorrectionRow.scenario_id)
        .where(CorrectionNoticeRow.person_id == person_id)
    )
    return list(session.execute(statement.order_by(CorrectionNoticeRow.at.desc(), CorrectionRow.id.desc())))
