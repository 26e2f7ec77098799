"""What a manager sees: the people of the own units, their states and dates, and never an answer."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import date, timedelta

from sqlalchemy import select, update

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.people import PersonRow, UnitRow
from quiz.engine.text import Text
from quiz.services import accounts, asking, completing, people, reporting
from quiz.services.reporting import ProgressSummary, TeamSummary
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, EXAM

IsRefused = Callable[..., AbstractContextManager[None]]


def seen_as(works: Works, someone: Someone) -> Actor:
    """Return the actor a page would see: signed in, with the units of today."""
    with works.reading(SYSTEM) as work:
        checked = accounts.check_password(work, someone.email, PASSWORD, "127.0.0.1")
    with works.writing(SYSTEM) as work:
        token = accounts.sign_in(work, checked, "a browser")
    with works.reading(SYSTEM) as work:
        found = accounts.find_signed_in(work, str(token))
    assert found is not None
    return found.actor


def team(works: Works, manager: Someone) -> TeamSummary:
    with works.reading(seen_as(works, manager)) as work:
        return reporting.get_team(work)


def new_unit(works: Works, name: str, parent: str | None = None) -> str:
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": name, "en": name}), "EG", parent)


def line(found: TeamSummary, module: str = DRILL) -> ProgressSummary:
    (row,) = [one for one in found.rows if one.module_key == module]
    return row


def test_a_manager_sees_the_own_unit_and_all_below_and_no_other(
    works: Works, drills: None, make_person: MakePerson, unit: str
) -> None:
    below = new_unit(works, "قسم", new_unit(works, "فرع", unit))
    manager = make_person(Role.MANAGER)
    for name, place in (("ابنة الوحدة", unit), ("ابن القسم", below), ("ابنة الجيران", new_unit(works, "جيران"))):
        make_person(modules=(DRILL,), name=name, place=place)
    found = team(works, manager)
    assert {row.name for row in found.rows} == {"ابنة الوحدة", "ابن القسم"}
    assert (found.people, found.counts["not_begun"]) == (2, 2)


def test_who_manages_nothing_is_refused(
    works: Works, make_person: MakePerson, unit: str, is_refused: IsRefused
) -> None:
    learner = make_person()
    without_unit = Actor("person:x", learner.actor.person_id, frozenset({Role.MANAGER}))
    with works.database.reads() as session:
        units = frozenset(session.scalars(select(UnitRow.id)))
    without_role = Actor("person:x", learner.actor.person_id, frozenset({Role.LEARNER, Role.ADMIN}), units)
    for actor in (learner.actor, without_unit, without_role, SYSTEM, Actor.nobody()):
        with is_refused(Permission.REPORTING_TEAM_READ), works.reading(actor) as work:
            reporting.get_team(work)


def test_each_state_from_the_first_day_to_the_record(
    works: Works, drills: None, make_person: MakePerson, clock: Clock
) -> None:
    manager, someone = make_person(Role.MANAGER), make_person(modules=(DRILL,))
    states = [line(team(works, manager)).state]
    attempt_id = learning.begin(works, someone, DRILL)
    states.append(line(team(works, manager)).state)
    learning.answer_all(works, someone, attempt_id, good=True)
    clock.forward(days=3)
    states.append(line(team(works, manager)).state)
    assert line(team(works, manager)).since == date(2026, 11, 21)
    with works.writing(someone.actor) as work:
        seen = completing.get_pledge(work, DRILL).digest
        completing.sign_pledge(work, DRILL, seen, {})
    states.append(line(team(works, manager)).state)
    assert states == ["not_begun", "under_way", "passed_pledge_open", "completed"]
    assert line(team(works, manager)).since == date(2026, 11, 24)
    assert team(works, manager).counts == {**dict.fromkeys(reporting.STATES, 0), "completed": 1}


def test_what_is_past_due_comes_first_and_what_is_completed_never_is(
    works: Works, drills: None, make_person: MakePerson, clock: Clock
) -> None:
    manager = make_person(Role.MANAGER)
    due = date(2026, 11, 22)
    late, done, early = (make_person(name=name) for name in ("متأخر", "منجزة", "مبكر"))
    with works.writing(SYSTEM) as work:
        people.assign_module(work, done.public_id, DRILL, due)
        people.assign_module(work, late.public_id, DRILL, due)
        people.assign_module(work, late.public_id, EXAM, due)
        people.assign_module(work, early.public_id, DRILL, due + timedelta(days=90))
    learning.finish(works, done, DRILL, best=True)
    with works.writing(done.actor) as work:
        completing.sign_pledge(work, DRILL, completing.get_pledge(work, DRILL).digest, {})
    # The whole civil day counts; in Cairo the next one begins at 22:00 UTC.
    clock.now = clock.now.replace(day=22, hour=21, minute=59)
    assert team(works, manager).past_due_people == 0
    clock.forward(minutes=1)
    found = team(works, manager)
    assert (found.past_due_people, found.people) == (1, 3)
    assert [row.is_past_due for row in found.rows] == [True, True, False, False]
    assert {row.name for row in found.rows[:2]} == {"متأخر"}


def test_two_people_of_one_name_are_two(works: Works, drills: None, make_person: MakePerson, clock: Clock) -> None:
    manager = make_person(Role.MANAGER)
    for someone in (make_person(name="هناء رضا"), make_person(name="هناء رضا")):
        with works.writing(SYSTEM) as work:
            people.assign_module(work, someone.public_id, DRILL, date(2026, 12, 1))
    clock.forward(days=400)
    found = team(works, manager)
    assert (found.people, found.past_due_people) == (2, 2)


def test_who_leaves_is_shown_until_that_moment(
    works: Works, drills: None, make_person: MakePerson, clock: Clock
) -> None:
    manager, someone = make_person(Role.MANAGER), make_person(modules=(DRILL,))
    with works.database.writes() as session:
        leaving = update(PersonRow).where(PersonRow.public_id == someone.public_id)
        session.execute(leaving.values(active_until=clock.now + timedelta(days=30)))
        session.commit()
    assert team(works, manager).people == 1
    clock.forward(days=30)
    assert team(works, manager).people == 0


def test_only_the_newest_cycle_counts(works: Works, drills: None, make_person: MakePerson) -> None:
    manager, someone = make_person(Role.MANAGER), make_person(modules=(DRILL,))
    learning.finish(works, someone, DRILL, best=False)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, DRILL)
    assert [row.state for row in team(works, manager).rows] == ["not_begun"]


def test_a_call_for_help_is_seen_without_its_words_and_ends_with_the_record(
    works: Works, drills: None, make_person: MakePerson
) -> None:
    manager, someone = make_person(Role.MANAGER), make_person(modules=(DRILL,))
    assert not line(team(works, manager)).asks_for_help
    with works.writing(someone.actor) as work:
        asking.ask(work, "help", DRILL, "لم أفهم المادة", with_name=True)
    assert line(team(works, manager)).asks_for_help
    assert "لم أفهم" not in repr(team(works, manager))
    learning.finish(works, someone, DRILL, best=True)
    with works.writing(someone.actor) as work:
        completing.sign_pledge(work, DRILL, completing.get_pledge(work, DRILL).digest, {})
    assert not line(team(works, manager)).asks_for_help


def test_a_line_has_no_place_for_an_answer_a_score_or_an_attempt() -> None:
    assert {one.name for one in fields(ProgressSummary)} <= {
        "person_id", "name", "unit", "module_key", "module_title", "due_on", "state", "since", "is_past_due",
        "asks_for_help",
    }  # fmt: skip
