"""How long the worker takes for a table of so many rows, and the most memory it needs; as a process of its own."""

import resource
import sys
import time
from pathlib import Path

from bench import managing, stage
from quiz.factory import create_app
from quiz.jobs import tables
from quiz.jobs.sweeps import ACTOR
from quiz.services import accounts, taking_away
from quiz.services.reporting_people import Asked

_MIB = 1024


def table_times(where: Path, people_count: int, server: str | None = None) -> None:
    """Print seconds, size and memory of a workbook and of a CSV for a manager of so many people."""
    with stage.database_url(where, server, f"tables-{people_count}") as url, stage.stage(url, where, 1) as stood:
        email = managing._fill(stood.works, people_count)["everything"]
        with stood.works.reading(stage._SYSTEM) as work:
            checked = accounts.check_password(work, email, stage.PASSWORD, "127.0.0.1")
        with stood.works.writing(stage._SYSTEM) as work:
            token = accounts.sign_in(work, checked, "bench")
        with stood.works.reading(stage._SYSTEM) as work:
            found = accounts.find_signed_in(work, str(token))
        assert found is not None
        settings = stage.settings_of(url)
        app = create_app(settings, stood.works.database, stage.tools_of(settings, where))
        for kind in taking_away.KINDS:
            with stood.works.writing(found.actor) as work:
                public_id = taking_away.ask(work, kind, Asked(), "ar", "arab")
            before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
            tables.make_next(app, ACTOR)
            seconds = time.perf_counter() - started
            with stood.works.reading(found.actor) as work:
                made = taking_away.get_export(work, public_id)
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            print(
                f"{kind:<4} {made.state} {made.done:>7} rows in {seconds:5.1f} s, {made.size / 1024 / 1024:5.1f} MiB, "
                f"most memory {most / _MIB:.0f} MiB (before {before / _MIB:.0f} MiB)"
            )


if __name__ == "__main__":
    with stage.temporary_folder() as made_in:
        server = sys.argv[2] if len(sys.argv) > 2 else None
        table_times(made_in, int(sys.argv[1]), server)
