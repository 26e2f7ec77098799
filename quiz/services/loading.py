"""Shipped content into the database: `install_release` publishes what is new, and touches nothing edited here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.catalogue import (
    AdoptionRow,
    InstrumentRow,
    ScenarioRow,
)
from quiz.db.queries import catalogue as queries
from quiz.engine.document import digest, read_scenario
from quiz.engine.instrument import Verification
from quiz.services.publishing import RELEASE, REVIEW, Document, Stock, add_version, hold, publish_module
from quiz.services.searching import searched_words
from quiz.services.unit_of_work import UnitOfWork


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
    hold(work)
    left_alone: list[str] = []
    instruments = _publish(work, release.instruments, InstrumentRow, queries.list_current_instruments, left_alone)
    scenarios = _publish(work, release.scenarios, ScenarioRow, queries.list_current_scenarios, left_alone)
    stock = Stock.of(work)
    modules = sum(_publish_module(work, document, stock, left_alone) for document in release.modules)
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
    list_current: Callable[[Any, bool], list[tuple[Any, Any]]],
    left_alone: list[str],
) -> int:
    if not documents:
        # All that stands would be read, and compared with nothing.
        return 0
    standing = {row.key: (row, current) for row, current in list_current(work.session, True)}
    published = 0
    for document in documents:
        key, found = document["key"], digest(document)
        row, current = standing.get(key, (None, None))
        if current is not None and current.digest == found:
            if isinstance(row, ScenarioRow) and not row.searched:
                row.searched = searched_words(document)
            continue
        if current is not None and current.published_through != RELEASE.through:
            left_alone.append(key)
            continue
        if row is None:
            row = thing(key=key, current_number=0)
            if isinstance(row, ScenarioRow):
                row.bank = document["bank"]
            work.session.add(row)
        add_version(work, row, document, RELEASE)
        published += 1
    work.session.flush()
    return published


def _publish_module(work: UnitOfWork, document: Document, stock: Stock, left_alone: list[str]) -> int:
    row = queries.find_module(work.session, document["key"])
    if row is not None and row.current_version_id is not None:
        current = queries.get_module_version(work.session, row.current_version_id)
        # A module that only pins other versions since was not edited: its words are those of an earlier release.
        if current.published_through == REVIEW and current.digest != digest(document):
            left_alone.append(row.key)
            return 0
    return publish_module(work, document, RELEASE, stock)


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
