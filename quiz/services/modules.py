"""The modules at the editors' desk: which there are, what a draft of one would draw, and how its pool changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank import modules, trials
from quiz.bank.places import title_of
from quiz.bank.trials import CountryTrial
from quiz.db.queries import catalogue
from quiz.db.queries import drafts as queries
from quiz.engine.document import digest, read_module
from quiz.engine.instrument import Citation, Library, Verification
from quiz.engine.module import Module
from quiz.engine.scenario import Scenario
from quiz.engine.selection import Choice, Standing, unscored_because
from quiz.engine.text import Text
from quiz.services.checking import Checker
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.drafting import begin_draft
from quiz.services.errors import NotFound
from quiz.services.organisation import get_choices
from quiz.services.published import get_library, list_scenarios
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]
_SHORT = "blueprint-too-few"


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module in a list: its version, what stops it from being published again, and its open draft.

    `lengths` are the scenarios of an attempt by country, in the order of the module's countries.
    """

    module: Module
    number: int
    published_at: datetime
    lengths: tuple[tuple[str, int], ...]
    errors: int
    short: int
    draft: str | None
    draft_state: str | None


@dataclass(frozen=True, slots=True)
class NewModuleLine:
    """A draft of a module of which nothing is published yet."""

    draft: str
    title: Text
    state: str


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A scenario of a trial draw: why it would not count (None: it counts), and what it cites."""

    choice: Choice
    because: str | None
    citations: tuple[CitationSummary, ...]


@dataclass(frozen=True, slots=True)
class PoolChange:
    """What people of a country could draw and could not before, what no more, and how much stays."""

    country: str
    came: tuple[Scenario, ...]
    went: tuple[Scenario, ...]
    stays: int


def list_lines(work: UnitOfWork) -> tuple[tuple[ModuleLine, ...], tuple[NewModuleLine, ...]]:
    """Return the modules that stand, in order of keys, and the drafts of new ones."""
    work.require(Permission.BANK_DRAFT_READ, Target("modules"))
    drafts = {row.key: row for row in queries.list_open_drafts(work.session) if row.kind == "module"}
    checker, standing = Checker.of(work), _standing(work)
    lines = []
    for row in catalogue.list_modules(work.session):
        if row.current_version_id is None:
            continue
        version = catalogue.get_module_version(work.session, row.current_version_id)
        module = read_module(version.document)
        # The law takes a while over seven modules, and says the same as long as everything stands as it did.
        errors = work.tools.kept.trials.get(
            ("errors", version.digest, standing, work.now.date()),
            lambda version=version: checker.check("module", version.document, version).errors,  # type: ignore[misc]
        )
        draft = drafts.pop(row.key, None)
        lines.append(
            ModuleLine(
                module=module,
                number=version.number,
                published_at=version.published_at,
                lengths=tuple((country, module.length_for(country)) for country in module.jurisdictions),
                errors=sum(one.code != _SHORT for one in errors),
                short=sum(one.code == _SHORT for one in errors),
                draft=draft.public_id if draft else None,
                draft_state=draft.state if draft else None,
            )
        )
    begun = (
        NewModuleLine(
            row.public_id, title_of(queries.get_revision(work.session, row, row.revision).document), row.state
        )
        for row in drafts.values()
    )
    return tuple(lines), tuple(begun)


def copy_module(work: UnitOfWork, key: str) -> str:
    """Begin a draft of a new module as a copy of one that stands; return its public id, or raise NotFound."""
    work.require(Permission.BANK_DRAFT_WRITE, Target("module", key))
    standing = queries.find_standing(work.session, "module", key)
    if standing is None:
        raise NotFound("module")
    return begin_draft(work, "module", modules.copied(standing.document), "copied")


@dataclass(frozen=True, slots=True)
class _Offer:
    """What could be drawn at this moment, and what decides whether it counts."""

    pool: Sequence[Scenario]
    library: Library
    adopted: frozenset[str]

    @classmethod
    def of(cls, work: UnitOfWork) -> "_Offer":
        with_sensitive = get_choices(work).sensitive
        pool = [scenario for scenario, _ in list_scenarios(work) if with_sensitive or not scenario.sensitive]
        return cls(pool, get_library(work), catalogue.list_adopted(work.session))

    def reasons(self, country: str, minimum: Verification) -> dict[str, str | None]:
        standing = Standing(country, minimum, self.adopted)
        return {scenario.key: unscored_because(scenario, self.library, standing) for scenario in self.pool}


def _standing(work: UnitOfWork) -> str:
    """Return a digest of every scenario and instrument as it stands."""
    scenarios = [row.digest for row in catalogue.list_standing_scenarios(work.session)]
    instruments = [row.digest for row in catalogue.list_standing_instruments(work.session)]
    return digest([scenarios, instruments])


def try_out(work: UnitOfWork, document: Document) -> tuple[CountryTrial, ...]:
    """Return for each country of a draft what trial draws of it give; what cannot be read yet is left out."""
    work.require(Permission.BANK_DRAFT_READ, Target("module", str(document.get("key", ""))[:64]))
    lines, minimum = modules.lines_of(document), modules.minimum_of(document)
    countries = tuple(modules.shaped(document)["jurisdictions"])
    offer = _Offer.of(work)
    known = (lines, minimum, countries, _standing(work), offer.adopted, len(offer.pool))
    return work.tools.kept.trials.get(
        known,
        lambda: tuple(
            trials.try_out(lines, country, offer.pool, offer.library, offer.reasons(country, minimum))
            for country in countries
        ),
    )


def draw_once(work: UnitOfWork, document: Document, country: str, number: int) -> tuple[DrawnLine, ...] | None:
    """Return one trial draw for somebody of a country, in the order of the attempt; nothing of it is stored.

    None where a line of the draft cannot be filled; NotFound where the draft is not for that country.
    """
    work.require(Permission.BANK_DRAFT_READ, Target("module", str(document.get("key", ""))[:64]))
    if country not in modules.shaped(document)["jurisdictions"]:
        raise NotFound("country")
    offer = _Offer.of(work)
    reasons = offer.reasons(country, modules.minimum_of(document))
    chosen = trials.draw_once(modules.lines_of(document), country, offer.pool, offer.library, reasons, number)
    if chosen is None:
        return None
    return tuple(
        DrawnLine(
            choice,
            reasons[choice.scenario.key] or (None if choice.scored else "learning"),
            summarise_citations(offer.library, choice.scenario.cites),
        )
        for choice in chosen
    )


def list_pool_changes(work: UnitOfWork, key: str, document: Document) -> tuple[PoolChange, ...]:
    """Return for each country, of the module as it stands or of its draft, what comes into its pool and what goes."""
    work.require(Permission.BANK_DRAFT_READ, Target("module", key))
    row = queries.find_standing(work.session, "module", key)
    before: Document = row.document if row else {}
    offer = _Offer.of(work)
    found = []
    for country in dict.fromkeys((*_countries(document), *_countries(before))):
        was, now = (_drawable(one, country, offer) for one in (before, document))
        found.append(
            PoolChange(
                country,
                tuple(now[name] for name in sorted(now.keys() - was.keys())),
                tuple(was[name] for name in sorted(was.keys() - now.keys())),
                len(was.keys() & now.keys()),
            )
        )
    return tuple(found)


def _countries(document: Document) -> list[str]:
    return list(modules.shaped(document)["jurisdictions"])


def _drawable(document: Document, country: str, offer: _Offer) -> Mapping[str, Scenario]:
    if country not in _countries(document):
        return {}
    return trials.drawable(modules.lines_of(document), country, offer.pool, offer.library)


def gather_citations(work: UnitOfWork, addresses: Sequence[str]) -> Mapping[str, CitationSummary]:
    """Return what pages say of provisions, by their addresses; those where nothing stands are left out."""
    work.require(Permission.BANK_SCENARIO_READ, Target("provisions"))
    found = summarise_citations(get_library(work), (Citation(address) for address in addresses))
    return {one.address: one for one in found}
