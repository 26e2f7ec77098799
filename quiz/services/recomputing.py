"""Records made again: every stored figure compared with what follows from the steps and the pinned documents."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionHolderRow, CompletionRow
from quiz.db.queries import catalogue, record_life
from quiz.db.queries import recomputing as queries
from quiz.db.queries import regrading as regrading_queries
from quiz.engine.attempt import replay
from quiz.engine.document import digest
from quiz.engine.errors import EngineError
from quiz.engine.scoring import Score
from quiz.engine.selection import option_order
from quiz.records import codes
from quiz.records import facts as frozen
from quiz.services.drawing import explain_draw
from quiz.services.errors import NotFound
from quiz.services.pinned import get_pinned
from quiz.services.regrading import judge, list_decisions
from quiz.services.standing import Name
from quiz.services.stating import pledge_document, state_facts
from quiz.services.stored_attempts import StoredAttempt, assemble, read_score, seal_of
from quiz.services.unit_of_work import UnitOfWork

# What a stored document or row may raise on being read when somebody wrote something else into it.
_UNREADABLE = (EngineError, frozen.UnreadableFacts, AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing stored that does not follow: of what, which, and both values as text."""

    kind: str
    id: str
    what: str
    stored: str
    recomputed: str


@dataclass(frozen=True, slots=True)
class RecomputeSummary:
    """How much was made again, and everything that differs."""

    completions: int
    attempts: int
    differences: tuple[Difference, ...]


def recompute(work: UnitOfWork, completion_ids: Sequence[str] | None = None) -> RecomputeSummary:
    """Make records again from what they rest on, some or all; raise NotFound for an id that is none.

    With all, every ended attempt is replayed as well, and a pass without its record is told.
    """
    work.require(Permission.RECORDS_COMPLETION_RECOMPUTE, Target("completions"))
    if completion_ids is None:
        wanted: Iterable[Sequence[str]] = queries.stream_ended(work.session)
    else:
        rests_on = queries.list_attempts_of_completions(work.session, completion_ids)
        missing = [public_id for public_id in completion_ids if public_id not in rests_on]
        if missing:
            raise NotFound("completion", id=missing[0])
        wanted = [list(dict.fromkeys(rests_on.values()))]
    checked: set[int] = set()
    differences: list[Difference] = []
    completions, attempts = 0, 0
    stored_ones = (one for some in wanted for one in regrading_queries.stream_attempts(work.session, some))
    for row, steps, remark in stored_ones:
        attempts += 1
        if row.module_version_id not in checked:
            checked.add(row.module_version_id)
            differences += _of_documents(work, row.module_version_id)
        try:
            stored = assemble(get_pinned(work, row.module_version_id), row, steps, remark)
            found = list(_of_attempt(work, row, stored))
        except _UNREADABLE as fault:
            differences.append(Difference("attempt", row.public_id, "readable", _words(fault), ""))
            continue
        completion = queries.find_whole_completion(work.session, row.id)
        if completion is not None:
            completions += 1
            parts = chain(_of_completion(stored, *completion), _of_corrections(work, completion[0]))
            found += _guarded(completion[0].public_id, parts)
        elif _lacks_record(stored) and not queries.is_completed(work.session, row.assignment_id):
            found.append(Difference("attempt", row.public_id, "completion", "none", "a record"))
        differences += found
    return RecomputeSummary(completions, attempts, tuple(differences))


def _guarded(public_id: str, parts: Iterator[Difference]) -> list[Difference]:
    try:
        return list(parts)
    except _UNREADABLE as fault:
        return [Difference("completion", public_id, "readable", _words(fault), "")]


def _words(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"


def _of_documents(work: UnitOfWork, version_id: int) -> Iterator[Difference]:
    """Compare the digest of everything that a module version pins, and of the pool that names it."""
    module = catalogue.find_module_version(work.session, version_id)
    if module is None:
        return
    for kind, version in queries.stream_pinned(work.session, module):
        named = f"{version.document.get('key')} version {version.number}"
        yield from _differing(kind, named, "digest", version.digest, digest(version.document))
    named = f"{module.document.get('key')} version {module.number}"
    yield from _differing("module", named, "pool", module.pool_digest, digest(module.pool))


def _of_attempt(work: UnitOfWork, row: Any, stored: StoredAttempt) -> Iterator[Difference]:
    attempt, pinned, drawn = stored.attempt, stored.pinned, row.draw

    def differing(what: str, kept: object, made: object) -> Iterator[Difference]:
        return _differing("attempt", row.public_id, what, kept, made)

    yield from differing("seal", row.seal, seal_of(drawn, row.behaviour, row.started_at, row.deadline_at))
    yield from differing("module", drawn["module_digest"], pinned.digest)
    yield from differing("pool", drawn["pool_digest"], pinned.pool_digest)
    yield from _of_draw(row.public_id, stored, drawn)
    try:
        attempt = replay(replace(attempt, steps=()), stored.attempt.steps)
    except EngineError as fault:
        yield Difference("attempt", row.public_id, f"step {fault.values.get('step')}", "stored", fault.code)
    yield from differing("ended_at", row.ended_at, attempt.ended_at)
    outcome = "passed" if attempt.score.passed else "not_passed"
    yield from differing("outcome", row.outcome, outcome)
    yield from _of_remarks(work, row, replace(stored, attempt=attempt))


def _of_draw(public_id: str, stored: StoredAttempt, drawn: Any) -> Iterator[Difference]:
    made = explain_draw(stored.pinned, drawn)
    if made is None:
        return
    kept = [(slot.scenario.key, slot.scored, slot.option_order) for slot in stored.attempt.slots]
    again = [(one.scenario.key, one.scored and one.counts, option_order(drawn["seed"], one.scenario)) for one in made]
    for number, (old, new) in enumerate(zip(kept, again, strict=False), 1):
        yield from _differing("attempt", public_id, f"draw {number}", old, new)
    yield from _differing("attempt", public_id, "draw", len(kept), len(again))


def _of_remarks(work: UnitOfWork, row: Any, stored: StoredAttempt) -> Iterator[Difference]:
    """Compare each remark of an attempt with what the decisions make of its answers."""
    remarks = queries.list_all_remarks(work.session, row.id)
    if not remarks:
        return
    verdicts = judge(stored, list_decisions(work, remarks[-1].regrading_id))
    for remark in remarks:
        decision = regrading_queries.get_regrading(work.session, remark.regrading_id)
        verdict = verdicts.get(decision.id)
        made = _told(verdict.before, verdict.after, verdict.after_stands) if verdict else "does not concern it"
        kept = _told(read_score(remark.before), read_score(remark.after), remark.after_stands)
        yield from _differing("attempt", row.public_id, f"remark {decision.public_id}", kept, made)


def _told(before: Score, after: Score, after_stands: bool) -> str:
    told = [f"{score.points}/{score.out_of} {'passed' if score.passed else 'not passed'}" for score in (before, after)]
    return f"{told[0]} then {told[1]}, {'the second' if after_stands else 'the first'} stands"


def _of_completion(
    stored: StoredAttempt, row: CompletionRow, holder: CompletionHolderRow | None, revocation: object
) -> Iterator[Difference]:
    def differing(what: str, kept: object, made: object) -> Iterator[Difference]:
        return _differing("completion", row.public_id, what, kept, made)

    yield from differing("facts_digest", row.facts_digest, frozen.digest(row.facts))
    if stored.outcome != "passed" and revocation is None:
        yield Difference("completion", row.public_id, "outcome", "a record that holds", str(stored.outcome))
    yield from differing("verify_code", row.verify_code, codes.normalise(row.verify_code))
    yield from _of_facts(stored, row)
    if holder is not None and not frozen.opens(row.facts["name_commitment"], holder.name, holder.salt):
        yield Difference("completion", row.public_id, "name", "another name", "the name it was written for")
    latin = row.facts["latin_name_commitment"]
    if holder is not None and latin and not frozen.opens(latin, holder.latin_name or "", holder.salt):
        yield Difference("completion", row.public_id, "latin_name", "another name", "the name it was written for")


def _of_corrections(work: UnitOfWork, row: CompletionRow) -> Iterator[Difference]:
    """Compare each corrected name with its commitments, and where each correction began with the name before it."""
    before = (row.facts.get("name_commitment"), row.facts.get("latin_name_commitment"))
    for one, kept in record_life.list_corrections(work.session, row.id):
        named = f"correction {one.number}"
        began = (one.earlier_commitment, one.earlier_latin_commitment)
        yield from _differing("completion", row.public_id, named, began, before)
        before = (one.name_commitment, one.latin_name_commitment)
        if kept and not Name(*before, kept.name, kept.latin_name, kept.salt).is_own:
            yield Difference("completion", row.public_id, named, "another name", "the name it was corrected to")


def _of_facts(stored: StoredAttempt, row: CompletionRow) -> Iterator[Difference]:
    kept = frozen.from_document(row.facts)
    signature = row.pledge
    editions = _editions(stored, row)
    if signature is not None:
        made_pledge = digest(pledge_document(stored.pinned, editions))
        yield from _differing("completion", row.public_id, "pledge", signature["digest"], made_pledge)
    made = frozen.to_document(
        state_facts(
            stored,
            serial=row.public_id,
            organisation=kept.organisation,
            zone=kept.zone,
            completed_at=row.completed_at,
            signature=signature,
            editions=editions,
            name_commitment=kept.name_commitment,
            latin_name_commitment=kept.latin_name_commitment,
        )
    )
    for name, value in made.items():
        yield from _differing("completion", row.public_id, name, row.facts[name], value)
    for name in ("completed_on", "valid_until"):
        yield from _differing("completion", row.public_id, name, getattr(row, name).isoformat(), made[name])
    yield from _differing("completion", row.public_id, "module", row.module_version_id, stored.pinned.version_id)


def _editions(stored: StoredAttempt, row: CompletionRow) -> tuple[str, ...]:
    """Return the editions of the person's country as they stood: what was signed, else those the record names."""
    if row.pledge is not None:
        return tuple(row.pledge["editions"])
    named = {edition["address"] for edition in row.facts["editions"]}
    pledge = stored.pinned.module.pledge
    return tuple(address for address in (pledge.editions if pledge else ()) if address in named)


def _lacks_record(stored: StoredAttempt) -> bool:
    pledge = stored.pinned.module.pledge
    return stored.outcome == "passed" and (pledge is None or not pledge.required)


def _differing(kind: str, public_id: str, what: str, kept: object, made: object) -> Iterator[Difference]:
    if kept != made:
        yield Difference(kind, public_id, what, str(kept), str(made))
