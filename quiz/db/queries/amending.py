"""Finding what stood when something was published, what was confirmed since, and modules that ask only changes."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from quiz.db.models.amending import DeltaModuleRow, ScenarioConfirmationRow
from quiz.db.models.catalogue import InstrumentRow, InstrumentVersionRow, ScenarioRow, ScenarioVersionRow


def list_amended(session: Session) -> list[Row[Any]]:
    """Return every version of the instruments that have several: key, id, number, digest, moment and way, in order."""
    version = InstrumentVersionRow
    statement = (
        select(
            InstrumentRow.key,
            version.id,
            version.number,
            version.digest,
            version.published_at,
            version.published_through,
        )
        .join(version, version.instrument_id == InstrumentRow.id)
        .where(InstrumentRow.current_number > 1)
    )
    return list(session.execute(statement.order_by(InstrumentRow.key, version.number)))


def list_standing(session: Session) -> list[Row[Any]]:
    """Return the standing version of every scenario in use: id, number, digest, moment and way, in order of keys."""
    return list(session.execute(_standing().where(ScenarioRow.withdrawn_at.is_(None)).order_by(ScenarioRow.key)))


def find_standing(session: Session, key: str) -> Row[Any] | None:
    """Return the standing version of one scenario in use."""
    statement = _standing().where(ScenarioRow.withdrawn_at.is_(None), ScenarioRow.key == key)
    return session.execute(statement).first()


def _standing() -> Select[*tuple[Any, ...]]:
    version = ScenarioVersionRow
    statement: Select[*tuple[Any, ...]] = select(
        version.id, version.number, version.digest, version.published_at, version.published_through
    )
    return statement.join(
        ScenarioRow, (version.scenario_id == ScenarioRow.id) & (version.number == ScenarioRow.current_number)
    )


def list_confirmed(session: Session) -> list[Row[Any]]:
    """Return by which versions of instruments standing scenarios were found to hold: version, instrument, number."""
    confirmation = ScenarioConfirmationRow
    statement = (
        select(confirmation.scenario_version_id, InstrumentRow.key, InstrumentVersionRow.number)
        .join(InstrumentVersionRow, InstrumentVersionRow.id == confirmation.instrument_version_id)
        .join(InstrumentRow, InstrumentRow.id == InstrumentVersionRow.instrument_id)
        .join(ScenarioVersionRow, ScenarioVersionRow.id == confirmation.scenario_version_id)
        .join(
            ScenarioRow,
            (ScenarioRow.id == ScenarioVersionRow.scenario_id)
            & (ScenarioRow.current_number == ScenarioVersionRow.number),
        )
    )
    return list(session.execute(statement))


def list_confirmations(session: Session, scenario_version_id: int) -> list[ScenarioConfirmationRow]:
    """Return the confirmations of a version of a scenario, the newest first."""
    statement = select(ScenarioConfirmationRow).where(
        ScenarioConfirmationRow.scenario_version_id == scenario_version_id
    )
    return list(session.scalars(statement.order_by(ScenarioConfirmationRow.id.desc())))


def get_instrument_version(session: Session, version_id: int) -> InstrumentVersionRow:
    """Return a version of an instrument that is known to exist."""
    return session.get_one(InstrumentVersionRow, version_id)


def find_delta(session: Session, instrument_version_id: int) -> DeltaModuleRow | None:
    """Return the module that asks what a version of an instrument changed."""
    return session.scalar(select(DeltaModuleRow).where(DeltaModuleRow.instrument_version_id == instrument_version_id))


def list_deltas_of(session: Session, instrument_version_ids: Collection[int]) -> set[int]:
    """Return the versions of instruments, among some, that have such a module."""
    found = select(DeltaModuleRow.instrument_version_id)
    return set(session.scalars(found.where(DeltaModuleRow.instrument_version_id.in_(list(instrument_version_ids)))))
