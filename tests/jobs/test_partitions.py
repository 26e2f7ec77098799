"""The worker makes room ahead: once in some minutes, later where somebody is in the way, and never on SQLite."""

import logging

import pytest
from flask import Flask
from sqlalchemy import text

from quiz.db import partitions
from quiz.db.connection import Database
from quiz.factory import create_app
from quiz.jobs.chores import make_partitions, sweep
from quiz.services.tools import Tools
from quiz.settings.operator import Settings
from tests.fixtures.settings import Clock


@pytest.fixture
def worker(settings: Settings, own_database: Database, tools: Tools) -> Flask:
    return create_app(settings, own_database, tools)


def tend(worker: Flask) -> None:
    for _ in make_partitions(worker):
        pass


def outgrow(database: Database) -> None:
    """Let the trail reach its last partition."""
    entry = "INSERT INTO audit_entry SELECT 10000001, at, actor, deed, target_kind, target_id, true, because, details"
    with database.engine.begin() as connection:
        connection.execute(text(f"{entry} FROM audit_entry ORDER BY id LIMIT 1"))


def last(database: Database) -> str:
    with database.engine.connect() as connection:
        return partitions.list_parts(connection, "audit_entry")[-1]


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_the_worker_makes_room_and_waits_for_whoever_reads(
    worker: Flask, own_database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tend(worker)
    outgrow(own_database)
    clock.forward(minutes=9)
    tend(worker)
    assert last(own_database) == "audit_entry_to_20000000", "it looks once in ten minutes"
    clock.forward(minutes=1)
    with own_database.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM audit_entry"))
        tend(worker)
    assert (last(own_database), "no partition was made: busy" in caplog.text) == ("audit_entry_to_20000000", True)
    clock.forward(minutes=10)
    sweep(worker)
    assert last(own_database) == "audit_entry_to_30000000"
    assert "made the partition audit_entry_to_30000000" in caplog.text


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_on_sqlite_there_is_nothing_to_make(
    worker: Flask, own_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    outgrow(own_database)
    tend(worker)
    assert "partition" not in caplog.text
