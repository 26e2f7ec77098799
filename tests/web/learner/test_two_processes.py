"""Two processes behind one address: whichever a request comes to, nobody who answers notices."""

from dataclasses import replace

import pytest
from flask import Flask

from quiz.factory import create_app
from quiz.services.kept import Kept
from quiz.services.unit_of_work import Works
from tests.pages import RoleClient
from tests.web.learning import SHORT_EXAM, Learner, right


@pytest.fixture
def other(app: Flask, works: Works, learner: Learner) -> Learner:
    """The same person with the same sign-in, served by a process that keeps things of its own."""
    tools = replace(works.tools, kept=Kept())
    second = create_app(app.extensions["settings"], works.database, tools)
    second.config.update(app.config)
    client = RoleClient(second, "ar")
    for name in ("amana", "amana-form"):
        held = learner.client.client.get_cookie(name, "127.0.0.1")
        assert held is not None
        client.client.set_cookie(name, held.value, domain="127.0.0.1")
    return Learner(client, learner.someone, works)


def test_an_exam_is_answered_through_both_in_turn(learner: Learner, other: Learner) -> None:
    attempt_id = learner.begin(SHORT_EXAM)
    slots = learner.stored(attempt_id).attempt.slots
    pages = [one.page(attempt_id, number) for number, one in enumerate((learner, other, learner), 1)]
    # Each page was drawn before anything was answered: what each process knows is behind from the second answer on.
    for number, (one, page) in enumerate(zip((learner, other, learner), pages, strict=True), 1):
        away = one.client.submit(page, f"/{number}$", right(slots[number - 1]))
        assert "notice" not in str(away.location)
    check = other.client.get(f"/learn/attempts/{attempt_id}/check")
    assert not check.soup.select(".badge--care")
