"""Several who ask for the same paper at once: it is stored once, and everybody gets the one that stands."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import text

from quiz.access.actor import Actor
from quiz.db.connection import Database
from quiz.engine.text import Text
from quiz.services import completing, papers, people
from quiz.services.kept import Kept
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests import learning
from tests.authorities import Authority
from tests.fixtures.people import SYSTEM, Someone

MODULE = "onboarding-social-media"


@pytest.fixture
def works(own_database: Database, tools: Tools) -> Works:
    return Works(own_database, replace(tools, kept=Kept(), paper_signer=Authority().issue().signer))


@pytest.fixture
def holder(works: Works) -> Someone:
    with works.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "EG")
        public_id = people.provision_person(work, "OWN-1", "own@amana.example", "نهى", unit)
        people.assign_module(work, public_id, MODULE)
        actor = people.learner_actor(work, public_id)
    return Someone(public_id, "own@amana.example", "نهى", Actor(actor.name, actor.person_id, actor.roles))


def test_a_paper_is_stored_once_whoever_is_quicker(works: Works, holder: Someone) -> None:
    learning.finish(works, holder, MODULE, best=True)
    with works.writing(holder.actor) as work:
        record_id = completing.sign_pledge(work, MODULE, completing.get_pledge(work, MODULE).digest, {})
    got: list[object] = [None] * 4
    ready = threading.Barrier(4)

    def ask(place: int) -> None:
        own = Works(works.database, replace(works.tools, kept=Kept()))
        ready.wait(timeout=20)
        try:
            if place:
                got[place] = papers.get_paper(own, holder.actor, record_id).content
            else:
                papers.sign_one(own, SYSTEM, record_id)
        except Exception as fault:
            got[place] = fault

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    stored = papers.get_paper(works, holder.actor, record_id).content
    assert got == [None, stored, stored, stored]
    with works.database.reads() as session:
        for table in ("paper", "paper_content", "signing_certificate"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1
