"""A mail that was sent is stored as sent, also where the database goes away right after: it is sent once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from quiz.db.connection import Database
from quiz.jobs import outbox
from quiz.jobs.chores import sweep
from quiz.services import people
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock


@contextmanager
def away_for(database: Database, statements: int) -> Iterator[Callable[[], None]]:
    """Give what sends a database away, until so many statements have found it so."""
    left = 0

    def send_away() -> None:
        nonlocal left
        left = statements

    def asked(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal left
        if left:
            left -= 1
            raise OperationalError(statement, {}, ConnectionError("the server closed the connection"))

    event.listen(database.engine, "before_cursor_execute", asked)
    try:
        yield send_away
    finally:
        event.remove(database.engine, "before_cursor_execute", asked)


@pytest.fixture
def leaves_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Let something happen right after each mail was taken; nobody waits for anything here."""
    monkeypatch.setattr(outbox, "AGAIN_AFTER", (0, 0, 0))

    def arrange(happens: Callable[[], None]) -> None:
        send = MemoryMailer.send

        def sending(self: MemoryMailer, message: EmailMessage) -> None:
            send(self, message)
            happens()

        monkeypatch.setattr(MemoryMailer, "send", sending)

    return arrange


def test_a_database_that_goes_away_after_a_mail_was_sent_is_waited_for(
    app: Flask,
    works: Works,
    hire: Someone,
    mailer: MemoryMailer,
    clock: Clock,
    leaves_after: Callable[[Callable[[], None]], None],
) -> None:
    with works.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)

    with away_for(works.database, 3) as send_away:
        leaves_after(send_away)
        done = sweep(app)
        clock.forward(hours=1)
        later = sweep(app)

    assert (done, later, len(mailer.sent)) == (1, 0, 1)


def test_a_database_that_stays_away_is_told_and_the_mail_is_had_once_more(
    app: Flask,
    works: Works,
    hire: Someone,
    mailer: MemoryMailer,
    clock: Clock,
    leaves_after: Callable[[Callable[[], None]], None],
) -> None:
    with works.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)

    with away_for(works.database, 4) as send_away:
        leaves_after(send_away)
        with pytest.raises(OperationalError):
            sweep(app)
    clock.forward(hours=1)
    sweep(app)

    assert len(mailer.sent) == 2
