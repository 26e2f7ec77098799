"""What is published now, as engine objects: read once a process for each document, kept by its digest."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from quiz.db.queries import catalogue as queries
from quiz.engine.document import read_instrument, read_scenario
from quiz.engine.instrument import Instrument, Library
from quiz.engine.scenario import Scenario
from quiz.services.unit_of_work import UnitOfWork

_Thing = TypeVar("_Thing")


def list_scenarios(work: UnitOfWork) -> list[tuple[Scenario, int]]:
    """Return every scenario that is not withdrawn, in order of keys, with the number of its version."""
    standing = queries.list_standing_scenarios(work.session)
    read = _kept(work, standing, queries.list_scenario_documents, read_scenario)
    return [(read[row.digest], row.number) for row in standing]


def list_versions(work: UnitOfWork) -> list[tuple[int, Scenario]]:
    """Return every scenario that is not withdrawn, in order of keys, with the key of its version in the tables."""
    standing = queries.list_standing_scenarios(work.session)
    read = _kept(work, standing, queries.list_scenario_documents, read_scenario)
    return [(row.id, read[row.digest]) for row in standing]


def read_scenarios(work: UnitOfWork, standing: Iterable[Any]) -> dict[str, Scenario]:
    """Return scenarios by the digest of their documents, of rows that have id and digest."""
    return _kept(work, list(standing), queries.list_scenario_documents, read_scenario)


def get_library(work: UnitOfWork) -> Library:
    """Return all instruments as they stand."""
    standing = queries.list_standing_instruments(work.session)
    read: dict[str, Instrument] = _kept(work, standing, queries.list_instrument_documents, read_instrument)
    return Library.of(tuple(read[row.digest] for row in standing))


def get_instrument(work: UnitOfWork, version_id: int, digest: str) -> Instrument:
    """Return an instrument as one of its versions has it."""
    shelf = work.tools.kept.documents
    return shelf.get(digest, lambda: read_instrument(queries.get_instrument_version(work.session, version_id).document))


def _kept(
    work: UnitOfWork,
    standing: Iterable[Any],
    list_documents: Callable[[Any, Iterable[int]], Iterable[Any]],
    read: Callable[[Any], _Thing],
) -> dict[str, _Thing]:
    """Return what stands by its digest; only documents that this process has not read yet are fetched."""
    shelf = work.tools.kept.documents
    things = {row.digest: shelf.find(row.digest) for row in standing}
    missing = [row.id for row in standing if things[row.digest] is None]
    for row in list_documents(work.session, missing) if missing else ():
        things[row.digest] = shelf.get(row.digest, lambda row=row: read(row.document))  # type: ignore[misc]
    return things
