"""Who comes in by way of another system, whichever protocol it speaks."""

import pytest

from quiz.access.actor import Actor, Role
from quiz.services import people
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone


@pytest.fixture
def somebody(works: Works, unit: str) -> Someone:
    """Somebody of HR who signs in through a provider and has no password."""
    with works.writing(SYSTEM) as work:
        public_id = people.provision_person(work, "P-1", "p1@amana.example", "سلمى فؤاد", unit, "Salma Fouad")
        people.grant_role(work, public_id, Role.HR, None)
        learner = people.learner_actor(work, public_id)
    actor = Actor(learner.name, learner.person_id, frozenset({Role.LEARNER, Role.HR}))
    return Someone(public_id, "p1@amana.example", "سلمى فؤاد", actor)
