"""Two windows that answer at once: one answer is stored, and the other window is told."""

import threading
from collections.abc import Callable
from dataclasses import replace

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


def test_two_windows_at_once_store_one_answer(own_database: Database, tools: Tools, unit_of: Make) -> None:
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
                outcomes.append(taking.answer(work, attempt_id, 1, chosen, 0, SHOWN))
        except Stale as stale:
            outcomes.append(stale)

    threads = [threading.Thread(target=send, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (steps(works, attempt_id), sum(isinstance(one, Stale) for one in outcomes)) == (1, 1)
