"""A replica as one process sees it: read while it follows, passed over while it does not, refused as another."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError

from bench.clusters import Cluster, Pair, a_folder, make_replica
from quiz.db import replica as replicas
from quiz.db.replica import Replica, ReplicaFailed
from quiz.db.replica_watch import Finding, Standing, Watch
from quiz.settings.database import Reach
from tests.fixtures.clusters import SETTINGS, paused, until

# A port is looked for.
pytestmark = pytest.mark.enable_socket
READ = (Standing.READ, "")


@dataclass
class Clock:
    """Seconds that pass when a test lets them."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


Look = Callable[[], tuple[Standing, str]]


@contextmanager
def looking(primary: str, replica: str, clock: Clock) -> Iterator[Look]:
    watch = Watch(make_url(primary), make_url(replica), 5, clock)

    def look() -> tuple[Standing, str]:
        found: Finding = watch.look()
        return found.standing, found.why

    yield look
    watch.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def look(pair: Pair, place: str, clock: Clock) -> Iterator[Look]:
    with looking(pair.primary.url(place), pair.replica.url(place), clock) as look:
        assert look() == READ
        yield look


def count(pair: Pair, place: str) -> None:
    pair.primary.run("UPDATE counted SET n = n + 1", place)


def test_one_that_stands_still_is_read_for_as_long_as_nothing_happens(pair: Pair, look: Look, clock: Clock) -> None:
    for _ in range(3):
        clock.now += 3600
        assert look() == READ


def test_one_that_replays_too_late_is_behind_until_it_has_caught_up(
    pair: Pair, place: str, look: Look, clock: Clock
) -> None:
    with paused(pair):
        clock.now += 1
        assert look() == READ, "nothing was stored that it has not"
        count(pair, place)
        clock.now += 5
        assert look() == READ, "it holds what was stored five seconds ago"
        clock.now += 1
        assert look() == (Standing.BEHIND, "it is 6 s behind")
        clock.now += 10
        assert look() == (Standing.BEHIND, "it is 16 s behind")
    assert look() == READ


def test_what_was_never_seen_in_step_is_behind(pair: Pair, place: str, clock: Clock) -> None:
    with paused(pair):
        count(pair, place)
        with looking(pair.primary.url(place), pair.replica.url(place), clock) as look:
            assert look() == (Standing.BEHIND, "it is more than 0 s behind")
            clock.now += 2
            assert look() == (Standing.BEHIND, "it is more than 2 s behind")


def test_one_that_is_stopped_is_gone_until_it_is_back(pair: Pair, look: Look) -> None:
    pair.replica.stop()
    assert look()[0] == Standing.GONE
    pair.replica.start()
    assert look() == READ


def test_nothing_is_known_of_it_while_the_primary_is_away(pair: Pair, look: Look) -> None:
    pair.primary.stop()
    standing, why = look()
    pair.primary.start()
    assert (standing, why.startswith("the primary does not answer")) == (Standing.UNKNOWN, True)
    until(lambda: look() == READ)


@pytest.fixture
def other(pair: Pair) -> Iterator[Cluster]:
    """Another replica, to be promoted."""
    with a_folder() as folder:
        cluster = make_replica(pair.primary, folder / "other", **SETTINGS)
        cluster.start()
        yield cluster
        cluster.stop()


def test_what_is_no_replica_of_this_database_is_refused(
    pair: Pair, place: str, other: Cluster, postgresql_server: str, clock: Clock
) -> None:
    def refused(primary: str, replica: str) -> str:
        with looking(primary, replica, clock) as look:
            standing, why = look()
        assert standing == Standing.REFUSED
        return why

    primary, replica = pair.primary.url(place), pair.replica.url(place)
    assert refused(primary, primary) == "it is no replica, or none any more: it takes writes itself"
    assert refused(replica, replica) == "DATABASE_URL itself leads to a replica"
    assert refused(primary, pair.replica.url("postgres")) == "it is of another cluster, or another database of this one"
    # Every cluster has a database of that name and number: they differ by what they say of themselves alone.
    elsewhere = make_url(postgresql_server).set(database="postgres").render_as_string(hide_password=False)
    assert refused(elsewhere, pair.replica.url("postgres")).startswith("it is of another cluster")
    with looking(primary, other.url(place), clock) as look:
        assert look() == READ
        assert other.run("SELECT pg_promote()") == [(True,)]
        assert look() == (Standing.REFUSED, "it is no replica, or none any more: it takes writes itself")
    # Seen from the one that was promoted, the other went its own way.
    for _ in range(20):
        count(pair, place)
    pair.primary.run("SELECT pg_switch_wal()")
    count(pair, place)
    pair.catch_up()
    assert refused(other.url(place), replica) == "it holds what the primary never wrote"


def test_one_at_another_schema_is_refused_until_it_follows(pair: Pair, place: str, look: Look) -> None:
    with paused(pair):
        pair.primary.run("UPDATE alembic_version SET version_num = '036'", place)
        assert look() == (Standing.REFUSED, "it stands at schema 035, the primary at 036")
    assert look() == READ


@pytest.fixture
def replica(pair: Pair, place: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replica]:
    """The replica as a process reads it, once it was looked at; which it is more often here than elsewhere."""
    monkeypatch.setattr(replicas, "LOOKS_EVERY", 0.05)
    found = Replica(make_url(pair.primary.url(place)), Reach(replica_url=pair.replica.url(place)))
    until(found.is_fit)
    yield found
    found.close()


def looked_at_again(replica: Replica) -> None:
    """Wait until it was looked at twice more."""
    for _ in range(2):
        before = replica._finding
        until(lambda before=before: replica._finding is not before)  # type: ignore[misc]


def counted(replica: Replica) -> int | None:
    with replica.session() as session:
        return session and session.execute(text("SELECT n FROM counted")).scalar_one()


def test_reports_read_it_and_can_neither_write_there_nor_ask_for_long(replica: Replica) -> None:
    assert counted(replica) == 1
    with replica.session() as session:
        assert session is not None
        assert session.execute(text("SHOW statement_timeout")).scalar_one() == "30s"
        assert session.execute(text("SHOW transaction_read_only")).scalar_one() == "on"
        assert session.execute(text("SELECT pg_is_in_recovery()")).scalar_one()
    state = replica.state()
    assert (state.standing, state.is_read, state.reads, state.passed_over) == (Standing.READ, True, 2, 0)
    assert state.seconds_behind is not None
    assert state.seconds_behind < 5


def test_what_is_stored_by_now_is_waited_for(pair: Pair, place: str, replica: Replica) -> None:
    count(pair, place)
    assert replica.wait_until_current()
    assert counted(replica) == 2
    with paused(pair):
        count(pair, place)
        replica.most_behind = 1
        assert not replica.wait_until_current()


def test_one_that_fails_under_way_rests_and_is_told_of_once(
    pair: Pair, place: str, replica: Replica, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody reads a table that is written anew on the primary: the replica cancels whoever stands in its way."""
    with pytest.raises(ReplicaFailed), replica.session() as session:
        assert session is not None
        session.execute(text("SELECT n FROM counted"))
        pair.primary.run("VACUUM FULL counted", place)
        session.execute(text("SELECT pg_sleep(10)"))
    state = replica.state()
    assert (state.standing, state.is_read) == (Standing.RESTING, False)
    assert state.why.startswith("a statement failed there")
    assert counted(replica) is None
    assert replica.state().passed_over == 1
    looked_at_again(replica)
    monkeypatch.setattr(replica, "_rests_until", 0.0)
    looked_at_again(replica)
    assert counted(replica) == 1
    assert [line.partition(" (")[0] for line in caplog.messages] == [
        "replica: passed over, a statement failed there",
        "replica: reports read it again",
    ]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_what_is_wrong_anywhere_does_not_let_it_rest(replica: Replica) -> None:
    with pytest.raises(DataError), replica.session() as session:
        assert session is not None
        session.execute(text("SELECT 1 / 0"))
    assert counted(replica) == 1
    # A table that is not there yet is asked of the primary.
    with pytest.raises(ReplicaFailed), replica.session() as session:
        assert session is not None
        session.execute(text("SELECT * FROM made_later"))
    assert counted(replica) == 1


def test_what_was_found_is_not_trusted_for_longer_than_it_may_be_behind(replica: Replica) -> None:
    assert replica.is_fit()
    replica.most_behind = 0.0
    assert not replica.is_fit()


def test_a_restart_between_two_reports_is_not_noticed(pair: Pair, replica: Replica) -> None:
    assert counted(replica) == 1
    pair.replica.stop()
    pair.replica.start()
    until(replica.is_fit)
    assert counted(replica) == 1
    assert replica.state().passed_over == 0


def test_the_next_report_after_it_has_gone_finds_out(
    pair: Pair, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counted(replica) == 1
    monkeypatch.setattr(replicas, "LOOKS_EVERY", 2.5)
    looked_at_again(replica)
    pair.replica.stop()
    # Nobody has looked yet: whoever opens it finds out, and reads the primary.
    assert counted(replica) is None
    pair.replica.start()
    until(lambda: replica.state().standing in {Standing.READ, Standing.RESTING})
    replica._rests_until = 0.0
    assert counted(replica) == 1


def test_one_that_stands_still_holds_nobody(pair: Pair, replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicas, "SILENT_SECONDS", 1.5)
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            with replica.session() as session:
                assert session is not None
                session.execute(text("SELECT pg_sleep(60)"))
        except BaseException as fault:
            faults.append(fault)

    asking = Thread(target=ask)
    asking.start()
    until(lambda: bool(pair.replica.run("SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")))
    pair.replica.stand_still()
    try:
        asking.join(20)
        assert [type(fault) for fault in faults] == [ReplicaFailed]
        assert counted(replica) is None
        assert not replica.is_fit()
    finally:
        pair.replica.go_on()


def test_whoever_finds_no_connection_free_reads_the_primary(pair: Pair, place: str) -> None:
    replica = Replica(make_url(pair.primary.url(place)), Reach(replica_url=pair.replica.url(place)))
    until(replica.is_fit)
    held = [replica._open() for _ in range(8)]
    assert None not in held
    assert counted(replica) is None
    for session in held:
        assert session is not None
        session.close()
    assert counted(replica) == 1
    replica.close()


FORKED = """
import os, sys
from sqlalchemy.engine import make_url
from quiz.db.replica import Replica
from quiz.settings.database import Reach
from tests.fixtures.clusters import until

replica = Replica(make_url(sys.argv[1]), Reach(replica_url=sys.argv[2]))
until(replica.is_fit)
child = os.fork()
if not child:
    replica._finding = replica._finding.__class__("unknown", "", 0.0)
    until(replica.is_fit)
    os._exit(7)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_process_that_is_forked_looks_by_itself(pair: Pair, place: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORKED, pair.primary.url(place), pair.replica.url(place)]
    assert subprocess.run(command, timeout=60, check=False).returncode == 7
