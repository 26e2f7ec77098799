"""`python -m bench.malformed`: what no browser sends, in great number, and whether the server minds.

Exits with 1 where an answer or the log holds what it must not; the same seed asks the same things of what is there.
"""

import argparse
import signal
import sys
import time

from bench import loads, stage
from bench.malformed.fitness import Held
from bench.malformed.running import Found, Plan, run


def _lines(found: Found) -> list[str]:
    judge = found.judge
    lines = [
        f"{judge.judged} requests in {found.seconds:.0f} s, {judge.judged / max(found.seconds, 1):.0f} a second",
        "answers: " + ", ".join(f"{status} x {count}" for status, count in sorted(judge.statuses.items())),
        "kinds: " + ", ".join(f"{how.removeprefix('wire: ')} {count}" for how, count in judge.hows.most_common()),
        "slowest: " + "; ".join(f"{seconds:.2f} s {what}" for seconds, what in judge.slowest),
    ]
    for name, before in found.before.items():
        after = found.after[name]
        middles = f"{before.median:6.1f} ms, then {after.median:6.1f} ms ({after.median / before.median:.2f}x)"
        lasts = f"{before.p95:6.1f} ms, then {after.p95:6.1f} ms ({after.p95 / before.p95:.2f}x)"
        lines.append(f"{name:<22} median {middles};  p95 {lasts}")
    for name, one in zip(("at the start", "after a tenth", "at the end"), found.held, strict=False):
        lines.append(f"{name:<14} {_held(one)}")
    return lines


def _held(one: Held) -> str:
    return f"{one.mebibytes:.0f} MiB, {one.threads} threads, {one.files} open files, {one.connections} to the database"


def _stopped(*_: object) -> None:
    raise SystemExit(143)


def main() -> int:
    """Ask, judge, tell; leave nothing behind."""
    parser = argparse.ArgumentParser(prog="python -m bench.malformed", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000, metavar="N", help="how many (100,000)")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--postgresql", metavar="URL", help="on this server, in a database that is dropped")
    parser.add_argument("--small", action="store_true", help="without the demonstration: a server is up in seconds")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, _stopped)
    began = time.perf_counter()

    def say(words: str) -> None:
        print(f"[{time.perf_counter() - began:6.1f} s] {words}", file=sys.stderr, flush=True)

    plan = Plan(chosen.requests, chosen.seed, chosen.postgresql, demo=not chosen.small)
    print(f"load of the machine {loads.load_average()} at the beginning")
    with stage.temporary_folder() as where:
        found = run(plan, where, say)
    print("\n".join(_lines(found)))
    print(f"load of the machine {loads.load_average()} at the end")
    if found.judge.faults:
        print(found.judge.told())
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
