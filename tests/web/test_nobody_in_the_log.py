"""Nobody stands in the log: pages are driven with marked words, everything is logged, and no mark is found in it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from smtplib import SMTPRecipientsRefused

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from quiz.access.actor import Role
from quiz.jobs.chores import sweep
from quiz.presentation import observing
from quiz.presentation.guard import for_everybody
from quiz.services.errors import Refused
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.observed import Observed
from tests.fixtures.people import PASSWORD, MakePerson, Someone
from tests.pages import HERE, RoleClient
from tests.web.learning import SHORT, Learner, wrong

NAME, TYPED, MAIL = "زمردة الشاطئ المرجاني", "كلمات مميزة Markedwords", "zumurruda.mark@amana.example"
ADDRESS = "203.0.113.77"
MARKS = (*NAME.split(), *TYPED.split(), "zumurruda", "Zumurruda", "amana.example", "203.0.113", "marked", PASSWORD)


@pytest.fixture
def loud(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An app that writes down every request and every statement."""
    monkeypatch.setattr(observing, "_SLOW_A_MINUTE", 1_000_000)
    app = observed(access_log=True, slow_statement_ms=0)

    def boom() -> str:
        raise Refused("marked-value", name=NAME, email=MAIL) from ValueError(f"{NAME} <{MAIL}> from {ADDRESS}")

    def doubled() -> str:
        with app.extensions["works"].database.writes() as session:
            session.execute(
                text("INSERT INTO person (public_id, email) VALUES (:name, :mail)"), {"name": NAME, "mail": MAIL}
            )
        return ""

    app.add_url_rule("/boom/<what>", view_func=for_everybody(lambda what: boom()), endpoint="boom")
    app.add_url_rule("/defect", view_func=for_everybody(lambda: {}[MAIL]), endpoint="defect")
    app.add_url_rule("/doubled", view_func=for_everybody(doubled), endpoint="doubled")
    return app


class Refusing(MemoryMailer):
    """A mail server that says whose mail it will not take."""

    def send(self, message: object) -> None:
        raise SMTPRecipientsRefused({MAIL: (550, f"no such mailbox {MAIL}".encode())})


def drive(app: Flask, works: Works, marked: Someone, hr: Someone, attempt: str) -> Iterator[str]:
    """Do what people do, with marked words wherever words are taken; give what else must not be found."""
    visitor = RoleClient(app)
    visitor.client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    link, share = "ab" * 32, "cd" * 32
    paths = (f"/no/such/{TYPED}", f"/verify/{TYPED}", f"/verify/?code={TYPED}", f"/link/{link}", f"/shared/{share}")
    for path in (*paths, "/defect", "/doubled", f"/boom/{TYPED}"):
        visitor.client.get(path, base_url=HERE, headers={"User-Agent": TYPED, "X-Forwarded-For": ADDRESS})
    yield from (link, share)
    visitor.post(
        "/sign-in", {"csrf_token": visitor.token(), "email": MAIL, "password": "marked wrong password"}, status=422
    )
    visitor.post("/forgot", {"csrf_token": visitor.token(), "email": MAIL}, status=200)
    learner = Learner(RoleClient(app).sign_in(marked), marked, works)
    begun = learner.begin()
    yield from (begun, attempt)
    page = learner.page(begun, 1)
    learner.client.submit(page, "/1$", wrong(learner.slot(begun, 1)))
    learner.client.get(f"/learn/attempts/{attempt}/1", status=404)
    token = learner.client.token()
    asked = {"csrf_token": token, "kind": "question", "words": TYPED, "name": "yes"}
    learner.client.client.post("/learn/ask", data=asked, base_url=HERE)
    desk = RoleClient(app).sign_in(hr)
    desk.get(f"/admin/people?q={NAME}")
    desk.get(f"/admin/people/{marked.public_id}")
    desk.client.post(
        f"/admin/people/{marked.public_id}", data={"csrf_token": desk.token(), "name": TYPED}, base_url=HERE
    )
    desk.client.post("/admin/people", data={"name": TYPED, "email": MAIL}, base_url=HERE)
    for client in (learner.client, desk):
        cookie = client.client.get_cookie("amana", domain="127.0.0.1")
        assert cookie is not None
        yield cookie.value


def test_nothing_of_anybody_gets_into_it(
    loud: Flask,
    works: Works,
    make_person: MakePerson,
    short_modules: None,
    lines: list[str],
    learner: Learner,
) -> None:
    marked, hr = make_person(modules=(SHORT,), name=NAME), make_person(Role.HR, name="موظف آخر")
    with works.database.writes() as session:
        session.execute(
            text("UPDATE person SET email = :mail WHERE public_id = :id"), {"mail": MAIL, "id": marked.public_id}
        )
        session.commit()
    marked = Someone(marked.public_id, MAIL, marked.name, marked.actor)
    others = list(drive(loud, works, marked, hr, learner.begin()))
    gone: Callable[..., None] = _away
    event.listen(works.database.engine, "before_cursor_execute", gone)
    RoleClient(loud).client.get(f"/learn/?q={TYPED}", base_url=HERE)
    event.remove(works.database.engine, "before_cursor_execute", gone)
    loud.extensions["works"] = replace(works, tools=replace(works.tools, mailer=Refusing()))
    sweep(loud)
    written = [json.loads(line) for line in lines]
    whole = "\n".join(json.dumps(one, ensure_ascii=False) for one in written)
    # There is something to find: requests, statements, defects, mails that did not go.
    loggers = {one["logger"] for one in written}
    assert {"quiz.access", "quiz.presentation.observing", "quiz.presentation.errors", "quiz.jobs.outbox"} <= loggers
    assert {one.get("route") for one in written} >= {"/admin/people", "/learn/ask", "/forgot", "/boom/<what>"}
    jobs = {one.get("job", "") for one in written if one["logger"] == "quiz.jobs.outbox"}
    assert all(re.fullmatch(r"outbox-\d+", job) for job in jobs)
    assert sum("error" in one for one in written) >= 2
    ids = [one.public_id for one in (marked, hr)]
    assert [mark for mark in (*MARKS, *ids, *others) if mark in whole] == []


def _away(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    if "sign_in" in statement:
        raise OperationalError(statement, {"email": MAIL}, Exception(f"gone: {MAIL}"))
