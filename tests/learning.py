"""Learners of the tests: answering well or badly by the same deeds as real ones."""

from quiz.engine.attempt import Shown
from quiz.services import taking
from quiz.services.stored_attempts import StoredAttempt, get_stored
from quiz.services.taking import Given
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone

SHOWN = Shown("ar", "arab")
OPPOSITE = {"very_appropriate": "very_inappropriate", "appropriate": "very_inappropriate"}


def best(stored: StoredAttempt, number: int) -> Given:
    """Return the answer with full credit."""
    slot = stored.attempt.slot(number)
    place = slot.option_order.index
    if slot.scenario.kind == "judgement":
        return Given(ratings=tuple((place(key), rating) for key, rating in slot.scenario.key_ratings.items()))
    if slot.scenario.kind == "single_choice":
        return Given(chosen=tuple(place(option.key) for option in slot.scenario.options if option.credit == 1))
    return Given(chosen=tuple(place(option.key) for option in slot.scenario.options if (option.credit or 0) > 0))


def worst(stored: StoredAttempt, number: int) -> Given:
    """Return an answer without credit."""
    slot = stored.attempt.slot(number)
    place = slot.option_order.index
    if slot.scenario.kind == "judgement":
        rated = slot.scenario.key_ratings.items()
        return Given(ratings=tuple((place(key), OPPOSITE.get(rating, "very_appropriate")) for key, rating in rated))
    return Given(chosen=(place(min(slot.scenario.options, key=lambda option: option.credit or 0).key),))


def begin(works: Works, someone: Someone, module: str) -> str:
    """Begin an attempt and return its public id."""
    with works.writing(someone.actor) as work:
        return taking.begin_attempt(work, module)


def stored(works: Works, someone: Someone, attempt_id: str) -> StoredAttempt:
    """Return an attempt as it is stored."""
    with works.reading(someone.actor) as work:
        return get_stored(work, attempt_id)


def answer_all(works: Works, someone: Someone, attempt_id: str, good: bool) -> None:
    """Answer every place, well or badly."""
    choose = best if good else worst
    for number in range(1, len(stored(works, someone, attempt_id).attempt.slots) + 1):
        given = choose(stored(works, someone, attempt_id), number)
        with works.writing(someone.actor) as work:
            taking.answer(work, attempt_id, number, given, 0, SHOWN)


def finish(works: Works, someone: Someone, module: str, best: bool) -> str:
    """Take a module's attempt from start to end and return its public id."""
    attempt_id = begin(works, someone, module)
    answer_all(works, someone, attempt_id, best)
    with works.writing(someone.actor) as work:
        taking.finish_attempt(work, attempt_id, SHOWN)
    return attempt_id
