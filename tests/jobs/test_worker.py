"""Several workers: each chore is one's at a time, and a queue only makes them quick."""

import logging
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from quiz.factory import create_app
from quiz.jobs import chores
from quiz.jobs.outbox import ACTOR
from quiz.jobs.queue import MOST_TOLD, PlainSerializer, TaskQueue, Tasks, open_queue
from quiz.jobs.worker import QueueLog, Quietly, opened, stand_in, tasks_of
from quiz.services import leasing, people
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock


def take(works: Works, name: str, holder: str) -> bool:
    with works.writing(ACTOR) as work:
        return leasing.take(work, name, holder)


def test_a_chore_is_one_workers_until_it_is_done(works: Works, app: Flask) -> None:
    assert take(works, "tidy", "a")
    assert not take(works, "tidy", "b")
    assert not chores.do(app, "tidy")
    with works.writing(ACTOR) as work:
        leasing.give_back(work, "tidy", "b")
    assert not take(works, "tidy", "b")
    with works.writing(ACTOR) as work:
        leasing.give_back(work, "tidy", "a")
    assert chores.do(app, "tidy")
    assert take(works, "tidy", "b")


def test_a_chore_whose_worker_has_died_is_taken_over(works: Works, app: Flask, clock: Clock) -> None:
    assert take(works, "tidy", "dead")
    clock.now += leasing.LASTS - timedelta(microseconds=1)
    assert not chores.do(app, "tidy")
    clock.now += timedelta(microseconds=1)
    assert chores.do(app, "tidy")
    with works.writing(ACTOR) as work:
        assert not leasing.keep(work, "tidy", "dead")


def test_a_chore_that_was_taken_in_the_future_is_free(works: Works, app: Flask, clock: Clock) -> None:
    assert take(works, "tidy", "early")
    clock.forward(hours=-1)
    assert chores.do(app, "tidy")


def test_who_has_lost_a_chore_stops_at_the_next_piece(
    works: Works, app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = []

    def long(_: Flask) -> Iterator[None]:
        for number in range(4):
            pieces.append(number)
            if number == 2:
                clock.now += leasing.LASTS
                assert take(works, "tidy", "another")
            yield

    monkeypatch.setattr(chores, "CHORES", {**chores.CHORES, "tidy": long})
    assert not chores.do(app, "tidy")
    assert pieces == [0, 1, 2]


@pytest.fixture
def queued(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, queue_url=f"sqlite:///{tmp_path / 'queue'}")


@pytest.fixture
def telling(works: Works, queued: Settings) -> Works:
    """Units of work that tell a queue."""
    return replace(works, tools=replace(works.tools, queue=TaskQueue(queued)))


@pytest.fixture
def tasks(app: Flask, queued: Settings, telling: Works, monkeypatch: pytest.MonkeyPatch) -> Tasks:
    """The queue as its worker has it."""
    monkeypatch.setitem(app.extensions, "settings", queued)
    monkeypatch.setitem(app.extensions, "works", telling)
    return tasks_of(app)


def do_all(tasks: Tasks) -> list[str]:
    """Do what is in the queue, and return what it was."""
    done = []
    while (task := tasks.queue.dequeue()) is not None:
        tasks.queue.execute(task)
        done.append(task.name)
    return done


def test_a_mail_goes_out_as_soon_as_it_was_asked_for(
    tasks: Tasks, telling: Works, hire: Someone, mailer: MemoryMailer
) -> None:
    with telling.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)
        assert tasks.queue.pending_count() == 0
    assert do_all(tasks) == ["carry_out_message"]
    assert [message["To"] for message in mailer.sent] == [hire.email]


def test_what_is_told_twice_is_done_once(
    tasks: Tasks, telling: Works, hire: Someone, mailer: MemoryMailer, works: Works
) -> None:
    with telling.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)
    with works.database.reads() as session:
        message_id = session.execute(text("SELECT id FROM outbox_message")).scalar_one()
    tasks.carry_out(message_id)
    tasks.chore("outbox")
    assert len(do_all(tasks)) == 3
    assert len(mailer.sent) == 1


def test_of_many_the_workers_are_told_once(tasks: Tasks, telling: Works, hire: Someone, mailer: MemoryMailer) -> None:
    with telling.writing(SYSTEM) as work:
        for _ in range(MOST_TOLD + 1):
            people.invite(work, hire.public_id)
    assert do_all(tasks) == ["do_chore"]
    assert mailer.sent


def test_a_look_asks_for_every_chore(tasks: Tasks, hire: Someone, telling: Works, mailer: MemoryMailer) -> None:
    (look,) = tasks.queue.read_periodic(None)
    tasks.queue.execute(look)
    assert do_all(tasks) == ["do_chore"] * len(chores.CHORES)


def test_a_look_at_a_queue_that_goes_away_meanwhile_is_no_defect(
    app: Flask, queued: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(queued, queue_url="redis://127.0.0.1:1/0"))
    gone = tasks_of(app)
    (look,) = gone.queue.read_periodic(None)
    look.execute()
    assert "the queue does not answer" in caplog.text


def test_what_another_release_put_in_is_let_go(tasks: Tasks) -> None:
    tasks.chore("a chore of next year")
    assert do_all(tasks) == ["do_chore"]


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/nothing", "redis://127.0.0.1:1/0"])
def test_where_the_queue_is_away_a_deed_is_stored_all_the_same(
    works: Works, settings: Settings, hire: Someone, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    queue = TaskQueue(replace(settings, queue_url=url))
    telling = replace(works, tools=replace(works.tools, queue=queue))
    with telling.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)
    assert "the queue does not answer" in caplog.text
    with works.database.reads() as session:
        assert session.execute(text("SELECT count(*) FROM outbox_message")).scalar_one() == 1


class Enough(Exception):
    """Ends what goes on for ever."""


def pausing(times: int, meanwhile: Callable[[], object] = lambda: None) -> Callable[[float], None]:
    """A pause in which something happens, and the last one that is waited for."""
    left = [times]

    def pause(_: float) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Enough
        meanwhile()

    return pause


def test_a_worker_that_begins_before_its_queue_does_everything_without_it(
    app: Flask, queued: Settings, works: Works, hire: Someone, mailer: MemoryMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with works.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)

    def mend() -> None:
        assert len(mailer.sent) == 1
        monkeypatch.setitem(app.extensions, "settings", queued)

    monkeypatch.setitem(app.extensions, "settings", replace(queued, queue_url="postgresql://127.0.0.1:1/nothing"))
    assert opened(app, pausing(1, mend)).queue.pending_count() == 0


def test_while_the_queue_is_away_what_is_due_is_done_without_it(
    app: Flask, queued: Settings, tasks: Tasks, works: Works, hire: Someone, mailer: MemoryMailer
) -> None:
    with works.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)
    with pytest.raises(Enough):
        stand_in(app, tasks, pausing(1))
    assert not mailer.sent
    gone = open_queue(replace(queued, queue_url="redis://127.0.0.1:1/0"), lambda _: None, lambda _: None)
    with pytest.raises(Enough):
        stand_in(app, gone, pausing(2))
    assert len(mailer.sent) == 1


def test_a_queue_is_never_unpickled(tasks: Tasks) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (print, ("run",))

    with pytest.raises(ValueError, match=r"."):
        PlainSerializer().deserialize(pickle.dumps(Evil()))


def test_an_outage_is_said_once_a_minute_and_a_defect_whole(caplog: pytest.LogCaptureFixture) -> None:
    seconds = [0.0]
    quietly = Quietly(lambda: seconds[0])

    def gone() -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    def broken() -> None:
        raise KeyError("a defect")

    with caplog.at_level(logging.ERROR):
        for seconds[0] in (0.0, 59.0, 60.0):
            quietly.run("a task", gone)
        assert caplog.text.count("the database does not answer") == 2
        quietly.run("the chore tidy", broken)
    assert "the chore tidy failed" in caplog.text
    assert "a defect" in caplog.text


def test_a_queue_that_is_away_is_said_once_a_minute_in_the_form_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    seconds = [0.0]
    huey = logging.Logger("huey.consumer")
    huey.addHandler(QueueLog(lambda: seconds[0]))

    def fail(words: str, fault: Exception) -> None:
        try:
            raise fault
        except Exception:
            huey.exception(words)

    with caplog.at_level(logging.ERROR):
        for seconds[0] in (0.0, 59.0, 60.0):
            fail("Error reading from queue", ConnectionError("gone"))
            fail("Unhandled error during execution", ConnectionError("gone"))
        assert [record.getMessage() for record in caplog.records] == ["the queue does not answer: ConnectionError"] * 2
        assert not any(record.exc_info for record in caplog.records)
        fail("Unhandled error during execution", KeyError("a defect"))
    assert caplog.records[-1].exc_info


def test_a_server_tells_workers_where_there_is_a_queue(queued: Settings, settings: Settings) -> None:
    environ = replace(queued, database_url="sqlite://")
    assert isinstance(create_app(environ).extensions["works"].tools.queue, TaskQueue)
    assert not isinstance(create_app(settings).extensions["works"].tools.queue, TaskQueue)
