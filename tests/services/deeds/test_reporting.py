"""What a manager sees: the people of the own units, their states and dates, and never an answer."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import AbsenceRow, PersonRow, UnitRow
from quiz.engine.text import Text
from quiz.services import accounts, asking, completing, heads, people, reporting, reporting_people, sign_ins, turning
from quiz.services.errors import NotFound
from quiz.services.reporting import BucketSummary, TeamSummary
from quiz.services.reporting_people import Asked, CycleSummary, ProgressSummary, TeamPage
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
        found = sign_ins.find_signed_in(work, str(token))
    assert found is not None
    return found.actor


def turn(works: Works) -> None:
    with works.writing(SYSTEM) as work:
        turning.look_again(work)


def team(works: Works, manager: Someone, unit: str | None = None) -> TeamSummary:
    """Return the first screen, after the day was turned."""
    turn(works)
    with works.reading(seen_as(works, manager)) as work:
        return reporting.get_team(work, unit)


def listed(works: Works, manager: Someone, page: int = 1, **asked: object) -> TeamPage:
    turn(works)
    with works.reading(seen_as(works, manager)) as work:
        return reporting_people.list_team(work, Asked(**asked), page)  # type: ignore[arg-type]


def line(works: Works, manager: Someone, module: str = DRILL) -> ProgressSummary:
    (row,) = [one for one in listed(works, manager).rows if one.module_key == module]
    return row


def bucket(found: TeamSummary, name: str) -> BucketSummary:
    (one,) = [one for one in found.buckets if one.bucket == name]
    return one


def new_unit(works: Works, name: str, parent: str | None = None) -> str:
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": name, "en": name}), "EG", parent)


def assign(works: Works, someone: Someone, due: date, module: str = DRILL) -> None:
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, module, due)


def complete(works: Works, someone: Someone, module: str = DRILL) -> None:
    learning.finish(works, someone, module, best=True)
    with works.writing(someone.actor) as work:
        completing.sign_pledge(work, module, completing.get_pledge(work, module).digest, {})


def test_a_manager_sees_the_own_unit_and_all_below_and_no_other(
    works: Works, drills: None, make_person: MakePerson, unit: str
) -> None:
    branch = new_unit(works, "فرع", unit)
    below = new_unit(works, "قسم", branch)
    other = new_unit(works, "جيران")
    manager = make_person(Role.MANAGER)
    for name, place in (("ابنة الوحدة", unit), ("ابن القسم", below), ("ابنة الجيران", other)):
        make_person(modules=(DRILL,), name=name, place=place)
    found = team(works, manager)
    assert (found.people, found.amount, bucket(found, "not_begun").amount) == (2, 2, 2)
    assert [one.name for one in bucket(found, "not_begun").first] == ["ابنة الوحدة", "ابن القسم"]
    assert {row.name for row in listed(works, manager).rows} == {"ابنة الوحدة", "ابن القسم"}
    # One goes down from unit to unit; what stands in the unit itself has a line of its own.
    assert [(one.unit.public_id, one.open, one.is_own) for one in found.units] == [(branch, 1, False), (unit, 1, True)]
    down = team(works, manager, branch)
    assert (down.people, [one.public_id for one in down.scope.way]) == (1, [unit])
    assert [row.name for row in listed(works, manager, unit=branch).rows] == ["ابن القسم"]
    with pytest.raises(NotFound):
        team(works, manager, "0" * 32)


def test_another_unit_and_its_people_are_refused(
    works: Works, drills: None, make_person: MakePerson, is_refused: IsRefused
) -> None:
    other = new_unit(works, "جيران")
    stranger = make_person(modules=(DRILL,), place=other)
    actor = seen_as(works, make_person(Role.MANAGER))
    for deed in (
        lambda work: reporting.get_team(work, other),
        lambda work: reporting_people.list_team(work, Asked(unit=other)),
        lambda work: reporting_people.get_person(work, stranger.public_id),
    ):
        with is_refused(Permission.REPORTING_TEAM_READ), works.reading(actor) as work:
            deed(work)


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
    states = [line(works, manager).state]
    attempt_id = learning.begin(works, someone, DRILL)
    states.append(line(works, manager).state)
    learning.answer_all(works, someone, attempt_id, good=True)
    clock.forward(days=3)
    states.append(line(works, manager).state)
    assert line(works, manager).since == date(2026, 11, 21)
    with works.writing(someone.actor) as work:
        seen = completing.get_pledge(work, DRILL).digest
        completing.sign_pledge(work, DRILL, seen, {})
    states.append(line(works, manager).state)
    assert states == ["not_begun", "under_way", "passed_pledge_open", "completed"]
    assert line(works, manager).since == date(2026, 11, 24)
    found = team(works, manager)
    assert [(one.bucket, one.amount, one.late) for one in found.buckets] == [("completed", 1, 0)]
    assert (found.people, [(one.amount, one.done) for one in found.modules]) == (0, [(1, 1)])
    # The last of twelve weeks ends today.
    assert [week.completed for week in found.weeks] == [0] * 11 + [1]
    assert found.weeks[-1].begins == date(2026, 11, 18)
    clock.forward(days=7 * 11)
    assert [week.completed for week in team(works, manager).weeks] == [1] + [0] * 11
    clock.forward(days=7)
    assert not any(week.completed for week in team(works, manager).weeks)


def test_what_is_past_due_comes_first_and_what_is_completed_never_is(
    works: Works, drills: None, make_person: MakePerson, clock: Clock
) -> None:
    manager = make_person(Role.MANAGER)
    due = date(2026, 11, 22)
    early, late, done = (make_person(name=name) for name in ("مبكر", "متأخر", "منجزة"))
    assign(works, early, due + timedelta(days=90))
    for someone, module in ((done, DRILL), (late, DRILL), (late, EXAM)):
        assign(works, someone, due, module)
    # The whole civil day counts; in Cairo the next one begins at 22:00 UTC.
    clock.now = clock.now.replace(day=22, hour=21, minute=59)
    complete(works, done)
    assert team(works, manager).late_people == 0
    clock.forward(minutes=1)
    found = team(works, manager)
    assert (found.late_people, found.people, bucket(found, "not_begun").late) == (1, 2, 2)
    assert [one.name for one in bucket(found, "not_begun").first] == ["متأخر", "مبكر"]
    assert [(one.key, one.late) for one in found.modules] == [(DRILL, 1), (EXAM, 1)]
    rows = listed(works, manager).rows
    assert [row.is_past_due for row in rows] == [True, True, False, False]
    assert [row.name for row in listed(works, manager, only_late=True).rows] == ["متأخر"] * 2
    assert [row.module_key for row in listed(works, manager, only_late=True, module=EXAM).rows] == [EXAM]
    assert listed(works, manager, only_late=True, bucket="completed").total == 0


def test_what_is_completed_late_is_late_no_more_before_the_day_turns(
    works: Works, drills: None, make_person: MakePerson, clock: Clock
) -> None:
    manager, someone = make_person(Role.MANAGER), make_person()
    assign(works, someone, date(2026, 11, 22))
    clock.forward(days=10)
    turn(works)
    complete(works, someone)
    with works.reading(seen_as(works, manager)) as work:
        found = reporting.get_team(work)
        (row,) = reporting_people.list_team(work, Asked()).rows
        assert reporting_people.list_team(work, Asked(only_late=True)).total == 0
    assert (found.late_people, bucket(found, "completed").late, row.is_past_due) == (0, 0, False)


def test_two_people_of_one_name_are_two_and_one_with_two_modules_is_one(
    works: Works, drills: None, make_person: MakePerson, clock: Clock
) -> None:
    manager = make_person(Role.MANAGER)
    for someone in (make_person(name="هناء رضا"), make_person(name="هناء رضا")):
        assign(works, someone, date(2026, 12, 1))
    assign(works, someone, date(2026, 12, 1), EXAM)
    clock.forward(days=400)
    found = team(works, manager)
    assert (found.people, found.late_people, found.amount) == (2, 2, 3)
    assert len(bucket(found, "not_begun").first) == 2


def test_a_long_list_has_pages_and_the_first_five_are_named(
    works: Works, drills: None, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make_person(Role.MANAGER)
    for _ in range(6):
        make_person(modules=(DRILL,))
    monkeypatch.setattr(reporting_people, "PAGE", 4)
    pages = [listed(works, manager, page) for page in (1, 2, 3)]
    assert [(one.page, one.pages, one.total, len(one.rows)) for one in pages] == [
        (1, 2, 6, 4),
        (2, 2, 6, 2),
        (2, 2, 6, 2),
    ]
    assert len({row.person_id for one in pages for row in one.rows}) == 6
    assert not any(one.is_cut for one in pages)
    monkeypatch.setattr(reporting_people, "MOST_PAGES", 1)
    assert [(one.page, one.pages, one.is_cut) for one in (listed(works, manager, 2),)] == [(1, 1, True)]
    assert len(bucket(team(works, manager), "not_begun").first) == 5


def test_a_page_goes_on_from_what_is_late_to_what_is_not(
    works: Works, drills: None, make_person: MakePerson, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make_person(Role.MANAGER)
    for day in (22, 23, 24, 28, 29, 30):
        assign(works, make_person(name=f"شخص {day}"), date(2026, 11, day))
    clock.forward(days=4)
    monkeypatch.setattr(reporting_people, "PAGE", 2)
    pages = [[row.due_on.day for row in listed(works, manager, page).rows if row.due_on] for page in (1, 2, 3)]
    assert pages == [[22, 23], [24, 28], [29, 30]]
    late = [
        [row.due_on.day for row in listed(works, manager, page, only_late=True).rows if row.due_on] for page in (1, 2)
    ]
    assert late == [[22, 23], [24]]


def test_who_is_away_or_not_theirs_stands_apart(works: Works, drills: None, make_person: MakePerson) -> None:
    manager, away, foreign = make_person(Role.MANAGER), make_person(modules=(DRILL,)), make_person(modules=(DRILL,))
    with works.database.writes() as session:
        by = {"recorded_by": "tests", "recorded_at": works.tools.clock()}
        today = works.tools.clock().date()
        session.add(AbsenceRow(public_id="a" * 32, person_id=away.actor.person_id, starts_on=today, **by))
        disowned = update(AssignmentRow).where(AssignmentRow.person_id == foreign.actor.person_id)
        session.execute(disowned.values(is_disowned=True, due_on=date(2026, 1, 1)))
        session.commit()
    found = team(works, manager)
    assert [(one.bucket, one.amount, one.late) for one in found.buckets] == [("away", 1, 0), ("not_mine", 1, 0)]
    assert (found.people, found.late_people) == (1, 0)


def test_of_very_many_heads_are_counted_once_in_some_minutes(
    works: Works, drills: None, make_person: MakePerson, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, someone = make_person(Role.MANAGER), make_person()
    assign(works, someone, date(2026, 11, 22))
    clock.forward(days=2)
    monkeypatch.setattr(heads, "KEPT_FROM", 0)
    found = team(works, manager)
    assert (found.is_kept, found.people, found.late_people, len(bucket(found, "not_begun").first)) == (True, 1, 1, 1)
    assign(works, make_person(), date(2026, 11, 22))
    found = team(works, manager)
    assert (found.people, found.amount) == (1, 2)
    clock.forward(minutes=5)
    assert team(works, manager).people == 2


def count_heads(works: Works) -> None:
    while heads.count_next(works, SYSTEM):
        pass


def test_of_a_large_unit_the_worker_counts_and_pages_say_the_same(
    works: Works, drills: None, make_person: MakePerson, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make_person(Role.MANAGER)
    for name in ("أول", "ثان"):
        assign(works, make_person(name=name), date(2026, 11, 22))
    clock.forward(days=2)
    counted_here = team(works, manager)
    monkeypatch.setattr(heads, "KEPT_FROM", 0)
    count_heads(works)
    works.tools.kept.forget_figures()
    with monkeypatch.context() as nobody_counts:
        nobody_counts.setattr(heads, "_count", None)
        found = team(works, manager)
        assert found == replace(counted_here, is_kept=True)
        assert found.late_people == 2
        # The names are those of now, and a unit that was counted is not counted again at once.
        with works.database.writes() as session:
            session.execute(update(PersonRow).where(PersonRow.name == "أول").values(name="آخر"))
            session.commit()
        assert [one.name for one in bucket(team(works, manager), "not_begun").first] == ["آخر", "ثان"]
        count_heads(works)
    assign(works, make_person(), date(2026, 11, 23))
    assert team(works, manager).people == 2
    clock.forward(minutes=5)
    count_heads(works)
    assert team(works, manager).people == 3


def test_where_no_worker_counts_the_page_does(
    works: Works, drills: None, make_person: MakePerson, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = make_person(Role.MANAGER)
    monkeypatch.setattr(heads, "KEPT_FROM", 0)
    assign(works, make_person(), date(2026, 12, 22))
    turn(works)
    count_heads(works)
    assign(works, make_person(), date(2026, 12, 22))
    assert team(works, manager).people == 1
    clock.forward(hours=1)
    assert team(works, manager).people == 2


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
    with pytest.raises(NotFound), works.reading(seen_as(works, manager)) as work:
        reporting_people.get_person(work, someone.public_id)


def test_only_the_newest_cycle_counts_and_the_page_of_a_person_has_all(
    works: Works, drills: None, make_person: MakePerson
) -> None:
    manager, someone = make_person(Role.MANAGER), make_person(modules=(DRILL,))
    learning.finish(works, someone, DRILL, best=False)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, DRILL)
    assert [row.state for row in listed(works, manager).rows] == ["not_begun"]
    with works.reading(seen_as(works, manager)) as work:
        found = reporting_people.get_person(work, someone.public_id)
    cycles = [(one.cycle, one.state, one.is_current) for one in found.cycles]
    assert cycles == [(2, "not_begun", True), (1, "awaiting_next", False)]
    assert (found.name, found.may_be_disowned) == (someone.name, True)


def test_a_call_for_help_is_seen_without_its_words_and_ends_with_the_record(
    works: Works, drills: None, make_person: MakePerson
) -> None:
    manager, someone = make_person(Role.MANAGER), make_person(modules=(DRILL,))
    assert line(works, manager).bucket == "not_begun"
    with works.writing(someone.actor) as work:
        asking.ask(work, "help", DRILL, "لم أفهم المادة", with_name=True)
    assert line(works, manager).bucket == "asks_help"
    assert "لم أفهم" not in repr(team(works, manager)) + repr(listed(works, manager))
    complete(works, someone)
    assert line(works, manager).bucket == "completed"


@pytest.mark.parametrize("asked", [{"bucket": "rich"}, {"module": "nothing"}])
def test_what_is_not_known_is_not_found(works: Works, make_person: MakePerson, asked: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        listed(works, make_person(Role.MANAGER), **asked)


def test_a_line_has_no_place_for_an_answer_a_score_or_an_attempt() -> None:
    shown = {one.name for kind in (ProgressSummary, CycleSummary) for one in fields(kind)}
    assert shown == {
        "person_id", "name", "unit", "module_key", "module_title", "due_on", "state", "since", "is_past_due",
        "bucket", "cycle", "assigned_on", "is_current",
    }  # fmt: skip
