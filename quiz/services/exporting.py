"""Files out: what is published, or what is being written, as documents that can be read in again."""

from collections.abc import Mapping
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import catalogue
from quiz.engine.scenario import BANKS
from quiz.services.errors import NotFound
from quiz.services.unit_of_work import UnitOfWork

Documents = tuple[tuple[str, Mapping[str, Any]], ...]


def list_published(work: UnitOfWork, bank: str | None = None) -> Documents:
    """Return every published document with its kind, as it stands; with a bank, only that bank's scenarios."""
    work.require(Permission.BANK_SCENARIO_READ, Target("banks", bank or ""))
    if bank is not None and bank not in BANKS:
        raise NotFound("bank")
    scenarios = tuple(
        ("scenario", version.document)
        for row, version in catalogue.list_current_scenarios(work.session)
        if bank in {None, row.bank}
    )
    if bank is not None:
        return scenarios
    instruments = tuple(
        ("instrument", version.document) for _, version in catalogue.list_current_instruments(work.session)
    )
    modules = tuple(
        ("module", catalogue.get_module_version(work.session, row.current_version_id).document)
        for row in catalogue.list_modules(work.session)
        if row.current_version_id is not None
    )
    return (*instruments, *scenarios, *modules)
