"""The product with a Redis: limits over all processes, and whole without it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from bench.redis_server import RedisServer
from quiz.db.connection import Database
from quiz.factory import create_app
from quiz.presentation import shared_counts
from quiz.presentation.logs import note_refused
from quiz.services.tools import Tools
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings
from tests.fixtures.clusters import until
from tests.pages import HERE, RoleClient

# A port is looked for.
pytestmark = pytest.mark.enable_socket


@pytest.fixture
def app(
    settings: Settings, own_database: Database, tools: Tools, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    monkeypatch.setattr(shared_counts, "LOOKS_EVERY", 0.05)
    monkeypatch.setattr(shared_counts, "PATIENCE", 1.0)
    made = create_app(replace(settings, redis_url=redis.url), own_database, tools)
    yield made
    made.extensions["shared-counts"].close()


def told(client: RoleClient) -> tuple[int, str, str]:
    response = client.client.get("/readyz", base_url=HERE)
    said = response.get_json()
    return response.status_code, said["status"], said["checks"]["redis"]


def test_pages_are_limited_with_it_and_without_and_the_operator_is_told(app: Flask, redis: RedisServer) -> None:
    client = RoleClient(app)

    def answered() -> int:
        return sum(client.client.get("/verify/A", base_url=HERE).status_code == 404 for _ in range(32))

    assert told(client) == (200, "ready", "ok")
    assert answered() == 30
    redis.stop()
    try:
        assert answered() == 30
        until(lambda: told(client) == (200, "ready", "degraded"))
    finally:
        redis.start()
    until(lambda: told(client) == (200, "ready", "ok"))
    assert answered() == 30


def test_lines_of_the_log_are_counted_by_each_process(app: Flask, redis: RedisServer) -> None:
    with app.test_request_context("/sign-in"):
        note_refused("too-large")
    assert redis.client.keys("*") == []


def test_an_address_that_says_what_cannot_be_stops_the_start(
    settings: Settings, own_database: Database, tools: Tools
) -> None:
    with pytest.raises(Misconfigured, match="REDIS_URL: Invalid value for 'socket_timeout'"):
        create_app(replace(settings, redis_url="redis://127.0.0.1?socket_timeout=soon"), own_database, tools)
