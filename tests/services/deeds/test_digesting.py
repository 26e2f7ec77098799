"""The week of a unit: one mail in seven days, only where something changed, to whoever manages it and is there."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import AbsenceRow, PersonRow
from quiz.db.models.reminding import DigestRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.db.queries import tallies
from quiz.engine.reminders import Ladder
from quiz.services import digesting, organisation, reminding
from quiz.services.digesting import DigestMail
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

Refusal = Callable[..., AbstractContextManager[None]]
MODULE, EXAM = "onboarding-social-media", "exam-social-media"
MONDAY = date(2026, 12, 7)
CHOICES = organisation.Choices(
    organisation.DEFAULT.name, zone="UTC", ladder=Ladder(before=(), after=(), levels=()), hours=(8, 15)
)


@pytest.fixture(autouse=True)
def chosen(works: Works) -> None:
    choose(works)


def choose(works: Works, **others: object) -> None:
    with works.writing(SYSTEM) as work:
        organisation.change_choices(work, replace(CHOICES, **others))  # type: ignore[arg-type]


@pytest.fixture
def manager(make_person: MakePerson) -> Someone:
    """A manager with two people of whom one has two modules."""
    make_person(modules=(MODULE, EXAM))
    make_person(modules=(MODULE,))
    return make_person(Role.MANAGER)


def change(works: Works, row: type = AssignmentRow, **values: object) -> None:
    with works.database.writes() as session:
        session.execute(update(row).values(**values))
        tallies.recount(session)
        session.commit()


def look(works: Works, clock: Clock, day: date, most: int = 50) -> None:
    """Remind, then look at managers, as the worker does on a day."""
    clock.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    with works.writing(SYSTEM) as work:
        reminding.remind_some(work)
    more = True
    while more:
        with works.writing(SYSTEM) as work:
            more = digesting.digest_some(work, most)


def rows(works: Works) -> list[tuple[date, str, str | None]]:
    with works.database.reads() as session:
        return [
            (row.day, row.outcome, row.because) for row in session.scalars(select(DigestRow).order_by(DigestRow.id))
        ]


def send(works: Works) -> list[DigestMail]:
    """Send what is asked for and was not sent."""
    found = []
    with works.database.reads() as session:
        asked = session.scalars(select(OutboxMessageRow).where(OutboxMessageRow.kind == "DigestDue"))
        messages = [(row.payload["person_id"], date.fromisoformat(row.payload["day"])) for row in asked]
    for person, day in messages:
        with works.writing(SYSTEM) as work:
            mail = digesting.prepare_digest_mail(work, person, day)
            if mail is not None:
                found.append(mail)
                digesting.note_end(work, person, day)
    return found


def lines(mail: DigestMail) -> dict[str, tuple[int, int | None]]:
    return {one.bucket: (one.amount, one.before) for one in mail.lines}


def test_the_first_tells_how_it_stands_and_the_next_what_changed(works: Works, manager: Someone, clock: Clock) -> None:
    look(works, clock, MONDAY)
    (first,) = send(works)
    assert (first.email, first.since) == (manager.email, None)
    assert lines(first) == {"not_begun": (3, None)}
    with works.database.writes() as session:
        one = session.scalars(select(AssignmentRow).order_by(AssignmentRow.id)).first()
        assert one is not None
        one.state = "completed"
        session.commit()
    for day in range(1, 7):
        look(works, clock, MONDAY + timedelta(days=day))
    assert len(rows(works)) == 1
    look(works, clock, MONDAY + timedelta(days=7))
    (second,) = send(works)
    assert second.since == MONDAY
    assert lines(second) == {"completed": (1, 0), "not_begun": (2, 3)}


def test_a_week_without_a_change_is_written_down_and_not_told(works: Works, manager: Someone, clock: Clock) -> None:
    look(works, clock, MONDAY)
    send(works)
    look(works, clock, MONDAY + timedelta(days=7))
    look(works, clock, MONDAY + timedelta(days=7))
    assert send(works) == []
    assert rows(works) == [(MONDAY, "sent", None), (MONDAY + timedelta(days=7), "skipped", "unchanged")]


def test_what_was_told_last_is_what_was_sent(works: Works, manager: Someone, clock: Clock) -> None:
    look(works, clock, MONDAY)
    with works.writing(SYSTEM) as work:
        digesting.note_end(work, manager.public_id, MONDAY, "refused")
    look(works, clock, MONDAY + timedelta(days=7))
    assert [outcome for _, outcome, _ in rows(works)] == ["failed", "queued"]
    assert [mail.since for mail in send(works)] == [None]


def test_what_is_late_is_counted_and_who_is_not_of_the_unit_is_not(
    works: Works, manager: Someone, clock: Clock
) -> None:
    change(works, is_late=True, due_on=MONDAY - timedelta(days=1))
    with works.database.writes() as session:
        last = session.scalars(select(AssignmentRow).order_by(AssignmentRow.id.desc())).first()
        assert last is not None
        last.is_disowned = True
        session.commit()
    look(works, clock, MONDAY)
    (mail,) = send(works)
    assert lines(mail) == {"late": (2, None), "not_begun": (2, None)}


@pytest.mark.parametrize("is_on", [True, False])
def test_it_can_be_turned_off(works: Works, manager: Someone, clock: Clock, is_on: bool) -> None:
    choose(works, digest=is_on)
    look(works, clock, MONDAY)
    assert len(rows(works)) == is_on


def test_where_nothing_is_assigned_and_who_is_away_is_not_told(
    works: Works, make_person: MakePerson, manager: Someone, clock: Clock
) -> None:
    with works.database.writes() as session:
        person = manager.actor.person_id
        moment = datetime(2026, 12, 1, tzinfo=UTC)
        session.add(
            AbsenceRow(public_id="a" * 32, person_id=person, starts_on=MONDAY, recorded_by="tests", recorded_at=moment)
        )
        session.commit()
    look(works, clock, MONDAY)
    assert rows(works) == [(MONDAY, "skipped", "away")]
    change(works, unit_id=None)
    make_person(Role.MANAGER)
    look(works, clock, MONDAY + timedelta(days=1))
    assert rows(works)[1:] == [(MONDAY + timedelta(days=1), "skipped", "nothing")]


def test_who_leaves_before_the_mail_goes_is_not_written_to(works: Works, manager: Someone, clock: Clock) -> None:
    look(works, clock, MONDAY)
    change(works, PersonRow, active_until=clock.now)
    assert send(works) == []
    assert rows(works) == [(MONDAY, "dropped", "left")]


def test_managers_are_looked_at_some_at_a_time_each_once(
    works: Works, make_person: MakePerson, manager: Someone, clock: Clock
) -> None:
    for _ in range(4):
        make_person(Role.MANAGER)
    look(works, clock, MONDAY, most=2)
    assert [outcome for _, outcome, _ in rows(works)] == ["queued"] * 5
    assert len(send(works)) == 5


def test_nobody_is_looked_at_before_everybody_was_reminded_nor_by_anybody_but_the_worker(
    works: Works, manager: Someone, clock: Clock, is_refused: Refusal
) -> None:
    clock.now = datetime(2026, 12, 7, 9, tzinfo=UTC)
    with works.writing(SYSTEM) as work:
        assert not digesting.is_due(work)
        assert digesting.digest_some(work) is False
    assert rows(works) == []
    with is_refused(Permission.MAIL_MESSAGE_SEND, manager), works.writing(manager.actor) as work:
        digesting.digest_some(work)
