"""Marking attempts again after a key was mended or a scenario withdrawn: what it would do, the decision, the deed.

A decision is one row and never changes; each attempt it concerns gets a remark with both scores, in transactions of
some dozens, so that it can be stopped at any moment and goes on where it was. What was answered stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow
from quiz.db.models.regrading import RegradingRow, RemarkRow
from quiz.db.queries import attempts, people
from quiz.db.queries import completions as completion_queries
from quiz.db.queries import regrading as queries
from quiz.engine.completion import to_reread
from quiz.engine.document import read_scenario
from quiz.engine.instrument import Citation
from quiz.engine.regrading import Change, Decision, Policy, Verdict, as_it_stands, judged
from quiz.engine.scoring import Score
from quiz.engine.text import Text
from quiz.events import AttemptRemarked, RegradingDecided
from quiz.services.completing import complete_without_pledge, revoke_after_marking
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.pinned import PinnedModule
from quiz.services.shortages import ShortModule, list_short_modules
from quiz.services.stored_attempts import Remark, StoredAttempt, get_stored, score_document, stream_stored
from quiz.services.unit_of_work import UnitOfWork

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class RemarkSummary:
    """An attempt that would pass now and did not, or the other way round."""

    attempt_id: str
    name: str
    module_title: Text
    before: Score
    after: Score
    completion_id: str | None


@dataclass(frozen=True, slots=True)
class RegradingPreview:
    """What a decision would do, nothing of it done.

    `attempts` drew the scenario; of `unreadable` the answers cannot be marked by the version that stands. `higher` and
    `lower` count other scores. `records` are the completions that would be written at once (modules without a pledge),
    `revoked` those that would be revoked: none where only help stands. `short_modules` lack scenarios once this one is
    withdrawn. `decided_at` is when this very decision was made already.
    """

    scenario_key: str
    title: Text
    version: int | None
    policy: Policy
    attempts: int
    unreadable: int
    higher: int
    lower: int
    gains: tuple[RemarkSummary, ...]
    losses: tuple[RemarkSummary, ...]
    records: int
    revoked: int
    short_modules: tuple[ShortModule, ...] = ()
    decided_at: datetime | None = None

    @property
    def takes_away(self) -> bool:
        """Tell whether somebody would have less than before: a lower score, or no pass."""
        return self.policy is Policy.ALWAYS and bool(self.lower or self.losses)


@dataclass(frozen=True, slots=True)
class _Judged:
    """An attempt, and what a decision makes of it."""

    stored: StoredAttempt
    verdict: Verdict


def preview_regrading(work: UnitOfWork, key: str, withdraws: bool, policy: Policy) -> RegradingPreview:
    """Return what marking again by the standing version of a scenario, or without it, would do; raise NotFound."""
    row, version = _decided(work, key, withdraws)
    scenario = read_scenario(queries.get_standing_version(work.session, row).document)
    decisions = list_decisions(work)
    last = max((one.decision.number for one in decisions), default=0)
    change = Change(key, None if withdraws else scenario)
    proposed = Known(Decision(last + 1, change, policy), version.id if version else None)
    count, readable, higher, lower = 0, 0, 0, 0
    gains: list[_Judged] = []
    losses: list[_Judged] = []
    for stored in _drawn(work, key):
        if not _concerns(proposed, stored.pinned):
            continue
        count += 1
        verdict = judge(stored, [*decisions, proposed]).get(last + 1)
        if verdict is None:
            continue
        readable += 1
        higher += verdict.after.share > verdict.before.share
        lower += verdict.after.share < verdict.before.share
        if verdict.after.passed != verdict.before.passed:
            (gains if verdict.after.passed else losses).append(_Judged(stored, verdict))
    shown_gains, shown_losses = _summaries(work, gains), _summaries(work, losses)
    keeps = policy is Policy.ONLY_IF_IT_HELPS
    same = queries.find_same_regrading(work.session, row.id, version.id if version else None, policy.value)
    return RegradingPreview(
        scenario_key=key,
        title=scenario.title,
        version=version.number if version else None,
        policy=policy,
        attempts=count,
        unreadable=count - readable,
        higher=higher,
        lower=lower,
        gains=shown_gains,
        losses=shown_losses,
        records=sum(_completes_at_once(work, one.stored) for one in gains),
        revoked=0 if keeps else sum(one.completion_id is not None for one in shown_losses),
        short_modules=list_short_modules(work, key) if withdraws else (),
        decided_at=same.decided_at if same else None,
    )


def decide_regrading(
    work: UnitOfWork, key: str, withdraws: bool, policy: Policy, reason: Text, previewed: int | None = None
) -> str:
    """Decide to mark attempts again; return the decision's public id. The same decision again is the same one.

    Raise Stale where another version of the scenario stands than the one whose effect was previewed.
    """
    work.require(Permission.RECORDS_ATTEMPT_REGRADE, Target("scenario", key))
    row, version = _decided(work, key, withdraws)
    if version is not None and previewed not in {None, version.number}:
        raise Stale("scenario-moved-on")
    if not all(reason.by_language.get(language, "").strip() for language in ("ar", "en")):
        raise Refused("reason-missing", field="reason")
    version_id = version.id if version else None
    standing_one = queries.find_same_regrading(work.session, row.id, version_id, policy.value)
    if standing_one is not None:
        return standing_one.public_id
    decision = RegradingRow(
        public_id=work.new_id(),
        scenario_id=row.id,
        scenario_version_id=version_id,
        policy=policy.value,
        reason=reason.document(),
        decided_by=work.actor.name,
        decided_at=work.now,
    )
    work.session.add(decision)
    if withdraws and row.withdrawn_at is None:
        row.withdrawn_at = work.now
    work.audit(
        Permission.RECORDS_ATTEMPT_REGRADE,
        Target("regrading", decision.public_id),
        scenario=key,
        version=version.number if version else None,
        policy=policy.value,
    )
    work.record(RegradingDecided(decision.public_id))
    return decision.public_id


def continue_regrading(work: UnitOfWork, public_id: str, most: int = AT_ONCE) -> int:
    """Mark again some attempts that a decision concerns and has not reached; return how many, 0 at its end."""
    work.require(Permission.RECORDS_ATTEMPT_REGRADE, Target("regrading", public_id))
    decision, key = _found(work, public_id)
    decisions = list_decisions(work, decision.id)
    done = 0
    for stored in _drawn(work, key, decision.id):
        verdicts = judge(stored, decisions)
        if decision.id not in verdicts:
            continue
        # Taken anew under a lock: the person may be signing a pledge at this moment.
        locked = get_stored(work, stored.public_id, for_update=True)
        _remark_all(work, locked, verdicts)
        done += 1
        if done == most:
            break
    return done


def _remark_all(work: UnitOfWork, stored: StoredAttempt, verdicts: Mapping[int, Verdict]) -> None:
    """Store what decisions make of an attempt, those first that were made first and have not reached it yet."""
    reached = queries.list_reached(work.session, stored.id)
    for number, verdict in verdicts.items():
        if number not in reached:
            _remark(work, queries.get_regrading(work.session, number), stored, verdict)


def remark_at_end(work: UnitOfWork, stored: StoredAttempt) -> StoredAttempt:
    """Return an attempt that has just ended as the decisions so far mark it: one begun before them meets them here."""
    for number, verdict in judge(stored, list_decisions(work)).items():
        decision = queries.get_regrading(work.session, number)
        stored = replace(stored, remark=_stored_remark(work, decision, stored, verdict))
    return stored


@dataclass(frozen=True, slots=True)
class Known:
    """A decision as the engine has it, and the version of the scenario that it marks by; None without one."""

    decision: Decision
    version_id: int | None


def list_decisions(work: UnitOfWork, up_to: int | None = None) -> list[Known]:
    """Return every decision so far, or up to one of them, in order."""
    known = []
    for row, key in queries.list_regradings(work.session, up_to):
        mended: Any = None
        if row.scenario_version_id is not None:
            version = queries.get_version(work.session, row.scenario_version_id)
            mended = work.tools.kept.documents.get(
                version.digest,
                lambda version=version: read_scenario(version.document),  # type: ignore[misc]
            )
        known.append(Known(Decision(row.id, Change(key, mended), Policy(row.policy)), row.scenario_version_id))
    return known


def judge(stored: StoredAttempt, known: Sequence[Known]) -> dict[int, Verdict]:
    """Return by key what each decision makes of an attempt."""
    return judged(stored.attempt, _concerning(stored, known))


def list_to_reread(work: UnitOfWork, stored: StoredAttempt) -> tuple[Citation, ...]:
    """Return the provisions to reread after an attempt, by the keys that stand for it."""
    if stored.remark is None:
        return to_reread(stored.attempt)
    return to_reread(as_it_stands(stored.attempt, _concerning(stored, list_decisions(work))))


def _concerning(stored: StoredAttempt, known: Sequence[Known]) -> list[Decision]:
    return [one.decision for one in known if _concerns(one, stored.pinned)]


def _concerns(known: Known, pinned: PinnedModule) -> bool:
    """Tell whether an attempt may have met an earlier key: who met the mended version, or a later one, did not."""
    if known.version_id is None:
        return True
    met = [pinned.version_ids[met] for met, one in pinned.scenarios.items() if one.key == known.decision.change.key]
    return any(version_id < known.version_id for version_id in met)


def _decided(work: UnitOfWork, key: str, withdraws: bool) -> tuple[ScenarioRow, ScenarioVersionRow | None]:
    work.require(Permission.RECORDS_ATTEMPT_REGRADE, Target("scenario", key))
    row = queries.find_scenario(work.session, key)
    if row is None:
        raise NotFound("scenario")
    return row, None if withdraws else queries.get_standing_version(work.session, row)


def _found(work: UnitOfWork, public_id: str) -> tuple[RegradingRow, str]:
    decision = queries.find_regrading(work.session, public_id)
    if decision is None:
        raise NotFound("regrading")
    key = next(key for row, key in queries.list_regradings(work.session) if row.id == decision.id)
    return decision, key


def _drawn(work: UnitOfWork, key: str, but_not_by: int | None = None) -> Iterator[StoredAttempt]:
    for stored in stream_stored(work, queries.list_affected(work.session, key, but_not_by)):
        if any(slot.scenario.key == key for slot in stored.attempt.slots):
            yield stored


def _stored_remark(work: UnitOfWork, decision: RegradingRow, stored: StoredAttempt, verdict: Verdict) -> Remark:
    work.session.add(
        RemarkRow(
            regrading_id=decision.id,
            attempt_id=stored.id,
            before=score_document(verdict.before),
            after=score_document(verdict.after),
            after_stands=verdict.after_stands,
            at=work.now,
        )
    )
    return Remark(verdict.before, verdict.after, verdict.after_stands, Text(decision.reason), work.now)


def _remark(work: UnitOfWork, decision: RegradingRow, stored: StoredAttempt, verdict: Verdict) -> None:
    remark = _stored_remark(work, decision, stored, verdict)
    if remark.standing.passed == remark.before.passed:
        return
    stored = replace(stored, remark=remark)
    work.record(AttemptRemarked(stored.public_id, remark.standing.passed))
    if remark.standing.passed:
        _gained(work, stored)
    else:
        _lost(work, stored, Text(decision.reason))


def _gained(work: UnitOfWork, stored: StoredAttempt) -> None:
    """Let a person who passes now go on: to the record, or to the pledge that leads to it."""
    assignment = attempts.get_assignment(work.session, stored.assignment_id)
    if attempts.find_completion_of_assignment(work.session, assignment.id) is not None:
        return
    if _completes_at_once(work, stored):
        complete_without_pledge(work, stored, assignment)
    else:
        assignment.state, assignment.state_since = "passed_pledge_open", work.now


def _lost(work: UnitOfWork, stored: StoredAttempt, reason: Text) -> None:
    """Take back what rested on a pass that no longer stands: the record, or the way to it."""
    completion = completion_queries.find_completion_of_attempt(work.session, stored.id)
    if completion is not None:
        revoke_after_marking(work, completion, reason)
        return
    assignment = attempts.get_assignment(work.session, stored.assignment_id)
    if assignment.state == "passed_pledge_open":
        assignment.state, assignment.state_since = "awaiting_next", work.now


def _completes_at_once(work: UnitOfWork, stored: StoredAttempt) -> bool:
    pledge = stored.pinned.module.pledge
    has_record = attempts.find_completion_of_assignment(work.session, stored.assignment_id) is not None
    return not has_record and (pledge is None or not pledge.required)


def _summaries(work: UnitOfWork, found: Sequence[_Judged]) -> tuple[RemarkSummary, ...]:
    names = people.list_names(work.session, {one.stored.person_id for one in found})
    completions = completion_queries.list_completions_of_attempts(work.session, {one.stored.id for one in found})
    return tuple(
        RemarkSummary(
            one.stored.public_id,
            names.get(one.stored.person_id, ""),
            one.stored.pinned.module.title,
            one.verdict.before,
            one.verdict.after,
            completions.get(one.stored.id),
        )
        for one in found
    )
