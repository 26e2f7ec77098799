"""Two windows that go on with one file at the same moment: each entry is gone through once."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from quiz.access.actor import Actor, Role
from quiz.bank.reader import Source
from quiz.db.connection import Database
from quiz.db.models.drafts import DraftRow
from quiz.services import uploading
from quiz.services.kept import Kept
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.services.uploading import Sent
from tests.builders import scenario_document


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_press_and_a_script_at_once_make_each_draft_once(
    own_database: Database, tools: Tools, unit_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "AT_ONCE", 3)
    someone, works = unit_of(own_database, tools)
    editor = Actor(someone.actor.name, someone.actor.person_id, frozenset({Role.EDITOR}))
    entries = [("scenario", Source("a.yaml", scenario_document(f"sent-{number}"))) for number in range(6)]
    with works.writing(editor) as work:
        upload = uploading.keep_upload(work, Sent("ours.zip", "imported", entries, ()))
    with works.writing(editor) as work:
        uploading.go_on(work, upload)
    with works.writing(editor) as work:
        uploading.go_on(work, upload)
    with works.writing(editor) as work:
        uploading.make_drafts(work, upload)
    outcomes: list[object] = []
    ready = threading.Barrier(2)

    def press() -> None:
        own = Works(own_database, replace(tools, kept=Kept()))
        ready.wait(timeout=20)
        try:
            with own.writing(editor) as work:
                outcomes.append(uploading.go_on(work, upload))
        except Exception as fault:
            outcomes.append(fault)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(map(str, outcomes)) == ["False", "True"]
    with works.reading(editor) as work:
        found = uploading.get_upload(work, upload)
        drafts = work.session.scalar(select(func.count()).select_from(DraftRow))
    assert (found.state, found.done, drafts) == ("drafted", 6, 6)
    assert all(entry.draft for entry in found.entries)
