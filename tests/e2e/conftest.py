"""A browser and a server for the stories; without a browser they fail under CI and are skipped elsewhere."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from quiz.bank.reader import Reading
from quiz.services.loading import Release, install_release
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import SYSTEM, Someone
from tests.web.learning import short_documents

HERE = Path(__file__).parent
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
STEP_MS, PAGE_MS, STORY_SECONDS = 5_000, 10_000, 90


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium: the stories in a browser must run here")
        pytest.skip("no chromium on this machine: the stories in a browser did not run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, reading: Reading) -> Iterator[Server]:
    """`quiz demo`, then `quiz serve`, as a newcomer would; stopped at the end, and nothing was logged as a defect."""
    running = Server(tmp_path_factory.mktemp("served"))
    running.command("demo")
    with running.works.writing(SYSTEM) as work:
        install_release(work, Release((), (), short_documents(reading)))
    with running.serving():
        yield running


@pytest.fixture(autouse=True)
def time_limit() -> Iterator[None]:
    """Most steps have their limit in the browser's driver; this is for those that have none."""

    def late(*_: object) -> None:
        raise TimeoutError(f"a story took longer than {STORY_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(STORY_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def walk(chromium: Browser, server: Server) -> Iterator[Callable[..., Walker]]:
    """Open a browser of its own: for somebody who signs in, or for a stranger."""
    contexts: list[BrowserContext] = []

    def open_one(
        someone: Someone | str | None = None,
        language: str = "ar",
        width: int = 1280,
        scripts: bool = True,
        **more: object,
    ) -> Walker:
        context = chromium.new_context(
            base_url=server.url,
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            locale="ar-EG",
            **more,
        )
        contexts.append(context)
        context.set_default_timeout(STEP_MS)
        context.set_default_navigation_timeout(PAGE_MS)
        if language != "ar":
            context.add_cookies([{"name": "language", "value": language, "url": server.url}])
        walker = Walker(context, context.new_page(), server)
        if someone is not None:
            walker.sign_in(someone)
        return walker

    yield open_one
    for context in contexts:
        context.close()
