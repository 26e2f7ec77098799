"""Two who answer for an amendment at once: nobody is assigned anything twice, and no scenario is answered for twice."""

import threading
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from quiz.access.actor import Actor, Role
from quiz.db.connection import Database
from quiz.engine.text import Text
from quiz.services import asking_again, assigning_again, confirming, people
from quiz.services.kept import Kept
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests import asking, drafts, sums
from tests.amendments import LAW, Desk
from tests.asking import ARTICLE
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import outbox
from tests.services.test_two_editors import at_once, count, kinds


@pytest.fixture
def works(own_database: Database, tools: Tools) -> Works:
    """The door to a database of one's own, with real commits."""
    return Works(own_database, replace(tools, kept=Kept()))


def person(works: Works, number: int, *roles: Role, module: str | None = None) -> Someone:
    with works.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "EG")
        email = f"own{number}@amana.example"
        public_id = people.provision_person(work, f"OWN-{number}", email, f"نهى {number}", unit)
        if module:
            people.assign_module(work, public_id, module)
        actor = people.learner_actor(work, public_id)
    held = Actor(actor.name, actor.person_id, frozenset({Role.LEARNER, *roles}))
    return Someone(public_id, email, actor.name, held)


@pytest.fixture
def desk(works: Works, clock: Clock) -> Desk:
    """An editor and a reviewer who amended the law after somebody was taught it."""
    asking.publish(works)
    made = Desk(works, person(works, 1, Role.EDITOR), person(works, 2, Role.REVIEWER), clock)
    asking.complete(works, person(works, 3, module=sums.MODULE))
    made.reword(ARTICLE)
    return made


def _read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whoever has read the list wait for the other to read it too, unless the other must wait for them."""
    read, both = assigning_again.list_holders, threading.Barrier(2)

    def wait(*asked: Any) -> Any:
        found = read(*asked)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(assigning_again, "list_holders", wait)


def test_two_clicks_at_once_assign_it_once(works: Works, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with works.writing(desk.editor.actor) as work:
        draft = asking_again.begin_delta(work, LAW, 2)
    drafts.submit(works, desk.editor, draft)
    desk.approve(draft)
    hr = person(works, 4, Role.HR)
    with works.reading(hr.actor) as work:
        (line,) = assigning_again.list_deltas(work)
        seen = [one.record for one in assigning_again.get_delta(work, line.module_key).people]
    before = count(works, "assignment")
    _read_together(monkeypatch)
    day = desk.clock.now.date()
    deed = lambda work: assigning_again.assign_again(work, line.module_key, seen, day).assigned  # noqa: E731
    assert sorted(map(str, at_once(works, (hr, deed), (hr, deed)))) == ["0", "1"]
    assert count(works, "assignment") == before + 1
    assert len(outbox(works, "ModuleAssigned")) == 1


def test_two_begin_one_module(works: Works, desk: Desk) -> None:
    other = person(works, 4, Role.EDITOR)
    begin = lambda work: asking_again.begin_delta(work, LAW, 2)  # noqa: E731
    outcomes = at_once(works, (desk.editor, begin), (other, begin))
    assert kinds(outcomes) <= {"str", "Duplicate"}
    assert count(works, "draft WHERE kind = 'module'") == count(works, "delta_module") == 1


def test_two_words_that_it_is_still_right_are_one(works: Works, desk: Desk) -> None:
    other, key = person(works, 4, Role.EDITOR), sums.KEYS[0]
    with works.reading(other.actor) as work:
        seen = confirming.get_ground(work, key).seen
    confirm = lambda work: confirming.confirm_scenario(work, key, seen, "سبب")  # noqa: E731
    assert kinds(at_once(works, (desk.editor, confirm), (other, confirm))) == {"NoneType", "Stale"}
    assert count(works, "scenario_confirmation") == 1
