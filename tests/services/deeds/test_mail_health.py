"""Whether mails go out: every trouble is told with its beginning, and calm is told from silence."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.reminding import ReminderRunRow, WorkerSignRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.reminders import Ladder
from quiz.jobs.chores import sweep
from quiz.services import mail_health, organisation, people
from quiz.services.mail_health import MailHealth
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

Refusal = Callable[..., AbstractContextManager[None]]
TODAY = date(2026, 12, 10)  # a Thursday
OPENS = datetime(2026, 12, 10, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def chosen(works: Works, clock: Clock) -> None:
    """Sending from eight on, and a worker that was seen just now."""
    clock.now = OPENS + timedelta(hours=1)
    with works.writing(SYSTEM) as work:
        organisation.change_choices(
            work, organisation.Choices(organisation.DEFAULT.name, zone="UTC", ladder=Ladder(), hours=(8, 15))
        )
        mail_health.keep_sign(work)


def health(works: Works) -> MailHealth:
    with works.reading(SYSTEM) as work:
        return mail_health.get_mail_health(work)


def troubles(works: Works) -> list[tuple[str, datetime | None, int]]:
    return [(one.code, one.since, one.count) for one in health(works).troubles]


def keep(works: Works, *rows: object) -> None:
    with works.database.writes() as session:
        session.add_all(rows)
        session.commit()


def seen(works: Works) -> None:
    with works.writing(SYSTEM) as work:
        mail_health.keep_sign(work)


def ran(day: date, began_at: datetime, ended_at: datetime | None) -> ReminderRunRow:
    return ReminderRunRow(
        day=day, after_person=0, people=0, mails=0, steps=0, skipped=0, began_at=began_at, ended_at=ended_at
    )


def asked(at: datetime, kind: str = "ReminderDue", **values: object) -> OutboxMessageRow:
    return OutboxMessageRow(kind=kind, payload={"person_id": "0" * 32}, created_at=at, due_at=at, **values)


def test_before_the_hour_and_within_two_after_it_there_is_no_trouble(works: Works, clock: Clock) -> None:
    assert (troubles(works), health(works).today) == ([], "under_way")
    clock.now = OPENS - timedelta(hours=1)
    assert (troubles(works), health(works).today) == ([], "early")


@pytest.mark.parametrize("has_begun", [False, True])
def test_a_day_that_is_not_looked_through_hours_later_is_told(works: Works, clock: Clock, has_begun: bool) -> None:
    clock.now = OPENS + mail_health.LATE_AFTER
    seen(works)
    if has_begun:
        keep(works, ran(TODAY, OPENS, None))
    assert troubles(works) == [("not-ended" if has_begun else "not-begun", OPENS, 0)]
    clock.now -= timedelta(seconds=1)
    assert troubles(works) == []


def test_the_last_working_day_is_told_of_on_days_of_rest_and_in_the_morning(works: Works, clock: Clock) -> None:
    keep(works, ran(TODAY - timedelta(days=1), OPENS, OPENS))
    for day, hour in ((1, 12), (2, 12), (3, 7)):
        clock.now = OPENS + timedelta(days=day, hours=hour - 8)
        seen(works)
        assert troubles(works) == [("not-begun", OPENS, 0)]
    assert health(works).today == "early"


def test_days_before_the_first_of_all_are_no_trouble(works: Works, clock: Clock) -> None:
    clock.now = OPENS + timedelta(days=1)
    seen(works)
    assert (troubles(works), health(works).today) == ([], "rest")


def test_a_worker_that_is_not_seen_is_told(works: Works, clock: Clock) -> None:
    since = clock.now
    clock.now += mail_health.UNSEEN_AFTER
    assert troubles(works) == []
    clock.forward(seconds=1)
    assert troubles(works) == [("worker-unseen", since, 0)]
    with works.database.writes() as session:
        session.query(WorkerSignRow).delete()
        session.commit()
    assert troubles(works) == [("worker-unseen", None, 0)]


def test_mails_that_wait_for_more_than_an_hour_are_told_and_work_is_not(works: Works, clock: Clock) -> None:
    since = clock.now
    keep(works, asked(since), asked(since + timedelta(minutes=5)), asked(since, "AssignmentRuleMade"))
    keep(works, ran(TODAY, OPENS, OPENS))
    clock.forward(hours=1)
    seen(works)
    assert troubles(works) == []
    clock.forward(minutes=5, seconds=1)
    assert troubles(works) == [("stuck", since, 2)]


def test_mails_that_were_given_up_are_told_for_a_week(works: Works, clock: Clock) -> None:
    since = clock.now
    keep(works, asked(since, done_at=since, tries=80, last_error="SMTPRecipientsRefused 550"))
    assert troubles(works) == [("given-up", since, 1)]
    assert (health(works).asked, health(works).sent) == (1, 0)
    clock.now = since + mail_health.GIVEN_UP_FOR
    assert "given-up" not in [code for code, _, _ in troubles(works)]


def test_when_all_of_today_is_sent_that_is_said(
    app: Flask, works: Works, make_person: MakePerson, clock: Clock
) -> None:
    make_person(modules=("onboarding-social-media",))
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=TODAY, assigned_at=OPENS - timedelta(days=10)))
        session.commit()
    for _ in range(3):
        sweep(app)
    assert health(works) == MailHealth((), "done", 1, 1)
    clock.forward(hours=2)
    with works.database.reads() as session:
        assert session.query(WorkerSignRow).one().seen_at == OPENS + timedelta(hours=1)
    sweep(app)
    with works.database.reads() as session:
        assert session.query(WorkerSignRow).one().seen_at == clock.now


def test_what_somebody_is_invited_by_counts_as_well(works: Works, make_person: MakePerson) -> None:
    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id)
    assert (health(works).asked, health(works).sent) == (1, 0)


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR, Role.ADMIN, Role.MANAGER])
def test_who_may_read_it(works: Works, make_person: MakePerson, is_refused: Refusal, role: Role) -> None:
    someone: Someone = make_person(role)
    if role is Role.MANAGER:
        with is_refused(Permission.MAIL_LOG_READ, someone), works.reading(someone.actor) as work:
            mail_health.get_mail_health(work)
    else:
        with works.reading(someone.actor) as work:
            assert mail_health.get_mail_health(work).troubles == ()
