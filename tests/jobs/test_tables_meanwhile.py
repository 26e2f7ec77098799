"""Long tables while others write: as of one moment, and asked twice at once made once; with real commits."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from quiz.access.actor import Role
from quiz.db.connection import Database
from quiz.db.models.exports import TeamExportRow
from quiz.db.models.people import PersonRow
from quiz.db.queries import progress
from quiz.factory import create_app
from quiz.jobs import tables
from quiz.jobs.outbox import ACTOR
from quiz.services import taking_away
from quiz.services.errors import Stale
from quiz.services.kept import Kept
from quiz.services.reporting_people import TakenAway
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from tests.fixtures.people import MakePerson
from tests.jobs.test_tables import MODULE, ask, content
from tests.services.deeds.test_reporting import seen_as, turn


@pytest.fixture
def works(own_database: Database, tools: Tools) -> Works:
    return Works(own_database, replace(tools, kept=Kept(documents=tools.kept.documents)))


def test_what_changes_meanwhile_is_not_in_it(
    settings: Settings, works: Works, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make_person(Role.MANAGER)
    for _ in range(7):
        make_person(name="هند", modules=(MODULE,))
    turn(works)
    actor = seen_as(works, manager)
    held = threading.Barrier(2, timeout=20)

    def ask_at_once() -> None:
        held.wait()
        # A page would ask again, and find the other one.
        with suppress(Stale):
            ask(works, actor)

    askers = [threading.Thread(target=ask_at_once) for _ in range(2)]
    for one in askers:
        one.start()
    for one in askers:
        one.join(20)
    with works.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(TeamExportRow)) == 1
    public_id = ask(works, actor)
    stream = taking_away.stream

    def changing(*given: Any) -> Iterator[TakenAway]:
        for place, line in enumerate(stream(*given)):
            yield line
            if place == 0:
                with works.database.writing_turn(), works.database.writes() as session:
                    session.execute(update(PersonRow).values(name="غيره"))
                    session.commit()

    monkeypatch.setattr(progress, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(tables, "LINES_BETWEEN", 2)
    monkeypatch.setattr(taking_away, "stream", changing)
    tables.make_next(create_app(settings, works.database, works.tools), ACTOR)
    made = content(works, actor, public_id).decode()
    assert made.count("هند") == 7
    assert "غيره" not in made
