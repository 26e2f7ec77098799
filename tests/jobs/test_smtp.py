"""A talk with a real mail server: what it takes, refuses or leaves unsaid; nothing is lost, nor doubled by us."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select, update

from quiz.db.connection import Database
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import PersonRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.reminders import Ladder
from quiz.factory import create_app
from quiz.jobs.chores import sweep
from quiz.services import delivering, organisation
from quiz.services.tools import SmtpMailer, Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
DUE = date(2026, 12, 10)  # a Thursday
MODULE = "onboarding-social-media"


@dataclass
class Post:
    """A mail server that keeps what it takes and does as it is told: `answer` to whom, `at_data` before its answer."""

    taken: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    at_data: str = ""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        refusal = self.refuses.get(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.at_data.startswith(("4", "5")):
            return self.at_data
        self.taken.append(bytes(envelope.content or b""))
        self.to += envelope.rcpt_tos
        if self.at_data == "close":
            assert server.transport is not None
            server.transport.abort()
        elif self.at_data == "hang":
            await asyncio.sleep(5)
        return "250 taken"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def serving(post: Post, port: int) -> Iterator[None]:
    running = Controller(post, hostname="127.0.0.1", port=port, server_hostname="post.example")
    running.start()
    try:
        yield
    finally:
        running.stop()


@pytest.fixture
def is_up(post: Post, port: int) -> Iterator[None]:
    """The server answers for as long as the test lasts."""
    with serving(post, port):
        yield


@pytest.fixture
def app(settings: Settings, database: Database, tools: Tools, port: int) -> Flask:
    mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", patience=0.5)
    return create_app(settings, database, replace(tools, mailer=mailer))


@pytest.fixture
def hires(works: Works, make_person: MakePerson, clock: Clock) -> list[Someone]:
    """Two people with a module that is due today."""
    found = [make_person(modules=(MODULE,), name=name) for name in ("هناء عبد الله رضا", "عادل سمير")]
    clock.now = datetime(DUE.year, DUE.month, DUE.day, 9, tzinfo=UTC)
    with works.writing(SYSTEM) as work:
        chosen = organisation.Choices(organisation.DEFAULT.name, zone="UTC", ladder=Ladder(before=(7,), after=()))
        organisation.change_choices(work, chosen)
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=DUE))
        session.commit()
    return found


def outcomes(works: Works) -> list[tuple[str, str | None]]:
    with works.database.reads() as session:
        rows = session.scalars(select(ReminderNoteRow).order_by(ReminderNoteRow.assignment_id, ReminderNoteRow.id))
        return [(row.outcome, row.because) for row in rows]


def errors(works: Works) -> list[tuple[str | None, int, bool]]:
    with works.database.reads() as session:
        rows = session.scalars(
            select(OutboxMessageRow).where(OutboxMessageRow.kind == "ReminderDue").order_by(OutboxMessageRow.id)
        )
        return [(row.last_error, row.tries, row.done_at is not None) for row in rows]


def parsed(post: Post) -> list[EmailMessage]:
    found = [message_from_bytes(one, policy=policy.default) for one in post.taken]
    return [one for one in found if isinstance(one, EmailMessage)]


def twice(app: Flask) -> None:
    """Ask for the mails of the day, then send them."""
    sweep(app)
    sweep(app)


@pytest.mark.usefixtures("is_up")
@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_what_arrives_is_what_was_written(
    app: Flask, works: Works, hires: list[Someone], post: Post, language: str, direction: str
) -> None:
    with works.database.writes() as session:
        session.execute(update(PersonRow).values(language=language))
        session.commit()
    twice(app)
    message = parsed(post)[0]
    subject = {"ar": "تذكير بالتدريب ومواعيده", "en": "Your training and its due days"}[language]
    assert (message["Subject"], message["To"]) == (subject, hires[0].email)
    assert max(len(line) for line in post.taken[0].split(b"\r\n")) <= 998
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert hires[0].name in plain.get_content()
    assert f'<html lang="{language}" dir="{direction}">' in html.get_content()
    (calendar,) = message.iter_attachments()
    assert calendar.get_content_type() == "text/calendar"
    assert "BEGIN:VEVENT" in calendar.get_content()
    assert sorted(post.to) == sorted(one.email for one in hires)
    assert outcomes(works) == [("sent", None)] * 2


@pytest.mark.usefixtures("is_up")
def test_a_refusal_for_now_delays_a_mail_and_loses_nothing(
    app: Flask, works: Works, hires: list[Someone], post: Post, clock: Clock
) -> None:
    post.refuses[hires[0].email] = "451 4.7.1 greylisted, try again"
    twice(app)
    assert post.to == [hires[1].email]
    assert errors(works) == [("SMTPRecipientsRefused 451", 1, False), (None, 1, True)]
    post.refuses.clear()
    sweep(app)
    assert post.to == [hires[1].email]
    clock.now += delivering.FIRST_PAUSE
    sweep(app)
    assert post.to == [hires[1].email, hires[0].email]
    assert outcomes(works) == [("sent", None)] * 2


@pytest.mark.usefixtures("is_up")
def test_a_refusal_for_good_ends_that_mail_alone_with_its_reason(
    app: Flask, works: Works, hires: list[Someone], post: Post, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    post.refuses[hires[0].email] = f"550 5.1.1 <{hires[0].email}> is nobody here"
    twice(app)
    clock.forward(days=1)
    sweep(app)
    assert post.to == [hires[1].email]
    assert errors(works) == [("SMTPRecipientsRefused 550", 1, True), (None, 1, True)]
    assert outcomes(works) == [("failed", "refused"), ("sent", None)]
    assert "given up" in caplog.text
    assert hires[0].email not in caplog.text


@pytest.mark.usefixtures("is_up")
@pytest.mark.parametrize(("answer", "is_final"), [("452 4.3.1 full", False), ("554 5.6.0 not such a mail", True)])
def test_what_it_says_of_the_mail_itself_counts_alike(
    app: Flask, works: Works, hires: list[Someone], post: Post, answer: str, is_final: bool
) -> None:
    post.at_data = answer
    twice(app)
    assert errors(works) == [(f"SMTPDataError {answer[:3]}", 1, is_final)] * 2
    assert outcomes(works) == [("failed", "refused") if is_final else ("queued", None)] * 2


@pytest.mark.usefixtures("is_up")
@pytest.mark.parametrize("end", ["close", "hang"])
def test_an_unclear_end_is_had_again_under_the_same_message_id(
    app: Flask, works: Works, hires: list[Someone], post: Post, clock: Clock, end: str
) -> None:
    post.at_data = end
    # After one that ended so the others are left to the next look.
    for _ in range(3):
        sweep(app)
    assert outcomes(works) == [("queued", None)] * 2
    assert [is_done for _, _, is_done in errors(works)] == [False, False]
    post.at_data = ""
    clock.now += delivering.FIRST_PAUSE
    twice(app)
    assert outcomes(works) == [("sent", None)] * 2
    ids = [str(one["Message-ID"]) for one in parsed(post)]
    assert len(ids) == 4
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2


def test_a_server_that_is_down_for_a_while_gets_each_mail_once(
    app: Flask, works: Works, hires: list[Someone], post: Post, port: int, clock: Clock
) -> None:
    sweep(app)
    for _ in range(30):
        sweep(app)
        clock.forward(hours=1)
    assert outcomes(works) == [("queued", None)] * 2
    assert {error for error, _, _ in errors(works)} == {"ConnectionRefusedError"}
    with serving(post, port):
        for _ in range(3):
            sweep(app)
            clock.forward(hours=1)
    assert sorted(post.to) == sorted(one.email for one in hires)
    assert outcomes(works) == [("sent", None)] * 2


@pytest.mark.usefixtures("is_up")
def test_a_second_worker_in_the_middle_of_the_first_sends_nothing_twice(
    settings: Settings, database: Database, tools: Tools, works: Works, hires: list[Someone], post: Post,
    port: int, clock: Clock,
) -> None:  # fmt: skip
    @dataclass
    class Between:
        """Lets another worker sweep while a mail is on its way, and once more after the pause of a failure."""

        inner: SmtpMailer
        depth: int = 0

        def send(self, message: EmailMessage) -> None:
            if self.depth == 0:
                self.depth += 1
                sweep(app)
                clock.now += delivering.FIRST_PAUSE * 2
                sweep(app)
            self.inner.send(message)

    mailer = Between(SmtpMailer(f"smtp://127.0.0.1:{port}"))
    app = create_app(settings, database, replace(tools, mailer=mailer))
    twice(app)
    clock.now += timedelta(hours=2)
    sweep(app)
    assert sorted(post.to) == sorted(one.email for one in hires)
    assert outcomes(works) == [("sent", None)] * 2
