"""What an amendment does: the provisions it changes, the scenarios that no longer hold, the modules it touches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from quiz.bank.coverage import is_owed
from quiz.engine.document import read_instrument
from quiz.engine.instrument import (
    Citation,
    Cited,
    Edition,
    EditionStatus,
    Instrument,
    Library,
    Provision,
    Verification,
)
from quiz.engine.module import Module
from quiz.engine.scenario import Scenario
from quiz.engine.selection import is_verified, matches
from quiz.engine.text import Text

Held = tuple[Instrument, Edition, Provision]
_BINDING = {EditionStatus.IN_FORCE, EditionStatus.UNKNOWN}


class Touch(StrEnum):
    """What an amendment does to a provision."""

    ADDED = "added"
    REMOVED = "removed"
    WORDING = "wording"
    FIGURES = "figures"
    STATUS = "status"
    VERIFICATION = "verification"


class Staleness(StrEnum):
    """Why a scenario no longer rests on what it cites, gravest first."""

    GONE = "gone"
    REPEALED = "repealed"
    WEAK = "proof-too-weak"
    REWORDED = "reworded"


class Way(StrEnum):
    """By what a module is touched."""

    LINES = "lines"
    LESSON = "lesson"
    PLEDGE = "pledge"
    POOL = "pool"
    BANK = "bank"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class ProvisionChange:
    """One provision that an amendment touches, as it was and as it will be.

    `follows` is the address in the earlier edition that a provision of a new edition carries on; `stood` is that
    provision, or the one that stood at this very address.
    """

    address: str
    touches: tuple[Touch, ...]
    before: Held | None
    after: Held | None
    follows: str | None = None
    stood: Held | None = None

    @property
    def held(self) -> Held:
        """Return the provision as it will be, or as it was where it goes."""
        found = self.after or self.before
        if found is None:
            raise ValueError(self.address)
        return found

    @property
    def is_new_text(self) -> bool:
        """Tell whether it says or binds to something that nobody was taught before."""
        if self.after is None:
            return False
        is_other = bool({Touch.WORDING, Touch.FIGURES} & set(self.touches))
        return self.stood is None or is_other or self.stood[1].status not in {*_BINDING, EditionStatus.REPEALED}

    @property
    def is_asked_again(self) -> bool:
        """Tell whether those who were taught the text before should be asked about it again."""
        return self.after is not None and self.is_new_text and is_owed(self.after[1], self.after[2])


@dataclass(frozen=True, slots=True)
class StaleScenario:
    """A scenario that an amendment makes stale: the gravest reason, and every address with its own."""

    scenario: Scenario
    kind: Staleness
    places: tuple[tuple[str, Staleness], ...]


@dataclass(frozen=True, slots=True)
class TouchedModule:
    """A module that an amendment touches: by what, and which stale or no longer counting scenarios it draws."""

    module: Module
    ways: tuple[Way, ...]
    stale: tuple[str, ...]
    uncounted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything an amendment does."""

    provisions: tuple[ProvisionChange, ...]
    scenarios: tuple[StaleScenario, ...]
    modules: tuple[TouchedModule, ...]

    @property
    def asked_again(self) -> tuple[ProvisionChange, ...]:
        """Return the provisions that those who know the text before should be asked about again."""
        return tuple(change for change in self.provisions if change.is_asked_again)


def impact(
    before: Library,
    documents: Iterable[Mapping[str, Any]],
    scenarios: Sequence[Scenario],
    modules: Sequence[Module],
    adopted: frozenset[str] = frozenset(),
) -> Impact:
    """Return what publishing some instruments would do to what stands; raise Faulty for one that cannot be read."""
    amended = {one.key: one for one in map(read_instrument, documents)}
    stood = {one.key: one for one in before.instruments}
    after = Library.of(tuple({**stood, **amended}.values()))
    changes = tuple(change for key in amended for change in provision_changes(before, after, key))
    addresses = {change.address for change in changes}
    concerned = [one for one in scenarios if any(cite.provision_address in addresses for cite in citations_of(one))]
    stale = tuple(stale_scenarios(before, after, concerned))
    touching = _Touching(before, after, changes, {one.scenario.key for one in stale}, adopted)
    touched = (touching.on(module, concerned) for module in modules)
    return Impact(changes, stale, tuple(one for one in touched if one.ways))


def provision_changes(before: Library, after: Library, key: str) -> Iterator[ProvisionChange]:
    """Give every provision of an instrument that is not after what it was before."""
    of_it = [address for address in after.provisions if address.startswith(f"{key}/")]
    gone = [
        address for address in before.provisions if address.startswith(f"{key}/") and address not in after.provisions
    ]
    for address in (*of_it, *gone):
        was, now = before.provisions.get(address), after.provisions.get(address)
        if was is not None and now is not None:
            touches = tuple(_between(was, now))
            if touches:
                yield ProvisionChange(address, touches, was, now, stood=was)
        elif now is not None:
            yield _added(before, after, address, now)
        else:
            yield ProvisionChange(address, (Touch.REMOVED,), was, None, stood=was)


def _added(before: Library, after: Library, address: str, now: Held) -> ProvisionChange:
    instrument, edition, provision = now
    here = f"{instrument.key}/{edition.key}"
    if before.find_edition(here) is None:
        for earlier in after.instruments:
            for other in earlier.editions:
                follows = f"{earlier.key}/{other.key}/{provision.key}"
                stood = before.provisions.get(follows)
                if other.replaced_by == here and stood is not None:
                    touches = (touch for touch in _texts(stood[2], provision))
                    return ProvisionChange(address, (Touch.ADDED, *touches), None, now, follows, stood)
    return ProvisionChange(address, (Touch.ADDED,), None, now)


def _between(was: Held, now: Held) -> Iterator[Touch]:
    yield from _texts(was[2], now[2])
    if was[1].status is not now[1].status:
        yield Touch.STATUS
    if was[2].verification is not now[2].verification:
        yield Touch.VERIFICATION


def _texts(was: Provision, now: Provision) -> Iterator[Touch]:
    if _wording(was) != _wording(now):
        yield Touch.WORDING
    if _figures(was) != _figures(now):
        yield Touch.FIGURES


def _wording(provision: Provision) -> tuple[object, ...]:
    parts = tuple((part.key, part.title, part.paraphrase) for part in provision.parts)
    return provision.reference, provision.title, provision.paraphrase, parts


def _figures(provision: Provision) -> tuple[object, ...]:
    return provision.figures, tuple((part.key, part.figures) for part in provision.parts if part.figures)


def stale_scenarios(before: Library, after: Library, scenarios: Iterable[Scenario]) -> Iterator[StaleScenario]:
    """Give each scenario that no longer rests on what it cites as that was before."""
    order = list(Staleness)
    for scenario in scenarios:
        places: dict[str, Staleness] = {}
        for citation in citations_of(scenario):
            kind = staleness(citation, before, after)
            if kind is not None:
                places.setdefault(citation.address, kind)
        if places:
            yield StaleScenario(scenario, min(places.values(), key=order.index), tuple(places.items()))


def citations_of(scenario: Scenario) -> tuple[Citation, ...]:
    """Return everything a scenario rests on: its citations, those of its options, and those of its comparisons."""
    return scenario.citations + tuple(cite for comparison in scenario.compare for cite in comparison.cites)


def staleness(citation: Citation, before: Library, after: Library) -> Staleness | None:
    """Return why a citation that held before no longer holds as it was meant, None where it does."""
    was, now = before.find(citation), after.find(citation)
    if now is None:
        return Staleness.GONE if was is not None else None
    if is_past(now) and not citation.as_history and not (was is not None and is_past(was)):
        return Staleness.REPEALED
    if not now.provision.verification.may_be_published and was and was.provision.verification.may_be_published:
        return Staleness.WEAK
    return Staleness.REWORDED if was is not None and said(was) != said(now) else None


def is_past(cited: Cited) -> bool:
    """Tell whether the edition of a provision was repealed."""
    return cited.edition.status is EditionStatus.REPEALED


def said(cited: Cited) -> tuple[object, ...]:
    """Return all that a place says where it is cited: of a paragraph that one, of a provision all of it."""
    provision = cited.provision
    if cited.part is None:
        return _wording(provision) + _figures(provision)
    return provision.reference, provision.title, cited.part.title, cited.part.paraphrase, cited.figures


@dataclass(frozen=True, slots=True)
class _Touching:
    """What tells which modules an amendment touches."""

    before: Library
    after: Library
    changes: tuple[ProvisionChange, ...]
    stale: set[str]
    adopted: frozenset[str]

    def on(self, module: Module, scenarios: Sequence[Scenario]) -> TouchedModule:
        """Return by what a module is touched, by nothing where it is not."""
        pool = [one for one in scenarios if self._draws(module, one)]
        stale = tuple(one.key for one in pool if one.key in self.stale)
        uncounted = tuple(one.key for one in pool if self._ceases_to_count(one, module.minimum_verification))
        ways = {
            Way.LINES: self._is_any(self._lines(module)),
            Way.LESSON: self._is_any(cite.provision_address for card in module.lesson for cite in card.cites),
            Way.PLEDGE: self._pledges(module),
            Way.POOL: bool(stale),
            Way.BANK: self._has_more_to_draw(module),
            Way.PROOF: bool(uncounted),
        }
        return TouchedModule(module, tuple(way for way, is_so in ways.items() if is_so), stale, uncounted)

    def _draws(self, module: Module, scenario: Scenario) -> bool:
        return any(
            matches(scenario, line, library) for line in module.blueprint for library in (self.before, self.after)
        )

    def _ceases_to_count(self, scenario: Scenario, least: Verification) -> bool:
        counted, counts = (
            all(
                cite.provision_address in self.adopted or is_verified(cite, library, least)
                for cite in scenario.citations
            )
            for library in (self.before, self.after)
        )
        return counted and not counts and all(self.after.find(cite) for cite in scenario.citations)

    def _lines(self, module: Module) -> Iterator[str]:
        for line in module.blueprint:
            yield from (address.partition("#")[0] for address in line.provisions)
        yield from (rule.cites.partition("#")[0] for rule in module.pass_rule.and_every)

    def _is_any(self, addresses: Iterable[str]) -> bool:
        touched = {change.address for change in self.changes}
        return any(address in touched for address in addresses)

    def _pledges(self, module: Module) -> bool:
        pledged = set(module.pledge.editions if module.pledge else ())
        return any(
            edition_of(change) in pledged for change in self.changes if set(change.touches) != {Touch.VERIFICATION}
        )

    def _has_more_to_draw(self, module: Module) -> bool:
        """Tell whether a line that draws from the whole bank of a code is about more of it now."""
        whole = {line.bank for line in module.blueprint if not line.provisions}
        return any(
            change.held[0].key in whole for change in self.changes if change.before is None and change.is_asked_again
        )


def edition_of(change: ProvisionChange) -> str:
    """Return the address of the edition of a provision that changed."""
    return change.address.rpartition("/")[0]


def title_of(change: ProvisionChange) -> Text:
    """Return what a provision that changed is called."""
    return change.held[2].title
