"""Long tables: made by the worker as of one moment, once, for whoever asked; begun again where a worker died."""

import csv
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select, text

from quiz.access.actor import Actor, Role
from quiz.db.models.exports import TeamExportPartRow, TeamExportRow
from quiz.jobs import tables
from quiz.jobs.chores import sweep
from quiz.jobs.outbox import ACTOR
from quiz.services import taking_away, turning
from quiz.services.errors import NotAllowed, NotFound, Stale
from quiz.services.reporting_people import Asked
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import HERE, RoleClient
from tests.services.deeds.test_reporting import seen_as

MODULE = "onboarding-social-media"


@pytest.fixture
def manager(make_person: MakePerson, works: Works) -> Someone:
    """A manager of seven people, one of whom has a name like a formula."""
    boss = make_person(Role.MANAGER)
    for number in range(7):
        make_person(name="=عادل" if number == 0 else f"هند {number}", modules=(MODULE,))
    with works.writing(SYSTEM) as work:
        turning.look_again(work)
    return boss


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is long in these tests is short elsewhere."""
    monkeypatch.setattr(taking_away, "AT_ONCE", 5)
    monkeypatch.setattr(taking_away, "PART", 100)
    monkeypatch.setattr(tables, "LINES_BETWEEN", 2)


def ask(works: Works, actor: Actor, kind: str = "csv", asked: Asked | None = None) -> str:
    with works.writing(actor) as work:
        return taking_away.ask(work, kind, asked or Asked(), "ar", "arab")


def found(works: Works, actor: Actor, public_id: str) -> taking_away.ExportSummary:
    with works.reading(actor) as work:
        return taking_away.get_export(work, public_id)


def content(works: Works, actor: Actor, public_id: str) -> bytes:
    parts = []
    for number in range(found(works, actor, public_id).parts):
        with works.reading(actor) as work:
            parts.append(taking_away.read_part(work, public_id, number))
    return b"".join(parts)


def rows(table: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(table.decode("utf-8-sig"), newline="")))


def test_a_long_table_is_made_in_parts_with_what_stands_on_the_screen(
    app: Flask, works: Works, manager: Someone
) -> None:
    actor = seen_as(works, manager)
    public_id = ask(works, actor)
    waiting = found(works, actor, public_id)
    assert (waiting.state, waiting.done, waiting.total) == ("waiting", 0, 7)
    assert tables.make_next(app, ACTOR)
    made = found(works, actor, public_id)
    assert (made.state, made.done, made.total) == ("made", 7, 7)
    table = content(works, actor, public_id)
    assert len(table) == made.size
    assert made.parts == -(-made.size // 100)
    assert table.startswith(b"\xef\xbb\xbf")
    held = rows(table)
    assert held[0][0] == "الاسم"
    assert sorted(row[0] for row in held[1:]) == ["'=عادل", *(f"هند {number}" for number in range(1, 7))]
    assert not tables.make_next(app, ACTOR)


def test_a_workbook_reads_from_the_right_in_the_language_of_whoever_asked(
    app: Flask, works: Works, manager: Someone
) -> None:
    actor = seen_as(works, manager)
    public_id = ask(works, actor, "xlsx")
    sweep(app)
    sheet = load_workbook(BytesIO(content(works, actor, public_id))).active
    assert sheet.sheet_view.rightToLeft
    assert sheet.max_row == 8


def test_progress_is_kept_as_it_goes(
    app: Flask, works: Works, manager: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = seen_as(works, manager)
    ask(works, actor)
    seen = []
    note = taking_away.note_progress

    def noted(*given: object) -> None:
        note(*given)  # type: ignore[arg-type]
        seen.append(given[2])

    monkeypatch.setattr(taking_away, "note_progress", noted)
    tables.make_next(app, ACTOR)
    assert seen == [2, 4, 6]


def test_asked_twice_at_once_it_is_made_once(works: Works, manager: Someone) -> None:
    actor = seen_as(works, manager)
    first = ask(works, actor)
    assert ask(works, actor) == first
    assert ask(works, actor, "xlsx") != first
    assert ask(works, actor, asked=Asked(only_late=True)) != first


def test_the_database_lets_nobody_ask_twice(works: Works, manager: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = seen_as(works, manager)
    ask(works, actor)
    monkeypatch.setattr(taking_away.queries, "find_open", lambda *_: None)
    with pytest.raises(Stale):
        ask(works, actor)


def test_a_worker_that_dies_leaves_it_to_the_next_who_begins_again(
    app: Flask, works: Works, manager: Someone, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = seen_as(works, manager)
    public_id = ask(works, actor)
    keep = taking_away.keep_part

    def dying(*given: object) -> None:
        keep(*given)  # type: ignore[arg-type]
        raise MemoryError

    with monkeypatch.context() as patched, pytest.raises(MemoryError):
        patched.setattr(taking_away, "keep_part", dying)
        tables.make_next(app, ACTOR)
    # As long as it may be alive nobody else begins.
    assert not tables.make_next(app, ACTOR)
    assert found(works, actor, public_id).state == "making"
    clock.forward(minutes=2)
    assert tables.make_next(app, ACTOR)
    assert found(works, actor, public_id).state == "made"
    assert len(rows(content(works, actor, public_id))) == 8


def test_a_worker_that_was_taken_for_dead_writes_no_more(
    app: Flask, works: Works, manager: Someone, clock: Clock
) -> None:
    actor = seen_as(works, manager)
    public_id = ask(works, actor)
    with works.writing(ACTOR) as work:
        first = taking_away.claim(work)
    assert first is not None
    clock.forward(minutes=2)
    tables.make_next(app, ACTOR)
    before = content(works, actor, public_id)
    for deed in (
        lambda work: taking_away.keep_part(work, first, b"late"),
        lambda work: taking_away.note_progress(work, first, 1),
        lambda work: taking_away.finish(work, first, 1),
    ):
        with pytest.raises(Stale), works.writing(ACTOR) as work:
            deed(work)
    assert content(works, actor, public_id) == before


def test_what_was_begun_too_often_is_given_up(app: Flask, works: Works, manager: Someone, clock: Clock) -> None:
    actor = seen_as(works, manager)
    public_id = ask(works, actor)
    for _ in range(taking_away.MOST_TURNS):
        with works.writing(ACTOR) as work:
            assert taking_away.claim(work) is not None
        clock.forward(minutes=2)
    assert not tables.make_next(app, ACTOR)
    assert found(works, actor, public_id).state == "failed"
    assert ask(works, actor) != public_id


def test_it_is_for_its_maker_alone_and_for_a_day(
    app: Flask, works: Works, manager: Someone, make_person: MakePerson, clock: Clock
) -> None:
    actor, other = seen_as(works, manager), seen_as(works, make_person(Role.MANAGER))
    public_id = ask(works, actor)
    sweep(app)
    with pytest.raises(NotFound):
        found(works, other, public_id)
    clock.forward(hours=23)
    sweep(app)
    assert found(works, actor, public_id).state == "made"
    clock.forward(hours=2)
    with pytest.raises(NotFound):
        found(works, actor, public_id)
    sweep(app)
    with works.database.reads() as session:
        for table in (TeamExportRow, TeamExportPartRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_whoever_lost_the_unit_has_no_list_of_it_any_more(app: Flask, works: Works, manager: Someone) -> None:
    actor = seen_as(works, manager)
    public_id = ask(works, actor)
    sweep(app)
    with works.database.writes() as session:
        session.execute(text("DELETE FROM role_grant"))
        session.commit()
    with pytest.raises(NotAllowed):
        found(works, replace(actor, managed_units=frozenset()), public_id)


@pytest.fixture
def browser(app: Flask) -> Callable[[Someone], RoleClient]:
    return lambda someone: RoleClient(app).sign_in(someone)


def test_a_page_shows_how_far_it_is_and_then_gives_the_file(
    app: Flask, works: Works, manager: Someone, browser: Callable[[Someone], RoleClient]
) -> None:
    client = browser(manager)
    offered = client.get("/manage/people.csv")
    assert "٧" in offered.text
    there = client.submit(offered, "/manage/exports$").location
    page = client.get(there)
    response = client.client.get(there, base_url=HERE)
    assert '<meta http-equiv="refresh"' in response.get_data(as_text=True)
    assert "٠ من ٧" in page.text
    client.get(f"{there}/file", status=404)
    sweep(app)
    ready = client.client.get(there, base_url=HERE).get_data(as_text=True)
    assert "refresh" not in ready
    (file,) = client.get(there).links("/file$")
    with client.client.get(file, base_url=HERE) as response:
        assert response.headers["Content-Disposition"] == "attachment; filename=amana-team.csv"
        assert int(response.headers["Content-Length"]) == len(response.get_data())
        assert len(rows(response.get_data())) == 8
    assert there in client.get("/manage/people.xlsx").links("/manage/exports/")


def test_what_is_short_is_given_at_once_with_the_same_filter(
    manager: Someone, browser: Callable[[Someone], RoleClient]
) -> None:
    client = browser(manager)
    with client.client.get("/manage/people.csv?late=1", base_url=HERE) as response:
        assert "attachment" in response.headers["Content-Disposition"]
        assert len(rows(response.get_data())) == 1


def test_a_unit_that_is_not_there_is_not_asked_for(works: Works, manager: Someone) -> None:
    with pytest.raises(NotFound):
        ask(works, seen_as(works, manager), asked=Asked(unit="f" * 32))
    with pytest.raises(NotFound):
        ask(works, seen_as(works, manager), asked=Asked(module="nonsense"))
