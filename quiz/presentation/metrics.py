"""Figures for Prometheus: what happened in the processes of this machine, and what waits in the database.

It is imported only where the operator's settings ask for it. Labels are rules of addresses, codes and classes, of which
there are few; nobody and nothing that belongs to somebody is one.
"""

import logging
import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from quiz.access.actor import Actor
from quiz.presentation.metrics_folder import FOLDER, forget_dead
from quiz.services import operating
from quiz.services.operating import State
from quiz.services.unit_of_work import Works

log = logging.getLogger(__name__)
# However often somebody asks, the database is asked so seldom by one process, in seconds.
KEPT_FOR = 15.0
_LOOKS_AT_MEMORY_EVERY = 5.0
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PAGE = os.sysconf("SC_PAGE_SIZE")
# What a refused deed about signing in was tried by, by permission and reason.
_FAILED = {
    ("people:account:use", "wrong-password"): "password",
    ("people:account:use", "wrong-passkey"): "passkey",
    ("people:entry:use", "wrong-code"): "entry",
    ("people:entry:use", "link-closed"): "entry",
    ("people:entry:use", "link-not-for-them"): "entry",
}
_WAYS = frozenset({"password", "entry", "link", "provider", "code", "recovery-code", "passkey"})
Clock = Callable[[], float]


class Metrics:
    """Counts for one process what happens in it, and tells of all that share its folder when asked."""

    def __init__(self, works: Callable[[], Works], clock: Clock = time.monotonic) -> None:
        """Begin to count; `works` leads to the database at the time it is asked for."""
        self.registry = registry = CollectorRegistry()
        self._state = StateCollector(works, clock)
        self._clock = clock
        self._begin()
        self._requests = Counter(
            "amana_http_requests", "Requests by method, rule and class of status.", ("method", "route", "status"),
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "amana_http_request_duration_seconds", "Seconds until an answer was ready to be sent, by rule.", ("route",),
            buckets=_BUCKETS, registry=registry,
        )  # fmt: skip
        self._statements = Counter("amana_statements", "Statements asked of the database.", registry=registry)
        self._slow = Counter(
            "amana_slow_statements", "Statements that took as long as SLOW_STATEMENT_MS.", registry=registry
        )
        self._memory = Gauge(
            "amana_resident_memory_bytes", "Memory of all processes that answer requests.", registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip
        self._largest = Gauge(
            "amana_resident_memory_largest_bytes", "Memory of the largest of them.", registry=registry,
            multiprocess_mode="livemax",
        )  # fmt: skip
        self._processes = Gauge(
            "amana_processes", "Processes that answer requests.", registry=registry, multiprocess_mode="livesum"
        )
        self._counters = {
            "answer": Counter("amana_answers", "Answers by what became of them.", ("outcome",), registry=registry),
            "defect": Counter("amana_defects", "Requests that ended in a defect of the product.", registry=registry),
            "message": Counter(
                "amana_outbox_messages", "Mails and other messages of the outbox, by kind and what became of them.",
                ("kind", "outcome"), registry=registry,
            ),
            "refusal": Counter("amana_refusals", "What was turned away, by kind.", ("kind",), registry=registry),
            "sign-in": Counter(
                "amana_sign_ins", "Sign-ins by way and outcome.", ("way", "outcome"), registry=registry
            ),
        }  # fmt: skip
        self._made: dict[tuple[object, ...], Any] = {}
        if os.environ.get(FOLDER):
            os.register_at_fork(after_in_parent=self._answers_nobody, after_in_child=self._begin)

    def _answers_nobody(self) -> None:
        """Count no more as one that answers: whoever divides itself leaves that to the others."""
        for gauge in (self._memory, self._largest, self._processes):
            gauge.set(0)

    def _begin(self) -> None:
        self._looked_at = -_LOOKS_AT_MEMORY_EVERY

    def happened(self, what: str, *labels: str) -> None:
        """Count one more of something."""
        if what == "refused":
            what, labels = _of_refused(*labels)
        counter = self._counters.get(what)
        if counter is not None:
            self._child(counter, labels).inc()

    def slow(self) -> None:
        """Count one more slow statement."""
        self._slow.inc()

    def request(self, method: str, route: str, status: int, seconds: float, statements: int) -> None:
        """Count a request that was answered."""
        method = method if method in _METHODS else "other"
        route = route or "none"
        self._child(self._requests, (method, route, f"{status // 100}xx")).inc()
        self._child(self._seconds, (route,)).observe(seconds)
        if statements:
            self._statements.inc(statements)
        now = self._clock()
        if now - self._looked_at >= _LOOKS_AT_MEMORY_EVERY:
            self._looked_at = now
            self._look_at_memory()

    def _child(self, counter: Any, labels: tuple[str, ...]) -> Any:
        """Return what counts under some words; looking it up in the library takes longer than counting."""
        if not labels:
            return counter
        key = (counter, *labels)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = counter.labels(*labels)
        return found

    def _look_at_memory(self) -> None:
        held = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
        self._memory.set(held)
        self._largest.set(held)
        self._processes.set(1)

    def told(self) -> bytes:
        """Return everything in the form that Prometheus reads."""
        waiting = CollectorRegistry()
        waiting.register(self._state)
        return generate_latest(self._gathered()) + generate_latest(waiting)

    def count_slow(self) -> int:
        """Return how many slow statements all processes have counted."""
        found = (one for family in self._gathered().collect() for one in family.samples)
        return int(sum(one.value for one in found if one.name == "amana_slow_statements_total"))

    def _gathered(self) -> CollectorRegistry:
        """Return what all processes counted that share a folder, or this one alone."""
        folder = os.environ.get(FOLDER)
        if not folder:
            return self.registry
        forget_dead(Path(folder), "gauge_live*_*.db")
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call] # the library tells none
        return registry


def _of_refused(permission: str, because: str, way: str) -> tuple[str, tuple[str, ...]]:
    """Return what a refused deed counts as: as a failed sign-in where it was one."""
    if because == "too-many-tries":
        return "refusal", ("too-many-tries",)
    if because == "wrong-code" and way in _WAYS:
        return "sign-in", (way, "failed")
    found = _FAILED.get((permission, because))
    if found is None and permission == "people:account:use":
        found = "provider"
    return ("sign-in", (found, "failed")) if found else ("refusal", ("deed",))


class StateCollector(Collector):
    """Tells what waits in the database, asked seldom; where it does not answer, that is told."""

    def __init__(self, works: Callable[[], Works], clock: Clock) -> None:
        """Take the way to the database."""
        self._works = works
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[float, State | None] | None = None

    def collect(self) -> Iterator[Metric]:
        """Give every figure."""
        works = self._works()
        engine = "sqlite" if works.database.is_sqlite else "postgresql"
        info = GaugeMetricFamily("amana_info", "What is running.", labels=("version", "engine"))
        info.add_metric((version("amana"), engine), 1)
        yield info
        state = self._asked(works)
        yield GaugeMetricFamily("amana_database_up", "Whether the database answers.", value=float(state is not None))
        if state is not None:
            yield from _figures(state)
        replica = works.replica_state()
        if replica is not None:
            yield GaugeMetricFamily("amana_replica_read", "Whether reports read the replica.", value=replica.is_read)
            if replica.seconds_behind is not None:
                yield GaugeMetricFamily(
                    "amana_replica_behind_seconds",
                    "How far the replica is behind at most.",
                    value=replica.seconds_behind,
                )

    def _asked(self, works: Works) -> State | None:
        with self._lock:
            now = self._clock()
            if self._kept is None or now - self._kept[0] >= KEPT_FOR:
                self._kept = (now, _ask(works))
            return self._kept[1]


def _ask(works: Works) -> State | None:
    try:
        with works.reading(Actor.system("metrics")) as work:
            return operating.get_state(work)
    except Exception as fault:
        # Whatever it is: what happened in the processes is told all the same.
        log.error("no figures of the database: %s", type(fault).__name__)
        return None


def _number(revision: str) -> float:
    return float(revision) if revision.isdecimal() else math.nan


def _figures(state: State) -> Iterator[Metric]:
    def age(since: Any) -> float:
        return float((state.now - since).total_seconds()) if since is not None else 0.0

    for name, help_text, value in (
        ("amana_schema_revision", "The migration that the database stands at.", _number(state.revision)),
        ("amana_outbox_due", "Messages of the outbox that are due.", state.due),
        ("amana_outbox_oldest_due_age_seconds", "For how long the oldest of them is due.", age(state.due_since)),
        ("amana_outbox_failing", "Messages that failed and are tried again.", state.failing),
        ("amana_outbox_failing_age_seconds", "Since when the oldest of them is asked for.", age(state.failing_since)),
        ("amana_outbox_given_up", "Messages given up in a day, of the newest 10000.", state.given_up),
        ("amana_outbox_held", "Mails that a restore keeps back.", state.held),
        ("amana_tables_waiting", "Large tables that wait or are being made.", state.tables),
        ("amana_attempts_under_way", "Attempts under way.", state.attempts),
        ("amana_attempts_overdue", "Attempts whose time is over and whose end is not written.", state.overdue),
        ("amana_audit_unsealed", "Entries of the audit trail that wait to be sealed.", state.unsealed),
        ("amana_audit_unsealed_age_seconds", "For how long the oldest of them waits.", age(state.unsealed_since)),
        ("amana_audit_ahead_seconds", "How far the latest entry is in the future.", state.ahead.total_seconds()),
        ("amana_audit_check_faults", "Faults that the last check of the audit trail found.", state.faults),
    ):
        yield GaugeMetricFamily(name, help_text, value=value)
    if state.unsigned is not None:
        yield GaugeMetricFamily(
            "amana_papers_unsigned",
            "Of the newest 1000 records, those without their signed paper.",
            value=state.unsigned,
        )
    for name, help_text, moment in (
        ("amana_worker_seen_timestamp_seconds", "When a worker was last heard of.", state.worker_seen),
        ("amana_audit_checked_timestamp_seconds", "When the audit trail was last checked.", state.checked_at),
        ("amana_backup_timestamp_seconds", "When a backup was last taken with this product.", state.backed_up),
        (
            "amana_certificate_ends_timestamp_seconds",
            "When the certificate ends that signs papers.",
            state.certificate_ends,
        ),
    ):
        if moment is not None:
            yield GaugeMetricFamily(name, help_text, value=moment.timestamp())
    chores = GaugeMetricFamily("amana_chore_ended_timestamp_seconds", "When a chore was last done.", labels=("chore",))
    for chore in state.chores:
        if chore.ended_at is not None:
            chores.add_metric((chore.name,), chore.ended_at.timestamp())
    yield chores
