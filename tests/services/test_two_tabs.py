"""One sign-in link opened in two tabs at once: one of them comes in."""

import threading
from dataclasses import replace

from sqlalchemy import func, select

from quiz.access.actor import Actor
from quiz.db.connection import Database
from quiz.db.models.people import SignInRow
from quiz.engine.text import Text
from quiz.services import entry_links, organisation, people
from quiz.services.kept import Kept
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM


def test_two_tabs_at_once_let_one_in(bare_database: Database, tools: Tools) -> None:
    works = Works(bare_database, replace(tools, kept=Kept()))
    with works.writing(SYSTEM) as work:
        organisation.change_choices(work, replace(organisation.DEFAULT, entry_links=True))
        unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Department"}), "EG")
        driver = people.provision_person(work, "OWN-1", "own@amana.example", "رضا محمود", unit)
    with works.writing(SYSTEM) as work:
        mail = entry_links.prepare_asked_mail(work, driver, "/", work.now)
    assert mail is not None
    token = str(mail.token)
    outcomes: list[object] = []
    ready = threading.Barrier(2)

    def press() -> None:
        own = Works(bare_database, replace(tools, kept=Kept()))
        ready.wait(timeout=20)
        with own.writing(Actor.nobody()) as work:
            outcomes.append(entry_links.use(work, token, "a browser"))

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(one is None for one in outcomes) == [False, True]
    with works.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(SignInRow)) == 1
