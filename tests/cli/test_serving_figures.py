"""`quiz serve` counts over all its processes, and goes on counting when one of them dies."""

import os
import signal
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.server import STARTS_WITHIN_SECONDS, Server
from tests.figures import TOKEN

pytestmark = pytest.mark.enable_socket


@dataclass
class Counted(Server):
    @property
    def environment(self) -> dict[str, str]:
        folder = str(self.folder / "figures")
        return {**super().environment, "METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": folder}

    def figures(self) -> dict[str, float]:
        """Return the sum of each figure over its labels."""
        asked = urllib.request.Request(f"{self.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            families = text_string_to_metric_families(answer.read().decode())
        found: dict[str, float] = {}
        for family in families:
            for one in family.samples:
                if one.labels.get("route", "/healthz") == "/healthz":
                    found[one.name] = found.get(one.name, 0.0) + one.value
        return found

    def ask(self, times: int) -> None:
        """Ask so often at once, so that no process answers all."""

        def one(_: int) -> None:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=10):
                pass

        with ThreadPoolExecutor(times) as many:
            list(many.map(one, range(times)))

    def workers(self) -> list[int]:
        assert self.process is not None
        return [child.pid for child in psutil.Process(self.process.pid).children()]


def until(is_so: Callable[[], bool]) -> None:
    last = time.monotonic() + STARTS_WITHIN_SECONDS
    while not is_so():
        assert time.monotonic() < last


def test_all_processes_count_together_and_what_a_dead_one_counted_stays(tmp_path: Path) -> None:
    server = Counted(tmp_path)
    (tmp_path / "figures").mkdir()
    # Of a process of another day, with a number that none has here.
    left = tmp_path / "figures" / "counter_999999999.db"
    left.write_bytes(b"")
    server.command("db", "upgrade")
    with server.serving():
        assert not left.exists()
        until(lambda: len(server.workers()) == 2)
        workers = server.workers()
        asked = 0

        def both() -> bool:
            nonlocal asked
            server.ask(16)
            asked += 16
            return server.figures().get("amana_processes") == 2

        until(both)
        found = server.figures()
        assert found["amana_http_requests_total"] == asked
        assert found["amana_http_request_duration_seconds_count"] == asked
        assert found["amana_resident_memory_bytes"] > found["amana_resident_memory_largest_bytes"] > 0
        os.kill(workers[0], signal.SIGKILL)
        until(lambda: len(set(server.workers()) - set(workers)) == 1)
        until(both)
        found = server.figures()
        assert found["amana_http_requests_total"] == asked
        assert found["amana_database_up"] == 1


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.symlink_to(tmp_path)
    server = Counted(tmp_path)
    done = server.shell("work", "--once")
    assert done.returncode == 2
    assert "belongs to somebody else: set PROMETHEUS_MULTIPROC_DIR" in done.stderr
