"""The outbox emptied: a mail sent once, tried again after an outage, never doubled, given up loudly."""

import logging
import re
from dataclasses import dataclass, field, replace
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import text

from quiz.db.connection import Database
from quiz.factory import create_app
from quiz.jobs.chores import sweep
from quiz.jobs.outbox import HANDLERS
from quiz.services import delivering, people
from quiz.services.mail_health import MAILS
from quiz.services.tools import MemoryMailer, Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from quiz.web.admin.mail_words import KIND_WORDS
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock

MODULE = "onboarding-social-media"
# What the outbox holds that is no mail to anybody.
WORK = {"AssignmentRuleMade", "CorrectionDecided", "ModuleCompleted", "RegradingDecided"}


@dataclass
class DeafMailer:
    """A mail server that does not answer until told to."""

    is_away: bool = True
    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        if self.is_away:
            raise ConnectionRefusedError
        self.sent.append(message)


def test_every_mail_is_counted_and_named_where_mails_are_watched() -> None:
    assert set(HANDLERS) - WORK == set(MAILS) == set(KIND_WORDS)


def invited(works: Works, someone: Someone) -> None:
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id, MODULE)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_an_invitation_goes_out_once_in_arabic_with_direction(
    app: Flask, works: Works, hire: Someone, mailer: MemoryMailer
) -> None:
    invited(works, hire)
    assert (sweep(app), sweep(app)) == (1, 0)
    (message,) = mailer.sent
    html = body(message, "html")
    assert message["To"] == hire.email
    assert '<html lang="ar" dir="rtl">' in html
    assert re.search(r"http://127\.0\.0\.1:8000/link/[0-9a-f]{64}", body(message, "plain"))
    assert f"<bdi>{hire.name}</bdi>" in html


def test_the_link_of_the_mail_opens_and_lands_on_the_module(
    app: Flask, works: Works, hire: Someone, mailer: MemoryMailer
) -> None:
    invited(works, hire)
    sweep(app)
    link = re.search(r"/link/[0-9a-f]{64}", body(mailer.sent[0], "plain"))
    assert link is not None
    client = app.test_client()
    page = client.get(link[0], base_url="http://127.0.0.1").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    sent = {"csrf_token": token[1], "new": "a long new sentence", "again": "a long new sentence"}
    answer = client.post(link[0], data=sent, base_url="http://127.0.0.1")
    assert (answer.status_code, answer.location) == (303, f"/learn/modules/{MODULE}")
    assert client.get(answer.location, base_url="http://127.0.0.1").status_code == 200


def test_an_outage_delays_a_mail_and_never_doubles_it(
    settings: Settings, database: Database, tools: Tools, works: Works, hire: Someone, clock: Clock
) -> None:
    deaf = DeafMailer()
    app = create_app(settings, database, replace(tools, mailer=deaf))
    invited(works, hire)
    assert (sweep(app), sweep(app)) == (0, 0)
    deaf.is_away = False
    clock.forward(minutes=1)
    assert (sweep(app), sweep(app), len(deaf.sent)) == (1, 0, 1)


def test_a_mail_that_never_goes_is_given_up_loudly(
    settings: Settings,
    database: Database,
    tools: Tools,
    works: Works,
    hire: Someone,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = create_app(settings, database, replace(tools, mailer=DeafMailer()))
    invited(works, hire)
    with caplog.at_level(logging.ERROR, "quiz.jobs.outbox"):
        for _ in range(delivering.MOST_TRIES):
            sweep(app)
            clock.forward(hours=1)
    assert "given up" in caplog.text
    assert hire.email not in caplog.text
    with works.database.reads() as session:
        assert session.execute(text("SELECT count(*) FROM outbox_message WHERE done_at IS NULL")).scalar_one() == 0


def test_a_message_is_claimed_by_one_worker(works: Works, hire: Someone) -> None:
    invited(works, hire)
    with works.database.reads() as session:
        message_id = session.execute(text("SELECT id FROM outbox_message")).scalar_one()
    claims = []
    for _ in range(2):
        with works.writing(SYSTEM) as work:
            claims.append(delivering.claim(work, message_id))
    assert claims[0] is not None
    assert claims[1] is None
