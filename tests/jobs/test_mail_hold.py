"""Mails after a restore: kept back until somebody says which were sent; what people do meanwhile goes out at once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.engine.reminders import Ladder
from quiz.jobs.chores import sweep
from quiz.services import mail_health, mail_hold, mail_log, organisation, people
from quiz.services.mail_hold import Choice, message_ids
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

DUE = date(2026, 12, 10)  # a Thursday
AT_NINE = datetime(2026, 12, 10, 9, tzinfo=UTC)
MODULE = "onboarding-social-media"
NIGHT = AT_NINE - timedelta(hours=7)


@pytest.fixture
def hires(works: Works, make_person: MakePerson, clock: Clock) -> list[Someone]:
    """Two people with a module that is due today, and somebody who was invited at night, minutes before the backup."""
    found = [make_person(modules=(MODULE,), name=name) for name in ("هناء عبد الله رضا", "عادل سمير")]
    clock.now = NIGHT
    with works.writing(SYSTEM) as work:
        chosen = organisation.Choices(organisation.DEFAULT.name, zone="UTC", ladder=Ladder(before=(7,), after=()))
        organisation.change_choices(work, chosen)
        people.invite(work, found[0].public_id)
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=DUE))
        session.commit()
    return found


@pytest.fixture
def restored(works: Works, hires: list[Someone], clock: Clock) -> list[Someone]:
    """The state of the night, brought back at nine of the same day: the service that is lost sent the day's mails."""
    clock.now = AT_NINE
    with works.writing(SYSTEM) as work:
        assert mail_hold.begin(work, NIGHT) == 1
    return hires


def to_whom(mailer: MemoryMailer) -> list[str]:
    return sorted(str(mail["To"]) for mail in mailer.sent)


def outcomes(works: Works) -> list[tuple[str, str | None]]:
    with works.database.reads() as session:
        rows = session.scalars(select(ReminderNoteRow).order_by(ReminderNoteRow.id))
        return [(row.outcome, row.because) for row in rows]


def sweep_twice(app: Flask) -> None:
    # What is asked for in one sweep is carried out in the next.
    sweep(app)
    sweep(app)


def release(works: Works, choice: Choice, most: int = mail_hold.AT_ONCE) -> Sequence[int]:
    going, sent, more = 0, 0, True
    while more:
        with works.writing(SYSTEM) as work:
            done = mail_hold.release_some(work, choice, most)
        going, sent, more = going + done.to_send, sent + done.sent_already, done.more
    return going, sent


def held(works: Works) -> dict[str, int] | None:
    with works.reading(SYSTEM) as work:
        found = mail_hold.get_held(work)
    return found.counts if found else None


def test_what_waited_and_what_the_day_asks_for_again_is_kept_back_and_what_people_do_goes_out(
    app: Flask, works: Works, restored: list[Someone], mailer: MemoryMailer
) -> None:
    sweep_twice(app)
    assert mailer.sent == []
    assert held(works) == {"MailRequested": 1, "ReminderDue": 2}
    with works.writing(SYSTEM) as work:
        people.invite(work, restored[1].public_id)
    sweep_twice(app)
    assert to_whom(mailer) == [restored[1].email]
    with works.reading(SYSTEM) as work:
        troubles = {one.code: one.count for one in mail_health.get_mail_health(work).troubles}
        waiting = mail_log.get_mail_log(work, mail_log.Asked()).waiting
    assert (troubles["held"], waiting) == (3, ())
    assert "stuck" not in troubles


@pytest.mark.parametrize("most", [1, 500])
def test_what_fell_due_before_the_service_was_lost_is_taken_as_sent_and_said_so(
    app: Flask, works: Works, restored: list[Someone], mailer: MemoryMailer, most: int
) -> None:
    sweep_twice(app)
    assert release(works, Choice(sent_until=AT_NINE - timedelta(minutes=10)), most) == (0, 3)
    sweep_twice(app)
    assert mailer.sent == []
    assert outcomes(works) == [("dropped", "restored")] * 2
    assert held(works) is None


def test_what_fell_due_after_it_was_lost_goes_out(
    app: Flask, works: Works, restored: list[Someone], mailer: MemoryMailer
) -> None:
    sweep_twice(app)
    # Lost at five in the morning, before the day's reminders; the invitation had been sent in the night.
    assert release(works, Choice(sent_until=NIGHT + timedelta(hours=3))) == (2, 1)
    sweep_twice(app)
    assert to_whom(mailer) == sorted(one.email for one in restored)
    assert outcomes(works) == [("sent", None)] * 2


def test_a_reminder_has_the_same_message_id_as_the_one_that_was_sent_before_the_restore(
    app: Flask, works: Works, hires: list[Someone], mailer: MemoryMailer, clock: Clock
) -> None:
    clock.now = AT_NINE
    savepoint = works.database.writes().connection().begin_nested()
    sweep_twice(app)
    sent = [str(mail["Message-ID"]) for mail in mailer.sent]
    reminders = [one for one in sent if one.startswith("<reminderdue.")]
    assert len(reminders) == 2
    # The state of the night comes back, with other numbers of rows.
    savepoint.rollback()
    mailer.sent.clear()
    with works.writing(SYSTEM) as work:
        mail_hold.begin(work, NIGHT)
    clock.forward(minutes=3)
    sweep_twice(app)
    log = [f"Dec 10 08:01:07 mx postfix/cleanup[3]: A1: message-id={reminders[0]}", "other@example", "message-id=<x@y>"]
    seen = message_ids(log)
    assert len(seen) == 1
    assert release(works, Choice(seen=seen)) == (2, 1)
    sweep_twice(app)
    assert [str(mail["Message-ID"]) for mail in mailer.sent if "reminderdue" in str(mail["Message-ID"])] == reminders[
        1:
    ]


@pytest.mark.parametrize(("choice", "goes"), [(Choice(), 3), (Choice(all_were=True), 0)])
def test_all_or_nothing_goes_out(
    app: Flask, works: Works, restored: list[Someone], mailer: MemoryMailer, choice: Choice, goes: int
) -> None:
    sweep_twice(app)
    assert release(works, choice) == (goes, 3 - goes)
    sweep_twice(app)
    assert len(mailer.sent) == goes
    # Afterwards everything goes on by itself, and there is nothing to release.
    assert release(works, choice) == (0, 0)
    with works.reading(SYSTEM) as work:
        assert "held" not in {one.code for one in mail_health.get_mail_health(work).troubles}


def test_without_a_hold_nothing_is_kept_back(
    app: Flask, works: Works, hires: list[Someone], mailer: MemoryMailer, clock: Clock
) -> None:
    clock.now = AT_NINE
    assert release(works, Choice()) == (0, 0)
    sweep_twice(app)
    assert len(mailer.sent) == 3
