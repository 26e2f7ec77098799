"""Telling those who were taught a ruling that was corrected since: whom, by one mail each, and what they are shown.

Whoever met a corrected version and had its ruling in front of them is told once. The worker goes through the attempts
some dozens of people at a time, so that it can be stopped at any moment and goes on where it was; whoever is shown the
old ruling later, in an attempt begun before, is told in that moment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.correcting import CorrectionNoticeRow, CorrectionRow
from quiz.db.queries import advising, people
from quiz.db.queries import correcting as queries
from quiz.engine.text import Text
from quiz.events import CorrectionDecided, CorrectionReached
from quiz.services.belonging import scenario_target
from quiz.services.errors import NotFound, Refused
from quiz.services.rulings import RulingLine, brief_of, ruling_lines, scenario_of
from quiz.services.stored_attempts import StoredAttempt, settled, stream_stored
from quiz.services.unit_of_work import UnitOfWork

AT_ONCE = 50
# Attempts are read some hundred at a time, and all of one person together.
_READ_AT_ONCE = 200
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a scenario to choose from."""

    number: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionPreview:
    """What telling would do, nothing of it done: how many people were taught by the corrected versions.

    `decided_at` is when this very correction was decided already, `told` how many were told of it so far.
    """

    scenario_key: str
    title: Text
    from_number: int
    to_number: int
    people: int
    decided_at: datetime | None
    told: int


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One option before and after; None where it was not there yet, or is no longer."""

    before: RulingLine | None
    after: RulingLine | None

    @property
    def is_same(self) -> bool:
        """Tell whether nothing about it changed."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class CorrectionSummary:
    """A correction as somebody reads it who was taught by an earlier version: theirs, and the one that corrects it."""

    title: Text
    situation: Text
    prompt: Text
    what_changed: Text
    told_at: datetime
    lines: tuple[ChangedLine, ...]


@dataclass(frozen=True, slots=True)
class OwnCorrectionLine:
    """A correction in the list of who was told of it."""

    public_id: str
    title: Text
    told_at: datetime


def list_versions(work: UnitOfWork, key: str) -> tuple[VersionLine, ...]:
    """Return the published versions of a scenario in order; raise NotFound."""
    work.require(Permission.BANK_CORRECTION_TELL, scenario_target(work, key))
    rows = queries.list_versions(work.session, key)
    if not rows:
        raise NotFound("scenario")
    return tuple(VersionLine(row.number, row.published_at) for row in rows)


def preview_telling(work: UnitOfWork, scenario_key: str, corrected_from: int, corrected_to: int) -> CorrectionPreview:
    """Return how many people `tell_taught` would tell; raise NotFound, Refused for versions that are none."""
    work.require(Permission.BANK_CORRECTION_TELL, scenario_target(work, scenario_key))
    versions = _versions(work, scenario_key, corrected_from, corrected_to)
    same = queries.find_same_correction(work.session, scenario_key, corrected_from, corrected_to)
    title = advising.list_titles(work.session, [scenario_key])[scenario_key]
    return CorrectionPreview(
        scenario_key=scenario_key,
        title=Text(title),
        from_number=corrected_from,
        to_number=corrected_to,
        people=sum(1 for _ in _taught(work, scenario_key, versions)),
        decided_at=same.decided_at if same else None,
        told=queries.count_told(work.session, same.id) if same else 0,
    )


def tell_taught(work: UnitOfWork, scenario_key: str, corrected_from: int, corrected_to: int, what_changed: Text) -> str:
    """Decide to tell everybody who was taught by a version of [corrected_from, corrected_to); return its public id.

    The same versions again are the same correction, whatever is said of them. The worker carries it out. Raise
    NotFound, Refused for versions that are none, or where it is not said in Arabic what changed.
    """
    work.require(Permission.BANK_CORRECTION_TELL, scenario_target(work, scenario_key))
    _versions(work, scenario_key, corrected_from, corrected_to)
    if not what_changed.by_language.get("ar", "").strip():
        raise Refused("change-without-words", field="what_changed")
    if any(len(words) > LONGEST for words in what_changed.by_language.values()):
        raise Refused("too-long", field="what_changed", most=LONGEST)
    same = queries.find_same_correction(work.session, scenario_key, corrected_from, corrected_to)
    if same is not None:
        return same.public_id
    row = CorrectionRow(
        public_id=work.new_id(),
        scenario_id=queries.list_versions(work.session, scenario_key)[0].scenario_id,
        from_number=corrected_from,
        to_number=corrected_to,
        what_changed=what_changed.document(),
        decided_by=work.actor.name,
        decided_at=work.now,
    )
    work.session.add(row)
    target = Target("correction", row.public_id)
    work.audit(Permission.BANK_CORRECTION_TELL, target, scenario=scenario_key, of=corrected_from, to=corrected_to)
    work.record(CorrectionDecided(row.public_id))
    return row.public_id


def continue_telling(work: UnitOfWork, public_id: str, most: int = AT_ONCE) -> int:
    """Tell some people whom a correction concerns and who were not told yet; return how many, 0 at its end."""
    work.require(Permission.BANK_CORRECTION_TELL, Target("correction", public_id))
    found = queries.find_correction(work.session, public_id)
    if found is None:
        raise NotFound("correction")
    row, key = found
    versions = _versions(work, key, row.from_number, row.to_number)
    done = 0
    for person_id, version_id in _taught(work, key, versions, row.id):
        done += _tell(work, row, person_id, version_id)
        if done >= most:
            break
    return done


def tell_shown(work: UnitOfWork, before: StoredAttempt, after: StoredAttempt) -> None:
    """Tell the person of an attempt at once where a ruling that it now shows was corrected since it began."""
    shown = [slot for slot in after.attempt.slots if after.attempt.reveals(slot.number)]
    fresh = {after.pinned.version_of(slot.scenario.key) for slot in shown if not before.attempt.reveals(slot.number)}
    for row, version_id in queries.list_corrections_of(work.session, fresh) if fresh else ():
        _tell(work, row, after.person_id, version_id)


def list_own(work: UnitOfWork) -> tuple[OwnCorrectionLine, ...]:
    """Return the corrections that the actor was told of, newest first."""
    work.require(Permission.LEARNING_CORRECTION_READ, Target("corrections", owner_id=work.actor.person_id))
    rows = queries.list_own_corrections(work.session, work.actor.person_id or 0)
    titles = advising.list_titles(work.session, {row.key for row in rows})
    return tuple(OwnCorrectionLine(row.public_id, Text(titles[row.key]), row.at) for row in rows)


def get_own(work: UnitOfWork, public_id: str) -> CorrectionSummary:
    """Return a correction that the actor was told of: the ruling they read, and the one that stands; raise NotFound."""
    found = queries.find_correction(work.session, public_id)
    reader = work.actor.person_id
    notice = queries.find_notice(work.session, found[0].id, reader) if found and reader else None
    owner = reader if notice or not found else None
    work.require(Permission.LEARNING_CORRECTION_READ, Target("correction", public_id, owner_id=owner))
    if found is None or notice is None:
        raise NotFound("correction")
    row, key = found
    before = scenario_of(work, advising.get_version(work.session, notice.scenario_version_id))
    corrected = advising.find_version(work.session, key, row.to_number)
    if corrected is None:
        raise NotFound("scenario-version")
    brief = brief_of(work, corrected)
    return CorrectionSummary(
        title=brief.title,
        situation=brief.situation,
        prompt=brief.prompt,
        what_changed=Text(row.what_changed),
        told_at=notice.at,
        lines=_lines(ruling_lines(before), ruling_lines(scenario_of(work, corrected))),
    )


def _lines(before: tuple[RulingLine, ...], after: tuple[RulingLine, ...]) -> tuple[ChangedLine, ...]:
    """Return the options side by side: those that stand, in their order, then those that are gone."""
    old, new = {line.key: line for line in before}, {line.key: line for line in after}
    return tuple(ChangedLine(old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old]))


def _versions(work: UnitOfWork, key: str, corrected_from: int, corrected_to: int) -> dict[int, int]:
    """Return the corrected versions: key in the tables → number."""
    rows = queries.list_versions(work.session, key)
    if not rows:
        raise NotFound("scenario")
    numbers = {row.number for row in rows}
    if corrected_from not in numbers or corrected_to not in numbers or corrected_from >= corrected_to:
        raise Refused("versions-unknown", field="corrected_to")
    return {row.id: row.number for row in rows if corrected_from <= row.number < corrected_to}


def _taught(
    work: UnitOfWork, key: str, versions: Mapping[int, int], but_not_told: int | None = None
) -> Iterator[tuple[int, int]]:
    """Give each person who was shown the ruling of one of the versions, and the newest of them that they met."""
    for public_ids in _by_person(queries.list_drawn(work.session, key, but_not_told)):
        newest: dict[int, int] = {}
        for stored in stream_stored(work, public_ids):
            version_id = _shown(settled(stored, work.now), key)
            if version_id is not None and version_id in versions:
                met = newest.get(stored.person_id, version_id)
                newest[stored.person_id] = max(met, version_id, key=versions.__getitem__)
        yield from newest.items()


def _by_person(drawn: list[tuple[int, str]]) -> Iterator[list[str]]:
    """Give the attempts some hundred at a time, all of a person together."""
    some: list[str] = []
    for _, attempts in groupby(drawn, key=lambda one: one[0]):
        some += [public_id for _, public_id in attempts]
        if len(some) >= _READ_AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _shown(stored: StoredAttempt, key: str) -> int | None:
    """Return the version of a scenario whose ruling an attempt has shown."""
    for slot in stored.attempt.slots:
        if slot.scenario.key == key and stored.attempt.reveals(slot.number):
            return stored.pinned.version_of(key)
    return None


def _tell(work: UnitOfWork, row: CorrectionRow, person_id: int, version_id: int) -> bool:
    """Note that a person is told, and ask for the mail; False where they were told already, by whomever."""
    if queries.find_notice(work.session, row.id, person_id) is not None:
        return False
    notice: Any = CorrectionNoticeRow(
        correction_id=row.id, person_id=person_id, scenario_version_id=version_id, at=work.now
    )
    try:
        with work.session.begin_nested():
            work.session.add(notice)
    except IntegrityError:
        # The worker and the end of an attempt met at the same person; one of them has told.
        return False
    person = people.find_person(work.session, person_id)
    if person is not None:
        work.record(CorrectionReached(row.public_id, person.public_id))
    return True
