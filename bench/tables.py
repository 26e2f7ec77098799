"""How long the worker takes for a table of so many rows, and the most memory it needs; as a process of its own."""

import sys
import time
from multiprocessing import get_context
from pathlib import Path

from bench import managing, stage
from quiz.factory import create_app
from quiz.jobs import tables
from quiz.jobs.outbox import ACTOR
from quiz.services import accounts, sign_ins, taking_away
from quiz.services.reporting_people import Asked


def table_times(where: Path, people_count: int, server: str | None = None) -> None:
    """Print seconds, size and memory of a workbook and of a CSV for a manager of so many people."""
    with stage.database_url(where, server, f"tables-{people_count}") as url, stage.stage(url, where, 1) as stood:
        email = managing._fill(stood.works, people_count)["everything"]
        with stood.works.reading(stage._SYSTEM) as work:
            checked = accounts.check_password(work, email, stage.PASSWORD, "127.0.0.1")
        with stood.works.writing(stage._SYSTEM) as work:
            token = accounts.sign_in(work, checked, "bench")
        with stood.works.reading(stage._SYSTEM) as work:
            found = sign_ins.find_signed_in(work, str(token))
        assert found is not None
        for kind in taking_away.KINDS:
            with stood.works.writing(found.actor) as work:
                public_id = taking_away.ask(work, kind, Asked(), "ar", "arab")
            # A process of its own, as the worker is: what was laid into the tables is not in its memory.
            worker = get_context("spawn").Process(target=_work, args=(url, where))
            worker.start()
            worker.join()
            with stood.works.reading(found.actor) as work:
                made = taking_away.get_export(work, public_id)
            print(f"{kind:<4} {made.state} {made.done:>7} rows, {made.size / 1024 / 1024:5.1f} MiB")


def _work(url: str, where: Path) -> None:
    settings = stage.settings_of(url)
    app = create_app(settings, None, stage.tools_of(settings, where))
    before, started = _most_memory(), time.perf_counter()
    tables.make_next(app, ACTOR)
    seconds = time.perf_counter() - started
    print(f"{seconds:5.1f} s, most memory {_most_memory()} MiB, before {before} MiB", flush=True)


def _most_memory() -> int:
    """Return the most memory of this process in MiB; `getrusage` would tell that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    with stage.temporary_folder() as made_in:
        server = sys.argv[2] if len(sys.argv) > 2 else None
        table_times(made_in, int(sys.argv[1]), server)
