"""Two requests of another system at once: neither loses what the other wrote, and nobody is there twice."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from quiz.access.actor import Actor, Role
from quiz.db.connection import Database
from quiz.engine.text import Text
from quiz.services import connecting, people, role_groups, taking_over
from quiz.services.errors import Duplicate
from quiz.services.kept import Kept
from quiz.services.provisioning import Provisioned, get_provisioned
from quiz.services.taking_over import Decided
from quiz.services.tools import Tools
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.fixtures.people import SYSTEM
from tests.services.test_two_editors import count

Deed = Callable[[UnitOfWork], Any]


@pytest.fixture
def works(own_database: Database, tools: Tools) -> Works:
    """The door to a database of one's own, with real commits."""
    return Works(own_database, replace(tools, kept=Kept()))


@pytest.fixture
def connected(works: Works) -> Actor:
    with works.writing(SYSTEM) as work:
        people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "EG", code="FIN")
    admin = Actor("person:x", 0, frozenset({Role.ADMIN}))
    with works.writing(admin) as work:
        token = connecting.open_connection(work, "HR", ["people:provision"], 30)
    with works.reading(Actor.nobody()) as work:
        found = connecting.find_connected(work, token)
    assert found is not None
    return found.actor


NEW = Decided(hr_number="1", email="one@ministry.example", name="هناء", unit="FIN", external_id="x")


def at_once(works: Works, actor: Actor, *deeds: Deed) -> list[Any]:
    """Carry out deeds at the same time, each in its own transaction; give what came of each."""
    found: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Deed) -> None:
        try:
            with works.writing(actor) as work:
                found[place] = deed(work)
        except Duplicate as clash:
            found[place] = clash

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found


def meeting(call: Callable[..., Any]) -> Callable[..., Any]:
    """Let whoever comes wait for the other to come too, unless the other must wait for them."""
    both = threading.Barrier(2)

    def wait(*asked: Any, **named: Any) -> Any:
        found = call(*asked, **named)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return found

    return wait


def test_two_changes_at_once_lose_nothing(works: Works, connected: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    with works.writing(connected) as work:
        person = taking_over.take_over(work, NEW)
    monkeypatch.setattr(taking_over, "seen", meeting(taking_over.seen))

    def adding(family: str) -> Deed:
        def ask(standing: Provisioned) -> Decided:
            return Decided(job_families=(*standing.job_families, family))

        return lambda work: taking_over.decide(work, person, ask)

    at_once(works, connected, adding("hr"), adding("it"))
    with works.reading(connected) as work:
        assert set(get_provisioned(work, person).job_families) == {"hr", "it"}


def test_two_who_add_the_same_number_add_one_person(works: Works, connected: Actor) -> None:
    before = count(works, "person")
    deed = lambda work: taking_over.take_over(work, NEW)  # noqa: E731
    found = at_once(works, connected, deed, deed)
    assert count(works, "person") == before + 1
    assert sorted(type(one) is str for one in found) == [False, True]


def test_two_who_take_up_the_same_person_do_it_once(works: Works, connected: Actor) -> None:
    with works.writing(connected) as work:
        person = taking_over.take_over(work, NEW)
    with works.writing(connected) as work:
        taking_over.remove(work, person, lambda _: None)
    deed = lambda work: taking_over.take_over(work, NEW)  # noqa: E731
    found = at_once(works, connected, deed, deed)
    assert person in found
    assert len([one for one in found if isinstance(one, Duplicate)]) == 1


def test_two_who_give_a_role_at_once_give_it_once(
    works: Works, connected: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with works.writing(connected) as work:
        one = taking_over.take_over(work, NEW)
    before = count(works, "role_grant")

    def giving(*ids: str) -> Deed:
        return lambda work: role_groups.decide_members(
            work, "editor", lambda group: {*(key for key, _ in group.members), *ids}
        )

    monkeypatch.setattr(role_groups.queries, "list_roles", meeting(role_groups.queries.list_roles))
    at_once(works, connected, giving(one), giving(one))
    assert count(works, "role_grant") == before + 1
