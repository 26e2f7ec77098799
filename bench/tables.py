"""What the worker needs for a table of everything a manager may see: seconds, and the most memory on the way."""

import sys
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench import managing, stage
from bench.managing import Organisation
from quiz.factory import create_app
from quiz.jobs import tables
from quiz.jobs.outbox import ACTOR
from quiz.services import accounts, sign_ins, taking_away
from quiz.services.reporting_people import Asked


@dataclass(frozen=True, slots=True)
class TableCost:
    """A table that was made: its rows and bytes, seconds, and memory in MiB before it and at most on the way."""

    kind: str
    rows: int
    size: int
    seconds: float
    before: int
    most: int


def table_costs(made: Organisation) -> list[TableCost]:
    """Return what a CSV and a workbook of everything cost, each made by a process of its own as the worker is."""
    works, email = made.stood.works, made.managers["everything"]
    with works.reading(stage._SYSTEM) as work:
        checked = accounts.check_password(work, email, stage.PASSWORD, "127.0.0.1")
    with works.writing(stage._SYSTEM) as work:
        token = accounts.sign_in(work, checked, "bench")
    with works.reading(stage._SYSTEM) as work:
        found = sign_ins.find_signed_in(work, str(token))
    if found is None:
        raise RuntimeError(f"{email} is not signed in")
    costs = []
    for kind in taking_away.KINDS:
        with works.writing(found.actor) as work:
            public_id = taking_away.ask(work, kind, Asked(), "ar", "arab")
        # What was laid into the tables is not in the memory of another process.
        context = get_context("spawn")
        told: Any = context.Queue()
        worker = context.Process(target=_work, args=(made.stood.url, made.stood.folder, told))
        worker.start()
        seconds, before, most = told.get()
        worker.join()
        with works.reading(found.actor) as work:
            file = taking_away.get_export(work, public_id)
        costs.append(TableCost(kind, file.done, file.size, seconds, before, most))
    return costs


def _work(url: str, where: Path, told: Any) -> None:
    settings = stage.settings_of(url)
    app = create_app(settings, None, stage.tools_of(settings, where))
    before, started = _most_memory(), time.perf_counter()
    tables.make_next(app, ACTOR)
    told.put((time.perf_counter() - started, before, _most_memory()))


def _most_memory() -> int:
    """Return the most memory of this process in MiB; `getrusage` would tell that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    with stage.temporary_folder() as made_in:
        server = sys.argv[2] if len(sys.argv) > 2 else None
        with managing.organisation(made_in, int(sys.argv[1]), server) as filled:
            for one in table_costs(filled):
                size = f"{one.rows:>7} rows, {one.size / 1024 / 1024:5.1f} MiB"
                print(f"{one.kind:<4} {size}, {one.seconds:5.1f} s, most memory {one.most} MiB, before {one.before}")
