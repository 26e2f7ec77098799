"""Scenarios whose ground changed since they were published, until a new version or a confirmation that they hold.

Nothing is marked: what stood when a version was published is compared with what stands now, so that no mark can be
wrong. Only instruments with several versions are looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.impact import Staleness, citations_of, provision_changes, stale_scenarios
from quiz.bank.provision_diff import PlaceChanges, by_provision
from quiz.db.models.amending import ScenarioConfirmationRow
from quiz.db.queries import amending as queries
from quiz.db.queries import catalogue, drafts
from quiz.engine.document import read_instrument
from quiz.engine.instrument import Citation, Instrument, Library
from quiz.engine.scenario import Scenario
from quiz.services.belonging import draft_target, scenario_target
from quiz.services.drafting import writer
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.published import get_instrument, get_library, read_scenarios
from quiz.services.publishing import RELEASE
from quiz.services.unit_of_work import UnitOfWork

LONGEST = 2000
_READ_DRAFT = Permission.BANK_DRAFT_READ

# Versions of instruments by their keys: (key of the instrument, number of its version) in order of keys.
Ground = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ShiftedScenario:
    """A scenario that rests on what changed: the gravest reason, every address with its own, and since what."""

    scenario: Scenario
    version_id: int
    number: int
    kind: Staleness
    places: tuple[tuple[str, Staleness], ...]
    ground: Ground

    @property
    def may_be_confirmed(self) -> bool:
        """Tell whether somebody may find it right as it is: what it cites still stands and may be cited."""
        return self.kind is Staleness.REWORDED


@dataclass(frozen=True, slots=True)
class ConfirmationSummary:
    """That somebody found a version of a scenario to be still right, and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GroundSummary:
    """What changed under one scenario: by place with the very words, and what was found of it before.

    `shifted` is None where nothing changed since; `seen` names what a confirmation is about; `draft` is the open
    draft of the scenario.
    """

    shifted: ShiftedScenario | None
    places: tuple[PlaceChanges, ...]
    seen: str
    draft: str | None
    confirmations: tuple[ConfirmationSummary, ...]


def list_shifted(work: UnitOfWork) -> tuple[ShiftedScenario, ...]:
    """Return every scenario in use whose ground changed since it was published or last found to hold."""
    work.require(Permission.BANK_SCENARIO_READ, Target("scenarios"))
    found = _Versions.of(work)
    if not found.by_key:
        return ()
    rows = queries.list_standing(work.session)
    read = read_scenarios(work, rows)
    return found.shifted(work, ((row, read[row.digest]) for row in rows))


def get_ground(work: UnitOfWork, key: str) -> GroundSummary:
    """Return what changed under a scenario since it was published or last found to hold; raise NotFound."""
    work.require(Permission.BANK_SCENARIO_READ, Target("scenario", key))
    if catalogue.find_scenario(work.session, key) is None:
        raise NotFound("scenario")
    row, shifted = _find(work, key)
    draft = drafts.find_open_draft(work.session, "scenario", key)
    confirmed = queries.list_confirmations(work.session, row.id) if row is not None else []
    names = drafts.name_people(work.session, {one.confirmed_by for one in confirmed})
    # One deed may have confirmed by several instruments at once.
    said = dict.fromkeys(
        ConfirmationSummary(names[one.confirmed_by], one.confirmed_at, one.reason) for one in confirmed
    )
    return GroundSummary(
        shifted=shifted,
        places=tuple(_places(work, shifted)) if shifted else (),
        seen=_seen(work, shifted) if shifted else "",
        draft=draft.public_id if draft and work.allows(_READ_DRAFT, draft_target(work, draft)) else None,
        confirmations=tuple(said),
    )


def confirm_scenario(work: UnitOfWork, key: str, seen: str, reason: str) -> None:
    """Find a scenario to be still right by what it cites now, with the reason; it waits no longer until that changes.

    Refused without a reason, or where what it cites is gone, repealed or too weakly proved; Stale where nothing of
    it waits any more, or something else changed since it was `seen`.
    """
    target = scenario_target(work, key)
    work.require(Permission.BANK_SCENARIO_CONFIRM, target)
    if catalogue.find_scenario(work.session, key) is None:
        raise NotFound("scenario")
    _, shifted = _find(work, key)
    if shifted is None or _seen(work, shifted) != seen:
        raise Stale("ground-changed")
    if not shifted.may_be_confirmed:
        raise Refused("holds-no-more", field="reason")
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refused("nothing-said", field="reason")
    if len(reason) > LONGEST:
        raise Refused("too-long", field="reason", most=LONGEST)
    by_number = _Versions.of(work).by_key
    for instrument, _since in shifted.ground:
        row = ScenarioConfirmationRow(
            scenario_version_id=shifted.version_id,
            instrument_version_id=by_number[instrument][-1].id,
            reason=reason,
            confirmed_by=writer(work),
            confirmed_at=work.now,
        )
        work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Stale("ground-changed") from clash
    work.audit(
        Permission.BANK_SCENARIO_CONFIRM, target, version=shifted.number, addresses=[one for one, _ in shifted.places]
    )


@dataclass(frozen=True, slots=True)
class _Cited:
    """What a version of a scenario cites: the keys of instruments, and the addresses of provisions."""

    instruments: frozenset[str]
    addresses: frozenset[str]

    @classmethod
    def of(cls, scenario: Scenario) -> "_Cited":
        """Read it off a scenario."""
        addresses = frozenset(cite.provision_address for cite in citations_of(scenario))
        return cls(frozenset(address.partition("/")[0] for address in addresses), addresses)


def _cited(work: UnitOfWork, row: Row[Any], scenario: Scenario) -> _Cited:
    # Kept beside the document: thousands are asked at each opening of the desk.
    return work.tools.kept.documents.get(("cited", row.digest), lambda: _Cited.of(scenario))


@dataclass(frozen=True, slots=True)
class _Versions:
    """Every version of the instruments that have several, in order, and by which of them scenarios were confirmed."""

    by_key: Mapping[str, list[Row[Any]]]
    confirmed: Mapping[tuple[int, str], int]

    @classmethod
    def of(cls, work: UnitOfWork) -> "_Versions":
        """Read the versions and the confirmations of what stands."""
        by_key: dict[str, list[Row[Any]]] = {}
        for row in queries.list_amended(work.session):
            by_key.setdefault(row.key, []).append(row)
        confirmed: dict[tuple[int, str], int] = {}
        for found in queries.list_confirmed(work.session) if by_key else ():
            place = found.scenario_version_id, found.key
            confirmed[place] = max(found.number, confirmed.get(place, 0))
        return cls(by_key, confirmed)

    def shifted(self, work: UnitOfWork, standing: Iterable[tuple[Row[Any], Scenario]]) -> tuple[ShiftedScenario, ...]:
        """Return those of some scenarios whose ground changed, in order of keys."""
        after = get_library(work)
        by_ground: dict[Ground, list[tuple[Row[Any], Scenario]]] = {}
        for row, scenario in standing:
            ground = self._ground(row, _cited(work, row, scenario).instruments)
            if ground:
                by_ground.setdefault(ground, []).append((row, scenario))
        found = []
        for ground, held in by_ground.items():
            before = self.library(work, after, ground)
            touched = {change.address for key, _ in ground for change in provision_changes(before, after, key)}
            concerned = {
                scenario.key: row
                for row, scenario in held
                if not touched.isdisjoint(_cited(work, row, scenario).addresses)
            }
            for one in stale_scenarios(before, after, [scenario for _, scenario in held if scenario.key in concerned]):
                row = concerned[one.scenario.key]
                found.append(ShiftedScenario(one.scenario, row.id, row.number, one.kind, one.places, ground))
        return tuple(sorted(found, key=lambda one: one.scenario.key))

    def _ground(self, row: Row[Any], cited: frozenset[str]) -> Ground:
        """Return the amended ones of some instruments, each with the number it rests on, where that is past."""
        found = ((key, self._number(row, key)) for key in sorted(cited & self.by_key.keys()))
        return tuple((key, number) for key, number in found if number < self.by_key[key][-1].number)

    def _number(self, row: Row[Any], key: str) -> int:
        versions = self.by_key[key]
        stood: list[int] = [one.number for one in versions if one.published_at <= row.published_at]
        if row.published_through == RELEASE.through:
            # A release is checked as a whole: what it left as it was, it left on purpose.
            stood += [one.number for one in versions if one.published_through == RELEASE.through]
        return max([*stood, 1, self.confirmed.get((row.id, key), 1)])

    def library(self, work: UnitOfWork, after: Library, ground: Ground) -> Library:
        """Return what stood: the instruments of now, but for those of the ground as they were."""
        then = {key: _stood(work, self.by_key[key][number - 1]) for key, number in ground}
        return Library.of(tuple({**{one.key: one for one in after.instruments}, **then}.values()))


def _stood(work: UnitOfWork, row: Row[Any]) -> Instrument:
    return get_instrument(work, row.id, row.digest)


def _find(work: UnitOfWork, key: str) -> tuple[Row[Any] | None, ShiftedScenario | None]:
    row = queries.find_standing(work.session, key)
    found = _Versions.of(work)
    if row is None or not found.by_key:
        return row, None
    scenario = read_scenarios(work, [row])[row.digest]
    return row, next(iter(found.shifted(work, [(row, scenario)])), None)


def _seen(work: UnitOfWork, shifted: ShiftedScenario) -> str:
    """Return what a confirmation is about: the version of the scenario, and those that stand of what it cites."""
    by_key = _Versions.of(work).by_key
    return " ".join([str(shifted.number), *(f"{key}:{by_key[key][-1].number}" for key, _ in shifted.ground)])


def _places(work: UnitOfWork, shifted: ShiftedScenario) -> Iterable[PlaceChanges]:
    """Give what differs in the places a scenario cites, and in those that carry on what was repealed."""
    by_key = _Versions.of(work).by_key
    for key, number in shifted.ground:
        then, now = (
            catalogue.get_instrument_version(work.session, row.id).document
            for row in (by_key[key][number - 1], by_key[key][-1])
        )
        cited = {Citation(address).provision_address for address, _ in shifted.places}
        after = Library.of((read_instrument(now),))
        before = Library.of((read_instrument(then),))
        cited |= {one.address for one in provision_changes(before, after, key) if one.follows in cited}
        past = {Citation(address).edition_address for address, kind in shifted.places if kind is Staleness.REPEALED}
        for place in by_provision(then, now):
            edition = f"{key}/{place.edition}"
            if (place.provision and f"{edition}/{place.provision}" in cited) or (
                not place.provision and edition in past
            ):
                yield place
