"""What noting a request costs, in microseconds of its thread: what is done before and after every request, alone."""

import logging
import os
import sys
import time
import timeit
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Response
from sqlalchemy import text

from bench import stage
from bench.in_process import ClientBrowser
from bench.journeys import Sitting, begin, sign_in
from quiz.db.connection import connect
from quiz.db.watching import Watch, watch
from quiz.factory import create_app
from quiz.presentation.logs import Line
from quiz.services.watching import CURRENT
from quiz.settings.operation import Operation

_TOKEN = "a-token-to-measure-with-0123456789"  # nosec B105 # noqa: S105 - it opens nothing
_WAYS = {
    "the code of a request": Operation(),
    "the code and a line": Operation(access_log=True),
    "the code and figures": Operation(metrics_token=_TOKEN),
}


def noting_microseconds(where: Path) -> dict[str, float]:
    """Return what each way of noting costs a request of five statements, and a statement that is watched."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(where)
    settings = stage.settings_of("sqlite://")
    found = {}
    for name, chosen in _WAYS.items():
        app = create_app(replace(settings, operation=chosen), None, stage.tools_of(settings, where))
        hooks = (*app.before_request_funcs[None], *app.after_request_funcs[None])
        begin, end = (one for one in hooks if one.__module__ == "quiz.presentation.observing")
        answer = Response("x" * 10_000)

        def note(
            begin: Callable[[], None] = begin, end: Callable[..., object] = end, answer: Response = answer
        ) -> None:
            begin()
            watched = CURRENT.get()
            assert watched is not None
            watched.statements = 5
            end(answer)
            # As it came, for the next.
            answer.headers.remove("X-Request-ID")
            answer._on_close.clear()

        with app.test_request_context("/sign-in", base_url="http://127.0.0.1"):
            found[name] = _least(note)
    database = connect("sqlite://")
    with database.engine.connect() as connection:
        asked = text("SELECT 1")
        plain = _least(lambda: connection.execute(asked))
        watch(database.engine, Watch(slow=60, tell_slow=lambda *_: None))
        found["a statement that is watched"] = max(0.0, _least(lambda: connection.execute(asked)) - plain)
    database.engine.dispose()
    return found


def times_of_answers(where: Path, rounds: int) -> dict[str, float]:
    """Return the median milliseconds that an answer takes a processor, without figures and with them, in turns."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(where)
    ways = {"an answer without figures": Operation(), "an answer with figures": Operation(metrics_token=_TOKEN)}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    people = len(ways) * (rounds + 1)
    with stage.database_url(where, None, "noted") as url, stage.stage(url, where, people) as stood:
        settings = stage.settings_of(url)
        made = {name: replace(settings, operation=chosen) for name, chosen in ways.items()}
        apps = {name: create_app(one, None, stage.tools_of(settings, where)) for name, one in made.items()}
        emails = iter(stood.emails)
        for turn in range(rounds + 1):
            sittings: dict[str, Sitting] = {}
            for name, app in apps.items():
                browser = ClientBrowser(app.test_client())
                sign_in(browser, next(emails))
                sittings[name] = begin(browser, stood)
            for number in range(1, stage.SCENARIOS + 1):
                # Whoever comes first finds the disk as the other left it: they take turns at that as well.
                for name in list(ways)[:: 1 if (number + turn) % 2 else -1]:
                    started = time.process_time()
                    sittings[name].answer(number, sittings[name].key[number - 1].right)
                    # The first round also reads what a process then keeps.
                    seconds[name] += [time.process_time() - started] if turn else []
    return {name: median(found) * 1000 for name, found in seconds.items()}


def _least(call: Callable[[], object], number: int = 2_000) -> float:
    """Return the least of many: all above it is somebody else's work."""
    return min(timeit.repeat(call, number=number, repeat=20)) / number * 1e6


def main() -> None:
    """Print the figures."""
    handler = logging.FileHandler(os.devnull)
    handler.setFormatter(Line())
    logging.getLogger("quiz").addHandler(handler)
    logging.getLogger("quiz").propagate = False
    with TemporaryDirectory() as where:
        for name, microseconds in noting_microseconds(Path(where)).items():
            print(f"{name}: {microseconds:.1f} microseconds", file=sys.stdout)
        without, counted = times_of_answers(Path(where), rounds=15).values()
        print(
            f"an answer with figures: {counted / without:.3f} of one without ({without:.2f} ms of a processor), SQLite"
        )


if __name__ == "__main__":
    main()
