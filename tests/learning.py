"""Learners of the tests: answering well or badly by the same deeds as real ones."""

from quiz.engine.attempt import Shown
from quiz.engine.extremes import least_sound, soundest
from quiz.services import taking
from quiz.services.stored_attempts import StoredAttempt, get_stored
from quiz.services.taking import Given
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone

SHOWN = Shown("ar", "arab")


def best(stored: StoredAttempt, number: int) -> Given:
    """Return the answer with full credit, or its first turn."""
    return taking.turns_of(stored.attempt.slot(number), soundest(stored.attempt.slot(number).scenario))[0]


def worst(stored: StoredAttempt, number: int) -> Given:
    """Return an answer with as little credit as can be, or its first turn."""
    return taking.turns_of(stored.attempt.slot(number), least_sound(stored.attempt.slot(number).scenario))[0]


def begin(works: Works, someone: Someone, module: str) -> str:
    """Begin an attempt and return its public id."""
    with works.writing(someone.actor) as work:
        return taking.begin_attempt(work, module)


def stored(works: Works, someone: Someone, attempt_id: str) -> StoredAttempt:
    """Return an attempt as it is stored."""
    with works.reading(someone.actor) as work:
        return get_stored(work, attempt_id)


def answer_all(works: Works, someone: Someone, attempt_id: str, good: bool) -> None:
    """Answer every place, well or badly, turn by turn where it has several."""
    choose = soundest if good else least_sound
    for slot in stored(works, someone, attempt_id).attempt.slots:
        for given in taking.turns_of(slot, choose(slot.scenario)):
            last = stored(works, someone, attempt_id).attempt.turns.get(slot.number)
            with works.writing(someone.actor) as work:
                taking.answer(work, attempt_id, slot.number, given, last.number if last else 0, SHOWN)


def finish(works: Works, someone: Someone, module: str, best: bool) -> str:
    """Take a module's attempt from start to end and return its public id."""
    attempt_id = begin(works, someone, module)
    answer_all(works, someone, attempt_id, best)
    with works.writing(someone.actor) as work:
        taking.finish_attempt(work, attempt_id, SHOWN)
    return attempt_id
