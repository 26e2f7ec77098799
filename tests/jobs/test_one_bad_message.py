"""One message that cannot be carried out holds up no other, and a sweep does all that is due."""

from flask import Flask
from sqlalchemy import text

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.events import MailRequested, ModuleCompleted
from quiz.jobs.chores import sweep
from quiz.services import accounts, people
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock


def test_a_mail_whose_link_is_gone_holds_up_no_other(
    app: Flask, works: Works, hire: Someone, mailer: MemoryMailer, clock: Clock
) -> None:
    with works.writing(SYSTEM) as work:
        work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))
        work.record(MailRequested("invitation", hire.public_id, "0" * 32))
        people.invite(work, hire.public_id)
    assert sweep(app) == 1
    assert [message["To"] for message in mailer.sent] == [hire.email]
    with works.database.reads() as session:
        states = session.execute(text("SELECT done_at IS NOT NULL, last_error FROM outbox_message ORDER BY id")).all()
    assert [(bool(done), error) for done, error in states] == [(False, "NotFound"), (True, None)]


def test_what_nobody_subscribes_to_is_done_by_being_seen(app: Flask, works: Works, mailer: MemoryMailer) -> None:
    with works.writing(SYSTEM) as work:
        work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))
        work.record(ModuleCompleted("c1"))
    assert (sweep(app), sweep(app), mailer.sent) == (1, 0, [])


def test_a_sweep_ends_attempts_out_of_time_and_carries_out_what_follows(
    app: Flask, works: Works, hire: Someone, clock: Clock
) -> None:
    attempt_id = learning.begin(works, hire, "exam-social-media")
    assert sweep(app) == 0
    clock.forward(minutes=25)
    assert sweep(app) == 1
    stored = learning.stored(works, hire, attempt_id)
    assert (stored.is_end_stored, stored.attempt.ended_at) == (True, stored.attempt.deadline)


def test_a_link_in_english_for_who_reads_english(app: Flask, works: Works, hire: Someone, mailer: MemoryMailer) -> None:
    with works.writing(hire.actor) as work:
        accounts.set_language(work, "en")
    with works.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)
    sweep(app)
    (message,) = mailer.sent
    assert message["Subject"] == "Invitation to the public service ethics training"
