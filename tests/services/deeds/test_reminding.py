"""Reminders: one mail a person and day, each step once, nobody of what is done, and every silence with its reason."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import PersonRow
from quiz.db.models.reminding import ReminderNoteRow, ReminderRunRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.reminders import Ladder
from quiz.services import organisation, reminder_mails, reminding
from quiz.services.reminder_mails import DueMail
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

Refusal = Callable[..., AbstractContextManager[None]]
MODULE, EXAM = "onboarding-social-media", "exam-social-media"
DUE = date(2026, 12, 10)  # a Thursday
LADDER = Ladder(before=(7,), after=(3,), levels=(), weekend=frozenset({4, 5}))


@pytest.fixture(autouse=True)
def chosen(works: Works) -> None:
    """A short ladder, with working hours from eight to three."""
    with works.writing(SYSTEM) as work:
        organisation.change_choices(
            work, organisation.Choices(organisation.DEFAULT.name, zone="UTC", ladder=LADDER, hours=(8, 15))
        )


@pytest.fixture
def hire(works: Works, make_person: MakePerson) -> Someone:
    """A person with two modules that are due on one day."""
    found = make_person(modules=(MODULE, EXAM))
    change(works, due_on=DUE)
    return found


def change(works: Works, **values: object) -> None:
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(**values))
        session.commit()


def at(clock: Clock, day: date, hour: int = 9) -> None:
    clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=clock.now.tzinfo)


def run(works: Works, most: int = 500) -> bool:
    with works.writing(SYSTEM) as work:
        return reminding.remind_some(work, most)


def notes(works: Works) -> list[tuple[str, str, str | None]]:
    with works.database.reads() as session:
        rows = session.scalars(select(ReminderNoteRow).order_by(ReminderNoteRow.id))
        return [(row.step, row.outcome, row.because) for row in rows]


def mails(works: Works) -> list[dict[str, str]]:
    with works.database.reads() as session:
        rows = session.scalars(select(OutboxMessageRow).where(OutboxMessageRow.kind == "ReminderDue"))
        return [dict(row.payload) for row in rows]


def prepared(works: Works, mail: dict[str, str]) -> DueMail | None:
    with works.writing(SYSTEM) as work:
        return reminder_mails.prepare_mail(work, mail["person_id"], date.fromisoformat(mail["day"]))


def test_one_mail_holds_everything_that_is_due(works: Works, hire: Someone, clock: Clock) -> None:
    at(clock, DUE - timedelta(days=7))
    assert run(works) is False
    assert notes(works) == [("before-7", "queued", None)] * 2
    (mail,) = mails(works)
    found = prepared(works, mail)
    assert found is not None
    assert [(due, is_past) for due, is_past in ((one.due_on, one.is_past) for one in found.modules)] == [
        (DUE, False)
    ] * 2
    with works.writing(SYSTEM) as work:
        reminder_mails.note_sent(work, "ReminderDue", mail)
    assert {outcome for _, outcome, _ in notes(works)} == {"sent"}


def test_a_day_is_run_once_and_a_step_is_said_once(works: Works, hire: Someone, clock: Clock) -> None:
    at(clock, DUE)
    for _ in range(3):
        assert run(works) is False
    assert len(mails(works)) == 1
    with works.database.writes() as session:
        session.query(ReminderRunRow).delete()
        session.commit()
    run(works)
    assert len(mails(works)) == 1
    assert len(notes(works)) == 2


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2026, 12, 11), 9), (date(2026, 12, 12), 9), (DUE, 7), (DUE, 15), (DUE, 23)]
)
def test_nothing_is_sent_on_days_of_rest_nor_at_night(
    works: Works, hire: Someone, clock: Clock, day: date, hour: int
) -> None:
    at(clock, day, hour)
    assert run(works) is False
    assert (notes(works), mails(works)) == ([], [])


def test_what_fell_on_a_day_of_rest_is_said_on_the_next_working_day(works: Works, hire: Someone, clock: Clock) -> None:
    at(clock, DUE)
    change(works, due_on=DUE + timedelta(days=1))  # a Friday
    run(works)
    assert notes(works) == []
    at(clock, DUE + timedelta(days=3))
    run(works)
    assert [step for step, _, _ in notes(works)] == ["due"] * 2
    at(clock, DUE + timedelta(days=4))
    run(works)
    assert [step for step, _, _ in notes(works)][2:] == ["after-3"] * 2


@pytest.mark.parametrize(
    ("values", "because"),
    [
        ({"state": "completed"}, "done"),
        ({"state": "excused"}, "excused"),
        ({"is_away": True}, "away"),
        ({"is_disowned": True}, "not_theirs"),
    ],
)
def test_every_silence_is_written_down(
    works: Works, hire: Someone, clock: Clock, values: dict[str, object], because: str
) -> None:
    change(works, **values)
    at(clock, DUE)
    run(works)
    assert notes(works) == [("due", "skipped", because)] * 2
    assert mails(works) == []


def test_who_left_is_not_looked_at(works: Works, hire: Someone, clock: Clock) -> None:
    at(clock, DUE)
    change(works, unit_id=None)
    run(works)
    assert notes(works) == []


def test_what_is_done_between_asking_and_sending_is_dropped(works: Works, hire: Someone, clock: Clock) -> None:
    at(clock, DUE)
    run(works)
    (mail,) = mails(works)
    change(works, state="completed")
    assert prepared(works, mail) is None
    assert notes(works) == [("due", "dropped", "done")] * 2


def test_who_leaves_in_between_is_not_written_to(works: Works, hire: Someone, clock: Clock) -> None:
    at(clock, DUE)
    run(works)
    (mail,) = mails(works)
    with works.database.writes() as session:
        session.execute(update(PersonRow).values(active_until=clock()))
        session.commit()
    assert prepared(works, mail) is None
    assert notes(works) == [("due", "dropped", "left")] * 2


def test_a_run_that_is_cut_short_goes_on(works: Works, make_person: MakePerson, clock: Clock) -> None:
    for _ in range(5):
        make_person(modules=(MODULE,))
    change(works, due_on=DUE)
    at(clock, DUE)
    assert run(works, 2) is True
    assert len(mails(works)) == 2
    assert run(works, 2) is True
    assert run(works, 2) is False
    assert run(works, 2) is False
    assert len({mail["person_id"] for mail in mails(works)}) == len(mails(works)) == 5
    with works.database.reads() as session:
        row = session.scalars(select(ReminderRunRow)).one()
        assert (row.mails, row.steps, row.skipped, row.ended_at is not None) == (5, 5, 0, True)


def test_days_on_which_nothing_ran_are_made_up_for(works: Works, hire: Someone, clock: Clock) -> None:
    at(clock, DUE - timedelta(days=9))
    run(works)
    at(clock, DUE)
    run(works)
    assert sorted(notes(works), key=str) == [("before-7", "skipped", "overtaken")] * 2 + [("due", "queued", None)] * 2


def test_nobody_but_the_worker_reminds(works: Works, hire: Someone, is_refused: Refusal) -> None:
    with is_refused(Permission.MAIL_MESSAGE_SEND, hire), works.writing(hire.actor) as work:
        reminding.remind_some(work)
