"""A department grows: its SQLite is copied to PostgreSQL and served by two processes behind nginx, with a replica."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bench.browser import get, post
from bench.clusters import Pair
from bench.journeys import Sitting, begin, sign_in
from bench.servers import free_port
from bench.stage import PASSWORD, Stage, database_url, stage, works_of
from quiz.access.actor import Role
from quiz.engine.text import Text
from quiz.services import people
from tests.deploy.conftest import ROOT
from tests.deploy.proxy import NAME, Proxy
from tests.deploy.replacing import Browser, Manager, sources
from tests.fixtures.people import SYSTEM

PEOPLE, BEFORE = 3, 8
HEAD = "head@bench.example"


@pytest.fixture
def name(pair: Pair) -> Iterator[str]:
    """The name of an empty database on the primary, and so on its replica."""
    made = f"amana_{secrets.token_hex(4)}"
    pair.primary.run(f"CREATE DATABASE {made} TEMPLATE template0 ENCODING 'UTF8'")
    yield made
    pair.primary.run(f"DROP DATABASE {made} WITH (FORCE)")


def run(manager: Manager, port: int, *words: str) -> str:
    """Run a command of the shell that must not fail, and return what it said."""
    done = manager.shell(port, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def take_up(place: Stage, browser: Browser, email: str) -> Sitting:
    """Sign in, and answer some places of an attempt."""
    sign_in(browser, email)
    sitting = begin(browser, place)
    for number, one in enumerate(sitting.key[:BEFORE], 1):
        sitting.answer(number, one.right)
    return sitting


def add_head(place: Stage) -> None:
    """Add a manager."""
    with place.works.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "الإدارة", "en": "Head office"}), "EG")
        person = people.provision_person(work, "H-1", HEAD, "سلمى طارق البدري", unit)
        people.set_first_password(work, person, PASSWORD)
        people.grant_role(work, person, Role.MANAGER, unit)


def read_reports(proxy: Proxy, pair: Pair, name: str) -> None:
    """Sign the manager in and read a report, which is asked of the replica."""
    browser = Browser(proxy)
    with closing(browser):
        page = get(browser, "/sign-in")
        post(browser, page, "/sign-in", [("email", HEAD), ("password", PASSWORD)])
        # As if some seconds had passed since the signing in.
        browser.cookies.pop("__Host-amana-wrote", None)
        pair.catch_up()
        reads = f"SELECT xact_commit FROM pg_stat_database WHERE datname = '{name}'"
        before = pair.replica.run(reads)
        get(browser, "/manage/")
        assert pair.replica.run(reads) > before


@pytest.mark.postgresql
def test_a_department_grows_in_the_middle_of_attempts(pair: Pair, name: str, tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    proxy = Proxy(tmp_path / "nginx", ports)
    proxy.write()
    target = pair.primary.url(name)
    with ExitStack() as stack:
        small = stack.enter_context(database_url(tmp_path, None, "department"))
        place = stack.enter_context(stage(small, tmp_path, PEOPLE))
        add_head(place)
        settings = {
            "BASE_URL": f"https://{NAME}",
            "TRUSTED_HOSTS": NAME,
            "TRUSTED_PROXIES": "1",
            "STOP_DELAY": "0",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "MAIL_URL": f"file:{tmp_path / 'mail'}",
            "DATABASE_URL": small,
        }
        manager = Manager(tmp_path, settings, sources(ROOT))
        stack.enter_context(manager.listening())
        stack.enter_context(proxy.serving())
        manager.start(ports[0])
        manager.wait_for(ports[0])
        browsers = [stack.enter_context(closing(Browser(proxy))) for _ in range(PEOPLE)]
        sittings = [take_up(place, browser, email) for browser, email in zip(browsers, place.emails, strict=True)]
        manager.running[ports[0]].terminate()
        assert manager.running[ports[0]].wait(timeout=40) == 0
        place.works.database.engine.dispose()
        # The steps of docs/database.md, with the settings of the department.
        run(manager, ports[0], "db", "copy", small, target)
        pair.catch_up()
        manager.settings |= {"DATABASE_URL": target, "DATABASE_REPLICA_URL": pair.replica.url(name)}
        for port in ports:
            manager.start(port)
        for port in ports:
            manager.wait_for(port)
        works = works_of(target, tmp_path)
        stack.callback(works.database.close)
        grown = Stage(target, tmp_path, place.emails, works)
        for sitting in sittings:
            for number, one in enumerate(sitting.key[BEFORE:], BEFORE + 1):
                sitting.answer(number, one.right)
            sitting.hand_in()
            assert grown.share(sitting.attempt_id) == 1
        # Nobody was asked to sign in again, and no page was missing.
        assert {status for browser in browsers for status in browser.answers} == {200, 303}
        read_reports(proxy, pair, name)
        assert "replica: read" in run(manager, ports[0], "db", "check")
        for words in (("audit", "seal"), ("audit", "verify"), ("records", "verify", "--all")):
            run(manager, ports[0], *words)
        asked = (proxy.folder / "access.log").read_text()
        assert all(f"peer=127.0.0.1:{port}" in asked for port in ports)
        for port in ports:
            assert "Traceback" not in manager.log(port)
