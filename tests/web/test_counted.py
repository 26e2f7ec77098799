"""What people do is counted as they do it, without them: answers, sign-ins, and what is turned away."""

import pytest
from flask import Flask

from quiz.services.unit_of_work import Works
from tests.figures import TOKEN, samples, value
from tests.fixtures.observed import Observed
from tests.fixtures.people import MakePerson
from tests.pages import HERE, RoleClient
from tests.web.learning import SHORT, SHORT_EXAM, Learner, right, wrong


@pytest.fixture
def counted(observed: Observed) -> Flask:
    return observed(metrics_token=TOKEN)


def test_answers_sign_ins_and_what_is_turned_away(
    counted: Flask, works: Works, make_person: MakePerson, short_modules: None
) -> None:
    someone = make_person(modules=(SHORT, SHORT_EXAM))
    client = RoleClient(counted)
    typed = {"csrf_token": client.token(), "email": someone.email, "password": "a wrong one"}
    client.post("/sign-in", typed, status=422)
    learner = Learner(client.sign_in(someone), someone, works)
    client.client.post("/sign-in", data={"email": "x"}, base_url=HERE)
    client.client.get("/sign-in", base_url="http://evil.example")
    client.client.post("/sign-in", data={"email": "x" * 300_000}, base_url=HERE)
    attempt = learner.begin()
    page = learner.page(attempt, 1)
    client.submit(page, "/1$", {"choice": [], "certainty": "?"}, status=422)
    client.submit(page, "/1$", right(learner.slot(attempt, 1)))
    client.submit(page, "/1$", right(learner.slot(attempt, 1)))
    client.submit(page, "/1$", wrong(learner.slot(attempt, 1)))
    found = samples(counted)
    assert value(found, "amana_sign_ins_total", way="password", outcome="failed") == 1
    assert value(found, "amana_sign_ins_total", way="password", outcome="ok") == 1
    outcomes = {
        kind: value(found, "amana_answers_total", outcome=kind) for kind in ("refused", "taken", "repeated", "stale")
    }
    assert outcomes == {"refused": 1, "taken": 1, "repeated": 1, "stale": 1}
    kinds = {
        kind: value(found, "amana_refusals_total", kind=kind) for kind in ("forged-form", "foreign-host", "too-large")
    }
    assert kinds == {"forged-form": 1, "foreign-host": 1, "too-large": 1}
    # What the policy refuses counts where it does: at the deed and not at the door.
    assert value(found, "amana_refusals_total", kind="policy") == 0
    assert not [labels for name, labels in found if someone.public_id in str(labels) or someone.email in str(labels)]
