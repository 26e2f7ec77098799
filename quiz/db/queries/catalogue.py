"""Finding published versions, and what the organisation adopted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from quiz.db.models.catalogue import (
    AdoptionRow,
    InstrumentRow,
    InstrumentVersionRow,
    ModuleRow,
    ModuleVersionRow,
    ScenarioRow,
    ScenarioVersionRow,
)
from quiz.db.queries.batches import batches


def find_module_version(session: Session, version_id: int) -> ModuleVersionRow | None:
    """Return a published module version by key."""
    return session.get(ModuleVersionRow, version_id)


def get_module_version(session: Session, version_id: int) -> ModuleVersionRow:
    """Return a module version that is known to exist."""
    return session.get_one(ModuleVersionRow, version_id)


def get_standing_module(session: Session, module_id: int) -> ModuleVersionRow:
    """Return the standing version of a module that is known to be published."""
    joined = select(ModuleVersionRow).join(ModuleRow, ModuleRow.current_version_id == ModuleVersionRow.id)
    return session.scalars(joined.where(ModuleRow.id == module_id)).one()


def get_instrument_version(session: Session, version_id: int) -> InstrumentVersionRow:
    """Return a version of an instrument that is known to exist."""
    return session.get_one(InstrumentVersionRow, version_id)


def find_scenario(session: Session, key: str) -> ScenarioRow | None:
    """Return a scenario by its key, withdrawn or not."""
    return session.scalar(select(ScenarioRow).where(ScenarioRow.key == key))


def get_scenario(session: Session, scenario_id: int) -> ScenarioRow:
    """Return a scenario that is known to exist."""
    return session.get_one(ScenarioRow, scenario_id)


def find_instrument(session: Session, key: str) -> InstrumentRow | None:
    """Return an instrument by its key."""
    return session.scalar(select(InstrumentRow).where(InstrumentRow.key == key))


def get_instrument_row(session: Session, instrument_id: int) -> InstrumentRow:
    """Return an instrument that is known to exist."""
    return session.get_one(InstrumentRow, instrument_id)


def find_module(session: Session, key: str) -> ModuleRow | None:
    """Return a module by its key."""
    return session.scalar(select(ModuleRow).where(ModuleRow.key == key))


def find_module_by_id(session: Session, module_id: int) -> ModuleRow | None:
    """Return a module by its key in the tables."""
    return session.get(ModuleRow, module_id)


def list_modules(session: Session) -> list[ModuleRow]:
    """Return all modules in order of their keys."""
    return list(session.scalars(select(ModuleRow).order_by(ModuleRow.key)))


def hold_modules(session: Session) -> None:
    """Hold every module until the deed is done: whoever publishes next waits, and then sees what was published."""
    session.execute(select(ModuleRow.id).order_by(ModuleRow.key).with_for_update(key_share=True))


def list_current_instruments(
    session: Session, withdrawn_too: bool = False
) -> list[tuple[InstrumentRow, InstrumentVersionRow]]:
    """Return every instrument with the version that stands, in order of keys; instruments are never withdrawn."""
    statement = (
        select(InstrumentRow, InstrumentVersionRow)
        .join(
            InstrumentVersionRow,
            (InstrumentVersionRow.instrument_id == InstrumentRow.id)
            & (InstrumentVersionRow.number == InstrumentRow.current_number),
        )
        .order_by(InstrumentRow.key)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def list_current_scenarios(
    session: Session, withdrawn_too: bool = False
) -> list[tuple[ScenarioRow, ScenarioVersionRow]]:
    """Return the scenarios with the versions that stand, in order of keys; by default those not withdrawn."""
    statement = (
        select(ScenarioRow, ScenarioVersionRow)
        .join(
            ScenarioVersionRow,
            (ScenarioVersionRow.scenario_id == ScenarioRow.id)
            & (ScenarioVersionRow.number == ScenarioRow.current_number),
        )
        .order_by(ScenarioRow.key)
    )
    if not withdrawn_too:
        statement = statement.where(ScenarioRow.withdrawn_at.is_(None))
    return [(row[0], row[1]) for row in session.execute(statement)]


def list_standing_scenarios(session: Session) -> list[Row[Any]]:
    """Return id, number and digest of the standing version of every scenario not withdrawn, in order of keys."""
    statement = (
        select(ScenarioVersionRow.id, ScenarioVersionRow.number, ScenarioVersionRow.digest)
        .join(
            ScenarioRow,
            (ScenarioVersionRow.scenario_id == ScenarioRow.id)
            & (ScenarioVersionRow.number == ScenarioRow.current_number),
        )
        .where(ScenarioRow.withdrawn_at.is_(None))
        .order_by(ScenarioRow.key)
    )
    return list(session.execute(statement))


def list_standing_instruments(session: Session) -> list[Row[Any]]:
    """Return id, number and digest of the standing version of every instrument, in order of keys."""
    statement = (
        select(InstrumentVersionRow.id, InstrumentVersionRow.number, InstrumentVersionRow.digest)
        .join(
            InstrumentRow,
            (InstrumentVersionRow.instrument_id == InstrumentRow.id)
            & (InstrumentVersionRow.number == InstrumentRow.current_number),
        )
        .order_by(InstrumentRow.key)
    )
    return list(session.execute(statement))


# Documents are read a few at a time: all at once, the plain form of a bank would weigh more than what is kept of it.
DOCUMENTS_AT_ONCE = 8


def list_scenario_documents(session: Session, version_ids: Iterable[int]) -> Iterator[Row[Any]]:
    """Give id, digest and document of scenario versions."""
    statement = select(ScenarioVersionRow.id, ScenarioVersionRow.digest, ScenarioVersionRow.document)
    yield from _few_at_a_time(session, statement, ScenarioVersionRow.id, version_ids)


def list_scenario_versions(session: Session, version_ids: Iterable[int]) -> Iterator[Row[Any]]:
    """Give id, number, digest and document of scenario versions."""
    statement = select(
        ScenarioVersionRow.id, ScenarioVersionRow.number, ScenarioVersionRow.digest, ScenarioVersionRow.document
    )
    yield from _few_at_a_time(session, statement, ScenarioVersionRow.id, version_ids)


def list_instrument_documents(session: Session, version_ids: Iterable[int]) -> Iterator[Row[Any]]:
    """Give id, digest and document of instrument versions, in order of ids."""
    statement = select(InstrumentVersionRow.id, InstrumentVersionRow.digest, InstrumentVersionRow.document)
    yield from _few_at_a_time(session, statement, InstrumentVersionRow.id, version_ids)


def _few_at_a_time(
    session: Session, statement: Select[*tuple[Any, ...]], key: InstrumentedAttribute[int], version_ids: Iterable[int]
) -> Iterator[Row[Any]]:
    for few in batches(sorted(version_ids), DOCUMENTS_AT_ONCE):
        yield from session.execute(statement.where(key.in_(few)).order_by(key))


def _searched(words: Sequence[str], bank: str | None, kind: str | None) -> list[ColumnElement[bool]]:
    held = [
        ScenarioRow.withdrawn_at.is_(None),
        *(ScenarioRow.searched.contains(word, autoescape=True) for word in words),
    ]
    if bank is not None:
        held.append(ScenarioRow.bank == bank)
    if kind is not None:
        held.append(ScenarioVersionRow.document["kind"].as_string() == kind)
    return held


_STANDING = (ScenarioVersionRow.scenario_id == ScenarioRow.id) & (
    ScenarioVersionRow.number == ScenarioRow.current_number
)


def list_searched(session: Session, words: Sequence[str], bank: str | None, kind: str | None) -> list[int]:
    """Return in order of keys the ids of the scenarios in use that hold every word, by bank and kind where given."""
    statement = select(ScenarioRow.id)
    if kind is not None:
        statement = statement.join(ScenarioVersionRow, _STANDING)
    return list(session.scalars(statement.where(*_searched(words, bank, kind)).order_by(ScenarioRow.key)))


def list_standing(session: Session, scenario_ids: Sequence[int]) -> list[tuple[ScenarioRow, ScenarioVersionRow]]:
    """Return some scenarios with their standing versions, in order of keys."""
    statement = select(ScenarioRow, ScenarioVersionRow).join(ScenarioVersionRow, _STANDING)
    found = session.execute(statement.where(ScenarioRow.id.in_(scenario_ids)).order_by(ScenarioRow.key))
    return [(row[0], row[1]) for row in found]


def list_withdrawn(session: Session) -> set[str]:
    """Return the keys of scenarios that were withdrawn."""
    return set(session.scalars(select(ScenarioRow.key).where(ScenarioRow.withdrawn_at.is_not(None))))


def list_adopted(session: Session) -> frozenset[str]:
    """Return the addresses of provisions that the organisation adopted."""
    return frozenset(session.scalars(select(AdoptionRow.address)))


def list_adoptions(session: Session) -> list[AdoptionRow]:
    """Return every adoption in order of addresses."""
    return list(session.scalars(select(AdoptionRow).order_by(AdoptionRow.address)))
