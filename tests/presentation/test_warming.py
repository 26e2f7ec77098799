"""What is read before a server divides itself: enough that nobody waits, and nothing that two processes would share."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.pool import QueuePool

from quiz.db.connection import Database, connect
from quiz.factory import create_app
from quiz.presentation.warming import warm
from quiz.services.tools import Tools
from quiz.settings.operator import Settings


@pytest.fixture
def database(own_database: Database) -> Database:
    return own_database


@pytest.fixture
def thawed() -> Iterator[None]:
    """Let what a test froze be collected again."""
    import gc

    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_documents_and_templates_are_there_before_anybody_asks(app: Flask, database: Database, tools: Tools) -> None:
    warm(app)
    assert tools.kept.modules._things
    assert "learner/slot.html" in {name for _, name in app.jinja_env.cache or ()}
    assert not isinstance(database.engine.pool, QueuePool) or database.engine.pool.checkedin() == 0


@pytest.mark.usefixtures("thawed")
def test_without_a_database_it_goes_on_all_the_same(settings: Settings, tools: Tools) -> None:
    gone = connect("postgresql://127.0.0.1:1/nothing")
    app = create_app(settings, gone, tools)
    warm(app)
    assert app.test_client().get("/healthz").status_code == 200
