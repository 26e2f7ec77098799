"""A streaming replica that reports are read from, and that is passed over where it lags, is gone or is another."""

import logging
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, ExceptionContext, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from quiz.db.postgresql import PATIENCE, address_of, make_engine
from quiz.db.replica_watch import ANSWERS_WITHIN, LOOKS_EVERY, BoundedConnection, Finding, Standing, Watch
from quiz.settings.database import Reach

log = logging.getLogger(__name__)
# How long it is passed over once something failed there, and how long may be heard nothing of it.
REST_SECONDS, SILENT_SECONDS = 10.0, 3.0
# A statement that takes longer is asked of the primary: given up there, or here where that server stands still.
STATEMENT_SECONDS, DEAF_SECONDS = 30, 35.0
# Waiting longer for a replica than the primary would take to answer gains nothing.
_PATIENCE = {**PATIENCE, "connect_timeout": "2", "tcp_user_timeout": "3000"}
_POOL_WAIT_SECONDS = 0.5
_LOOKS_AGAIN = 0.2


class ReplicaFailed(OperationalError):
    """Something failed at the replica: what was asked is to be asked of the primary."""


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """How a replica stands, for the operator: since how many seconds, and how often it was read and passed over."""

    standing: str
    why: str
    is_read: bool
    seconds: float
    seconds_behind: float | None
    reads: int
    passed_over: int


class Replica:
    """One replica as one process knows it; looked at by a thread of its own, from the first report on."""

    def __init__(self, primary: URL, reach: Reach) -> None:
        self._addresses = (primary.set(query={**primary.query, **_PATIENCE}), address_of(reach.replica_url, _PATIENCE))
        self.most_behind: float = reach.replica_lag_seconds
        self.engine = make_engine(self._addresses[1], reach, _POOL_WAIT_SECONDS)
        self.reads = sessionmaker(self.engine, expire_on_commit=False)
        event.listen(self.engine, "do_connect", self._connect)
        event.listen(self.engine, "begin", _bound)
        event.listen(self.engine, "handle_error", self._failed)
        self._told = threading.Condition()
        self._process = 0
        self._ended = threading.Event()
        self._looking: threading.Thread | None = None
        self._began = time.monotonic()
        self._finding = Finding(Standing.UNKNOWN, "it was not looked at yet", self._began)
        self._rests_until, self._rests_because = 0.0, ""
        self._standing, self._since = Standing.UNKNOWN, self._began
        self._reads = self._passed_over = 0

    @contextmanager
    def session(self) -> Iterator[Session | None]:
        """Give a session of the replica, None where it is passed over now; raise ReplicaFailed where it fails later."""
        session = self._open()
        try:
            yield session
        finally:
            if session is not None:
                session.close()

    def _open(self) -> Session | None:
        session = None
        if self.is_fit():
            session = self.reads()
            try:
                # Here and now, while the primary can still be taken instead.
                session.connection()
            except (ReplicaFailed, PoolTimeout):
                session.close()
                session = None
        with self._told:
            if session is None:
                self._passed_over += 1
            else:
                self._reads += 1
        return session

    def is_fit(self) -> bool:
        """Tell whether reports may read it now; nothing is asked of any server for that."""
        self._see_to_it()
        return self._is_fit()

    def _is_fit(self) -> bool:
        finding, now = self._finding, time.monotonic()
        is_silent = now - finding.looked_at > SILENT_SECONDS
        if finding.standing is Standing.READ and is_silent:
            self._take(Finding(Standing.GONE, "nothing was heard of it any more", now, finding.covers))
            return False
        return (
            finding.standing is Standing.READ
            and not is_silent
            and now >= self._rests_until
            and now - (finding.covers or self._began) <= self.most_behind
        )

    def wait_until_current(self) -> bool:
        """Wait until it holds all that is stored by now, at most as long as it may be behind; tell whether it does."""
        now = time.monotonic()
        end = now + self.most_behind
        self._see_to_it()
        with self._told:
            while (self._finding.covers or 0.0) < now and time.monotonic() < end:
                self._told.wait(end - time.monotonic())
        return (self._finding.covers or 0.0) >= now and self.is_fit()

    def state(self) -> ReplicaState:
        """Return how it stands."""
        self._see_to_it()
        return self._state()

    def _state(self) -> ReplicaState:
        is_read = self._is_fit()
        with self._told:
            finding, now = self._finding, time.monotonic()
            is_resting = finding.standing is Standing.READ and now < self._rests_until
            return ReplicaState(
                standing=Standing.RESTING if is_resting else finding.standing,
                why=self._rests_because if is_resting else finding.why,
                is_read=is_read,
                seconds=now - self._since,
                seconds_behind=None if finding.covers is None else now - finding.covers,
                reads=self._reads,
                passed_over=self._passed_over,
            )

    def look(self) -> ReplicaState:
        """Look at once, for a command of the shell; one that is behind is waited for as long as it may be."""
        watch = Watch(*self._addresses, self.most_behind)
        end = time.monotonic() + self.most_behind
        try:
            self._take(watch.look())
            while self._finding.standing is Standing.BEHIND and time.monotonic() < end:
                self._ended.wait(_LOOKS_AGAIN)
                self._take(watch.look())
        finally:
            watch.close()
        return self._state()

    def close(self) -> None:
        """Look no more, and close what is open."""
        self._ended.set()
        if self._looking is not None and self._process == os.getpid():
            self._looking.join(2 * ANSWERS_WITHIN)
        self.engine.dispose()

    def _see_to_it(self) -> None:
        """Begin to look, once in each process: threads do not go along into a process that is forked."""
        if self._process == os.getpid():
            return
        with self._told:
            if self._process != os.getpid():
                self._process, self._ended = os.getpid(), threading.Event()
                arguments = (weakref.ref(self), Watch(*self._addresses, self.most_behind), self._ended)
                self._looking = threading.Thread(target=_look_on, args=arguments, name="replica", daemon=True)
                self._looking.start()

    def _take(self, finding: Finding) -> None:
        with self._told:
            self._finding = finding
            self._told.notify_all()
            self._tell(finding.standing, finding.why)

    def _tell(self, standing: Standing, why: str) -> None:
        """Log what became of it, once for each change; the lock is held."""
        now = time.monotonic()
        if standing is Standing.READ and now < self._rests_until:
            standing, why = Standing.RESTING, self._rests_because
        if standing is self._standing:
            return
        if standing is not Standing.READ:
            log.warning("replica: passed over, %s", why)
        elif self._standing is not Standing.UNKNOWN:
            log.warning("replica: reports read it again")
        self._standing, self._since = standing, now

    def _failed(self, context: ExceptionContext) -> None:
        """Meet what the driver raised: pass the replica over for a while, and let the primary be asked."""
        fault = context.original_exception
        if isinstance(fault, psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError):
            with self._told:
                self._rests_until = time.monotonic() + REST_SECONDS
                self._rests_because = f"a statement failed there ({_kind(fault)})"
                self._tell(Standing.RESTING, self._rests_because)
        elif not isinstance(fault, psycopg.ProgrammingError):
            # What was asked is wrong anywhere. A table that is not there may only be on its way.
            return
        if context.execution_context is not None:
            # What was read piece by piece would stay open here.
            with suppress(psycopg.Error):
                context.execution_context.cursor.close()
        raise ReplicaFailed("asked of the replica", {}, fault, hide_parameters=True)

    def _connect(self, _dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> BoundedConnection:
        connection = BoundedConnection.connect(*arguments, **named)
        connection.gives_up = partial(_gives_up, weakref.ref(self))
        return connection


def _kind(fault: BaseException) -> str:
    return getattr(fault, "sqlstate", None) or type(fault).__name__


def _gives_up(held: "weakref.ref[Replica]", seconds: float) -> bool:
    """Tell of a statement under way whether it is given up: it takes too long, or nothing is heard of its server."""
    replica = held()
    if replica is None or seconds > DEAF_SECONDS:
        return True
    finding = replica._finding
    is_silent = finding.standing is Standing.GONE or time.monotonic() - finding.looked_at > SILENT_SECONDS
    return seconds > SILENT_SECONDS and is_silent


def _bound(connection: Connection) -> None:
    # For this transaction alone: a pooler may hand the session to somebody else afterwards.
    connection.exec_driver_sql(
        "SELECT set_config('statement_timeout', %s, true), set_config('transaction_read_only', 'on', true)",
        (f"{STATEMENT_SECONDS}s",),
    )


def _look_on(held: "weakref.ref[Replica]", watch: Watch, ended: threading.Event) -> None:
    """Look once a second until nobody reads the replica any more."""
    while (replica := held()) is not None and not ended.is_set():
        try:
            replica._take(watch.look())
        except Exception:
            # A watch that ends in silence would leave what it found last.
            log.exception("the replica could not be looked at")
            watch.close()
        del replica
        ended.wait(LOOKS_EVERY)
    watch.close()
