"""`python -m bench`: measure the product as it is served, beside a bare view on the same server; print one table."""

import argparse
import json
import os
import signal
import socket
import sys
from contextlib import suppress

import psutil  # type: ignore[import-untyped]

from bench import inside, loads, servers, stage, under_load, volume
from bench.run import FULL, QUICK, Run

QUIET_CORES = 0.2
SECTIONS = {"load": under_load.measure, "volume": volume.measure, **inside.SECTIONS}
_HERE = ("127.0.0.1", 5432)


def _stopped(*_: object) -> None:
    raise SystemExit(143)


def _postgresql() -> str | None:
    """Return the PostgreSQL server that the tests would use, None where none answers."""
    if named := os.environ.get("TEST_POSTGRES_URL"):
        return named
    with suppress(OSError), socket.create_connection(_HERE, 1):
        return "postgresql+psycopg://127.0.0.1:5432/postgres"
    return None


def _conditions(run: Run, sections: list[str]) -> None:
    conditions = run.report.conditions
    conditions["machine"] = f"{psutil.cpu_count()} processors, load {loads.load_average()} at the beginning"
    conditions["disk"] = servers.disk_of(run.where)
    conditions["databases"] = " and ".join(run.engines) + "; SQLite with WAL and synchronous FULL"
    conditions["server"] = f"{run.server}, {servers.WORKERS} processes x {servers.THREADS} threads"
    conditions["an answer"] = "POST, redirect, next page; exam, no script; one person an address, no thinking time"
    conditions["measured"] = ", ".join(sections)


def _end(run: Run) -> None:
    run.report.conditions["machine"] += f", {loads.load_average()} at the end"
    run.report.conditions["took"] = f"{run.seconds:.0f} s"
    busiest = max((float(str(load["others' cores"])) for load in run.report.loads), default=0.0)
    if busiest > QUIET_CORES:
        run.report.notes.append(
            f"other work took up to {busiest:.1f} processors: ratios hold, rates and times are too bad by as much"
        )


def main() -> int:
    """Measure, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; all where none is named"
    )
    parser.add_argument("--quick", action="store_true", help="one short round of everything")
    parser.add_argument("--server", choices=["gunicorn", "granian"], default="gunicorn")
    parser.add_argument("--postgresql", metavar="URL", help="another server to make databases on, which are dropped")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out where it answers")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead of the table")
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.sections if name not in SECTIONS]:
        parser.error(f"there is no section {unknown[0]!r}")
    signal.signal(signal.SIGTERM, _stopped)
    postgresql = None if chosen.sqlite_only else chosen.postgresql or _postgresql()
    sections = chosen.sections or list(SECTIONS)
    with stage.temporary_folder() as where:
        run = Run(QUICK if chosen.quick else FULL, where, chosen.server, postgresql)
        _conditions(run, sections)
        if postgresql is None and not chosen.sqlite_only:
            run.report.notes.append("PostgreSQL was not measured: none answers")
        for name in sections:
            SECTIONS[name](run)
        _end(run)
    report = run.report
    print(json.dumps(report.document(), ensure_ascii=False, indent=1) if chosen.json else report.text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
