"""The worker over the trail: sealed at every sweep, one tip a day in table and folder, the chain walked daily."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from quiz.db.connection import Database
from quiz.factory import create_app
from quiz.jobs.chores import sweep
from quiz.records.audit_tip import read_tips
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from tests.fixtures.people import Someone
from tests.fixtures.settings import Clock


def count(works: Works, table: str) -> int:
    with works.database.reads() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


@pytest.fixture
def watched(settings: Settings, database: Database, tools: Tools, tmp_path: Path) -> Flask:
    """The app of an operator who keeps tips in a folder."""
    return create_app(replace(settings, audit_tip_folder=tmp_path), database, tools)


def test_a_sweep_seals_makes_the_tip_of_the_day_once_and_goes_along_the_chain(
    watched: Flask, works: Works, hire: Someone, clock: Clock, tmp_path: Path
) -> None:
    for _ in range(3):
        sweep(watched)
    sweep(watched)
    assert (count(works, "audit_waiting"), count(works, "audit_tip"), count(works, "audit_check")) == (0, 1, 1)
    assert count(works, "audit_link") == count(works, "audit_entry")
    clock.forward(days=1)
    for _ in range(3):
        sweep(watched)
    assert (count(works, "audit_tip"), count(works, "audit_check")) == (2, 2)
    tips, unreadable = read_tips(tmp_path)
    assert (len(tips), unreadable) == (2, [])
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_is_away_stops_nothing_and_gets_its_tips_later(
    watched: Flask, works: Works, hire: Someone, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = tmp_path.rename(tmp_path.with_name("away"))
    with caplog.at_level(logging.ERROR):
        sweep(watched)
    assert "AUDIT_TIP_FOLDER" in caplog.text
    assert count(works, "audit_tip") == 1
    away.rename(tmp_path)
    sweep(watched)
    assert len(read_tips(tmp_path)[0]) == 1


def test_without_a_folder_tips_stay_in_the_table(app: Flask, works: Works, hire: Someone) -> None:
    sweep(app)
    assert count(works, "audit_tip") == 1
