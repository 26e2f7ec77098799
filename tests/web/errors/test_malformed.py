"""Two thousand requests of the kind that `python -m bench.malformed` sends, judged as there; inside this process."""

import time
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask
from werkzeug.test import run_wsgi_app

from bench.browser import Reply
from bench.malformed.asking import Asking
from bench.malformed.exploring import explore
from bench.malformed.judging import Judge, judge_of
from bench.malformed.people import NOBODY, Cast, Person
from bench.malformed.running import Plan, run
from bench.malformed.sending import Answer, Outcome
from bench.malformed.wire import Plain
from quiz.access.actor import Role
from quiz.services.unit_of_work import Works
from tests.pages import HERE, RoleClient
from tests.web.world import OWNER, World

SEED, REQUESTS = 20261122, 2_000
SECRET = b"a key for tests only, long enough: 0123456789"


class Looking:
    """A browser of these tests, as those who explore want one."""

    requests = 0

    def __init__(self, client: RoleClient) -> None:
        self._client = client.client

    def request(self, method: str, path: str, fields: Any = ()) -> Reply:
        answer = self._client.open(path, method=method, base_url=HERE, data=list(fields) or None)
        headers = {name.lower(): value for name, value in answer.headers}
        content = answer.get_data()
        answer.close()
        return Reply(path, answer.status_code, {**headers, "content-encoding": ""}, content, 0)


def cast_of(world: World, works: Works) -> Cast:
    """Let those of the world ask: each role, the owner as a learner, and systems with each scope."""
    app = world.owner.client.app
    cast = Cast(works, 80, app.url_map)
    cast.connect()
    for who in (NOBODY, *Role):
        client = world.clients[OWNER if who == Role.LEARNER else who]
        explore(cast.found, app.url_map, who, Looking(client), alike=1)
        token = client.token()
        cookies = {one.key: one.value for one in client.client._cookies.values()}  # type: ignore[attr-defined]
        cast.people[who] = Person(who, "", cookies, token)
        cast.sign_ins |= {held for name, held in cookies.items() if name.endswith("amana")}
    return cast


def environ_of(plain: Plain) -> dict[str, Any]:
    """Return what a server makes of a request whose framing is right."""
    path, _, query = plain.target.partition(b"?")
    environ = {
        "REQUEST_METHOD": plain.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(plain.body),
        "wsgi.input_terminated": True,
        "CONTENT_TYPE": plain.kind.encode().decode("latin-1"),
        "CONTENT_LENGTH": str(len(plain.body)),
    }
    for name, held in plain.headers:
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = held.decode("latin-1")
    return environ


def ask(app: Flask, judge: Judge, asking: Asking, number: int) -> None:
    how, plain, _ = asking.plain(number)
    began = time.perf_counter()
    pieces, status, headers = run_wsgi_app(app, environ_of(plain), buffered=True)
    body = b"".join(pieces)
    head = "\r\n".join(f"{name}: {value}" for name, value in headers).encode("latin-1")
    answers = (Answer(int(status[:3]), head, body),)
    judge(Outcome(asking.as_asked(number, how, plain), answers, False, time.perf_counter() - began))


# What was read of a file before its request turned out broken is closed once nobody holds it, not before.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_two_thousand_malformed_requests_break_nothing_and_are_told_nothing(
    world: World, works: Works, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cast = cast_of(world, works)
    judge = judge_of(cast.secrets() | {SECRET}, {OWNER: world.owner.someone.email.encode()}, frozenset(), tmp_path)
    asking = Asking(cast, SEED)
    for number in range(REQUESTS):
        # Whether the database answers cannot be asked from within a transaction that is rolled back.
        if asking.plain(number)[1].target.startswith(b"/readyz"):
            continue
        ask(world.owner.client.app, judge, asking, number)
    judge.read_log(caplog.text.encode())
    assert not judge.faults, judge.told()
    assert not [one for one in caplog.records if one.levelname in {"ERROR", "CRITICAL"}]
    # It came past the doors: pages, redirects after deeds, forms that were told what is wrong with them.
    assert min(judge.statuses[status] for status in (200, 303, 404, 422)) > REQUESTS // 50, judge.statuses


@pytest.mark.soak
@pytest.mark.enable_socket
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_twenty_thousand_over_the_wire_break_nothing(
    dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgresql_server") if dialect == "postgresql" else None
    found = run(Plan(20_000, SEED, server, demo=False, measured=False), tmp_path, print)
    assert not found.judge.faults, found.judge.told()
