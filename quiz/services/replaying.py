"""An attempt shown again as it was: the page before each answer and the one after it; and why it drew what it drew."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import attempts as queries
from quiz.engine.attempt import Shown, Step, StepKind, replay
from quiz.engine.behaviours import registry as behaviours
from quiz.engine.errors import Unreplayable
from quiz.engine.selection import Choice
from quiz.services.drawing import explain_draw
from quiz.services.errors import NotReady, Refused
from quiz.services.stored_attempts import StoredAttempt, get_stored
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.viewing import SlotSummary, summarise_slot


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of an attempt: on which step it stands, before or after it, at what moment, and how it was set."""

    step: int
    is_after: bool
    at: datetime
    shown: Shown
    slot: SlotSummary


def list_shown_pages(work: UnitOfWork, attempt_id: str) -> tuple[ShownPage, ...]:
    """Return the pages of an attempt in order; the look into answers is audited.

    What the page said of the time left is of the moment of the answer: when it was opened is stored nowhere.
    Raise Refused where the stored log does not follow from its own documents: then nobody can say what was shown.
    """
    target = Target("attempt", attempt_id)
    work.require(Permission.RECORDS_ATTEMPT_REPLAY, target)
    stored = get_stored(work, attempt_id)
    try:
        replay(replace(stored.attempt, steps=()), stored.attempt.steps)
    except Unreplayable as fault:
        raise Refused("unreplayable", **fault.values) from fault
    work.audit(Permission.RECORDS_ATTEMPT_REPLAY, target, steps=len(stored.attempt.steps))
    return tuple(page for step in stored.attempt.steps for page in _pages(stored, step))


def _pages(stored: StoredAttempt, step: Step) -> Iterator[ShownPage]:
    if step.slot is None or step.shown is None:
        return
    steps = stored.attempt.steps
    before = replace(stored, attempt=replace(stored.attempt, steps=steps[: step.number - 1]))
    yield ShownPage(step.number, False, step.at, step.shown, summarise_slot(before, step.slot, step.at))
    # Where the last answer ends the attempt in the same deed, its ruling was shown after that end.
    ends_itself = behaviours.get(stored.attempt.behaviour).ends_with_last_answer
    end = [one for one in steps[step.number :][:1] if ends_itself and one.kind is StepKind.FINISHED]
    after = replace(stored, attempt=replace(stored.attempt, steps=(*steps[: step.number], *end)))
    if after.attempt.reveals(step.slot) or not after.attempt.is_settled(step.slot):
        yield ShownPage(step.number, True, step.at, step.shown, summarise_slot(after, step.slot, step.at))


def explain_attempt(work: UnitOfWork, attempt_id: str) -> tuple[Choice, ...]:
    """Return why each scenario stands in an attempt; raise NotReady for practice and for draws that did not keep it."""
    work.require(Permission.RECORDS_ATTEMPT_REPLAY, Target("attempt", attempt_id))
    stored = get_stored(work, attempt_id)
    choices = explain_draw(stored.pinned, queries.get_draw(work.session, stored.id).draw)
    if choices is None:
        raise NotReady("draw-not-kept")
    return choices
