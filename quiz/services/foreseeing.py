"""What publishing a draft of an instrument would do to everything that stands, before anybody approves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.impact import Impact, impact
from quiz.bank.provision_diff import PlaceChanges, by_provision
from quiz.db.queries import catalogue
from quiz.db.queries import drafts as queries
from quiz.engine.document import read_module
from quiz.engine.errors import Faulty
from quiz.engine.module import Module
from quiz.services.published import get_library, list_scenarios
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a draft of an instrument changes, place by place, and what that does; None as long as it cannot be read."""

    places: tuple[PlaceChanges, ...]
    impact: Impact | None


def get_amendment(work: UnitOfWork, key: str, document: Mapping[str, Any]) -> Amendment:
    """Return what a draft of an instrument changes of what stands under its key."""
    work.require(Permission.BANK_DRAFT_READ, Target("instrument", key))
    standing = queries.find_standing(work.session, "instrument", key)
    return Amendment(by_provision(standing.document if standing else None, document), foresee(work, document))


def foresee(work: UnitOfWork, document: Mapping[str, Any]) -> Impact | None:
    """Return what publishing an instrument would do, None as long as it cannot be read."""
    work.require(Permission.BANK_DRAFT_READ, Target("instrument", str(document.get("key", ""))[:64]))
    scenarios = [scenario for scenario, _ in list_scenarios(work)]
    adopted = catalogue.list_adopted(work.session)
    try:
        return impact(get_library(work), [document], scenarios, list_modules(work), adopted)
    except Faulty:
        return None


def list_modules(work: UnitOfWork) -> tuple[Module, ...]:
    """Return every module as it stands, in order of keys."""
    found = []
    for row in catalogue.list_modules(work.session):
        if row.current_version_id is not None:
            version = catalogue.get_module_version(work.session, row.current_version_id)
            found.append(
                work.tools.kept.documents.get(
                    version.digest,
                    lambda version=version: read_module(version.document),  # type: ignore[misc]
                )
            )
    return tuple(found)
