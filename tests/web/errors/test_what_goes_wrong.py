"""What stands in the way, as a page: in the reader's language, without a trace of our insides, nothing lost."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from quiz.presentation.guard import for_everybody
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, Someone
from tests.fixtures.settings import Clock
from tests.pages import HERE, Page, RoleClient
from tests.web.learning import Learner, right

Open = Callable[..., RoleClient]
INSIDES = (
    "Traceback",
    "sqlalchemy",
    "sqlite",
    "werkzeug",
    "Error",
    "/work/",
    "site-packages",
    "secret detail",
    "SELECT",
    "INSERT",
)


def keeps_to_itself(page: Page) -> bool:
    whole = f"{page.response.headers}{page.response.get_data(as_text=True)}"
    return not [word for word in INSIDES if word in whole]


@contextmanager
def database_away(works: Works, *statements: str) -> Iterator[None]:
    """Refuse every statement that begins so, as a database does that has gone away."""

    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith(statements):
            raise OperationalError(statement, {}, Exception("secret detail: the database is away"))

    event.listen(works.database.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(works.database.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_address_that_is_not_there(browser: Open, hire: Someone, language: str) -> None:
    for client in (browser(language=language), browser(hire, language)):
        page = client.get("/no/such/page", status=404)
        assert page.links("^/$")
        assert keeps_to_itself(page)


def test_an_address_asked_for_in_the_wrong_way(visitor: RoleClient) -> None:
    visitor.post("/learn/", {"csrf_token": visitor.token()}, status=405)
    visitor.get("/sign-out", status=405)


def test_far_too_much_at_once_is_refused(visitor: RoleClient) -> None:
    response = visitor.client.post("/sign-in", data={"email": "x" * 300_000}, base_url=HERE)
    assert response.status_code == 413


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_defect_of_ours_shows_a_page_and_is_logged(
    own_app: Flask, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    def boom() -> str:
        raise RuntimeError("secret detail")

    own_app.add_url_rule("/boom", view_func=for_everybody(boom))
    caplog.set_level(logging.ERROR)
    page = RoleClient(own_app, language).get("/boom", status=500)
    assert page.links("^/$")
    assert keeps_to_itself(page)
    assert "secret detail" in caplog.text


def test_a_defect_in_a_deed_leaves_nothing_half_done(app: Flask, learner: Learner, works: Works) -> None:
    attempt_id = learner.begin()
    page = learner.page(attempt_id, 1)

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO attempt_step"):
            raise RuntimeError("secret detail")

    event.listen(works.database.engine, "after_cursor_execute", fail)
    try:
        refused = learner.client.submit(page, "/1$", right(learner.slot(attempt_id, 1)), status=500)
    finally:
        event.remove(works.database.engine, "after_cursor_execute", fail)
    assert keeps_to_itself(refused)
    assert not learner.stored(attempt_id).attempt.steps


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("away", ["INSERT INTO attempt_step", "SELECT sign_in"])
def test_a_database_that_is_away_during_an_answer_loses_nothing(
    learner: Learner, browser: Open, works: Works, away: str, language: str
) -> None:
    learner.client = browser(learner.someone, language)
    attempt_id = learner.begin()
    number = learner.place_of(attempt_id, "multiple_choice")
    sent = {"choice": ["0", "2"]}
    page = learner.page(attempt_id, number)
    statements = _sign_in_look_up(works, learner) if away == "SELECT sign_in" else (away,)
    with database_away(works, *statements):
        told = learner.client.submit(page, f"/{number}$", sent, status=503)
    assert keeps_to_itself(told)
    assert not learner.stored(attempt_id).attempt.steps
    # The same page sends the same answer again, and then it is stored.
    where, kept = told.fields(f"/{number}$")
    assert {name for name in kept} >= {"csrf_token", "standing", "choice"}
    chosen = [field["value"] for field in told.forms(f"/{number}$")[0].find_all("input", attrs={"name": "choice"})]
    assert chosen == ["0", "2"]
    again = learner.client.post(where, {**kept, "choice": chosen})
    assert again.location.endswith(f"/{number}#ruling")
    assert number in learner.stored(attempt_id).attempt.answers


def test_an_answer_that_was_stored_as_its_connection_broke_is_stored_once(learner: Learner, works: Works) -> None:
    """The server ended after it stored, and before it could say so: the same form is sent again."""
    attempt_id = learner.begin()
    page = learner.page(attempt_id, 1)

    def broken(_session: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("secret detail: the connection broke"))

    event.listen(works.database.writes, "after_commit", broken)
    try:
        told = learner.client.submit(page, "/1$", right(learner.slot(attempt_id, 1)), status=503)
    finally:
        event.remove(works.database.writes, "after_commit", broken)
    stored = learner.stored(attempt_id).attempt.steps
    assert stored
    where, kept = told.fields("/1$")
    assert learner.client.post(where, kept).location.endswith("/1?notice=elsewhere")
    assert learner.stored(attempt_id).attempt.steps == stored


def _sign_in_look_up(works: Works, learner: Learner) -> tuple[str, ...]:
    """Return the statement that finds out who asks."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "sign_in" in statement and statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    event.listen(works.database.engine, "before_cursor_execute", note)
    learner.client.get("/learn/visible")
    event.remove(works.database.engine, "before_cursor_execute", note)
    assert seen
    return tuple(seen)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_database_that_is_away_while_looking_says_so(
    learner: Learner, browser: Open, works: Works, language: str
) -> None:
    client = browser(learner.someone, language)
    with database_away(works, "SELECT"):
        page = client.get("/learn/", status=503)
        assert keeps_to_itself(page)
        assert client.client.get("/healthz", base_url=HERE).status_code == 200
    client.get("/learn/")


def test_a_form_without_its_token_is_offered_again_with_the_answer_in_it(learner: Learner) -> None:
    attempt_id = learner.begin()
    number = learner.place_of(attempt_id, "judgement")
    sent = right(learner.slot(attempt_id, number))
    page = learner.page(attempt_id, number)
    # The cookie that the token belongs to is gone, as after a long break.
    learner.client.client.delete_cookie("amana-form", domain="127.0.0.1")
    told = learner.client.submit(page, f"/{number}$", sent, status=400)
    assert not learner.stored(attempt_id).attempt.steps
    where, kept = told.fields(f"/{number}$")
    assert kept.items() >= sent.items()
    learner.client.post(where, kept)
    assert number in learner.stored(attempt_id).attempt.answers


def test_a_form_that_outlived_its_sign_in_can_be_sent_after_signing_in_again(learner: Learner, clock: Clock) -> None:
    attempt_id = learner.begin()
    number = learner.place_of(attempt_id, "judgement")
    sent = right(learner.slot(attempt_id, number))
    page = learner.page(attempt_id, number)
    clock.forward(hours=13)
    told = learner.client.submit(page, f"/{number}$", sent, status=403)
    assert not learner.stored(attempt_id).attempt.steps
    learner.client.sign_in(learner.someone)  # on another tab
    where, kept = told.fields(f"/{number}$")
    learner.client.post(where, kept)
    assert number in learner.stored(attempt_id).attempt.answers


def test_a_forged_form_changes_nothing(learner: Learner) -> None:
    attempt_id = learner.begin()
    for token in ("", "x", "a.b.c"):
        sent = {"csrf_token": token, "standing": "0", **right(learner.slot(attempt_id, 1))}
        learner.client.post(f"/learn/attempts/{attempt_id}/1", sent, status=400)
    assert not learner.stored(attempt_id).attempt.steps


def test_a_page_that_offers_a_form_again_never_holds_a_password(visitor: RoleClient, hire: Someone) -> None:
    page = visitor.get("/sign-in")
    visitor.client.delete_cookie("amana-form", domain="127.0.0.1")
    told = visitor.submit(page, "/sign-in", {"email": hire.email, "password": PASSWORD}, status=400)
    assert PASSWORD not in told.response.get_data(as_text=True)


def test_a_form_of_the_wrong_token_speaks_the_language_of_the_account(browser: Open, learner: Learner) -> None:
    english = browser(learner.someone, "en")
    english.post("/language", {"csrf_token": english.token(), "language": "en", "next": "/"})
    english.client.delete_cookie("language", domain="127.0.0.1")
    told = english.post("/learn/ask", {"kind": "question", "words": "?"}, status=400)
    assert told.soup.find("input", attrs={"name": "words"})["value"] == "?"


def test_what_is_offered_again_is_never_read_as_markup(learner: Learner) -> None:
    told = learner.client.post("/learn/ask", {"words": '"><script>alert(1)</script>'}, status=400)
    assert "<script>alert" not in told.response.get_data(as_text=True)
