"""More time, waiving and restoring: each with its reason, kept for good, and the marks right at once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from quiz.access.permissions import Permission
from quiz.db.models.assignments import AssignmentRow
from quiz.db.queries import tallies
from quiz.services import extending, people, waiving
from quiz.services.errors import NotFound, Refused
from quiz.services.unit_of_work import UnitOfWork, Works
from quiz.services.waiving import AssignmentsOf, Cycle
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.learning import begin, finish
from tests.services.deeds.conftest import DRILL, EXAM, audit

TODAY = date(2026, 11, 21)
Deed = Callable[[UnitOfWork], object]


def do(works: Works, deed: Deed) -> object:
    with works.writing(SYSTEM) as work:
        done = deed(work)
    with works.database.reads() as session:
        assert tallies.list_differences(session) == []
    return done


def of(works: Works, someone: Someone) -> AssignmentsOf:
    with works.reading(SYSTEM) as work:
        return waiving.get_assignments_of(work, someone.public_id)


def cycle(works: Works, someone: Someone, module: str = DRILL) -> Cycle:
    (found,) = [one for one in of(works, someone).modules if one.module_key == module]
    return found.cycles[0]


@pytest.fixture
def late(works: Works, learner: Someone) -> Someone:
    """Somebody whose modules were due yesterday."""
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=TODAY - timedelta(days=1), is_late=True))
        session.commit()
    return learner


def test_more_time_is_given_to_several_at_once(works: Works, late: Someone, make_person: MakePerson) -> None:
    other = make_person(modules=(DRILL,))
    both = [cycle(works, late, DRILL).public_id, cycle(works, late, EXAM).public_id, cycle(works, other).public_id]
    until = TODAY + timedelta(days=20)
    # The third has no due date, which is more time than any.
    assert do(works, lambda work: extending.extend(work, both, until, " سفر في مهمة ")) == 2
    for module in (DRILL, EXAM):
        found = cycle(works, late, module)
        assert (found.due_on, found.is_late) == (until, False)
        (change,) = found.changes
        assert (change.kind, change.due_before, change.due_after, change.reason) == (
            "extended",
            TODAY - timedelta(days=1),
            until,
            "سفر في مهمة",
        )
    assert [entry.details["what"] for entry in audit(works, Permission.PEOPLE_ASSIGNMENT_WRITE)[-2:]] == [
        "extended"
    ] * 2
    assert do(works, lambda work: extending.extend(work, both, TODAY, "أقل")) == 0


def test_what_cannot_be_extended(works: Works, late: Someone) -> None:
    drill = cycle(works, late).public_id
    for sent, due_on, reason, fault in (
        ([drill], TODAY - timedelta(days=1), "سبب", "day-past"),
        ([drill], TODAY, " ", "reason-missing"),
        ([drill], TODAY, "س" * 2001, "reason-too-long"),
    ):
        with pytest.raises(Refused, match=fault):
            do(works, lambda work, s=sent, d=due_on, r=reason: extending.extend(work, s, d, r))  # type: ignore[misc]
    for unknown in ([], ["0" * 32], [drill, "0" * 32]):
        with pytest.raises(NotFound):
            do(works, lambda work, u=unknown: extending.extend(work, u, TODAY, "سبب"))  # type: ignore[misc]
    do(works, lambda work: waiving.waive(work, drill, "إعفاء"))
    with pytest.raises(Refused, match="not-open"):
        do(works, lambda work: extending.extend(work, [drill], TODAY, "سبب"))


def test_what_is_waived_is_asked_no_more_until_it_is_restored(works: Works, late: Someone) -> None:
    drill = cycle(works, late).public_id
    do(works, lambda work: waiving.waive(work, drill, "إجازة طويلة"))
    waived = cycle(works, late)
    assert (waived.state, waived.is_late, waived.is_open) == ("excused", False, False)
    with pytest.raises(Refused, match="not-open"):
        do(works, lambda work: waiving.waive(work, drill, "مرة أخرى"))
    do(works, lambda work: waiving.restore(work, drill, "عاد إلى العمل"))
    restored = cycle(works, late)
    assert (restored.state, restored.is_late, restored.is_open) == ("not_begun", True, True)
    assert [change.kind for change in restored.changes] == ["waived", "restored"]
    with pytest.raises(Refused, match="not-excused"):
        do(works, lambda work: waiving.restore(work, drill, "مرة أخرى"))


@pytest.mark.parametrize(
    ("taken", "state"), [("begun", "under_way"), ("failed", "awaiting_next"), ("passed", "passed_pledge_open")]
)
def test_it_is_restored_as_it_stood(works: Works, learner: Someone, taken: str, state: str) -> None:
    begin(works, learner, DRILL) if taken == "begun" else finish(works, learner, DRILL, best=taken == "passed")
    drill = cycle(works, learner)
    assert drill.state == state
    do(works, lambda work: waiving.waive(work, drill.public_id, "إعفاء"))
    do(works, lambda work: waiving.restore(work, drill.public_id, "رجوع عنه"))
    assert cycle(works, learner).state == state


def test_every_cycle_is_shown_the_newest_first(works: Works, learner: Someone) -> None:
    with works.writing(SYSTEM) as work:
        people.assign_module(work, learner.public_id, DRILL)
    found = of(works, learner)
    assert (found.name, [one.module_key for one in found.modules]) == (learner.name, [DRILL, EXAM])
    assert [(one.number, one.is_current, one.is_open) for one in found.modules[0].cycles] == [
        (2, True, True),
        (1, False, False),
    ]
    old = found.modules[0].cycles[1].public_id
    for deed in (waiving.waive, waiving.restore):
        with pytest.raises(Refused):
            do(works, lambda work, d=deed: d(work, old, "سبب"))  # type: ignore[misc]
    with pytest.raises(NotFound), works.reading(SYSTEM) as work:
        waiving.get_assignments_of(work, "0" * 32)


def test_nobody_else_decides_of_assignments(
    works: Works, learner: Someone, is_refused: Callable[..., AbstractContextManager[None]]
) -> None:
    with works.database.reads() as session:
        own = session.scalars(select(AssignmentRow.public_id)).first() or ""
    for deed in (
        lambda work: extending.extend(work, [own], TODAY, "سبب"),
        lambda work: waiving.waive(work, own, "سبب"),
        lambda work: waiving.restore(work, own, "سبب"),
        lambda work: waiving.get_assignments_of(work, learner.public_id),
    ):
        with is_refused(Permission.PEOPLE_ASSIGNMENT_WRITE, learner), works.writing(learner.actor) as work:
            deed(work)
