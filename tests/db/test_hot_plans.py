"""The plans of what is asked often: on a PostgreSQL with tens of thousands of rows its planner chooses for itself."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event, text
from werkzeug.test import TestResponse

from quiz.access.actor import Role
from quiz.db.connection import Database, connect
from quiz.engine.text import Text
from quiz.services import people
from quiz.services.kept import Kept
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork, Works
from quiz.settings.operator import Settings
from tests.db.filling import Amounts, fill
from tests.db.hot import APART, ENTRIES_APART, HOT, LARGE, NOW
from tests.db.plans import Plan, explained, explained_by_sqlite
from tests.fixtures.database import new_database
from tests.fixtures.pages import Assemble
from tests.fixtures.people import SYSTEM, person_maker
from tests.pages import Page, RoleClient
from tests.web.learning import EXAM, MODULE, Learner, right

AMOUNTS = Amounts(people=20_000, steps_each=4, entries=40_000, attempt_keys=APART, entry_keys=ENTRIES_APART)
Said = list[tuple[str, Any]]
EXPLAINED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")
ROLES = (Role.HR, Role.AUDITOR, Role.MANAGER, Role.EDITOR, Role.ADMIN, Role.ADVISER)
# What reads everything since it is opened rarely is named in docs/database.md.
DESKS = (
    "/manage/",
    "/manage/people",
    "/manage/people/{person}",
    "/manage/weaknesses",
    "/admin/people",
    "/admin/people?q=h-4321",
    "/admin/people/{person}",
    "/admin/people/{person}/assignments",
    "/admin/records",
    "/admin/records?q=h-4324",
    "/admin/mails",
    "/admin/mails?q=h-4321",
    "/admin/audit",
    "/admin/audit?deed=people:deed:7",
    "/admin/roles",
    "/admin/weaknesses",
    "/admin/connections",
    "/edit/statistics",
    f"/edit/statistics/{MODULE}",
    "/advise/",
    "/readyz",
)


@pytest.fixture(scope="module")
def large(postgresql_server: str, _postgresql_mould: str) -> Iterator[Database]:
    """A large installation whose tables autovacuum has been through."""
    with new_database(postgresql_server, _postgresql_mould) as url:
        database = connect(url)
        with database.engine.begin() as connection:
            fill(connection, AMOUNTS)
        with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        yield database
        database.engine.dispose()


@pytest.fixture(scope="module")
def small(_sqlite_mould: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """SQLite plans alike whatever the tables hold, since nobody counts them."""
    path = tmp_path_factory.mktemp("small") / "small.db"
    shutil.copyfile(_sqlite_mould, path)
    database = connect(f"sqlite:///{path}")
    yield database
    database.engine.dispose()


@contextmanager
def heard(listened: Any, said: Said) -> Iterator[None]:
    """Note what is sent to a database, and with which values."""

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        said.append((statement, parameters[0] if many else parameters))

    event.listen(listened, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(listened, "before_cursor_execute", note)


def plans(database: Database, said: Said) -> list[Plan]:
    """Return the plan of every statement that was noted; nothing is changed for it."""
    explain = explained_by_sqlite if database.is_sqlite else explained
    with database.writes() as session:
        connection = session.connection()
        found = [explain(connection, *one) for one in said if one[0].startswith(EXPLAINED)]
        session.rollback()
    return found


def asked(database: Database, tools: Tools, name: str) -> list[Plan]:
    """Ask something, and return the plan of every statement that was sent for it."""
    said: Said = []
    with database.writes() as session:
        with heard(session.connection(), said):
            HOT[name].ask(UnitOfWork(session, SYSTEM, NOW, tools, is_writing=True))
            session.flush()
        session.rollback()
    assert said
    return plans(database, said)


@pytest.mark.parametrize("name", HOT)
def test_postgresql_goes_along_an_index(large: Database, tools: Tools, name: str) -> None:
    hot, found = HOT[name], asked(large, tools, name)
    for plan in found:
        assert not plan.scanned & LARGE, (plan.statement, plan.document)
    assert hot.indexes <= set().union(*(plan.indexes for plan in found)), [plan.document for plan in found]
    if hot.parts is not None:
        assert set().union(*(plan.parts for plan in found)) == hot.parts


@pytest.mark.parametrize("name", [name for name, hot in HOT.items() if not hot.only_here])
def test_sqlite_reads_no_large_table_from_end_to_end(small: Database, tools: Tools, name: str) -> None:
    for plan in asked(small, tools, name):
        assert not plan.scanned & LARGE, (plan.statement, plan.document)


class Browser(RoleClient):
    """A browser whose pages nobody looks at: what was laid is no proper Arabic."""

    def _page(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, f"{response.request.path}: {response.status_code}"
        return Page(response, BeautifulSoup(response.get_data(as_text=True), "html.parser"))


class Walk:
    """People of a large installation at their pages, one step after another."""

    def __init__(self, works: Works, app: Flask) -> None:
        with works.writing(SYSTEM) as work:
            unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Unit"}), "EG")
        make = person_maker(works, unit)
        self.hire, self.boss = make(modules=(EXAM,)), make(*ROLES)
        self.learner = Learner(Browser(app), self.hire, works)
        self.desks = Browser(app)
        self.attempt = ""

    def steps(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Give every step by name: what is done is one, whatever it asks of the database."""
        browser = self.learner.client
        yield "signing in", lambda: browser.sign_in(self.hire)
        yield "home", lambda: browser.get("/learn/")
        yield "beginning", self._begin
        for number in (1, 2):
            # The key is looked up before: it is no part of an answer.
            sent = right(self.learner.slot(self.attempt, number))
            yield f"answer {number}", partial(self.learner.answer, self.attempt, number, sent)
        yield "the list of places", lambda: browser.get(f"/learn/attempts/{self.attempt}/check")
        yield "handing in", lambda: self.learner.finish(self.attempt)
        yield "result", lambda: browser.get(f"/learn/attempts/{self.attempt}/result")
        for path in ("/learn/records/", "/learn/calendar.ics", "/learn/visible", "/account"):
            yield path, partial(browser.get, path)
        yield "signing in at the desks", lambda: self.desks.sign_in(self.boss)
        for path in DESKS:
            yield path, partial(self.desks.get, path.format(person=self.hire.public_id))

    def _begin(self) -> None:
        self.attempt = self.learner.begin(EXAM)


@pytest.mark.parametrize("where", ["large", "small"])
def test_whole_pages_read_no_large_table_from_end_to_end(
    where: str, request: pytest.FixtureRequest, settings: Settings, tools: Tools, assemble: Assemble
) -> None:
    database, tools = request.getfixturevalue(where), replace(tools, kept=Kept())
    counts: dict[str, int] = {}
    for name, do in Walk(Works(database, tools), assemble(settings, database, tools)).steps():
        said: Said = []
        with heard(database.engine, said):
            do()
        found = plans(database, said)
        counts[name] = len(found)
        for plan in found:
            assert not plan.scanned & LARGE, (name, plan.statement, plan.document)
    # Who it is, the attempt and its steps, the step; then the page that follows, of what is known already.
    assert 0 < counts["answer 2"] <= 4, counts
