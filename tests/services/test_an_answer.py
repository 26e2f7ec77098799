"""One answer: stored once, whoever sends it twice; refused where it must be; within its budget of statements."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from quiz.db.connection import Database
from quiz.engine.attempt import replay
from quiz.services import accounts, taking, viewing
from quiz.services.errors import NotAllowed, NotFound, NotReady, Refused, Stale
from quiz.services.kept import Kept
from quiz.services.taking import Given
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.learning import SHOWN, begin, best, finish, stored, worst

MODULE, EXAM = "onboarding-social-media", "exam-social-media"


def send(works: Works, someone: Someone, attempt_id: str, number: int, given: Given, standing: int = 0) -> object:
    with works.writing(someone.actor) as work:
        return taking.answer(work, attempt_id, number, given, standing, SHOWN)


def steps(works: Works, attempt_id: str) -> int:
    statement = text("SELECT count(*) FROM attempt_step JOIN attempt ON attempt.id = attempt_id WHERE public_id = :id")
    with works.database.reads() as session:
        return int(session.execute(statement, {"id": attempt_id}).scalar_one())


def test_the_same_answer_twice_is_one_step(works: Works, hire: Someone) -> None:
    attempt_id = begin(works, hire, EXAM)
    given = best(stored(works, hire, attempt_id), 1)
    send(works, hire, attempt_id, 1, given)
    again = send(works, hire, attempt_id, 1, given)
    assert (steps(works, attempt_id), again.was_taken) == (1, False)


def test_another_window_that_was_quicker_is_told_of(works: Works, hire: Someone) -> None:
    attempt_id = begin(works, hire, EXAM)
    first, second = (choose(stored(works, hire, attempt_id), 1) for choose in (best, worst))
    send(works, hire, attempt_id, 1, first)
    with pytest.raises(Stale):
        send(works, hire, attempt_id, 1, second, standing=0)
    send(works, hire, attempt_id, 1, second, standing=1)
    assert steps(works, attempt_id) == 2


def test_what_was_not_offered_is_refused_and_leaves_nothing(works: Works, hire: Someone) -> None:
    attempt_id = begin(works, hire, EXAM)
    for given in (Given(), Given(chosen=(9,)), Given(ratings=((0, "superb"),))):
        with pytest.raises(Refused):
            send(works, hire, attempt_id, 1, given)
    with pytest.raises(Refused):
        send(works, hire, attempt_id, 11, Given(chosen=(0,)))
    assert steps(works, attempt_id) == 0


def test_somebody_elses_attempt_is_refused_and_traced(works: Works, hire: Someone, make_person: MakePerson) -> None:
    attempt_id = begin(works, hire, EXAM)
    stranger = make_person()
    with pytest.raises(NotAllowed):
        send(works, stranger, attempt_id, 1, Given(chosen=(0,)))
    with works.database.reads() as session:
        refusals = session.execute(
            text("SELECT deed, target_id FROM audit_entry WHERE NOT was_allowed AND actor = :who"),
            {"who": stranger.actor.name},
        ).all()
    assert (steps(works, attempt_id), [tuple(row) for row in refusals]) == (
        0,
        [("learning:attempt:answer", attempt_id)],
    )


def test_after_the_deadline_what_was_answered_counts_and_nothing_more(
    works: Works, hire: Someone, clock: Clock
) -> None:
    attempt_id = begin(works, hire, EXAM)
    send(works, hire, attempt_id, 1, best(stored(works, hire, attempt_id), 1))
    clock.forward(minutes=25)
    outcome = send(works, hire, attempt_id, 2, best(stored(works, hire, attempt_id), 2))
    ended = stored(works, hire, attempt_id).attempt
    assert (outcome.was_taken, outcome.timed_out, len(ended.answers)) == (False, True, 1)
    assert ended.ended_at == ended.deadline


def test_extra_time_moves_the_deadline_of_the_person(works: Works, make_person: MakePerson) -> None:
    someone = make_person(modules=(EXAM,), extra_time=50)
    attempt = stored(works, someone, begin(works, someone, EXAM)).attempt
    assert attempt.deadline - attempt.started_at == timedelta(minutes=37, seconds=30)


def test_the_sweep_writes_the_end_of_attempts_out_of_time(works: Works, hire: Someone, clock: Clock) -> None:
    attempt_id = begin(works, hire, EXAM)
    clock.forward(hours=2)
    with works.writing(SYSTEM) as work:
        assert taking.expire_overdue(work) == 1
    with works.writing(SYSTEM) as work:
        assert taking.expire_overdue(work) == 0
    assert stored(works, hire, attempt_id).is_end_stored


def test_a_stored_attempt_replays_to_the_same(works: Works, hire: Someone) -> None:
    attempt = stored(works, hire, finish(works, hire, EXAM, best=True)).attempt
    assert replay(attempt, attempt.steps) == attempt
    assert attempt.score.passed


def test_reread_practise_then_the_next_attempt_and_the_third_waits_a_day(
    works: Works, hire: Someone, clock: Clock
) -> None:
    first = finish(works, hire, MODULE, best=False)
    with pytest.raises(NotReady, match="not-yet-reread"):
        begin(works, hire, MODULE)
    _reread(works, hire, first)
    second = finish(works, hire, MODULE, best=False)
    assert stored(works, hire, second).number == 2
    _reread(works, hire, second)
    with pytest.raises(NotReady, match="not-yet-wait"):
        begin(works, hire, MODULE)
    clock.forward(days=1)
    third = finish(works, hire, MODULE, best=False)
    _reread(works, hire, third)
    clock.forward(days=30)
    with pytest.raises(NotReady, match="not-yet-ask"):
        begin(works, hire, MODULE)


def _reread(works: Works, someone: Someone, attempt_id: str) -> None:
    with works.reading(someone.actor) as work:
        rereads = viewing.get_result(work, attempt_id).reread
    assert 1 <= len(rereads) <= 3
    for reread in rereads:
        with works.writing(someone.actor) as work:
            taking.mark_reread(work, attempt_id, reread.citation.address)


def test_practice_uses_no_attempt_and_is_not_seen(works: Works, hire: Someone) -> None:
    first = finish(works, hire, MODULE, best=False)
    with works.reading(hire.actor) as work:
        address = viewing.get_result(work, first).reread[0].citation.address
    with works.writing(hire.actor) as work:
        practice = taking.begin_practice(work, first, address)
    found = stored(works, hire, practice)
    assert (found.number, found.attempt.behaviour, len(found.attempt.slots)) == (None, "practice", 2)
    assert not any(slot.scored for slot in found.attempt.slots)
    with works.writing(hire.actor) as work, pytest.raises(NotFound):
        taking.begin_practice(work, first, "eg-cybercrime/law-175-2018/art-1")


def test_two_windows_at_once_store_one_answer(own_database: Database, tools: Tools, unit_of: object) -> None:
    someone, works = unit_of(own_database, tools)
    attempt_id = begin(works, someone, EXAM)
    given = {0: best, 1: worst}
    outcomes: list[object] = []
    ready = threading.Barrier(2)

    def answer(which: int) -> None:
        own = Works(own_database, replace(tools, kept=Kept()))
        chosen = given[which](stored(own, someone, attempt_id), 1)
        ready.wait(timeout=20)
        try:
            outcomes.append(send(own, someone, attempt_id, 1, chosen))
        except Stale as stale:
            outcomes.append(stale)

    threads = [threading.Thread(target=answer, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (steps(works, attempt_id), sum(isinstance(one, Stale) for one in outcomes)) == (1, 1)


def test_an_answer_and_its_next_page_stay_within_six_statements_and_one_commit(
    own_database: Database, tools: Tools, unit_of: object
) -> None:
    someone, works = unit_of(own_database, tools)
    attempt_id = begin(works, someone, EXAM)
    with works.reading(SYSTEM) as work:
        checked = accounts.check_password(work, someone.email, PASSWORD, "127.0.0.1")
    with works.writing(SYSTEM) as work:
        token = accounts.sign_in(work, checked, "a browser")
    counted: list[str] = []
    event.listen(own_database.engine, "before_cursor_execute", lambda *heard: counted.append(heard[2]))
    commits: list[object] = []
    event.listen(own_database.engine, "commit", commits.append)
    for number in (1, 2):
        chosen = best(stored(works, someone, attempt_id), number)
        counted.clear()
        commits.clear()
        with works.reading(SYSTEM) as work:
            assert accounts.find_signed_in(work, str(token))
        send(works, someone, attempt_id, number, chosen)
        with works.reading(SYSTEM) as work:
            accounts.find_signed_in(work, str(token))
        with works.reading(someone.actor) as work:
            viewing.get_slot(work, attempt_id, number + 1)
    asked = [statement for statement in counted if not statement.startswith("BEGIN")]
    assert (len(asked) <= 6, len(commits)) == (True, 1), asked
