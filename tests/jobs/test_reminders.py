"""Reminders as they go out: once, in the language of the person, later after an outage, and written down as sent."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select, update

from quiz.access.actor import Role
from quiz.db.connection import Database
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.reminding import DigestRow, ReminderNoteRow
from quiz.engine.reminders import Ladder
from quiz.factory import create_app
from quiz.jobs.chores import sweep
from quiz.services import organisation
from quiz.services.tools import MemoryMailer, Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

DUE = date(2026, 12, 10)  # a Thursday


@dataclass
class DeafMailer:
    """A mail server that does not answer until told to."""

    is_away: bool = True
    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        if self.is_away:
            raise ConnectionRefusedError
        self.sent.append(message)


@pytest.fixture(autouse=True)
def due(works: Works, hire: Someone, clock: Clock) -> None:
    """Both modules of the person are due today."""
    clock.now = datetime(DUE.year, DUE.month, DUE.day, 9, tzinfo=clock.now.tzinfo)
    choices = organisation.Choices(organisation.DEFAULT.name, zone="UTC", ladder=Ladder(before=(7,), after=(4,)))
    with works.writing(SYSTEM) as work:
        organisation.change_choices(work, choices)
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=DUE))
        session.commit()


def outcomes(works: Works) -> list[tuple[str, str]]:
    with works.database.reads() as session:
        rows = session.scalars(select(ReminderNoteRow).order_by(ReminderNoteRow.id))
        return [(row.step, row.outcome) for row in rows]


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_one_mail_goes_out_with_everything_in_it(app: Flask, works: Works, hire: Someone, mailer: MemoryMailer) -> None:
    for _ in range(4):
        sweep(app)
    (message,) = mailer.sent
    assert message["To"] == hire.email
    assert '<html lang="ar" dir="rtl">' in body(message, "html")
    assert body(message, "html").count("<li>") == 2
    assert body(message, "plain").count("١٠ ديسمبر ٢٠٢٦") == 2
    assert "http://127.0.0.1:8000/learn/" in body(message, "plain")
    assert outcomes(works) == [("due", "sent")] * 2


def test_what_is_past_is_said_so(app: Flask, works: Works, mailer: MemoryMailer, clock: Clock) -> None:
    sweep(app)
    sweep(app)
    clock.now += timedelta(days=4)
    for _ in range(3):
        sweep(app)
    upcoming, past = (body(message, "plain") for message in mailer.sent)
    assert "وموعده" in upcoming
    assert "وكان موعده" in past


def test_nothing_is_sent_at_night(app: Flask, works: Works, mailer: MemoryMailer, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=3)
    sweep(app)
    sweep(app)
    assert (mailer.sent, outcomes(works)) == ([], [])


def test_an_outage_delays_a_reminder_and_never_doubles_it(
    settings: Settings, database: Database, tools: Tools, works: Works, clock: Clock
) -> None:
    deaf = DeafMailer()
    app = create_app(settings, database, replace(tools, mailer=deaf))
    for _ in range(3):
        sweep(app)
    assert outcomes(works) == [("due", "queued")] * 2
    deaf.is_away = False
    clock.now += timedelta(minutes=30)
    for _ in range(3):
        sweep(app)
    assert len(deaf.sent) == 1
    assert outcomes(works) == [("due", "sent")] * 2


def test_what_was_done_while_the_server_was_away_is_not_sent(
    settings: Settings, database: Database, tools: Tools, works: Works, clock: Clock
) -> None:
    deaf = DeafMailer()
    app = create_app(settings, database, replace(tools, mailer=deaf))
    sweep(app)
    sweep(app)
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(state="completed"))
        session.commit()
    deaf.is_away = False
    clock.now += timedelta(minutes=30)
    sweep(app)
    assert deaf.sent == []
    assert outcomes(works) == [("due", "dropped")] * 2


def test_a_manager_gets_the_week_of_the_unit_after_all_were_reminded(
    app: Flask, works: Works, make_person: MakePerson, mailer: MemoryMailer
) -> None:
    manager = make_person(Role.MANAGER)
    for _ in range(4):
        sweep(app)
    (message,) = [one for one in mailer.sent if one["To"] == manager.email]
    assert "/manage/people?bucket=not_begun" in body(message, "plain")
    with works.database.reads() as session:
        assert [row.outcome for row in session.scalars(select(DigestRow))] == ["sent"]
