"""Counts of assignments follow every change of a row, on both databases, and are what a counting anew finds."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from quiz.db.models.assignments import AssignmentRow, TallyRow
from quiz.db.models.people import PersonRow
from quiz.db.queries import tallies
from quiz.services import people
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.learning import finish

MODULE = "onboarding-social-media"


def counts(works: Works) -> dict[tuple[str, bool], int]:
    """Everything that is counted of the module, by bucket and lateness."""
    with works.database.reads() as session:
        units = set(session.scalars(select(PersonRow.unit_id)))
        found = tallies.count_below(session, units)
        assert tallies.list_differences(session) == []
    return {(one.bucket, one.is_late): one.amount for one in found}


@pytest.fixture
def three(make_person: MakePerson) -> list[Someone]:
    """Three people with the module, none begun."""
    return [make_person(modules=(MODULE,)) for _ in range(3)]


def test_counts_follow_the_deeds(works: Works, three: list[Someone]) -> None:
    assert counts(works) == {("not_begun", False): 3}
    finish(works, three[0], MODULE, best=True)
    assert counts(works) == {("not_begun", False): 2, ("passed_pledge_open", False): 1}
    finish(works, three[1], MODULE, best=False)
    assert counts(works)["awaiting_next", False] == 1
    with works.reading(SYSTEM) as work:
        person = people.find_person_id(work, three[2].email)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, person, MODULE)
    # The newest cycle alone counts.
    assert sum(counts(works).values()) == 3


@pytest.mark.parametrize(
    ("changes", "bucket"),
    [
        ({"is_away": True}, ("away", False)),
        ({"is_late": True}, ("not_begun", True)),
        ({"is_used_up": True}, ("asks_help", False)),
        ({"is_used_up": True, "is_away": True}, ("away", False)),
        ({"is_disowned": True, "is_away": True, "state": "completed"}, ("not_mine", False)),
        ({"state": "completed", "is_away": True}, ("completed", False)),
        ({"unit_id": None}, None),
        ({"is_current": False}, None),
    ],
)
def test_each_mark_has_its_bucket(
    works: Works, three: list[Someone], changes: dict[str, object], bucket: tuple[str, bool] | None
) -> None:
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(**changes))
        session.commit()
    assert counts(works) == ({bucket: 3} if bucket else {})
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=date(2020, 1, 1)))
        session.commit()
    assert counts(works) == ({bucket: 3} if bucket else {})


def test_rows_are_drawn_together_and_nothing_is_lost(works: Works, three: list[Someone]) -> None:
    finish(works, three[0], MODULE, best=True)
    before = counts(works)
    with works.database.writes() as session:
        assert tallies.draw_together(session) > 2
        session.commit()
    with works.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(TallyRow)) == 2
    assert counts(works) == before


def test_what_went_wrong_is_told_and_made_anew(works: Works, three: list[Someone]) -> None:
    with works.database.writes() as session:
        session.execute(update(TallyRow).values(amount=7))
        session.commit()
    with works.database.reads() as session:
        (difference,) = tallies.list_differences(session)
        assert difference[2:] == ("not_begun", False, 21, 3)
    with works.database.writes() as session:
        tallies.recount(session)
        session.commit()
    assert counts(works) == {("not_begun", False): 3}


def test_who_asks_for_help_is_counted_there(works: Works, three: list[Someone]) -> None:
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(help_asked_at=works.tools.clock()))
        session.commit()
    assert counts(works) == {("asks_help", False): 3}
