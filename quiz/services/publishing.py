"""Publishing: a version of what stands from now on, and the modules that hold it published anew in the same deed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.bank.checks_modules import shortages_for
from quiz.db.models.catalogue import (
    InstrumentRow,
    InstrumentVersionRow,
    ModuleRow,
    ModuleVersionRow,
    ScenarioRow,
    ScenarioVersionRow,
)
from quiz.db.queries import catalogue as queries
from quiz.engine.document import digest, read_module
from quiz.engine.instrument import Library
from quiz.engine.module import Module
from quiz.engine.scenario import Scenario
from quiz.engine.selection import matches
from quiz.services.errors import NotReady
from quiz.services.pinned import get_pinned
from quiz.services.published import get_library, list_versions
from quiz.services.searching import searched_words
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hands:
    """Through which deed something is published, and the two people behind it where it is one of editors.

    Shipped content comes through `install_release`, what somebody wrote and somebody else approved through
    `review`; through `pin` comes a module whose words stayed and whose pool changed with a review.
    """

    through: str
    author_id: int | None = None
    approver_id: int | None = None


REVIEW, PIN = "review", "pin"
RELEASE = Hands("install_release")


def hold(work: UnitOfWork) -> None:
    """Let nobody else publish until this deed is done, since every module may be published anew; asked first."""
    queries.hold_modules(work.session)


def _stamp(work: UnitOfWork, document: Document, hands: Hands) -> dict[str, Any]:
    return {
        "document": dict(document),
        "digest": digest(document),
        "published_through": hands.through,
        "author_id": hands.author_id,
        "approver_id": hands.approver_id,
        "published_at": work.now,
    }


def add_version(work: UnitOfWork, row: InstrumentRow | ScenarioRow, document: Document, hands: Hands) -> None:
    """Append the next version of a scenario or an instrument and let it stand."""
    row.current_number += 1
    work.session.flush()
    stamp = _stamp(work, document, hands)
    if isinstance(row, ScenarioRow):
        row.searched = searched_words(document)
        work.session.add(ScenarioVersionRow(scenario_id=row.id, number=row.current_number, **stamp))
    else:
        work.session.add(InstrumentVersionRow(instrument_id=row.id, number=row.current_number, **stamp))


def publish_scenario(work: UnitOfWork, document: Document, hands: Hands) -> int:
    """Publish a scenario and every module that its coming or changing concerns; return the number of its version."""
    row = queries.find_scenario(work.session, document["key"])
    if row is None:
        row = ScenarioRow(key=document["key"], bank=document["bank"], current_number=0)
        work.session.add(row)
    row.bank = document["bank"]
    # Whoever publishes a new version of what was taken out of use brings it back.
    row.withdrawn_at = None
    add_version(work, row, document, hands)
    work.session.flush()
    pin_modules(work, hands)
    return row.current_number


def publish_instrument(work: UnitOfWork, document: Document, hands: Hands) -> int:
    """Publish an instrument and every module, since all pin it; return the number of its version."""
    row = queries.find_instrument(work.session, document["key"])
    if row is None:
        row = InstrumentRow(key=document["key"], current_number=0)
        work.session.add(row)
    add_version(work, row, document, hands)
    work.session.flush()
    pin_modules(work, hands)
    return row.current_number


@dataclass(frozen=True, slots=True)
class Stock:
    """What modules may pin: the scenarios that stand with the keys of their versions, and all instruments."""

    scenarios: Sequence[tuple[int, Scenario]]
    instrument_ids: Sequence[int]
    library: Library

    @classmethod
    def of(cls, work: UnitOfWork) -> "Stock":
        """Read what stands at this moment of the deed."""
        instruments = [row.id for row in queries.list_standing_instruments(work.session)]
        return cls(list_versions(work), instruments, get_library(work))


def pin_modules(work: UnitOfWork, hands: Hands) -> tuple[str, ...]:
    """Publish every standing module anew whose pool is not what it pinned; return their keys."""
    pinned = []
    stock = Stock.of(work)
    for row in queries.list_modules(work.session):
        if row.current_version_id is None:
            continue
        current = queries.get_module_version(work.session, row.current_version_id)
        # Words that were edited here stay known as such, whatever is pinned anew.
        through = REVIEW if current.published_through == REVIEW else PIN
        if publish_module(work, current.document, Hands(through, hands.author_id, hands.approver_id), stock):
            pinned.append(row.key)
    return tuple(pinned)


def check_fillable(work: UnitOfWork) -> None:
    """Raise NotReady for the first standing module that could not be filled by what stands in this deed."""
    stock = Stock.of(work)
    for row in queries.list_modules(work.session):
        if row.current_version_id is not None:
            module = read_module(queries.get_module_version(work.session, row.current_version_id).document)
            _can_be_filled(module, list(_drawn(module, stock).values()), stock.library)


def publish_module(work: UnitOfWork, document: Document, hands: Hands, stock: Stock) -> bool:
    """Publish a module unless it and its pool stand already; NotReady names a line that its pool cannot fill."""
    module = read_module(document)
    row = queries.find_module(work.session, module.key)
    current = None
    if row is not None and row.current_version_id is not None:
        current = queries.get_module_version(work.session, row.current_version_id)
    found, drawn = digest(document), _drawn(module, stock)
    pool = {"format": 1, "scenarios": list(drawn), "instruments": list(stock.instrument_ids)}
    # What a withdrawal left short was told when it was decided; it must not keep other mends from being published.
    if current is None or current.digest != found or not _has_withdrawn(work, current.id):
        _can_be_filled(module, list(drawn.values()), stock.library)
    if current is not None and (current.digest, current.pool_digest) == (found, digest(pool)):
        return False
    if row is None:
        row = ModuleRow(key=module.key)
        work.session.add(row)
        work.session.flush()
    version = ModuleVersionRow(
        module_id=row.id,
        number=current.number + 1 if current else 1,
        pool=pool,
        pool_digest=digest(pool),
        **_stamp(work, document, hands),
    )
    work.session.add(version)
    work.session.flush()
    row.current_version_id = version.id
    return True


def _drawn(module: Module, stock: Stock) -> Mapping[int, Scenario]:
    """Return the versions a module pins: every scenario that a line of its blueprint may draw."""
    return {
        version_id: scenario
        for version_id, scenario in stock.scenarios
        if any(matches(scenario, line, stock.library) for line in module.blueprint)
    }


def _has_withdrawn(work: UnitOfWork, version_id: int) -> bool:
    """Tell whether a scenario that a standing module pins was withdrawn since."""
    withdrawn = queries.list_withdrawn(work.session)
    if not withdrawn:
        return False
    return any(scenario.key in withdrawn for scenario in get_pinned(work, version_id).scenarios.values())


def _can_be_filled(module: Module, pool: Sequence[Scenario], library: Library) -> None:
    # A sensitive scenario is off until an organisation turns it on: no blueprint may count on it.
    offered = [scenario for scenario in pool if not scenario.sensitive]
    for country in module.jurisdictions:
        for place, found in shortages_for(module, country, offered, library):
            line = module.blueprint[place]
            raise NotReady(
                "blueprint-too-few",
                module=module.key,
                line=place + 1,
                bank=line.bank,
                country=country,
                wanted=line.count,
                found=found,
            )
