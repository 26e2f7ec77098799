"""Two requests of another system at once: neither loses what the other wrote, and nobody is there twice."""

import threading
from collections.abc import Callable
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


def test_two_changes_at_once_lose_nothing(works: Works, connected: Actor) -> None:
    with works.writing(connected) as work:
        person = taking_over.take_over(work, NEW)
    both, seen = threading.Barrier(2), []

    def changing(**what: Any) -> Deed:
        def ask(standing: Provisioned) -> Decided:
            seen.append(standing)
            # Everything that stood there is said again, as a whole resource says it.
            return replace(
                Decided(name=standing.name, latin_name=standing.latin_name or "", email=standing.email), **what
            )

        def deed(work: UnitOfWork) -> Any:
            if not works.database.is_sqlite:
                both.wait(timeout=10)
            return taking_over.decide(work, person, ask)

        return deed

    at_once(works, connected, changing(name="منى"), changing(latin_name="Mona"))
    with works.reading(connected) as work:
        found = get_provisioned(work, person)
    assert (found.name, found.latin_name) == ("منى", "Mona")
    assert len(seen) == 2


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


def test_two_who_give_a_role_at_once_give_it_once(works: Works, connected: Actor) -> None:
    with works.writing(connected) as work:
        one = taking_over.take_over(work, NEW)
        other = taking_over.take_over(work, replace(NEW, hr_number="2", email="two@ministry.example"))
    before = count(works, "role_grant")

    def giving(*ids: str) -> Deed:
        return lambda work: role_groups.decide_members(
            work, "editor", lambda group: {*(key for key, _ in group.members), *ids}
        )

    at_once(works, connected, giving(one), giving(one, other))
    assert count(works, "role_grant") == before + 2
