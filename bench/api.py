"""How long a page of the API takes, of so many people: `python -m bench.api 100000`, and a PostgreSQL URL after it."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text

from bench import stage
from bench.managing import _fill
from quiz.access.actor import Actor, Role, Scope
from quiz.factory import create_app
from quiz.services import connecting

TIMES = 15
_PATHS = (
    "/people?limit=200",
    "/units?limit=200",
    "/assignments?limit=200",
    "/assignments?limit=200&state=excused",
    "/assignments?limit=200&module=bench-3&is_late=true&is_current=true",
    "/assignments?limit=200&due_until=2000-01-01",
    "/assignments?limit=200&unit={unit}",
    "/assignments?limit=200&changed_since=2000-01-01T00:00:00Z",
    "/completions?limit=200",
    "/records?limit=200",
)


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Milliseconds of an address: the first page, the median of those after, and how many items they had."""

    path: str
    first: float
    median: float
    items: int


def page_times(where: Path, people_count: int, server: str | None = None) -> list[PageTimes]:
    """Return the times of the pages, each going on from the one before."""
    with stage.database_url(where, server, f"api-{people_count}") as url, stage.stage(url, where, 1) as stood:
        _fill(stood.works, people_count)
        settings = stage.settings_of(url)
        app = create_app(settings, stood.works.database, stage.tools_of(settings, where))
        app.config["RATELIMIT_ENABLED"] = False
        admin = Actor("person:bench", 1, frozenset({Role.ADMIN}))
        with stood.works.writing(admin) as work:
            token = connecting.open_connection(work, "bench", [one for one in Scope if one.endswith(":read")], 1)
        with stood.works.reading(admin) as work:
            unit = work.session.scalar(text("SELECT public_id FROM unit ORDER BY id DESC LIMIT 1"))
        client = app.test_client(use_cookies=False)
        headers = {"Authorization": f"Bearer {token}"}
        return [_times(client, headers, path.format(unit=unit)) for path in _PATHS]


def _times(client: Any, headers: dict[str, str], path: str) -> PageTimes:
    pages = list(_pages(client, headers, f"/api/v1{path}"))
    times = [one for one, _ in pages]
    return PageTimes(path, times[0], median(times[1:] or times), sum(items for _, items in pages))


def _pages(client: Any, headers: dict[str, str], path: str) -> Iterator[tuple[float, int]]:
    following: str | None = path
    for _ in range(TIMES):
        started = time.perf_counter()
        reply = client.get(following or path, base_url="http://127.0.0.1", headers=headers)
        taken = (time.perf_counter() - started) * 1000
        if reply.status_code != 200:
            raise RuntimeError(f"{urlsplit(path).path}: {reply.status_code}")
        page = reply.get_json()
        yield taken, len(page["items"])
        following = page["next"]


if __name__ == "__main__":
    server = sys.argv[2] if len(sys.argv) > 2 else None
    with stage.temporary_folder() as made:
        for one in page_times(made, int(sys.argv[1]), server):
            print(f"{one.path:<70} first {one.first:7.1f} ms, then {one.median:6.1f} ms, {one.items} items")
