"""What pages weigh on the wire: a scenario seen first and later, and a whole journey with an empty cache."""

from dataclasses import dataclass

from bench.browser import ScriptedBrowser, get
from bench.journeys import begin, sign_in, whole_journey
from bench.servers import Server
from bench.stage import Stage


@dataclass(frozen=True, slots=True)
class Weights:
    """Bytes as they came, headers included, gzip accepted; requests with redirects and files."""

    scenario_cold: int
    scenario_later: int
    files: dict[str, int]
    journey_cold: int
    journey_pages: int
    journey_requests: int
    files_requests: int


def weigh(server: Server, stage: Stage, first: str, second: str) -> Weights:
    """Weigh what two people who have not begun yet are sent."""
    browser = ScriptedBrowser(server.port, "127.100.0.2")
    sign_in(browser, first)
    sitting = begin(browser, stage)
    browser.kept.clear()
    before = browser.wire_bytes
    get(browser, sitting.path(1))
    cold = browser.wire_bytes - before
    later = get(browser, sitting.path(2)).wire_bytes
    files = {path.partition("/assets/")[2].partition("/")[2] or path: size for path, size in browser.kept.items()}
    browser.close()
    fresh = ScriptedBrowser(server.port, "127.100.0.3")
    whole_journey(fresh, stage, second, 0)
    fresh.close()
    loaded = sum(fresh.kept.values())
    return Weights(
        cold,
        later,
        files,
        fresh.wire_bytes,
        fresh.wire_bytes - loaded,
        fresh.requests - len(fresh.kept),
        len(fresh.kept),
    )
