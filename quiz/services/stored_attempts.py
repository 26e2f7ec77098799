"""Attempts between the engine and the tables: loading with the log, storing what an action added."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from sys import intern
from typing import Any

from sqlalchemy.exc import IntegrityError

from quiz.db.models.regrading import RegradingRow, RemarkRow
from quiz.db.queries import attempts as queries
from quiz.db.queries import regrading
from quiz.engine.actions import Expire
from quiz.engine.attempt import Attempt, Shown, Slot, Step, StepKind, act
from quiz.engine.document import digest
from quiz.engine.regrading import Verdict, helps
from quiz.engine.response import Response
from quiz.engine.scoring import Score
from quiz.engine.states import AttemptState
from quiz.engine.text import Text
from quiz.services.errors import NotFound, Stale
from quiz.services.pinned import PinnedModule, get_pinned
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Remark(Verdict):
    """That an ended attempt was marked again: what the decision made of it, why and when."""

    reason: Text
    at: datetime

    @property
    def is_same(self) -> bool:
        """Tell whether marking again made no difference to the person."""
        return (self.before.share, self.before.passed) == (self.after.share, self.after.passed)

    @property
    def is_better_standing(self) -> bool:
        """Tell whether the score that stands is the better one for the person."""
        return helps(self.before, self.after) == self.after_stands


@dataclass(frozen=True, slots=True)
class StoredAttempt:
    """An attempt of the engine with what the tables know beside it."""

    id: int
    public_id: str
    person_id: int
    assignment_id: int
    purpose: str
    number: int | None
    pinned: PinnedModule
    attempt: Attempt
    is_end_stored: bool
    remark: Remark | None = None

    @property
    def score(self) -> Score:
        """Return the score that stands: of the answers by the key they met, unless another decision holds."""
        return self.remark.standing if self.remark else self.attempt.score

    @property
    def outcome(self) -> str | None:
        """Return `passed`, `not_passed` or `practised` once the attempt has ended."""
        if self.attempt.state is AttemptState.UNDER_WAY:
            return None
        if self.purpose == "practice":
            return "practised"
        return "passed" if self.score.passed else "not_passed"


def seal_of(draw: Mapping[str, Any], behaviour: str, started_at: datetime, deadline: datetime | None) -> str:
    """Return the digest that the first step of an attempt is chained to."""
    return digest(
        {
            "draw": draw,
            "behaviour": behaviour,
            "started_at": started_at.isoformat(timespec="microseconds"),
            "deadline": deadline.isoformat(timespec="microseconds") if deadline else None,
        }
    )


def get_stored(work: UnitOfWork, public_id: str, for_update: bool = False) -> StoredAttempt:
    """Return an attempt with its whole log; raise NotFound.

    The draw never changes and steps are only ever added, so a process keeps what it has read of an attempt and asks
    for what is new: one statement, and one more the first time. What a transaction has not committed is never kept.
    """
    kept: StoredAttempt | None = work.tools.kept.attempts.find(public_id)
    known = len(kept.attempt.steps) if kept else 0
    rows = queries.list_attempt_with_steps(work.session, public_id, known, for_update)
    if not rows:
        raise NotFound("attempt")
    first = rows[0]
    is_new = first.step_number is not None
    if kept is not None and not is_new and kept.is_end_stored == (first.ended_at is not None):
        return replace(kept, remark=_remark_of(work, first))
    pinned = get_pinned(work, first.module_version_id)
    attempt = kept.attempt if kept else _drawn(work, first, pinned)
    if is_new:
        attempt = replace(attempt, steps=attempt.steps + tuple(_step(row) for row in rows))
    stored = StoredAttempt(
        id=first.id,
        public_id=first.public_id,
        person_id=first.person_id,
        assignment_id=first.assignment_id,
        purpose=first.purpose,
        number=first.number,
        pinned=pinned,
        attempt=attempt,
        is_end_stored=first.ended_at is not None,
    )
    if not work.is_writing:
        _keep(work, stored)
    return replace(stored, remark=_remark_of(work, first))


def find_kept(work: UnitOfWork, public_id: str, seen: int) -> StoredAttempt | None:
    """Return an attempt under way as this process knows it, without asking the database.

    Nothing where it knows less than `seen` steps, or that it has ended. Others may have gone on meanwhile: whoever
    adds a step to what is returned here is told so by its number, which is there already.
    """
    kept: StoredAttempt | None = work.tools.kept.attempts.find(public_id)
    if kept is None or kept.is_end_stored or len(kept.attempt.steps) < seen:
        return None
    return kept


def stream_stored(work: UnitOfWork, public_ids: Sequence[str]) -> Iterator[StoredAttempt]:
    """Give many ended attempts with their logs, some hundred at a time, and keep none of them."""
    for row, steps, remark in regrading.stream_attempts(work.session, public_ids):
        yield assemble(get_pinned(work, row.module_version_id), row, steps, remark)


def assemble(
    pinned: PinnedModule, row: Any, steps: Sequence[Any], remark: tuple[RemarkRow, RegradingRow] | None
) -> StoredAttempt:
    """Return an attempt of its row, its steps and its last remark."""
    attempt = replace(_of_draw(row, pinned, row.draw, row.seal), steps=tuple(_step(step) for step in steps))
    return StoredAttempt(
        row.id,
        row.public_id,
        row.person_id,
        row.assignment_id,
        row.purpose,
        row.number,
        pinned,
        attempt,
        is_end_stored=row.ended_at is not None,
        remark=_remark(*remark) if remark else None,
    )


def _remark_of(work: UnitOfWork, row: Any) -> Remark | None:
    """Return the last remark on an attempt: only one that has ended and counts can have any."""
    if row.ended_at is None or row.purpose != "assessed":
        return None
    found = regrading.list_remarks(work.session, [row.id]).get(row.id)
    return _remark(*found) if found else None


def _remark(row: RemarkRow, decision: RegradingRow) -> Remark:
    return Remark(read_score(row.before), read_score(row.after), row.after_stands, Text(decision.reason), row.at)


def score_document(score: Score) -> dict[str, Any]:
    """Return a score in the plain form of a remark."""
    return {"points": str(score.points), "out_of": score.out_of, "passed": score.passed}


def read_score(document: Mapping[str, Any]) -> Score:
    """Return the score of a remark."""
    return Score(Fraction(document["points"]), document["out_of"], document["passed"])


def settled(stored: StoredAttempt, now: datetime) -> StoredAttempt:
    """Return the attempt as it truly stands now: past its deadline it has ended, written or not."""
    return replace(stored, attempt=act(stored.attempt, Expire(), now))


def _drawn(work: UnitOfWork, row: Any, pinned: PinnedModule) -> Attempt:
    stored = queries.get_draw(work.session, row.id)
    return _of_draw(row, pinned, stored.draw, stored.seal)


def _of_draw(row: Any, pinned: PinnedModule, drawn: Mapping[str, Any], seal: str) -> Attempt:
    slots = tuple(
        # The same few words in every attempt that a process keeps: once in its memory.
        Slot(
            number,
            pinned.scenarios[slot["digest"]],
            tuple(map(intern, slot["options"])),
            slot["scored"],
            slot["because"],
        )
        for number, slot in enumerate(drawn["slots"], 1)
    )
    return Attempt(row.behaviour, slots, pinned.module.pass_rule, row.started_at, row.deadline_at, seal)


def _order(keys: Sequence[str]) -> tuple[str, ...]:
    """The same few keys in every attempt that a process keeps: once in its memory."""
    return tuple(map(intern, keys))


@lru_cache(1024)
def _fraction(text: str) -> Fraction:
    """Few credits occur and reading one costs more than all else of a step."""
    return Fraction(text)


@lru_cache(16)
def _shown(language: str, digits: str) -> Shown:
    return Shown(language, digits)


def _step(row: Any) -> Step:
    return Step(
        number=row.step_number,
        kind=StepKind(row.kind),
        at=row.at,
        slot=row.slot,
        response=Response.from_document(row.response) if row.response is not None else None,
        credit=_fraction(row.credit) if row.credit is not None else None,
        shown=_shown(row.language, row.digits) if row.language else None,
        previous_digest=row.previous_digest,
        digest=row.digest,
        certainty=row.certainty,
    )


def store_new_steps(work: UnitOfWork, before: StoredAttempt, after: Attempt) -> StoredAttempt:
    """Store the steps an action added, and the end if it came; raise Stale where another window was quicker."""
    stored = replace(before, attempt=after)
    try:
        for step in after.steps[len(before.attempt.steps) :]:
            queries.append_step(
                work.session,
                before.id,
                {
                    "number": step.number,
                    "kind": step.kind.value,
                    "slot": step.slot,
                    "response": step.response.document() if step.response else None,
                    "credit": str(step.credit) if step.credit is not None else None,
                    "language": step.shown.language if step.shown else None,
                    "digits": step.shown.digits if step.shown else None,
                    "at": step.at,
                    "previous_digest": step.previous_digest,
                    "digest": step.digest,
                    "certainty": step.certainty,
                },
            )
    except IntegrityError as clash:
        raise Stale("attempt-moved-on") from clash
    if after.ended_at is not None and not before.is_end_stored:
        queries.end_attempt(work.session, before.id, after.ended_at, str(stored.outcome))
    kept = replace(stored, is_end_stored=before.is_end_stored or after.ended_at is not None, remark=None)
    work.after_commit(lambda: _keep(work, kept))
    return stored


def _keep(work: UnitOfWork, stored: StoredAttempt) -> None:
    # Of an ended one hardly any page is asked for any more.
    work.tools.kept.attempts.put(stored.public_id, stored, goes_first=stored.is_end_stored)
