"""Only what changed is asked again: what an amendment says that nobody was taught, who trains it, how many it concerns.

The editors' side: they see exactly which provisions and scenarios, and of people nothing but their number. A module of
these alone goes the ordinary way from a draft; whom it is assigned to is for HR (`assigning_again`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.coverage import is_owed
from quiz.bank.delta import delta_key, delta_module, trained_by
from quiz.bank.impact import Impact, ProvisionChange, Touch, edition_of, provision_changes
from quiz.bank.provision_diff import PlaceChanges, by_provision
from quiz.db.models.amending import DeltaModuleRow
from quiz.db.queries import amending as queries
from quiz.db.queries import catalogue
from quiz.db.queries import drafts as drafts_of
from quiz.engine.document import read_module
from quiz.engine.instrument import Instrument, Library, Verification
from quiz.engine.scenario import Scenario
from quiz.engine.selection import Standing, unscored_because
from quiz.engine.text import Text
from quiz.services import confirming, drafting
from quiz.services.errors import NotFound, NotReady, Stale
from quiz.services.holding import Before, count_holders, count_modules
from quiz.services.published import get_instrument, get_library, list_scenarios
from quiz.services.publishing import REVIEW
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """A scenario that trains what changed: whether it counts, and whether somebody has still to look at it."""

    key: str
    title: Text
    bank: str
    counts: bool
    is_stale: bool


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A provision that is asked again, where its words differ, and the scenarios that train it."""

    change: ProvisionChange
    places: tuple[PlaceChanges, ...]
    scenarios: tuple[TrainingLine, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """Where the module about it stands: its key, its draft while one is open, and whether it is published."""

    key: str
    draft: str | None
    draft_state: str | None
    is_published: bool


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """What a version of an instrument asks again: exactly which provisions and scenarios, and of how many people."""

    instrument: Instrument
    number: int
    published_at: datetime
    lines: tuple[ChangedLine, ...]
    people: int
    delta: Delta
    others: tuple[int, ...]

    @property
    def scenarios(self) -> int:
        """Return how many scenarios train any of it."""
        return len({one.key for line in self.lines for one in line.scenarios})

    @property
    def may_begin(self) -> bool:
        """Tell whether a module about it can be begun: it is asked of somebody, and something asks it."""
        return bool(self.people and self.scenarios) and not (self.delta.draft or self.delta.is_published)


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """An amendment that holders of valid records were never asked about, and about which no module was begun."""

    key: str
    title: Text
    number: int
    provisions: int


def get_asked_again(work: UnitOfWork, key: str, number: int | None = None) -> AskedAgain:
    """Return what a version of an instrument asks again, by default the newest that asks anything; raise NotFound."""
    # It tells of drafts as well, and an instrument is of no one bank.
    work.require(Permission.BANK_DRAFT_READ, Target("instrument", key))
    found = _found(work, key, number)
    before = found.before
    least = _model_strength(work, before)
    stale = {one.scenario.key for one in confirming.list_shifted(work)}
    scenarios = [scenario for scenario, _ in list_scenarios(work)]
    standing = Standing(found.instrument.jurisdiction, least, catalogue.list_adopted(work.session))

    def line(scenario: Scenario) -> TrainingLine:
        counts = unscored_because(scenario, found.library, standing) is None
        return TrainingLine(scenario.key, scenario.title, scenario.bank, counts, scenario.key in stale)

    lines = []
    differing = _differing(work, found)
    for change in found.changes:
        places = tuple(place for place in differing if f"{key}/{place.edition}/{place.provision}" == change.address)
        trained = trained_by(change.address, found.instrument.jurisdiction, scenarios)
        lines.append(ChangedLine(change, places, tuple(map(line, trained))))
    return AskedAgain(
        instrument=found.instrument,
        number=found.row.number,
        published_at=found.row.published_at,
        lines=tuple(lines),
        people=count_holders(work, before) if before else 0,
        delta=_delta(work, found),
        others=tuple(one.row.number for one in _asking(work, queries.list_versions(work.session, key))),
    )


def foresee_asked_again(work: UnitOfWork, key: str, impact: Impact | None) -> int:
    """Return of how many people a draft of an instrument would ask something again, once it were published."""
    work.require(Permission.BANK_DRAFT_READ, Target("instrument", key))
    if impact is None or not impact.asked_again:
        return 0
    # Whatever somebody was taught, it was before this.
    number = drafts_of.find_number(work.session, "instrument", key) + 1
    return count_holders(work, Before.of(impact.asked_again, number, get_library(work)))


def list_proposals(work: UnitOfWork) -> tuple[ProposalLine, ...]:
    """Return the amendments approved here that somebody should be asked about and no module asks yet."""
    work.require(Permission.BANK_SCENARIO_READ, Target("instruments"))
    found = []
    for _, rows in groupby(queries.list_amended(work.session), key=lambda row: row.key):
        newest = next(_asking(work, list(rows)), None)
        # What a release brought is for whoever made the release to weigh.
        if newest is None or newest.row.published_through != REVIEW:
            continue
        is_begun = queries.find_delta(work.session, newest.row.id) is not None
        if not is_begun and newest.before and count_holders(work, newest.before):
            line = ProposalLine(newest.row.key, newest.instrument.title, newest.row.number, len(newest.changes))
            found.append(line)
    return tuple(found)


def begin_delta(work: UnitOfWork, key: str, number: int) -> str:
    """Begin the draft of a module of nothing but what a version of an instrument changed; return its public id.

    One that is open already is returned. Stale once it is published; NotReady where nothing is asked again, where
    nobody holds a record on the text before, or where no scenario trains any of it.
    """
    target = Target("instrument", key)
    work.require(Permission.BANK_AMENDMENT_PROPOSE, target)
    found = _found(work, key, number)
    if found.before is None:
        raise NotReady("nothing-asked-again")
    delta = _delta(work, found)
    if delta.draft is not None:
        return delta.draft
    if delta.is_published:
        raise Stale("asked-again-already", module=delta.key)
    modules = count_modules(work, found.before)
    if not modules:
        raise NotReady("nobody-holds")
    model = _model(work, modules)
    scenarios = [scenario for scenario, _ in list_scenarios(work)]
    document = delta_module(delta.key, found.changes, scenarios, get_library(work), model)
    if not document["blueprint"]:
        raise NotReady("no-scenarios")
    draft = drafting.begin_draft(work, "module", document)
    if queries.find_delta(work.session, found.row.id) is None:
        work.session.add(
            DeltaModuleRow(
                module_key=delta.key,
                instrument_version_id=found.row.id,
                begun_by=drafting.writer(work),
                begun_at=work.now,
            )
        )
    work.audit(Permission.BANK_AMENDMENT_PROPOSE, target, version=number, module=delta.key)
    return draft


def find_origin(work: UnitOfWork, module_key: str) -> tuple[str, int] | None:
    """Return the instrument and the number of its version that a module asks about, None where it is no such module."""
    work.require(Permission.BANK_DRAFT_READ, Target("module", module_key))
    row = queries.find_delta_of_module(work.session, module_key)
    if row is None:
        return None
    version = catalogue.get_instrument_version(work.session, row.instrument_version_id)
    return catalogue.get_instrument_row(work.session, version.instrument_id).key, version.number


def list_changes(work: UnitOfWork, instrument_version_id: int) -> tuple[Before | None, tuple[ProvisionChange, ...]]:
    """Return what a version of an instrument asks again and still says so, and what people were taught before it."""
    row = catalogue.get_instrument_version(work.session, instrument_version_id)
    key = catalogue.get_instrument_row(work.session, row.instrument_id).key
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("instrument", key))
    found = _found(work, key, row.number)
    return found.before, found.changes


@dataclass(frozen=True, slots=True)
class _Found:
    """One version of an instrument beside the one before it, among what stands now."""

    row: Row[Any]
    then: Row[Any] | None
    instrument: Instrument
    library: Library
    changes: tuple[ProvisionChange, ...]

    @property
    def before(self) -> Before | None:
        """Return what people were taught before it, None where it asks nothing again."""
        return Before.of(self.changes, self.row.number, self.library) if self.changes else None


def _found(work: UnitOfWork, key: str, number: int | None) -> _Found:
    rows = queries.list_versions(work.session, key)
    if not rows:
        raise NotFound("instrument")
    if number is None:
        return next(_asking(work, rows), None) or _of_version(work, rows, len(rows))
    if not 1 <= number <= len(rows):
        raise NotFound("instrument-version")
    return _of_version(work, rows, number)


def _asking(work: UnitOfWork, rows: Sequence[Row[Any]]) -> Iterator[_Found]:
    """Give the versions of an instrument that ask something again, the newest first."""
    for number in range(len(rows), 1, -1):
        found = _of_version(work, rows, number)
        if found.changes:
            yield found


def _of_version(work: UnitOfWork, rows: Sequence[Row[Any]], number: int) -> _Found:
    library, row = get_library(work), rows[number - 1]
    now = get_instrument(work, row.id, row.digest)
    if number == 1:
        return _Found(row, None, now, library, ())
    then = rows[number - 2]
    stood, came = (_among(library, one) for one in (get_instrument(work, then.id, then.digest), now))
    since = _said_otherwise_since(came, library, row.key)
    changes = (one for one in provision_changes(stood, came, row.key) if one.is_asked_again)
    return _Found(row, then, now, library, tuple(one for one in changes if one.address not in since))


def _among(library: Library, instrument: Instrument) -> Library:
    return Library.of(tuple({**{one.key: one for one in library.instruments}, instrument.key: instrument}.values()))


def _said_otherwise_since(then: Library, now: Library, key: str) -> set[str]:
    """Return the provisions that say something else again, or are taught no more: a later version asks about them."""
    text = {Touch.WORDING, Touch.FIGURES}
    return {
        one.address
        for one in provision_changes(then, now, key)
        if one.after is None or text & set(one.touches) or not is_owed(one.after[1], one.after[2])
    }


def _differing(work: UnitOfWork, found: _Found) -> tuple[PlaceChanges, ...]:
    if found.then is None:
        return ()
    then, now = (catalogue.get_instrument_version(work.session, row.id).document for row in (found.then, found.row))
    return by_provision(then, now)


def _delta(work: UnitOfWork, found: _Found) -> Delta:
    row = queries.find_delta(work.session, found.row.id)
    edition = edition_of(found.changes[0]).partition("/")[2] if found.changes else ""
    key = row.module_key if row else delta_key(found.instrument.key, edition, found.row.number)
    draft = drafts_of.find_open_draft(work.session, "module", key)
    module = catalogue.find_module(work.session, key)
    return Delta(
        key,
        draft.public_id if draft else None,
        draft.state if draft else None,
        module is not None and module.current_version_id is not None,
    )


def _model(work: UnitOfWork, modules: Mapping[int, int]) -> Mapping[str, Any]:
    """Return the module that most of those concerned hold a record of, as it stands: its rules are theirs."""
    most = max(modules, key=lambda module_id: (modules[module_id], -module_id))
    version = catalogue.get_standing_module(work.session, most)
    return version.document


def _model_strength(work: UnitOfWork, before: Before | None) -> Verification:
    modules = count_modules(work, before) if before else {}
    return read_module(_model(work, modules)).minimum_verification if modules else Verification.MIRROR
