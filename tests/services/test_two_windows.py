"""Two windows that answer at once: one answer is stored, and the other window is told."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from quiz.db.connection import Database
from quiz.services import taking
from quiz.services.errors import Stale
from quiz.services.kept import Kept
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone
from tests.learning import SHOWN, begin, best, stored, worst

EXAM = "exam-social-media"
Make = Callable[[Database, Tools], tuple[Someone, Works]]


def steps(works: Works, attempt_id: str) -> int:
    statement = "SELECT count(*) FROM attempt_step JOIN attempt ON attempt.id = attempt_id WHERE public_id = :id"
    with works.database.reads() as session:
        return int(session.execute(text(statement), {"id": attempt_id}).scalar_one())


@pytest.mark.parametrize("seen", [None, 0])
def test_two_windows_at_once_store_one_answer(
    own_database: Database, tools: Tools, unit_of: Make, seen: int | None
) -> None:
    """Each through a process of its own: on what the database says, or on what the process knows already."""
    someone, works = unit_of(own_database, tools)
    attempt_id = begin(works, someone, EXAM)
    outcomes: list[object] = []
    ready = threading.Barrier(2)

    def send(which: int) -> None:
        own = Works(own_database, replace(tools, kept=Kept()))
        chosen = (best, worst)[which](stored(own, someone, attempt_id), 1)
        ready.wait(timeout=20)
        try:
            with own.writing(someone.actor) as work:
                outcomes.append(taking.answer(work, attempt_id, 1, chosen, 0, SHOWN, seen))
        except Stale as stale:
            outcomes.append(stale)

    threads = [threading.Thread(target=send, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (steps(works, attempt_id), sum(isinstance(one, Stale) for one in outcomes)) == (1, 1)


def test_a_process_that_knows_less_than_the_page_asks_the_database(
    own_database: Database, tools: Tools, unit_of: Make
) -> None:
    someone, works = unit_of(own_database, tools)
    attempt_id = begin(works, someone, EXAM)
    other = Works(own_database, replace(tools, kept=Kept()))
    for number in (1, 2, 3, 4):
        own = (works, other)[number % 2]
        chosen = best(stored(works, someone, attempt_id), number)
        with own.writing(someone.actor) as work:
            assert taking.answer(work, attempt_id, number, chosen, 0, SHOWN, number - 1).was_taken
    assert steps(works, attempt_id) == 4


def test_what_ended_elsewhere_takes_no_answer_on_what_was_known_before(
    own_database: Database, tools: Tools, unit_of: Make
) -> None:
    someone, works = unit_of(own_database, tools)
    attempt_id = begin(works, someone, EXAM)
    other = Works(own_database, replace(tools, kept=Kept()))
    chosen = best(stored(other, someone, attempt_id), 1)
    with works.writing(someone.actor) as work:
        taking.finish_attempt(work, attempt_id, SHOWN)
    with pytest.raises(Stale, match="attempt-moved-on"), other.writing(someone.actor) as work:
        taking.answer(work, attempt_id, 1, chosen, 0, SHOWN, 0)
    with other.writing(someone.actor) as work:
        assert not taking.answer(work, attempt_id, 1, chosen, 0, SHOWN).was_taken
    with works.writing(someone.actor) as work:
        assert not taking.answer(work, attempt_id, 1, chosen, 0, SHOWN, 0).was_taken
