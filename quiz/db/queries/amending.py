"""Finding what stood when something was published, what was confirmed since, and modules that ask only changes."""

from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from quiz.db.models.amending import DeltaModuleRow, ScenarioConfirmationRow
from quiz.db.models.catalogue import InstrumentRow, InstrumentVersionRow, ScenarioRow, ScenarioVersionRow


def list_amended(session: Session) -> list[Row[Any]]:
    """Return every version of the instruments that have several: key, id, number, digest, moment and way, in order."""
    return list(session.execute(_versions().where(InstrumentRow.current_number > 1)))


def list_versions(session: Session, key: str) -> list[Row[Any]]:
    """Return every version of an instrument, in order."""
    return list(session.execute(_versions().where(InstrumentRow.key == key)))


def _versions() -> Select[*tuple[Any, ...]]:
    version = InstrumentVersionRow
    found: Select[*tuple[Any, ...]] = select(
        InstrumentRow.key, version.id, version.number, version.digest, version.published_at, version.published_through
    )
    joined = found.join(version, version.instrument_id == InstrumentRow.id)
    return joined.order_by(InstrumentRow.key, version.number)


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


def find_delta(session: Session, instrument_version_id: int) -> DeltaModuleRow | None:
    """Return the module that asks what a version of an instrument changed."""
    return session.scalar(select(DeltaModuleRow).where(DeltaModuleRow.instrument_version_id == instrument_version_id))


def find_delta_of_module(session: Session, module_key: str) -> DeltaModuleRow | None:
    """Return what a module asks again, None where it is no such module."""
    return session.scalar(select(DeltaModuleRow).where(DeltaModuleRow.module_key == module_key))


def list_deltas(session: Session) -> list[DeltaModuleRow]:
    """Return every module that asks only what changed, the newest first."""
    return list(session.scalars(select(DeltaModuleRow).order_by(DeltaModuleRow.id.desc())))


def hold_delta(session: Session, module_key: str) -> None:
    """Hold such a module until the deed is done, so that nobody is assigned it twice at once."""
    session.execute(select(DeltaModuleRow.id).where(DeltaModuleRow.module_key == module_key).with_for_update())
