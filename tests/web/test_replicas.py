"""Reports read the replica: who has just stored something does not, nor does any other page; and all are answered."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from bench.clusters import Pair
from quiz.access.actor import Role, Scope
from quiz.db.connection import Database, ReadOnly
from quiz.db.models.people import UnitRow
from quiz.db.replica import Replica
from quiz.engine.text import Text
from quiz.jobs import tables
from quiz.jobs.outbox import ACTOR
from quiz.presentation import sheets
from quiz.services import audit_trail, connecting, people, taking_away
from quiz.services.organisation import change_choices, get_choices
from quiz.services.reporting_people import Asked
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.database import Reach
from quiz.settings.operator import Settings
from tests.fixtures.clusters import paused, until
from tests.fixtures.pages import Assemble
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson
from tests.pages import HERE, RoleClient
from tests.services.deeds.test_reporting import seen_as

# A port is looked for.
pytestmark = pytest.mark.enable_socket
MODULE = "onboarding-social-media"
WROTE = "amana-wrote"

Open = Callable[..., RoleClient]


@pytest.fixture
def dialect() -> str:
    return "postgresql"


@pytest.fixture
def database(replicated: Database) -> Database:
    return replicated


@pytest.fixture
def app(settings: Settings, database: Database, tools: Tools, assemble: Assemble) -> Flask:
    # It is the database of the test that leads to the replica; the app only asks whether there is one.
    reach = Reach(replica_url="postgresql://replica/amana", replica_lag_seconds=2)
    return assemble(replace(settings, reach=reach), database, tools)


@pytest.fixture
def replica(database: Database) -> Replica:
    assert database.replica is not None
    return database.replica


@contextmanager
def read(replica: Replica, times: int) -> Iterator[None]:
    """Count how often something is read from the replica."""
    before = replica.state().reads
    yield
    assert replica.state().reads - before == times


def settled(pair: Pair, replica: Replica, client: RoleClient) -> RoleClient:
    """Let the seconds pass after which a browser has stored nothing lately."""
    client.client.delete_cookie(WROTE, domain="127.0.0.1")
    pair.catch_up()
    until(replica.is_fit)
    return client


@pytest.fixture
def hr(pair: Pair, replica: Replica, browser: Open, make_person: MakePerson) -> RoleClient:
    return settled(pair, replica, browser(make_person(Role.HR)))


def test_a_report_reads_the_replica_and_whoever_stored_something_the_primary(
    pair: Pair, replica: Replica, hr: RoleClient, make_person: MakePerson
) -> None:
    with paused(pair):
        make_person(name="سلمى حازم")
        with read(replica, 1):
            assert "سلمى حازم" not in hr.get("/admin/people").main
        # What is stored by that browser is found by it at once.
        hr.submit(hr.get("/admin/people"), "/language", {"language": "ar"})
        with read(replica, 0):
            assert "سلمى حازم" in hr.get("/admin/people").main
        settled_cookie = hr.client.get_cookie(WROTE, domain="127.0.0.1")
        assert settled_cookie is not None
    settled(pair, replica, hr)
    with read(replica, 1):
        assert "سلمى حازم" in hr.get("/admin/people").main


def test_one_that_lags_is_passed_over_until_it_has_caught_up(
    pair: Pair, replica: Replica, hr: RoleClient, make_person: MakePerson
) -> None:
    with paused(pair):
        make_person(name="سلمى حازم")
        until(lambda: not replica.state().is_read)
        with read(replica, 0):
            assert "سلمى حازم" in hr.get("/admin/people").main
    until(replica.is_fit)
    with read(replica, 1):
        hr.get("/admin/people")


def test_one_that_has_just_gone_is_passed_over_at_once(pair: Pair, replica: Replica, hr: RoleClient) -> None:
    pair.replica.stop()
    try:
        assert hr.get("/admin/people").status == 200
    finally:
        pair.replica.start()
    replica._rests_until = 0.0
    until(replica.is_fit)
    with read(replica, 1):
        hr.get("/admin/people")


@contextmanager
def in_the_way(pair: Pair, replica: Replica, after: str = "", engine: Engine | None = None) -> Iterator[list[str]]:
    """After the first statement with such words, write the tables of reports anew: what reads them is cancelled."""
    engine = engine or replica.engine
    met: list[str] = []

    def rewrite(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "set_config" not in statement and after in statement and not met:
            met.append(statement)
            pair.primary.run("VACUUM FULL person, unit, assignment, audit_entry", replica.engine.url.database or "")
            pair.catch_up()

    event.listen(engine, "after_cursor_execute", rewrite)
    try:
        yield met
    finally:
        event.remove(engine, "after_cursor_execute", rewrite)


@pytest.mark.parametrize("path", ["/admin/people", "/admin/audit", "/admin/records"])
def test_a_conflict_on_the_replica_is_seen_by_nobody(
    pair: Pair, replica: Replica, browser: Open, make_person: MakePerson, path: str
) -> None:
    admin = settled(pair, replica, browser(make_person(Role.HR, Role.ADMIN)))
    with in_the_way(pair, replica) as met, read(replica, 1):
        assert admin.get(path).status == 200
    assert met
    assert not replica.is_fit()


def test_what_the_replica_does_not_know_yet_is_asked_of_the_primary(
    pair: Pair, replica: Replica, browser: Open, make_person: MakePerson, works: Works, unit: str
) -> None:
    """A manager since a moment ago, whom the replica would refuse, and a unit that was just made."""
    boss = make_person()
    client = settled(pair, replica, browser(boss))
    with paused(pair):
        with works.writing(SYSTEM) as work:
            made = people.add_unit(work, Text({"ar": "فرع جديد", "en": "New branch"}), "EG", unit)
            people.grant_role(work, boss.public_id, Role.MANAGER, unit)
        with read(replica, 1):
            assert client.get(f"/manage/?unit={made}").status == 200
        with read(replica, 1):
            client.get("/manage/?unit=" + "0" * 32, 404)


def test_no_other_page_reads_it(
    replica: Replica, pair: Pair, browser: Open, make_person: MakePerson, hr: RoleClient
) -> None:
    with read(replica, 0):
        someone = make_person(Role.MANAGER, modules=(MODULE,))
        client = settled(pair, replica, browser(someone))
        for path in (
            "/learn/",
            f"/learn/modules/{MODULE}",
            "/account",
            "/privacy",
            f"/manage/people/{someone.public_id}",
        ):
            client.get(path)
        hr.get(f"/admin/people/{someone.public_id}")
        hr.get("/admin/units")


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (
            Role.MANAGER,
            ("/manage/", "/manage/people", "/manage/weaknesses", "/manage/evidence"),
        ),
        (Role.HR, ("/admin/records", "/admin/mails", "/admin/weaknesses", "/admin/weaknesses.xlsx", "/admin/evidence")),
        (Role.AUDITOR, ("/admin/audit", "/admin/mails")),
        (Role.EDITOR, ("/edit/statistics", f"/edit/statistics/{MODULE}")),
    ],
)
def test_every_report_reads_it(
    pair: Pair, replica: Replica, browser: Open, make_person: MakePerson, role: Role, paths: tuple[str, ...]
) -> None:
    client = browser(make_person(role))
    for path in paths:
        client.get(path)
        settled(pair, replica, client)
        with read(replica, 1):
            client.get(path)


def test_a_table_taken_at_once_reads_it_and_is_written_down(
    pair: Pair, replica: Replica, browser: Open, make_person: MakePerson
) -> None:
    client = browser(make_person(Role.MANAGER))
    make_person(modules=(MODULE,))
    client.get("/manage/people.csv")
    settled(pair, replica, client)
    with read(replica, 2):
        client.get("/manage/people.csv")


def taken(client: RoleClient, token: str) -> list[list[str]]:
    response = client.client.post("/admin/audit", data={"csrf_token": token, "as": "csv"}, base_url=HERE)
    said = response.get_data().decode("utf-8-sig")
    response.close()
    return list(csv.reader(StringIO(said)))


def test_the_trail_is_taken_from_it_and_whole_where_it_fails_in_the_middle(
    pair: Pair, replica: Replica, browser: Open, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_trail, "AT_ONCE", 5)
    client = browser(make_person(Role.AUDITOR))
    token = client.token()
    settled(pair, replica, client)
    before = replica.state().reads
    whole = taken(client, token)
    assert replica.state().reads - before == len(whole) // 5 + 1
    settled(pair, replica, client)
    with in_the_way(pair, replica) as met:
        again = taken(client, token)
    assert met
    # But for what was written down meanwhile, which comes first.
    assert again[-len(whole) + 1 :] == whole[1:]


def test_the_cookie_is_for_readers_of_reports_who_stored_something(
    app: Flask, browser: Open, make_person: MakePerson
) -> None:
    def told(client: RoleClient, **sent: str) -> list[list[str]]:
        page = client.post("/account/password", {"csrf_token": client.token(), **sent}, 303 if sent else 422)
        lines = [line.split("; ") for line in page.response.headers.getlist("Set-Cookie")]
        return [sorted(one for one in rest if not one.startswith("Expires")) for name, *rest in lines if WROTE in name]

    changed = {"current": PASSWORD, "new": "another sentence for tests", "again": "another sentence for tests"}
    client = browser(make_person(Role.HR))
    client.client.delete_cookie(WROTE, domain="127.0.0.1")
    assert told(client) == []
    assert told(client, **changed) == [["HttpOnly", "Max-Age=5", "Path=/", "SameSite=Lax"]]
    assert told(browser(make_person()), **changed) == []


def test_it_is_told_where_cookies_are_told_of(app: Flask, visitor: RoleClient) -> None:
    assert "تتأخر عنه قليلًا" in visitor.get("/privacy").main


@pytest.fixture
def connected(works: Works, make_person: MakePerson, app: Flask, pair: Pair, replica: Replica) -> Callable[..., str]:
    """Ask an address of the API as a system with some scopes."""
    admin = make_person(Role.ADMIN)

    def ask(path: str, *scopes: Scope) -> str:
        with works.writing(admin.actor) as work:
            token = connecting.open_connection(work, "نظام", list(scopes), 30)
        pair.catch_up()
        until(replica.is_fit)
        response = app.test_client(use_cookies=False).get(
            f"/api/v1{path}", base_url=HERE, headers={"Authorization": f"Bearer {token}"}
        )
        assert response.status_code == 200, response.text
        return response.text

    return ask


def test_systems_that_only_read_are_answered_from_it_unless_they_ask_what_changed(
    replica: Replica, connected: Callable[..., str]
) -> None:
    for path, scope, times in (
        ("/people", Scope.PEOPLE_READ, 1),
        ("/units", Scope.PEOPLE_READ, 1),
        ("/records", Scope.RECORDS_READ, 1),
        ("/evidence", Scope.EVIDENCE_READ, 1),
        ("/assignments", Scope.ASSIGNMENTS_READ, 1),
        ("/completions", Scope.ASSIGNMENTS_READ, 1),
        ("/assignments?changed_since=2026-11-01T00:00:00Z", Scope.ASSIGNMENTS_READ, 0),
        ("/completions?since=2026-11-01T00:00:00Z", Scope.ASSIGNMENTS_READ, 0),
        ("/modules", Scope.PEOPLE_READ, 0),
    ):
        with read(replica, times):
            connected(path, scope)
    for writing in (Scope.ASSIGNMENTS_WRITE, Scope.PEOPLE_PROVISION):
        with read(replica, 0):
            connected("/people", Scope.PEOPLE_READ, writing)


@pytest.fixture
def order(works: Works, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Ask for a long table as a manager, and return its names once the worker made it."""
    monkeypatch.setattr(taking_away, "AT_ONCE", 1)
    boss = make_person(Role.MANAGER, name="مها")
    make_person(name="هند", modules=(MODULE,))

    def ask_for_it(app: Flask) -> list[str]:
        actor = seen_as(works, boss)
        with works.writing(actor) as work:
            public_id = taking_away.ask(work, "csv", Asked(), "ar", "latn")
        assert tables.make_next(app, ACTOR)
        with works.reading(actor) as work:
            made = taking_away.get_export(work, public_id)
            said = b"".join(taking_away.read_part(work, public_id, n) for n in range(made.parts)).decode("utf-8-sig")
        _headings, *lines = csv.reader(StringIO(said))
        assert (made.state, made.done) == ("made", len(lines))
        return sorted(line[0] for line in lines)

    return ask_for_it


def test_a_table_of_the_worker_holds_what_was_stored_before_it_was_asked_for(
    app: Flask, pair: Pair, replica: Replica, order: Callable[..., list[str]], make_person: MakePerson
) -> None:
    until(replica.is_fit)
    with read(replica, 1):
        assert order(app) == ["هند"]
    make_person(name="ليلى", modules=(MODULE,))
    with read(replica, 1):
        assert order(app) == ["ليلى", "هند"]
    with paused(pair), read(replica, 0):
        make_person(name="نور", modules=(MODULE,))
        assert order(app) == ["ليلى", "نور", "هند"]


def test_a_table_of_the_worker_is_made_whole_where_the_replica_fails_in_the_middle(
    app: Flask,
    pair: Pair,
    replica: Replica,
    database: Database,
    order: Callable[..., list[str]],
    make_person: MakePerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheets, "_LINES_AT_ONCE", 1)
    monkeypatch.setattr(tables, "LINES_BETWEEN", 2)
    for number in range(8):
        make_person(name=f"نور {number}", modules=(MODULE,))
    until(replica.is_fit)
    # Some lines are written by the time it is said how many they are.
    with in_the_way(pair, replica, after="UPDATE team_export SET done", engine=database.engine) as met:
        assert order(app) == [*(f"نور {number}" for number in range(8)), "هند"]
    assert met


def test_what_was_found_there_is_kept_apart(pair: Pair, replica: Replica, works: Works) -> None:
    until(replica.is_fit)
    with paused(pair):
        with works.writing(SYSTEM) as work:
            change_choices(work, replace(get_choices(work), zone="Asia/Dubai"))
        with works.reporting(SYSTEM) as work:
            assert (work.is_behind, get_choices(work).zone) == (True, "Africa/Cairo")
        with works.reading(SYSTEM) as work:
            assert get_choices(work).zone == "Asia/Dubai"


def test_nothing_is_written_by_way_of_it(replica: Replica, works: Works) -> None:
    until(replica.is_fit)
    with pytest.raises(ReadOnly), works.reporting(SYSTEM) as work:
        assert work.is_behind
        work.session.add(UnitRow(public_id="0" * 32, name={}, jurisdiction="EG"))
        work.session.flush()
    assert replica.is_fit()


def test_without_a_replica_nothing_of_it_is_there(
    settings: Settings, database: Database, tools: Tools, assemble: Assemble, make_person: MakePerson
) -> None:
    client = RoleClient(assemble(settings, replace(database, replica=None), tools)).sign_in(make_person(Role.HR))
    client.submit(client.get("/admin/people"), "/language", {"language": "ar"})
    assert client.client.get_cookie(WROTE, domain="127.0.0.1") is None
    assert "a little behind" not in client.get("/privacy").main
