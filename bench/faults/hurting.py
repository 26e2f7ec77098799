"""The faults: each really done to a running installation, and mended again as an operator or a system would."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import create_engine

from bench.faults.installation import ENGINES, POSTGRESQL, Installation
from bench.faults.learners import Restless

Hurt = Callable[[Installation], None]
# How long what is broken stays so, where nothing else says it.
LASTS_SECONDS = 0.5
DISK_FULL_SECONDS = 10.0
STEP_SECONDS = 2400


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what is done, what the installation stands on for that, and on which databases it can be."""

    words: str
    hurt: Hurt
    needs: frozenset[str] = frozenset()
    engines: tuple[str, ...] = ENGINES


def kill_apps(made: Installation) -> None:
    """Kill every web process outright, and start them again."""
    for app in made.apps:
        app.kill()
    for app in made.apps:
        app.begin()


def kill_processes(made: Installation) -> None:
    """Kill the processes that answer; those that started them start others."""
    for app in made.apps:
        app.kill_children()


def kill_workers(made: Installation) -> None:
    """Kill the workers outright while mails are waiting for them, and start them again."""
    for _ in range(3):
        made.newcomer()
    time.sleep(0.05)
    for worker in made.workers:
        worker.kill()
    for worker in made.workers:
        worker.begin()


def kill_database(made: Installation) -> None:
    """Kill the database outright and start it again; a file has no server: all who have it open are killed."""
    if made.cluster is None:
        for program in made.programs:
            program.kill()
        for program in made.programs:
            program.begin()
        return
    made.cluster.kill()
    made.cluster.start()


def restart_database(made: Installation) -> None:
    """Restart the database; of a file, hold it for oneself as a backup program may."""
    if made.cluster is not None:
        made.cluster.stop()
        made.cluster.start()
        return
    engine = create_engine(made.stage.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 30000")
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        time.sleep(LASTS_SECONDS)
        connection.exec_driver_sql("ROLLBACK")
    engine.dispose()


def hang_mail(made: Installation) -> None:
    """Let the mail server stand still in the middle of mails that were asked for, then break them off."""
    made.post.hang()
    made.newcomer()
    time.sleep(LASTS_SECONDS)
    made.post.go_on()


def deploy(made: Installation) -> None:
    """Replace one web process after the other, each told to end and its successor waited for."""
    for app in made.apps:
        app.stop()
        app.start()


def fill_disk(made: Installation) -> None:
    """Leave no room on the disk until somebody is told so, then give it back."""
    if made.disk is None:
        raise LookupError("no disk to fill")
    met = made.troubles()
    made.disk.fill()
    end = time.monotonic() + DISK_FULL_SECONDS
    while made.troubles() == met and time.monotonic() < end:
        time.sleep(0.02)
    made.disk.make_room()
    if made.cluster is not None and not made.cluster.is_running:
        # A server that could not write its log has ended, as PostgreSQL does; its operator starts it again.
        made.cluster.start()


def step_clock(made: Installation) -> None:
    """Set the clock of all processes forth, back behind the right time, and right again."""
    if made.clock is None:
        raise LookupError("no clock to set")
    for seconds in (STEP_SECONDS, -STEP_SECONDS, 0):
        made.clock.set(seconds)
        time.sleep(LASTS_SECONDS)


def cut_replica(made: Installation) -> None:
    """Let the replica stand still with all its connections open, then kill it, and start it again."""
    if made.replica is None:
        raise LookupError("no replica to cut off")
    with made.reading():
        made.replica.stand_still()
        time.sleep(LASTS_SECONDS)
        made.replica.kill()
        time.sleep(LASTS_SECONDS)
        made.replica.start()


def kill_queue(made: Installation) -> None:
    """Kill Redis while mails are asked for, and start it again, empty."""
    if made.queue is None:
        raise LookupError("no queue to kill")
    made.queue.stop()
    made.newcomer()
    time.sleep(LASTS_SECONDS)
    made.queue.start()


def answer_twice(made: Installation) -> None:
    """Let one person answer one attempt in two browsers through two processes, with different answers."""
    if not any(isinstance(learner, Restless) for learner in made.learners):
        made.learn(2, Restless, made.newcomer())
    time.sleep(LASTS_SECONDS)


FAULTS: Mapping[str, Fault] = {
    "app-killed": Fault("kill -9 of all web processes", kill_apps),
    "processes-killed": Fault("kill -9 of the processes that answer, not of those that started them", kill_processes),
    "worker-killed": Fault("kill -9 of the worker while mails wait", kill_workers),
    "database-killed": Fault("kill -9 of the database", kill_database),
    "database-restarted": Fault("the database restarted, or held by somebody else", restart_database),
    "disk-full": Fault("no room on the disk of the database", fill_disk, frozenset({"disk"})),
    "clock-stepped": Fault("the clock set forth and back by 40 minutes", step_clock, frozenset({"clock"})),
    "replica-cut": Fault("the replica stands still, and is killed", cut_replica, frozenset({"replica"}), (POSTGRESQL,)),
    "redis-gone": Fault("the queue on Redis killed", kill_queue, frozenset({"queue"})),
    "mail-hanging": Fault("the mail server stands still", hang_mail),
    "answered-twice": Fault("two processes answer one attempt", answer_twice),
    "deploy": Fault("web processes replaced one after the other", deploy),
}
