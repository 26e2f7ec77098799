"""The product behind a pooler in transaction mode, with a database that is restarted, and with one that is full."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import psycopg
import pytest
from flask import Flask

from bench.clusters import NoPrograms, Pair
from bench.poolers import pooler
from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.db.connection import Database, connect
from quiz.engine.text import Text
from quiz.jobs.queue import open_queue
from quiz.services import people, sealing
from quiz.services.loading import Release, install_release
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.database import Reach
from quiz.settings.operator import Settings
from tests.fixtures.clusters import unavailable
from tests.fixtures.pages import Assemble
from tests.fixtures.people import SYSTEM, MakePerson, person_maker
from tests.pages import RoleClient
from tests.web.learning import SHORT, Learner, short_documents

# A port is looked for.
pytestmark = pytest.mark.enable_socket
THREADS = 16
REACH = Reach(pool_size=THREADS, pool_wait_seconds=1, is_pooled=True)

Open = Callable[..., RoleClient]


@pytest.fixture(scope="module")
def pooled_port(pair: Pair) -> Iterator[int]:
    """The port of a pooler that holds two sessions for whoever comes."""
    try:
        with pooler(pair.primary.port, default_pool_size=2) as port:
            yield port
    except NoPrograms as fault:
        unavailable(f"no pooler: {fault}")


@pytest.fixture
def dialect() -> str:
    return "postgresql"


@pytest.fixture
def database(pair: Pair, stocked: str, pooled_port: int) -> Iterator[Database]:
    found = connect(f"postgresql://postgres@127.0.0.1:{pooled_port}/{stocked}", REACH)
    yield found
    found.close()


@pytest.fixture
def tools(tools: Tools) -> Tools:
    # Threads must not draw the same.
    return replace(tools, chance=secrets.token_bytes)


@pytest.fixture
def app(settings: Settings, database: Database, tools: Tools, assemble: Assemble) -> Flask:
    return assemble(replace(settings, reach=REACH), database, tools)


def test_sixteen_at_once_take_attempts_over_two_sessions(
    app: Flask, works: Works, pair: Pair, stocked: str, make_person: MakePerson, reading: Reading
) -> None:
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), (), short_documents(reading)))
    takers = [make_person(modules=(SHORT,)) for _ in range(THREADS)]
    boss = make_person(Role.MANAGER)

    def take(number: int) -> tuple[str, int]:
        learner = Learner(RoleClient(app).sign_in(takers[number]), takers[number], works)
        stored = learner.stored(learner.take())
        return stored.attempt.state.name, len(stored.attempt.steps)

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(take, range(THREADS)))
    assert {state for state, _ in found} == {"FINISHED"}
    assert min(steps for _, steps in found) > 3
    # The server looks after its tables in sessions of its own.
    of_clients = f"datname = '{stocked}' AND backend_type = 'client backend'"
    sessions = pair.primary.run(f"SELECT count(*) FROM pg_stat_activity WHERE {of_clients}", stocked)
    assert sessions[0][0] <= 3, "two, and the one that asks"
    # What is read some rows at a time, and what waits for a lock, live in one transaction each.
    client = RoleClient(app).sign_in(boss)
    assert client.get("/manage/people.csv").response.get_data().count(b"\r\n") == THREADS + 1
    with works.writing(SYSTEM) as work:
        assert sealing.seal_some(work)


def test_the_queue_in_that_database_rests_on_no_session(settings: Settings, database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    tasks = open_queue(replace(settings, database_url=url, queue_url=url, reach=REACH), lambda _: None, lambda _: None)

    def put_and_take(number: int) -> int:
        for _ in range(8):
            tasks.carry_out(number)
        return sum(tasks.queue.dequeue() is not None for _ in range(8))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(put_and_take, range(4))) == [8] * 4
    assert tasks.queue.dequeue() is None
    assert not tasks.queue.storage.blocking
    tasks.queue.storage.close()


def test_a_restart_of_the_database_between_two_requests_is_seen_by_nobody(
    pair: Pair, stocked: str, settings: Settings, tools: Tools, assemble: Assemble
) -> None:
    """Without a pooler, as most will be."""
    database = connect(pair.primary.url(stocked))
    works = Works(database, tools)
    with works.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "EG")
    make_person = person_maker(works, unit)
    client = RoleClient(assemble(settings, database, tools)).sign_in(make_person(modules=("onboarding-social-media",)))
    pair.primary.stop()
    pair.primary.start()
    start = client.get("/learn/modules/onboarding-social-media")
    pair.primary.stop()
    pair.primary.start()
    client.submit(start, "/begin$")
    database.close()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_where_no_connection_is_left_a_page_says_so_and_keeps_what_was_sent(
    pair: Pair, stocked: str, settings: Settings, tools: Tools, assemble: Assemble, language: str
) -> None:
    words = {"ar": "الخدمة مزدحمة", "en": "The service is busy"}[language]
    database = connect(pair.primary.url(stocked), Reach(pool_size=1, pool_wait_seconds=1))
    client = RoleClient(assemble(settings, database, tools), language)
    form = client.get("/sign-in")
    # Whose it is has to be looked up.
    client.client.set_cookie("amana", "0" * 64, domain="127.0.0.1")

    def told() -> None:
        page = client.get("/sign-in", 503)
        assert words in page.h1
        assert page.response.headers["Retry-After"] == "5"
        page = client.submit(form, "/sign-in", {"email": "hire@amana.example", "password": "a secret"}, 503)
        assert words in page.h1
        assert page.response.headers["Retry-After"] == "5"
        assert page.fields("/sign-in")[1]["email"] == "hire@amana.example"
        piece = client.client.get("/sign-in", headers={"HX-Request": "true"}, base_url="http://127.0.0.1")
        assert (piece.status_code, piece.headers["Retry-After"]) == (503, "5")

    with database.writes() as session:
        session.connection()
        told()
    database.close()
    with ExitStack() as held:
        # Whoever waits for a server that is full is told at once.
        address = pair.primary.url(stocked).replace("+psycopg", "")
        with pytest.raises(psycopg.OperationalError, match="too many clients"):
            for _ in range(60):
                held.enter_context(psycopg.connect(address))
        told()
    assert client.get("/sign-in").status == 200
    database.close()
