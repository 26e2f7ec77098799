"""How the server does: what good requests take, and what its processes hold."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

from sqlalchemy import create_engine, text

from bench import loads
from bench.browser import SocketBrowser, Unexpected, get
from bench.journeys import sign_in
from bench.servers import Server
from bench.stage import Stage

_ROUNDS = 6
_EACH = 25


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one good request."""

    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Held:
    """What all processes of the server hold together."""

    mebibytes: float
    threads: int
    files: int
    connections: int


def held(server: Server, url: str) -> Held:
    """Return what the server holds now."""
    family = [server.process, *server.process.children(recursive=True)]
    files = sum(one.num_fds() for one in family)
    threads = sum(one.num_threads() for one in family)
    return Held(server.memory_bytes() / 2**20, threads, files, _connections(family, url))


def _connections(family: list[object], url: str) -> int:
    """Return how many connections to the database are open: sessions of PostgreSQL, or open handles of the file."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        return sum(sum(one.path == path for one in process.open_files()) for process in family)  # type: ignore[attr-defined]
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    here = "datname = current_database() AND backend_type = 'client backend'"
    with engine.connect() as connection:
        found = connection.scalar(text(f"SELECT count(*) - 1 FROM pg_stat_activity WHERE {here}"))  # nosec B608 # words of our own
    engine.dispose()
    return int(found or 0)


def good_times(server: Server, stage: Stage, people: list[loads.Learner], code: str) -> dict[str, Times]:
    """Return what each good request takes, one after the other, whoever else is there."""
    stranger = _Stranger(server.port)
    someone = people[0]
    if not someone.is_signed_in:
        sign_in(someone.browser, someone.email)
        someone.is_signed_in = True
    asks: dict[str, Callable[[], float]] = {
        "sign-in page": lambda: stranger.seconds("/sign-in"),
        "learner's first page": lambda: _seconds(someone.browser, "/learn/"),
        "verify page": lambda: stranger.seconds(code),
    }
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for ask in asks.values():
        for _ in range(10):
            ask()
    # By turns, so that whatever else the machine does meets all alike.
    for _ in range(_ROUNDS):
        for name, ask in asks.items():
            taken[name] += [ask() for _ in range(_EACH)]
    taken["an answer"] = list(loads.answers_round(server, stage, people, 1).seconds)
    return {
        name: Times(median(seconds) * 1000, quantiles(seconds, n=20, method="inclusive")[18] * 1000)
        for name, seconds in taken.items()
    }


class _Stranger:
    """Asks each time from another address: limits by address are not what is measured."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._asked = 0
        self._browser = SocketBrowser(port)

    def seconds(self, path: str) -> float:
        if self._asked % 15 == 0:
            self._browser.close()
            self._browser = SocketBrowser(self._port, f"127.7.{self._asked // 15 // 250}.{self._asked // 15 % 250 + 2}")
            self._browser.request("GET", "/healthz")
        self._asked += 1
        return _seconds(self._browser, path)


def _seconds(browser: SocketBrowser, path: str) -> float:
    browser.freshen()
    began = time.perf_counter()
    reply = browser.request("GET", path)
    taken = time.perf_counter() - began
    if reply.status != 200:
        raise Unexpected(f"{path} answered {reply.status}")
    return taken


def verify_address(browser: SocketBrowser) -> str:
    """Return where the one record of somebody can be verified, as its page says."""
    page = get(browser, "/learn/records/")
    for pattern in (rb'href="(/learn/records/[0-9a-f]{32})', rb'href="(/verify/[^"/]+)"'):
        found = re.search(pattern, page.body)
        if found is None:
            raise Unexpected(f"{page.path} leads to no {pattern!r}")
        page = get(browser, found[1].decode())
    return page.path
