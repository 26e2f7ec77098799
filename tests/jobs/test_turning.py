"""The worker turns every day once: first the rules give what is due, then the day is marked."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.weaknesses import WeaknessRow
from quiz.jobs.chores import sweep
from quiz.services import assignment_rules
from quiz.services.assignment_rules import RuleDraft
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import Clock
from tests.learning import finish

MODULE = "onboarding-social-media"


def test_rules_give_on_their_day_and_the_day_after_it_is_late(
    app: Flask, works: Works, make_person: MakePerson, clock: Clock
) -> None:
    make_person()
    today = clock().date()
    tomorrow = today + timedelta(days=1)
    with works.writing(SYSTEM) as work:
        draft = RuleDraft(MODULE, "everybody", tomorrow, "قرار", due="fixed", due_on=tomorrow)
        assignment_rules.make_rule(work, draft)
    seen = []
    for _ in range(3):
        sweep(app)
        sweep(app)
        with works.database.reads() as session:
            seen.append([(row.due_on, row.is_late) for row in session.scalars(select(AssignmentRow))])
        clock.forward(days=1)
    assert seen == [[], [(tomorrow, False)], [(tomorrow, True)]]


def test_first_attempts_are_counted_before_the_day_is_turned(
    app: Flask, works: Works, make_person: MakePerson, unit: str
) -> None:
    for _ in range(10):
        finish(works, make_person(modules=(MODULE,)), MODULE, best=True)
    sweep(app)
    with works.database.reads() as session:
        shown = session.scalars(select(WeaknessRow)).all()
    assert shown
    assert {row.answers - row.sound for row in shown} == {0}


def test_a_new_rule_gives_at_once(app: Flask, works: Works, make_person: MakePerson, clock: Clock) -> None:
    make_person()
    sweep(app)  # the day is turned
    with works.writing(SYSTEM) as work:
        assignment_rules.make_rule(work, RuleDraft(MODULE, "everybody", clock().date(), "قرار"))
    sweep(app)
    with works.database.reads() as session:
        assert len(session.scalars(select(AssignmentRow)).all()) == 1
