"""Taking a module: begin, answer, hand in, practise; one function a deed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.attempts import AttemptRow, RereadRow
from quiz.db.models.people import PersonRow
from quiz.db.queries import assigning, catalogue, people
from quiz.db.queries import attempts as queries
from quiz.engine.actions import Action, Answer, Expire, Finish
from quiz.engine.attempt import Attempt, Shown, Slot, act
from quiz.engine.completion import NextStep, opening
from quiz.engine.errors import NotOffered
from quiz.engine.response import Response
from quiz.engine.selection import draw_practice
from quiz.engine.states import AttemptState
from quiz.events import AttemptFinished
from quiz.services.completing import complete_without_pledge
from quiz.services.correcting import tell_shown
from quiz.services.drawing import draw_assessed, draw_document, list_available
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.measuring import keep_marks
from quiz.services.pinned import get_pinned
from quiz.services.regrading import list_to_reread, remark_at_end
from quiz.services.stored_attempts import (
    StoredAttempt,
    find_kept,
    get_stored,
    seal_of,
    settled,
    store_new_steps,
)
from quiz.services.unit_of_work import UnitOfWork

PRACTICE_SCENARIOS = 2


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """What became of an answer: taken or not, and whether the attempt has ended with it."""

    was_taken: bool
    is_ruled: bool
    is_settled: bool
    has_ended: bool
    timed_out: bool
    next_place: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the page gives it: positions chosen, a word for some, or positions in order (counted from 0)."""

    chosen: tuple[int, ...] = ()
    ratings: tuple[tuple[int, str], ...] = ()
    sequence: tuple[int, ...] = ()
    certainty: str | None = None


def turns_of(slot: Slot, response: Response) -> tuple[Given, ...]:
    """Return what a page would send for a response, in order: a path takes several turns, all else takes one."""
    place = slot.option_order.index
    if slot.scenario.kind == "branching":
        return tuple(Given(chosen=(place(key),)) for key in response.sequence)
    return (
        Given(
            chosen=tuple(map(place, response.chosen)),
            ratings=tuple((place(key), rating) for key, rating in response.ratings),
            sequence=tuple(map(place, response.sequence)),
        ),
    )


def own_assignment(work: UnitOfWork, module_key: str, permission: Permission) -> AssignmentRow:
    """Return the actor's newest assignment of a module; raise NotFound where there is none."""
    assignment = None
    if work.actor.person_id is not None:
        assignment = assigning.find_assignment(work.session, work.actor.person_id, module_key)
    work.require(permission, Target("module", module_key, owner_id=assignment.person_id if assignment else None))
    if assignment is None:
        raise NotFound("module")
    return assignment


def begin_attempt(work: UnitOfWork, module_key: str) -> str:
    """Begin the next attempt of a module, or return the one under way; give its public id."""
    assignment = own_assignment(work, module_key, Permission.LEARNING_ATTEMPT_BEGIN)
    earlier = _ended_attempts(work, assignment)
    if isinstance(earlier, str):
        return earlier
    pinned = get_pinned(work, current_version_of(work, assignment.module_id))
    reread = bool(earlier) and has_reread(work, earlier[-1])
    ends = [stored.attempt.ended_at for stored in earlier if stored.attempt.ended_at]
    if any(stored.outcome == "passed" for stored in earlier):
        raise NotReady("already-passed")
    rule = pinned.module.attempts
    found = opening(rule, ends, assignment.extra_attempts, reread, work.now)
    if found.next_step is not NextStep.BEGIN:
        raise NotReady(f"not-yet-{found.next_step.value}", opens_at=found.opens_at)
    person = _person(work, assignment.person_id)
    document = draw_assessed(work, pinned, person)
    # What time a person has is a fact of the person, so that extra time needs no special case anywhere else.
    allowance = pinned.module.time_limit.exact() if pinned.module.time_limit else None
    deadline = work.now + allowance * (100 + person.extra_time_percent) / 100 if allowance else None
    opens_at = rule.wait_before(found.number).from_moment(ends[-1]) if ends else work.now
    row = AttemptRow(
        public_id=work.new_id(),
        person_id=person.id,
        assignment_id=assignment.id,
        module_version_id=pinned.version_id,
        purpose="assessed",
        number=found.number,
        allowed=rule.limit + assignment.extra_attempts,
        behaviour=pinned.module.behaviour,
        draw=document,
        seal=seal_of(document, pinned.module.behaviour, work.now, deadline),
        opens_at=opens_at,
        started_at=work.now,
        deadline_at=deadline,
    )
    _add(work, row)
    _set_state(assignment, "under_way", work.now)
    work.audit(Permission.LEARNING_ATTEMPT_BEGIN, Target("attempt", row.public_id), number=found.number)
    return row.public_id


def begin_practice(work: UnitOfWork, attempt_id: str, address: str) -> str:
    """Begin two practice scenarios about a provision to reread after an attempt; give the public id."""
    stored = _own_ended_attempt(work, attempt_id, Permission.LEARNING_ATTEMPT_BEGIN)
    if address not in {citation.address for citation in list_to_reread(work, stored)}:
        raise NotFound("provision")
    for earlier in queries.list_attempts(work.session, [stored.assignment_id], "practice"):
        if earlier.ended_at is None:
            _apply(work, get_stored(work, earlier.public_id), Finish(), None)
    seed = work.tools.chance(16).hex()
    met = {slot.scenario.key for slot in stored.attempt.slots}
    pool = list_available(work, stored.pinned)
    slots = draw_practice(seed, pool, address, met, PRACTICE_SCENARIOS)
    if not slots:
        raise NotReady("no-practice")
    document = draw_document(seed, stored.pinned, slots, {}, {})
    row = AttemptRow(
        public_id=work.new_id(),
        person_id=stored.person_id,
        assignment_id=stored.assignment_id,
        module_version_id=stored.pinned.version_id,
        purpose="practice",
        number=None,
        allowed=0,
        behaviour="practice",
        draw=document,
        seal=seal_of(document, "practice", work.now, None),
        opens_at=work.now,
        started_at=work.now,
    )
    _add(work, row)
    return row.public_id


def answer(
    work: UnitOfWork,
    attempt_id: str,
    number: int,
    given: Given,
    standing: int,
    shown: Shown,
    seen: int | None = None,
) -> AnswerOutcome:
    """Store an answer to a place; `standing` is the step number of the answer the page showed there, 0 for none.

    Nothing is written, and no error raised, where the same answer stands already, the attempt has ended, or its
    behaviour takes no second answer. Stale where another window gave another answer meanwhile.

    `seen` is how many steps the attempt had when the page was drawn. Where it is told, and this process knows as many,
    the attempt is neither read nor locked: Stale (`attempt-moved-on`) then says that it has gone on elsewhere, and the
    deed is to be done again without it.
    """
    permission = Permission.LEARNING_ATTEMPT_ANSWER
    kept = None if seen is None else find_kept(work, attempt_id, seen)
    stored = _own(work, kept, permission) if kept else own_attempt(work, attempt_id, permission, for_update=True)
    try:
        response = _response(stored.attempt, number, given, standing)
        last = stored.attempt.turns.get(number)
        is_late = last is not None and last.number != standing
        if is_late and not response.is_within((last.response if last else None) or Response()):
            raise Stale("answered-elsewhere", place=number)
        certainty = given.certainty if stored.pinned.module.certainty else None
        # What comes late and was given already is a second click: it never begins another try.
        action: Action = Expire() if is_late else Answer(number, response, certainty)
        after = _apply(work, stored, action, shown)
    except NotOffered as refusal:
        raise Refused(refusal.code) from refusal
    return AnswerOutcome(
        was_taken=any(step.slot == number for step in after.attempt.steps[len(stored.attempt.steps) :]),
        is_ruled=after.attempt.behaviour != "exam" and after.attempt.reveals(number),
        is_settled=after.attempt.is_settled(number),
        has_ended=after.attempt.state is not AttemptState.UNDER_WAY,
        timed_out=after.attempt.state is AttemptState.EXPIRED,
        next_place=after.attempt.next_open(number),
    )


def finish_attempt(work: UnitOfWork, attempt_id: str, shown: Shown) -> None:
    """Hand an attempt in; doing it again changes nothing."""
    stored = own_attempt(work, attempt_id, Permission.LEARNING_ATTEMPT_ANSWER, for_update=True)
    _apply(work, stored, Finish(), shown)


def expire_overdue(work: UnitOfWork, most: int = 100) -> int:
    """Write the end of attempts whose deadline is past; return how many."""
    work.require(Permission.LEARNING_ATTEMPT_EXPIRE, Target("attempts"))
    overdue = queries.list_overdue(work.session, work.now, most)
    for public_id in overdue:
        _apply(work, get_stored(work, public_id, for_update=True), Expire(), None)
    return len(overdue)


def mark_reread(work: UnitOfWork, attempt_id: str, address: str) -> None:
    """Note that a provision was reread after an attempt; doing it again changes nothing."""
    stored = _own_ended_attempt(work, attempt_id, Permission.LEARNING_PROVISION_REREAD)
    if address not in {citation.address for citation in list_to_reread(work, stored)}:
        raise NotFound("provision")
    if address not in queries.list_reread(work.session, stored.id):
        work.session.add(RereadRow(attempt_id=stored.id, address=address, at=work.now))


def own_attempt(work: UnitOfWork, attempt_id: str, permission: Permission, for_update: bool = False) -> StoredAttempt:
    """Return the actor's attempt; somebody else's is refused, and to the reader it is as if it were not there."""
    return _own(work, get_stored(work, attempt_id, for_update), permission)


def _own(work: UnitOfWork, stored: StoredAttempt, permission: Permission) -> StoredAttempt:
    work.require(permission, Target("attempt", stored.public_id, owner_id=stored.person_id))
    return stored


def _own_ended_attempt(work: UnitOfWork, attempt_id: str, permission: Permission) -> StoredAttempt:
    """Return the actor's attempt once it has ended: in the middle of an exam, what to reread would tell its keys."""
    stored = settled(own_attempt(work, attempt_id, permission), work.now)
    if stored.attempt.state is AttemptState.UNDER_WAY:
        raise NotFound("result")
    return stored


def has_reread(work: UnitOfWork, stored: StoredAttempt) -> bool:
    """Tell whether everything an attempt left to reread was reread."""
    wanted = {citation.address for citation in list_to_reread(work, stored)}
    return wanted <= queries.list_reread(work.session, stored.id)


def current_version_of(work: UnitOfWork, module_id: int) -> int:
    """Return the version of a module that stands; raise NotFound where none was published."""
    for module in catalogue.list_modules(work.session):
        if module.id == module_id and module.current_version_id is not None:
            return module.current_version_id
    raise NotFound("module")


def _apply(work: UnitOfWork, stored: StoredAttempt, action: Action, shown: Shown | None) -> StoredAttempt:
    after = store_new_steps(work, stored, act(stored.attempt, action, work.now, shown))
    tell_shown(work, stored, after)
    if after.attempt.ended_at is not None and not stored.is_end_stored:
        _concluded(work, after)
    return after


def _concluded(work: UnitOfWork, stored: StoredAttempt) -> None:
    if stored.purpose == "practice":
        return
    keep_marks(work, stored)
    stored = remark_at_end(work, stored)
    passed = stored.outcome == "passed"
    assignment = queries.get_assignment(work.session, stored.assignment_id)
    pledge = stored.pinned.module.pledge
    if not passed:
        state = "awaiting_next"
    elif pledge is not None and pledge.required:
        state = "passed_pledge_open"
    else:
        state = "completed"
    _set_state(assignment, state, stored.attempt.ended_at or work.now)
    limit = stored.pinned.module.attempts.limit + assignment.extra_attempts
    assignment.is_used_up = not passed and (stored.number or 0) >= limit
    work.record(AttemptFinished(stored.public_id, passed))
    if state == "completed":
        complete_without_pledge(work, stored, assignment)


def _ended_attempts(work: UnitOfWork, assignment: AssignmentRow) -> list[StoredAttempt] | str:
    """Return the ended assessed attempts in order, or the public id of the one under way."""
    ended = []
    for row in queries.list_attempts(work.session, [assignment.id]):
        stored = get_stored(work, row.public_id)
        now_settled = settled(stored, work.now)
        if now_settled.attempt.state is AttemptState.UNDER_WAY:
            return stored.public_id
        if not stored.is_end_stored:
            now_settled = _apply(work, stored, Expire(), None)
        ended.append(now_settled)
    return ended


def _add(work: UnitOfWork, row: AttemptRow) -> None:
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Stale("attempt-already-begun") from clash


def _person(work: UnitOfWork, person_id: int) -> PersonRow:
    person = people.find_person(work.session, person_id)
    if person is None:
        raise NotFound("person")
    return person


def _set_state(assignment: AssignmentRow, state: str, since: datetime) -> None:
    assignment.state = state
    assignment.state_since = since


def _response(attempt: Attempt, number: int, given: Given, standing: int) -> Response:
    """Return what was given in the keys of the scenario; a turn goes on from the path that the page showed."""
    slot = attempt.slot(number)
    if given.ratings:
        return Response.rating({slot.option_at(position): rating for position, rating in given.ratings})
    if given.sequence:
        return Response.in_sequence(*(slot.option_at(position) for position in given.sequence))
    chosen = [slot.option_at(position) for position in given.chosen]
    if slot.scenario.kind != "branching":
        return Response.choosing(*chosen)
    shown = next((step for step in attempt.steps if step.number == standing and step.slot == number), None)
    is_turn = shown is not None and shown.credit is None
    path = shown.response.sequence if shown and shown.response and is_turn else ()
    return Response.in_sequence(*path, *chosen[:1])


def time_left(stored: StoredAttempt, now: datetime) -> timedelta | None:
    """Return the time until the deadline, never below zero; None without one."""
    deadline = stored.attempt.deadline
    return max(deadline - now, timedelta()) if deadline else None
