"""How long the statistics of a module take cold, from the marks of 50,000 first attempts of thirty scenarios."""

import json
import random
import sqlite3
import subprocess  # nosec B404 # started by lists of words, never through a shell
import sys
import time
from contextlib import closing
from pathlib import Path

from bench import stage
from bench.servers import ROOT
from quiz.access.actor import Actor, Role
from quiz.bank.reader import read_folder
from quiz.db import schema
from quiz.engine.extremes import least_sound, soundest
from quiz.engine.mark_sheets import word
from quiz.services.loading import Release, install_release
from quiz.services.measuring import get_statistics
from quiz.services.pinned import get_pinned
from quiz.settings.operator import folder

ATTEMPTS, SCENARIOS = 50_000, 30
_MODULE = "measured"
_EDITOR = Actor("bench editor", roles=frozenset({Role.EDITOR}))


def _prepare(where: Path, url: str) -> None:
    """Publish a module that draws thirty scenarios, and lay so many sheets beside it."""
    works = stage.works_of(url, where)
    schema.upgrade(works.database.engine)
    read = read_folder(folder("content"))
    module = dict(next(one.document for one in read.modules if one.document["key"] == "exam-social-media"))
    module |= {"key": _MODULE, "blueprint": [{"bank": "eg-conduct", "count": SCENARIOS}], "certainty": True}
    with works.writing(Actor.system("bench")) as work:
        documents = ([one.document for one in some] for some in (read.instruments, read.scenarios))
        install_release(work, Release(*documents, [module]))
    with works.reading(Actor.system("bench")) as work:
        module_id, version_id = (
            work.session.connection()
            .exec_driver_sql(f"SELECT id, current_version_id FROM module WHERE key = '{_MODULE}'")  # nosec B608 # names of our own tables
            .one()
        )
        pinned = get_pinned(work, version_id)
    works.database.engine.dispose()
    chance = random.Random(50_000)  # nosec B311 # noqa: S311 - the same sheets every time
    given = [
        (pinned.version_ids[found], word(soundest(scenario)), word(least_sound(scenario)))
        for found, scenario in pinned.scenarios.items()
    ]
    with closing(sqlite3.connect(where / "measuring.db")) as raw, raw:
        # This connection does not ask for the attempts behind the sheets: only the sheets are read.
        raw.executemany(
            "INSERT INTO mark_sheet (attempt_id, module_id, unit, language, entries) VALUES (?, ?, 6, ?, ?)",
            (
                (number, module_id, chance.choice(["ar", "ar", "en"]), _entries(chance, given))
                for number in range(ATTEMPTS)
            ),
        )


def _entries(chance: random.Random, given: list[tuple[int, str, str]]) -> str:
    drawn = chance.sample(given, SCENARIOS)
    marks = chance.choices([6, 6, 6, 6, 3, 2, 0], k=SCENARIOS)
    sure = chance.choices(["low", "medium", "high"], k=SCENARIOS)
    words = [
        f"{best if mark == 6 else worst}!{one}" for (_, best, worst), mark, one in zip(drawn, marks, sure, strict=True)
    ]
    return json.dumps([[item for item, _, _ in drawn], marks, words])


def cold_seconds(where: Path, url: str) -> tuple[float, float]:
    """Return the seconds of the first statistics of a process, and of asking for them again."""
    works = stage.works_of(url, where)
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        with works.reading(_EDITOR) as work:
            found = get_statistics(work, _MODULE)
        seconds.append(time.perf_counter() - started)
    if found.count != ATTEMPTS or found.whole is None:
        raise RuntimeError(f"{found.count} attempts were measured, not {ATTEMPTS}")
    works.database.engine.dispose()
    return seconds[0], seconds[1]


def statistics_seconds(where: Path) -> tuple[float, float]:
    """Return the seconds of statistics, cold in a fresh process and then warm."""
    url = f"sqlite:///{where / 'measuring.db'}"
    _prepare(where, url)
    found = subprocess.run(  # nosec B603 # our own interpreter
        [sys.executable, "-m", "bench.measuring", str(where)], cwd=ROOT, capture_output=True, check=True, timeout=120
    )
    cold, warm = json.loads(found.stdout)
    return cold, warm


if __name__ == "__main__":
    print(json.dumps(cold_seconds(Path(sys.argv[1]), f"sqlite:///{Path(sys.argv[1]) / 'measuring.db'}")))
