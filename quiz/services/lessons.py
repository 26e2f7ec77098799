"""Lesson cards to be read outside of any attempt, and which of them teach a provision."""

from collections.abc import Iterator
from dataclasses import dataclass

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.catalogue import ModuleRow
from quiz.db.queries import catalogue
from quiz.engine.document import read_module
from quiz.engine.module import Module
from quiz.engine.text import Text
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound
from quiz.services.published import get_library
from quiz.services.unit_of_work import UnitOfWork

_TARGET = Target("lessons")


@dataclass(frozen=True, slots=True)
class CardName:
    """Where a lesson card stands, and what it is called."""

    module: str
    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class CardSummary:
    """One lesson card; `jurisdictions` is empty where it is for everybody."""

    key: str
    title: Text
    body: Text
    citations: tuple[CitationSummary, ...]
    jurisdictions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LessonSummary:
    """What people read before the scenarios of a module."""

    key: str
    title: Text
    cards: tuple[CardSummary, ...]


def get_lesson(work: UnitOfWork, key: str) -> LessonSummary:
    """Return the lesson of a module as it stands; raise NotFound."""
    work.require(Permission.REFERENCE_PROVISION_READ, _TARGET)
    row = catalogue.find_module(work.session, key)
    module = _standing(work, row) if row else None
    if module is None:
        raise NotFound("lesson")
    library = get_library(work)
    cards = (
        CardSummary(card.key, card.title, card.body, summarise_citations(library, card.cites), card.jurisdictions)
        for card in module.lesson
    )
    return LessonSummary(module.key, module.title, tuple(cards))


def list_teaching(work: UnitOfWork) -> dict[str, tuple[CardName, ...]]:
    """Return by the address of a provision the lesson cards that teach it: those that rest on it, whole or in part."""
    work.require(Permission.REFERENCE_PROVISION_READ, _TARGET)
    found: dict[str, list[CardName]] = {}
    for module in _modules(work):
        for card in module.lesson:
            for address in dict.fromkeys(cite.provision_address for cite in card.cites):
                found.setdefault(address, []).append(CardName(module.key, card.key, card.title))
    return {address: tuple(cards) for address, cards in found.items()}


def _modules(work: UnitOfWork) -> Iterator[Module]:
    for row in catalogue.list_modules(work.session):
        if (module := _standing(work, row)) is not None:
            yield module


def _standing(work: UnitOfWork, row: ModuleRow) -> Module | None:
    version_id = row.current_version_id
    if version_id is None:
        return None
    found: Module = work.tools.kept.lessons.get(
        version_id, lambda: read_module(catalogue.get_module_version(work.session, version_id).document)
    )
    return found
