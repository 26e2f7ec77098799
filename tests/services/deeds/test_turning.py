"""The turning of a day: marks what is late, who is away, who left; twice, or days later, it does no harm."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import AbsenceRow, PersonRow
from quiz.db.queries import tallies
from quiz.services import turning
from quiz.services.turning import Turned
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock

Refusal = Callable[..., AbstractContextManager[None]]
MODULE = "onboarding-social-media"


@pytest.fixture
def hire(make_person: MakePerson) -> Someone:
    return make_person(modules=(MODULE,))


def turn(works: Works) -> Turned | None:
    with works.writing(SYSTEM) as work:
        return turning.turn_day(work)


def marks(works: Works) -> tuple[bool, bool, bool]:
    """Whether the one assignment is late, away, and anywhere at all; the counts are right."""
    with works.database.reads() as session:
        row = session.scalars(select(AssignmentRow)).one()
        assert tallies.list_differences(session) == []
        return row.is_late, row.is_away, row.unit_id is not None


def change(works: Works, **values: object) -> None:
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(**values))
        session.commit()


def test_a_day_is_turned_once(works: Works, hire: Someone, clock: Clock) -> None:
    assert turn(works) is not None
    assert turn(works) is None
    clock.now += timedelta(days=40)
    assert turn(works) is not None


def test_what_is_due_today_is_late_tomorrow(works: Works, hire: Someone, clock: Clock) -> None:
    change(works, due_on=clock().date())
    turn(works)
    assert marks(works) == (False, False, True)
    clock.now += timedelta(days=1)
    found = turn(works)
    assert found is not None
    assert (found.late, found.away, found.moved) == (1, 0, 0)
    assert marks(works) == (True, False, True)
    # Whoever was given more time, or has completed it, is late no more.
    change(works, due_on=clock().date() + timedelta(days=9))
    clock.now += timedelta(days=1)
    turn(works)
    assert marks(works)[0] is False
    change(works, due_on=date(2020, 1, 1), state="completed")
    clock.now += timedelta(days=1)
    turn(works)
    assert marks(works)[0] is False


def test_without_a_due_date_nothing_is_ever_late(works: Works, hire: Someone, clock: Clock) -> None:
    change(works, due_on=None, is_late=True)
    turn(works)
    assert marks(works)[0] is False


def test_who_is_away_is_marked_for_those_days_alone(works: Works, hire: Someone, clock: Clock) -> None:
    today = clock().date()
    with works.database.writes() as session:
        session.add(
            AbsenceRow(
                public_id="a" * 32,
                person_id=hire.actor.person_id,
                starts_on=today + timedelta(days=1),
                ends_on=today + timedelta(days=2),
                recorded_by="person:x",
                recorded_at=clock(),
            )
        )
        session.commit()
    seen = []
    for _ in range(4):
        turn(works)
        seen.append(marks(works)[1])
        clock.now += timedelta(days=1)
    assert seen == [False, True, True, False]


def test_who_left_is_counted_nowhere(works: Works, hire: Someone, clock: Clock) -> None:
    with works.database.writes() as session:
        session.execute(update(PersonRow).values(active_until=clock() + timedelta(hours=1)))
        session.commit()
    turn(works)
    assert marks(works)[2] is True
    clock.now += timedelta(days=1)
    turn(works)
    assert marks(works)[2] is False


def test_nobody_else_turns_a_day(works: Works, hire: Someone, is_refused: Refusal) -> None:
    with is_refused(Permission.PEOPLE_DAY_TURN, hire), works.writing(hire.actor) as work:
        turning.turn_day(work)
