"""Two workers at once on a real database: another message each, and a chore for one of them."""

import threading
from collections.abc import Callable

import pytest

from quiz.db.connection import Database
from quiz.jobs.outbox import ACTOR
from quiz.services import delivering, leasing, people
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone

Make = Callable[[Database, Tools], tuple[Someone, Works]]


def at_once(one: Callable[[threading.Barrier], None]) -> None:
    ready = threading.Barrier(2)
    threads = [threading.Thread(target=one, args=(ready,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_nobody_waits_for_the_message_of_another(own_database: Database, tools: Tools, unit_of: Make) -> None:
    someone, works = unit_of(own_database, tools)
    for _ in range(2):
        with works.writing(SYSTEM) as work:
            people.invite(work, someone.public_id)
    claimed: list[int | None] = []

    def one(ready: threading.Barrier) -> None:
        with works.writing(ACTOR) as work:
            message = delivering.claim_next(work)
            # Both hold theirs before either lets go.
            ready.wait(timeout=20)
            claimed.append(message.id if message else None)

    at_once(one)
    assert None not in claimed
    assert len(set(claimed)) == 2


def test_a_chore_that_nobody_ever_began_is_begun_by_one(own_database: Database, tools: Tools) -> None:
    works = Works(own_database, tools)
    taken: list[bool] = []

    def one(ready: threading.Barrier) -> None:
        ready.wait(timeout=20)
        with works.writing(ACTOR) as work:
            taken.append(leasing.take(work, "tidy", str(threading.get_ident())))

    at_once(one)
    assert sorted(taken) == [False, True]
