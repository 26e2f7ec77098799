"""Shipped content into the database: `install_release` publishes what is new, and touches nothing edited here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.checks_modules import shortages_for
from quiz.db.models.catalogue import (
    AdoptionRow,
    InstrumentRow,
    InstrumentVersionRow,
    ModuleRow,
    ModuleVersionRow,
    ScenarioRow,
    ScenarioVersionRow,
)
from quiz.db.queries import catalogue as queries
from quiz.engine.document import digest, read_instrument, read_module, read_scenario
from quiz.engine.instrument import Library, Verification
from quiz.engine.module import Module
from quiz.engine.scenario import Scenario
from quiz.engine.selection import matches
from quiz.services.errors import NotReady
from quiz.services.pinned import get_pinned
from quiz.services.unit_of_work import UnitOfWork

DEED = "install_release"
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """The documents of a release, already checked by the bank's law."""

    instruments: Sequence[Document]
    scenarios: Sequence[Document]
    modules: Sequence[Document]


@dataclass(frozen=True, slots=True)
class Installed:
    """How many versions were published, by kind, and which keys were left alone because they were edited here."""

    instruments: int
    scenarios: int
    modules: int
    left_alone: tuple[str, ...]


def install_release(work: UnitOfWork, release: Release) -> Installed:
    """Publish every document that differs from what stands; one transaction, all or nothing, and idempotent.

    A scenario or instrument whose standing version was published here by editors is left alone and named.
    Modules are published anew when they, or anything in their pool, changed; NotReady names the line of a blueprint
    that its pool cannot fill, whatever the seed of an attempt would be.
    """
    work.require(Permission.BANK_RELEASE_INSTALL, Target("release"))
    left_alone: list[str] = []
    instruments = _publish(
        work, release.instruments, InstrumentRow, InstrumentVersionRow, queries.list_current_instruments, left_alone
    )
    scenarios = _publish(
        work, release.scenarios, ScenarioRow, ScenarioVersionRow, queries.list_current_scenarios, left_alone
    )
    modules = sum(_publish_module(work, document, left_alone) for document in release.modules)
    work.audit(
        Permission.BANK_RELEASE_INSTALL,
        Target("release", digest([instruments, scenarios, modules])[:32]),
        instruments=instruments,
        scenarios=scenarios,
        modules=modules,
        left_alone=left_alone,
    )
    return Installed(instruments, scenarios, modules, tuple(left_alone))


def _publish(
    work: UnitOfWork,
    documents: Sequence[Document],
    thing: type[InstrumentRow] | type[ScenarioRow],
    version: type[InstrumentVersionRow] | type[ScenarioVersionRow],
    list_current: Callable[[Any, bool], list[tuple[Any, Any]]],
    left_alone: list[str],
) -> int:
    standing = {row.key: (row, current) for row, current in list_current(work.session, True)}
    published = 0
    for document in documents:
        key, found = document["key"], digest(document)
        row, current = standing.get(key, (None, None))
        if current is not None and current.digest == found:
            continue
        if current is not None and current.published_through != DEED:
            left_alone.append(key)
            continue
        if row is None:
            row = thing(key=key, current_number=0)
            if isinstance(row, ScenarioRow):
                row.bank = document["bank"]
            work.session.add(row)
        row.current_number += 1
        work.session.flush()
        work.session.add(
            version(
                **{"scenario_id" if isinstance(row, ScenarioRow) else "instrument_id": row.id},
                number=row.current_number,
                document=dict(document),
                digest=found,
                published_through=DEED,
                published_at=work.now,
            )
        )
        published += 1
    work.session.flush()
    return published


def _publish_module(work: UnitOfWork, document: Document, left_alone: list[str]) -> int:
    module = read_module(document)
    row = queries.find_module(work.session, module.key)
    current = None
    if row is not None and row.current_version_id is not None:
        current = queries.find_module_version(work.session, row.current_version_id)
    found = digest(document)
    pool, scenarios, library = _pool(work, module)
    # What a withdrawal left short was told when it was decided; it must not keep other mends from being published.
    if current is None or current.digest != found or not _has_withdrawn(work, current.id):
        _can_be_filled(module, scenarios, library)
    if current is not None and (current.digest, current.pool_digest) == (found, digest(pool)):
        return 0
    if current is not None and current.published_through != DEED:
        left_alone.append(module.key)
        return 0
    if row is None:
        row = ModuleRow(key=module.key)
        work.session.add(row)
        work.session.flush()
    version = ModuleVersionRow(
        module_id=row.id,
        number=current.number + 1 if current else 1,
        document=dict(document),
        digest=found,
        pool=pool,
        pool_digest=digest(pool),
        published_through=DEED,
        published_at=work.now,
    )
    work.session.add(version)
    work.session.flush()
    row.current_version_id = version.id
    return 1


def _has_withdrawn(work: UnitOfWork, version_id: int) -> bool:
    """Tell whether a scenario that a standing module pins was withdrawn since."""
    withdrawn = queries.list_withdrawn(work.session)
    return any(scenario.key in withdrawn for scenario in get_pinned(work, version_id).scenarios.values())


def _pool(work: UnitOfWork, module: Module) -> tuple[dict[str, Any], Sequence[Scenario], Library]:
    """Return the versions a module pins: every scenario a line may draw, and all instruments as they stand."""
    current = queries.list_current_instruments(work.session)
    library = Library.of(
        tuple(
            work.tools.kept.documents.get(
                version.digest,
                lambda version=version: read_instrument(version.document),  # type: ignore[misc]
            )
            for _, version in current
        )
    )
    pool: dict[int, Scenario] = {}
    for _, version in queries.list_current_scenarios(work.session):
        scenario: Scenario = work.tools.kept.documents.get(
            version.digest,
            lambda version=version: read_scenario(version.document),  # type: ignore[misc]
        )
        if any(matches(scenario, line, library) for line in module.blueprint):
            pool[version.id] = scenario
    instruments = [version.id for _, version in current]
    return {"format": 1, "scenarios": list(pool), "instruments": instruments}, list(pool.values()), library


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


def adopt_provisions(work: UnitOfWork, addresses: Sequence[str], evidence: str) -> int:
    """Adopt provisions on the organisation's own evidence, so that scenarios about them may count; return how many."""
    work.require(Permission.ORGANISATION_SETTINGS_CHANGE, Target("adoption"))
    standing = queries.list_adopted(work.session)
    fresh = [address for address in dict.fromkeys(addresses) if address not in standing]
    for address in fresh:
        work.session.add(
            AdoptionRow(address=address, evidence=evidence, adopted_by=work.actor.name, adopted_at=work.now)
        )
        # The target of an entry is cut to 64 letters, and an address may be longer.
        work.audit(Permission.ORGANISATION_SETTINGS_CHANGE, Target("adoption", address), address=address)
    return len(fresh)


def list_adoptable(work: UnitOfWork, bank: str) -> tuple[str, ...]:
    """Return the provisions that the scenarios of a bank rest on and whose proof is secondary only."""
    work.require(Permission.ORGANISATION_SETTINGS_CHANGE, Target("adoption"))
    from_instruments = {
        f"{version.document['key']}/{edition['key']}/{provision['key']}": provision["verification"]
        for _, version in queries.list_current_instruments(work.session)
        for edition in version.document["editions"]
        for provision in edition["provisions"]
    }
    addresses: set[str] = set()
    for row, version in queries.list_current_scenarios(work.session):
        if row.bank == bank:
            addresses |= {cite.provision_address for cite in read_scenario(version.document).citations}
    weak = {Verification.SECONDARY.value}
    return tuple(sorted(address for address in addresses if from_instruments.get(address) in weak))
