"""What is said about the service, the gallery of components, and the probes for operators."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from quiz.db.connection import Database
from quiz.factory import create_app
from quiz.presentation import stopping
from quiz.services.tools import Tools
from quiz.settings.operator import Settings
from tests.pages import HERE, RoleClient

Open = Callable[..., RoleClient]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("address", ["/privacy", "/accessibility", "/disclaimer", "/verify/", "/sign-in", "/forgot"])
def test_it_can_be_read_without_signing_in(browser: Open, address: str, language: str) -> None:
    page = browser(language=language).get(address)
    assert page.h1
    assert {"/privacy", "/accessibility", "/disclaimer"} <= set(page.links())


def test_the_privacy_page_tells_what_becomes_of_records_outside(browser: Open) -> None:
    told = browser(language="en").get("/privacy").main
    for promise in (
        "never the name as it was before",
        "The QR code of the PDF holds",
        "Only the day on which it was last opened is noted",
        "Nothing of it is kept",
        "no copy of it stays here",
        "every earlier form of the name",
    ):
        assert promise in told


def test_the_page_one_stands_on_is_marked_in_the_navigation(browser: Open, hire: object) -> None:
    client = browser(hire)
    for address in ("/learn/", "/learn/records/"):
        current = client.get(address).soup.select("nav [aria-current=page]")
        assert [link["href"] for link in current] == [address]


def test_the_gallery_is_for_demonstrations_only(
    visitor: RoleClient, settings: Settings, database: Database, tools: Tools
) -> None:
    assert visitor.get("/components").soup.select(".button")
    real = RoleClient(create_app(replace(settings, demo=False), database, tools))
    real.get("/components", status=404)
    assert not real.get("/privacy").soup.select(".footer__demo")


def test_a_demonstration_says_so_on_every_page(visitor: RoleClient) -> None:
    assert visitor.get("/privacy").soup.select(".footer__demo")


def test_a_demonstration_answers_on_this_machine_only(visitor: RoleClient) -> None:
    response = visitor.client.get("/sign-in", base_url=HERE, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert response.status_code == 403


def test_another_host_is_refused(visitor: RoleClient) -> None:
    assert visitor.client.get("/sign-in", base_url="http://evil.example").status_code == 400


def test_it_is_alive(visitor: RoleClient) -> None:
    response = visitor.client.get("/healthz", base_url=HERE)
    assert (response.status_code, response.mimetype) == (200, "text/plain")
    assert "Set-Cookie" not in response.headers


def test_it_is_ready_when_the_database_stands_at_this_version(
    settings: Settings, own_database: Database, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(settings, own_database, tools).test_client()
    response = client.get("/readyz", base_url=HERE)
    checks = {"database": "ok", "process": "ok", "schema": "current"}
    assert (response.status_code, response.json) == (200, {"status": "ready", "checks": checks})
    assert "Set-Cookie" not in response.headers
    monkeypatch.setattr(stopping, "_was_told", True)
    response = client.get("/readyz", base_url=HERE)
    assert (response.status_code, response.json) == (
        503,
        {"status": "unready", "checks": {**checks, "process": "stopping"}},
    )
    assert client.get("/healthz", base_url=HERE).status_code == 200
    monkeypatch.setattr(stopping, "_was_told", False)
    with own_database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '001'")
    # Another process, that has not asked a moment ago.
    client = create_app(settings, own_database, tools).test_client()
    response = client.get("/readyz", base_url=HERE)
    # No number of a version, and no command: strangers read it.
    assert (response.status_code, response.json) == (
        503,
        {"status": "unready", "checks": {**checks, "schema": "behind"}},
    )
