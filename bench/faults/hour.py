"""`python -m bench.faults.hour`: an hour at seventy percent of what was measured, with faults thrown in.

First so many learners answer without rest, and how many answers a second that gives is the limit; then they answer at
seventy percent of it. Every few minutes one of the faults is done. At the end everything is looked at.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import median, quantiles

import psutil  # type: ignore[import-untyped]

from bench.faults.checking import check
from bench.faults.hurting import FAULTS
from bench.faults.installation import ENGINES, POSTGRESQL, Installation, installation
from bench.faults.rounds import defects

LEARNERS = 8
SHARE = 0.7
_LIMIT_SECONDS = 20.0
_MINUTE = 60.0
_WARM_SECONDS = 5.0
# Faster than any rest: the next turn begins as soon as the last has ended.
_NO_REST = 1e-6
THROWN = ("processes-killed", "worker-killed", "database-restarted", "app-killed", "mail-hanging", "database-killed")
HEAD = (
    "| Minute | Answers | Median (ms) | 99th percentile (ms) | Trouble met | Memory of web processes (MiB) "
    "| of the worker (MiB) | Fault |\n" + "|---" * 8 + "|"
)


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute: how long its answers took, in seconds, how often somebody met trouble, and memory in bytes."""

    number: int
    seconds: Sequence[float]
    troubles: int
    apps: int
    worker: int
    fault: str

    def row(self) -> str:
        """Return the row of the table."""
        cuts = quantiles(self.seconds, n=100, method="inclusive") if len(self.seconds) > 1 else [0.0] * 99
        middle = median(self.seconds) if self.seconds else 0.0
        memory = f"{self.apps / 2**20:.0f} | {self.worker / 2**20:.0f}"
        times = f"{middle * 1000:.0f} | {cuts[98] * 1000:.0f}"
        return f"| {self.number} | {len(self.seconds)} | {times} | {self.troubles} | {memory} | {self.fault} |"


def limit_of(made: Installation, seconds: float) -> float:
    """Return the answers a second that are stored where nobody rests."""
    for learner in made.learners:
        learner.every = _NO_REST
    time.sleep(_WARM_SECONDS)
    before = sum(len(one.timed) for one in made.learners)
    time.sleep(seconds)
    return (sum(len(one.timed) for one in made.learners) - before) / seconds


def minutes_of(made: Installation, rate: float, minutes: int, every: int) -> list[Minute]:
    """Let the learners answer at a rate, do a fault every so many minutes, and return what each minute gave."""
    for learner in made.learners:
        learner.every = len(made.learners) / rate
    faults, told = cycle(THROWN), []
    for number in range(1, minutes + 1):
        began, met = time.monotonic(), made.troubles()
        name = next(faults) if number % every == 0 else ""
        if name:
            FAULTS[name].hurt(made)
        time.sleep(max(0.0, began + _MINUTE - time.monotonic()))
        seconds = [took for one in made.learners for at, took in list(one.timed) if at >= began]
        minute = Minute(number, seconds, made.troubles() - met, _memory(made, "app"), _memory(made, "worker"), name)
        print(minute.row(), flush=True)
        told.append(minute)
    return told


def _memory(made: Installation, begins: str) -> int:
    """Return the proportional share of memory of the programs whose names begin so, in bytes."""
    processes = [one.process for one in made.programs if one.name.startswith(begins) and one.process is not None]
    whole = [child for one in processes for child in (one, *one.children(recursive=True))]
    return sum(_share(one) for one in whole)


def _share(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


def main() -> int:
    """Run for as long as was asked for; return 1 where anything was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.hour", description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--every", type=int, default=5, help="minutes from one fault to the next")
    parser.add_argument("--engine", choices=ENGINES, default=POSTGRESQL)
    asked = parser.parse_args()
    with installation(asked.engine, apps=1) as made:
        made.learn(LEARNERS)
        made.wait_answers(time.monotonic())
        limit = limit_of(made, _LIMIT_SECONDS)
        rate = limit * SHARE
        print(f"{asked.engine}: {limit:.0f} answers a second at most, {rate:.0f} for {asked.minutes} minutes\n\n{HEAD}")
        told = minutes_of(made, rate, asked.minutes, asked.every)
        found = check(made)
        wrong = [*found.faults, *defects(made)]
    answers = sum(len(one.seconds) for one in told)
    troubles = sum(one.troubles for one in told)
    print(f"\n{answers:,} answers, {found.records} records, {found.mails} mails; trouble was met {troubles} times")
    for words in wrong:
        print(f"wrong: {words}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
