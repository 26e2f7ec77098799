"""Scripts written into every field that takes text, by people and by systems: no page makes anything of them."""

from collections.abc import Callable
from csv import QUOTE_ALL, writer
from io import StringIO

import pytest
from flask import Flask

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.engine.text import Text
from quiz.services import people, staffing
from quiz.services.loading import Release, install_release
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone, person_maker
from tests.web.attacks.planted import LONG, MARK, SHORT, Blind, columns_with, faults, reading_with, send_every_form
from tests.web.errors.test_signs_nobody_types import asked_by
from tests.web.learning import short_documents
from tests.web.routes.table import ROUTES, TRIED_BESIDE
from tests.web.world import NOBODY, OWNER, World, build_world

PAGES = sorted(rule for method, rule in set(ROUTES) - TRIED_BESIDE if method == "GET")
# Where it was kept, at least: a walk that reaches nothing would find nothing.
REACHED = {
    *("person.name", "unit.name", "unit.code", "scenario_version.document", "instrument_version.document"),
    *("module_version.document", "draft_revision.document", "comment.words", "answer.words", "question.words"),
    *("wish.note", "completion.facts", "connection.name", "staff_import.file_name", "staff_import_entry.document"),
    *("revocation_proposal.reason", "disowning.words", "audit_entry.details"),
}


def is_refused_later(fault: str) -> bool:
    """Tell whether a draft is shown with signs that turn it, as its editor left it: it is never published with them."""
    return " /edit/drafts/" in fault and fault.endswith("signs that turn the rest of a line")


@pytest.fixture
def unit(works: Works) -> str:
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": f"إدارة {SHORT}", "en": f"Unit {SHORT}"}), "EG")


@pytest.fixture
def make_person(works: Works, unit: str) -> MakePerson:
    make = person_maker(works, unit)
    return lambda *roles, **more: make(*roles, **{**more, "name": f"هناء {SHORT} رضا"})


@pytest.fixture
def browser(app: Flask) -> Callable[..., Blind]:
    def open_one(someone: Someone | None = None) -> Blind:
        client = Blind(app)
        if someone is not None:
            client.sign_in(someone)
        return client

    return open_one


@pytest.fixture
def planted(
    app: Flask,
    browser: Callable[..., Blind],
    make_person: MakePerson,
    works: Works,
    reading: Reading,
    mailer: MemoryMailer,
    unit: str,
) -> World:
    hostile = reading_with(reading)
    scenarios = tuple(one.document for one in hostile.scenarios if "/eg-conduct/" in one.file)
    titles = [{**one, "title": {"ar": f"وحدة {SHORT}", "en": f"Module {SHORT}"}} for one in short_documents(reading)]
    instruments = tuple(one.document for one in hostile.instruments)
    with works.writing(SYSTEM) as work:
        install_release(work, Release(instruments, scenarios, tuple(titles)))
    return build_world(app, browser, make_person, works, hostile, mailer, unit)


def test_what_is_looked_for_is_found() -> None:
    for html in (
        LONG,
        SHORT,
        f"<input value='{LONG}'>",
        f"<a href='java\tscript:x'>{SHORT}</a>",
        "<p onclick=x>",
        "50337",
    ):
        assert list(faults(f"<!doctype html><body>{html}")), html
    escaped = LONG.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("'", "&#39;")
    assert not list(faults(f"<!doctype html><title>{escaped}</title><p title='{escaped}'>{escaped}"))


def test_nothing_that_is_written_anywhere_becomes_part_of_a_page(planted: World, works: Works) -> None:
    known: set[tuple[str, ...]] = set()
    with works.writing(SYSTEM) as work:
        columns = ["الرقم الوظيفي", "الاسم", "البريد", "رمز الوحدة"]
        written = StringIO()
        writer(written, quoting=QUOTE_ALL).writerows([columns, ["1", SHORT, f"{MARK}@amana.example", SHORT]])
        staged = staffing.stage(work, "staff", f"{SHORT}.csv", written.getvalue().encode())
    pages = {rule: planted.address(rule) for rule in PAGES if rule != "/sign-out"}
    pages["/admin/imports/<staged>"] = f"/admin/imports/{staged}"
    for rule, address in pages.items():
        who = str(Role.HR) if "staged" in rule else asked_by("GET", rule)
        client = planted.clients[who]
        send_every_form(client, client.look(address), known)
    assert len(known) > 60
    stored = columns_with(works.database)
    assert stored >= REACHED, REACHED - stored
    for language in ("ar", "en"):
        for who, client in planted.clients.items():
            client.post("/language", {"csrf_token": client.token(), "language": language, "next": "/"}, status=0)
            for rule, address in pages.items():
                if "staged" in rule or (
                    who in ROUTES["GET", rule].to and who in {OWNER, NOBODY, asked_by("GET", rule)}
                ):
                    client.look(address)
    broken = sorted({one for client in planted.clients.values() for one in client.broken if not is_refused_later(one)})
    assert not broken, f"{len(broken)}\n" + "\n".join(broken[:40])
