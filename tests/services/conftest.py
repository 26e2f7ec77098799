"""A person in a database of one's own, for tests with real commits."""

from collections.abc import Callable

import pytest

from quiz.access.actor import Actor, Role
from quiz.db.connection import Database
from quiz.engine.text import Text
from quiz.services import people
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, Someone


@pytest.fixture
def unit_of() -> Callable[[Database, Tools], tuple[Someone, Works]]:
    """Make a learner with both modules in a database, and the door to it."""

    def make(database: Database, tools: Tools) -> tuple[Someone, Works]:
        works = Works(database, tools)
        with works.writing(SYSTEM) as work:
            unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "EG")
            public_id = people.provision_person(work, "OWN-1", "own@amana.example", "نهى رضا", unit)
            people.set_first_password(work, public_id, PASSWORD)
            for module in ("onboarding-social-media", "exam-social-media"):
                people.assign_module(work, public_id, module)
            learner = people.learner_actor(work, public_id)
        actor = Actor(learner.name, learner.person_id, frozenset({Role.LEARNER}))
        return Someone(public_id, "own@amana.example", "نهى رضا", actor), works

    return make
