"""How long a large bank takes from files to a published release: the whole editorial law, then one transaction."""

import shutil
import time
from pathlib import Path

from bench import stage
from quiz.cli.install import install_from
from quiz.db import schema
from quiz.settings.operator import folder

SCENARIOS = 1_000


def write_large_bank(where: Path, count: int = SCENARIOS) -> Path:
    """Return a folder of content with so many scenario files: the shipped ones, again and again under new keys."""
    content = where / f"content-of-{count}"
    shutil.copytree(folder("content"), content)
    shipped = sorted((content / "scenarios").glob("*/*.yaml"))
    for number in range(count - len(shipped)):
        source = shipped[number % len(shipped)]
        key = f"{source.stem}-{number}"
        words = source.read_text(encoding="utf-8").replace(f"key: {source.stem}\n", f"key: {key}\n", 1)
        source.with_stem(key).write_text(words, encoding="utf-8")
    return content


def loading_seconds(where: Path) -> float:
    """Return the seconds from files to a committed release, in an empty database of its own."""
    content = write_large_bank(where)
    with stage.database_url(where, None, "loading") as url:
        works = stage.works_of(url, where)
        schema.upgrade(works.database.engine)
        started = time.perf_counter()
        done = install_from(works, content)
        seconds = time.perf_counter() - started
        works.database.engine.dispose()
    if done.scenarios != SCENARIOS:
        raise RuntimeError(f"{done.scenarios} scenarios were published, not {SCENARIOS}")
    return seconds
