"""One run of the benchmarks: how much is measured, where its things are, on which databases, and what it found."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.report import Report

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
# How many people the organisations have that are measured.
SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    `answers` and `journeys` give, for each number of people at once, how many attempts or journeys a round takes.
    """

    answers: dict[int, int]
    journeys: dict[int, int]
    rounds: int
    journey_seconds: float
    starts: int
    certificates: int
    organisations: tuple[int, ...]
    steps: tuple[int, int]

    @property
    def learners(self) -> int:
        """How many people one server's measurement needs."""
        return max(self.answers.values()) + sum(self.journeys.values()) + 3


FULL = Plan(
    answers={1: 10, 2: 12, 8: 24, 32: 64, 256: 256},
    journeys={2: 40, 32: 96, 256: 256},
    rounds=3,
    journey_seconds=12.0,
    starts=3,
    certificates=20,
    organisations=SIZES,
    steps=(10_000, 10_000_000),
)
QUICK = Plan({1: 4, 2: 4, 8: 12, 32: 32}, {2: 8, 8: 16}, 1, 3.0, 1, 6, SIZES[:1], (10_000, 100_000))


class Run:
    """One run: the report grows while the sections are measured one after the other."""

    def __init__(self, plan: Plan, where: Path, server: str, postgresql: str | None) -> None:
        self.plan = plan
        self.where = where
        self.server = server
        self.report = Report()
        # The databases that are measured, each with the server its databases are made on, None for files.
        self.engines: dict[str, str | None] = {SQLITE: None}
        if postgresql is not None:
            self.engines[POSTGRESQL] = postgresql
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.perf_counter() - self._began

    def say(self, words: str) -> None:
        """Tell whoever waits what is going on."""
        print(f"[{self.seconds:6.1f} s] {words}", file=sys.stderr, flush=True)
