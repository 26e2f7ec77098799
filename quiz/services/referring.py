"""The reference: instruments and their editions in our own words, what holds, and which scenarios train what."""

from collections.abc import Mapping
from dataclasses import dataclass

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.coverage import citing
from quiz.engine.instrument import Citation, Edition, EditionStatus, Instrument, Library, Provision
from quiz.engine.scenario import BANKS, Scenario
from quiz.engine.text import Text
from quiz.services.answers import NoteSummary
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound
from quiz.services.noting import list_notes
from quiz.services.published import get_library, list_scenarios
from quiz.services.unit_of_work import UnitOfWork

Citing = Mapping[str, tuple[Scenario, ...]]


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    """One instrument in a list, and how many scenarios train it."""

    instrument: Instrument
    scenarios: int


@dataclass(frozen=True, slots=True)
class ProvisionSummary:
    """One provision in our own words with its paragraphs, its proof, and the scenarios that train it."""

    provision: Provision
    citation: CitationSummary
    parts: tuple[CitationSummary, ...]
    scenarios: tuple[tuple[str, Text], ...]
    notes: tuple[NoteSummary, ...]


@dataclass(frozen=True, slots=True)
class EditionSummary:
    """One edition with its provisions, and the one that took its place."""

    edition: Edition
    replaced_by: Text | None
    provisions: tuple[ProvisionSummary, ...]


@dataclass(frozen=True, slots=True)
class InstrumentSummary:
    """One instrument in full."""

    instrument: Instrument
    editions: tuple[EditionSummary, ...]


def list_instruments(work: UnitOfWork) -> tuple[InstrumentLine, ...]:
    """Return all instruments: those with a bank of their own first, then in the order of their keys."""
    work.require(Permission.REFERENCE_PROVISION_READ, Target("reference"))
    trained = _citing(work)
    instruments = sorted(get_library(work).instruments, key=lambda held: (held.key not in BANKS, held.key))
    return tuple(InstrumentLine(instrument, len(_trained_by(trained, instrument))) for instrument in instruments)


def get_instrument(work: UnitOfWork, key: str) -> InstrumentSummary:
    """Return one instrument in full; raise NotFound."""
    work.require(Permission.REFERENCE_PROVISION_READ, Target("reference", key))
    library = get_library(work)
    for instrument in library.instruments:
        if instrument.key == key:
            beside = _Beside(_citing(work), list_notes(work, key))
            editions = sorted(instrument.editions, key=_standing)
            return InstrumentSummary(
                instrument, tuple(_edition(library, instrument, edition, beside) for edition in editions)
            )
    raise NotFound("instrument")


def _standing(edition: Edition) -> tuple[int, int]:
    """Return what sorts editions: what holds before what does not, and the newest first."""
    order = (EditionStatus.IN_FORCE, EditionStatus.UNKNOWN, EditionStatus.DRAFT, EditionStatus.REPEALED)
    return order.index(edition.status), -edition.issued_on.toordinal() if edition.issued_on else 0


def _citing(work: UnitOfWork) -> Citing:
    return citing([scenario for scenario, _ in list_scenarios(work)])


def _trained_by(trained: Citing, instrument: Instrument) -> frozenset[str]:
    return frozenset(
        scenario.key
        for address, scenarios in trained.items()
        if address.startswith(f"{instrument.key}/")
        for scenario in scenarios
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside provisions, by address: the scenarios that train them, and what was asked about them."""

    trained: Citing
    notes: tuple[NoteSummary, ...]


def _edition(library: Library, instrument: Instrument, edition: Edition, beside: _Beside) -> EditionSummary:
    found = library.find_edition(edition.replaced_by) if edition.replaced_by else None
    address = f"{instrument.key}/{edition.key}"
    provisions = (_provision(library, f"{address}/{held.key}", held, beside) for held in edition.provisions)
    return EditionSummary(edition, found[1].label if found else None, tuple(provisions))


def _provision(library: Library, address: str, provision: Provision, beside: _Beside) -> ProvisionSummary:
    return ProvisionSummary(
        provision,
        summarise_citations(library, (Citation(address),))[0],
        summarise_citations(library, (Citation(f"{address}#{part.key}") for part in provision.parts)),
        tuple((scenario.key, scenario.title) for scenario in beside.trained.get(address, ())),
        tuple(note for note in beside.notes if note.address == address),
    )
