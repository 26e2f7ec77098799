"""What one answer may cost: statements from the POST to the next page, sign-in look-ups included, and one commit."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from quiz.db.connection import Database
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import PASSWORD, MakePerson, Someone
from tests.learning import best

HERE = "http://127.0.0.1"
MOST_STATEMENTS = 4


@pytest.fixture
def database(own_database: Database) -> Database:
    return own_database


@pytest.fixture
def someone(make_person: MakePerson) -> Someone:
    return make_person(modules=("exam-social-media",))


@contextmanager
def counted(database: Database) -> Iterator[tuple[list[str], list[str]]]:
    """Give the statements and the ends of transactions that happen inside."""
    statements: list[str] = []
    ends: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(" ".join(statement.split())[:120])

    def committed(_connection: object) -> None:
        ends.append("commit")

    event.listen(database.engine, "before_cursor_execute", heard)
    event.listen(database.engine, "commit", committed)
    try:
        yield statements, ends
    finally:
        event.remove(database.engine, "before_cursor_execute", heard)
        event.remove(database.engine, "commit", committed)


def test_one_exam_answer_and_its_next_page_stay_within_the_budget(app: Flask, works: Works, someone: Someone) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    sent = {"email": someone.email, "password": PASSWORD}
    assert client.post("/sign-in", data=sent, base_url=HERE).status_code == 303
    attempt_id = learning.begin(works, someone, "exam-social-media")
    for number in (1, 2, 3):
        # The first answer warms the process: documents are parsed, the draw is read.
        place = f"/learn/attempts/{attempt_id}/{number}"
        assert client.get(place, base_url=HERE).status_code == 200
        given = best(learning.stored(works, someone, attempt_id), number)
        data: dict[str, object] = {
            "standing": "0",
            "steps": str(number - 1),
            "choice": [str(position) for position in given.chosen],
        }
        data |= {f"rating-{position}": rating for position, rating in given.ratings}
        with counted(works.database) as (statements, ends):
            away = client.post(place, data=data, base_url=HERE)
            assert (away.status_code, away.location) == (303, f"/learn/attempts/{attempt_id}/{number + 1}")
            assert client.get(away.location, base_url=HERE).status_code == 200
        if number > 1:
            assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)
            assert ends == ["commit"]
    assert len(learning.stored(works, someone, attempt_id).attempt.answers) == 3
