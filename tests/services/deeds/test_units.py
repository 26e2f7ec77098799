"""Units that move and close, and who manages them: for good, in place of somebody, or for somebody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from quiz.access.actor import Role
from quiz.engine.text import Text
from quiz.services import delegating, people, superiors, units, workforce
from quiz.services.errors import NotFound, QuizError
from quiz.services.superiors import Structure, superior_of
from quiz.services.unit_of_work import UnitOfWork, Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone

Unchanged = Callable[[], AbstractContextManager[None]]
TODAY = date(2026, 11, 21)
WEEK = timedelta(7)


def do(works: Works, deed: Callable[[UnitOfWork], object]) -> None:
    with works.writing(SYSTEM) as work:
        deed(work)


def add(works: Works, above: str | None = None) -> str:
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": "قسم", "en": "Section"}), "EG", above)


def tree(works: Works) -> dict[str, tuple[str | None, int]]:
    with works.reading(SYSTEM) as work:
        return {one.public_id: (one.above, one.depth) for one in units.list_tree(work)}


def test_a_unit_moves_with_all_below_it_and_never_below_itself(
    works: Works, unit: str, changes_nothing: Unchanged
) -> None:
    below = add(works, unit)
    lowest, other = add(works, below), add(works)
    do(works, lambda work: units.move_unit(work, below, other))
    assert tree(works) == {unit: (None, 0), other: (None, 0), below: (other, 1), lowest: (below, 2)}
    for place in (lowest, below):
        with changes_nothing(), pytest.raises(QuizError, match="unit-cycle"):
            do(works, lambda work, place=place: units.move_unit(work, below, place))  # type: ignore[misc]
    do(works, lambda work: units.move_unit(work, below, None))
    assert tree(works)[below] == (None, 0)


def test_only_an_empty_unit_is_closed_and_nothing_goes_into_it_then(
    works: Works, unit: str, make_person: MakePerson, changes_nothing: Unchanged
) -> None:
    someone, below = make_person(), add(works, unit)
    with changes_nothing(), pytest.raises(QuizError, match="unit-has-people"):
        do(works, lambda work: units.close_unit(work, unit))
    other = add(works)
    do(works, lambda work: workforce.move_person(work, someone.public_id, other))
    with changes_nothing(), pytest.raises(QuizError, match="unit-has-units"):
        do(works, lambda work: units.close_unit(work, unit))
    do(works, lambda work: units.set_manager(work, below, someone.public_id))
    for empty in (below, unit):
        do(works, lambda work, empty=empty: units.close_unit(work, empty))  # type: ignore[misc]
    bad: list[Callable[[UnitOfWork], object]] = [
        lambda work: units.close_unit(work, unit),
        lambda work: workforce.move_person(work, someone.public_id, unit),
        lambda work: units.move_unit(work, other, unit),
        lambda work: units.set_manager(work, unit, someone.public_id),
    ]
    for deed in bad:
        with changes_nothing(), pytest.raises(QuizError, match="unit-closed"):
            do(works, deed)
    with works.reading(SYSTEM) as work:
        assert [one.managers for one in units.list_tree(work) if one.closed_on] == [(), ()]


def test_a_second_manager_is_refused_by_the_name_of_the_first(
    works: Works, unit: str, make_person: MakePerson, changes_nothing: Unchanged
) -> None:
    first, second = make_person(name="ليلى وهبة"), make_person()
    do(works, lambda work: units.set_manager(work, unit, first.public_id))
    with changes_nothing(), pytest.raises(QuizError, match="has-manager") as refused:
        do(works, lambda work: units.set_manager(work, unit, second.public_id))
    assert refused.value.values["name"] == "ليلى وهبة"
    with changes_nothing(), pytest.raises(QuizError, match="manages-already"):
        do(works, lambda work: units.appoint_acting(work, unit, first.public_id, TODAY, TODAY))
    do(works, lambda work: units.appoint_acting(work, unit, second.public_id, TODAY, TODAY + WEEK))
    for start, end, code in (
        (TODAY + WEEK, TODAY + 2 * WEEK, "has-acting"),
        (TODAY + 2 * WEEK, TODAY + WEEK, "ends-before"),
        (TODAY - WEEK, TODAY - timedelta(1), "day-past"),
    ):
        with changes_nothing(), pytest.raises(QuizError, match=code):
            do(works, lambda work, a=start, b=end: units.appoint_acting(work, unit, second.public_id, a, b))  # type: ignore[misc]
    do(works, lambda work: units.relieve(work, unit, first.public_id, "held"))
    with changes_nothing(), pytest.raises(NotFound):
        do(works, lambda work: units.relieve(work, unit, first.public_id, "held"))
    do(works, lambda work: units.set_manager(work, unit, second.public_id))


@pytest.fixture
def manager(make_person: MakePerson) -> Someone:
    return make_person(Role.MANAGER, name="ليلى وهبة")


def give(works: Works, manager: Someone, typed: str, start: date = TODAY, end: date = TODAY + WEEK) -> None:
    with works.writing(manager.actor) as work:
        delegating.delegate(work, typed, start, end)


def test_a_manager_lets_somebody_do_their_part_and_keeps_it(
    works: Works, unit: str, manager: Someone, make_person: MakePerson, changes_nothing: Unchanged
) -> None:
    deputy = make_person(name="سامي بدر")
    give(works, manager, deputy.email.upper())
    with works.reading(manager.actor) as work:
        found = delegating.get_delegable(work)
    assert [(one.name, one.starts_on, one.ends_on) for one in found.given] == [("سامي بدر", TODAY, TODAY + WEEK)]
    with works.reading(SYSTEM) as work:
        (shown,) = units.list_tree(work)
    assert [one.capacity for one in shown.managers] == ["held", "delegated"]
    for typed, code in (
        (deputy.email, "manages-already"), (manager.email, "to-oneself"), ("nobody@amana.example", "person-unknown"),
    ):  # fmt: skip
        with changes_nothing(), pytest.raises(QuizError, match=code):
            give(works, manager, typed)
    # What was delegated is not theirs to give.
    actor = replace(deputy.actor, roles=deputy.actor.roles | {Role.MANAGER})
    with changes_nothing(), pytest.raises(QuizError, match="nothing-to-delegate"), works.writing(actor) as work:
        delegating.delegate(work, "T-9", TODAY, TODAY)
    with works.writing(manager.actor) as work:
        delegating.take_back(work, deputy.public_id)
    with works.reading(manager.actor) as work:
        assert delegating.get_delegable(work).given == ()
    with changes_nothing(), pytest.raises(NotFound), works.writing(manager.actor) as work:
        delegating.take_back(work, deputy.public_id)


def test_who_acts_for_a_time_gives_no_more_than_that_time(works: Works, unit: str, make_person: MakePerson) -> None:
    acting, deputy = make_person(), make_person()
    do(works, lambda work: units.appoint_acting(work, unit, acting.public_id, TODAY, TODAY + timedelta(2)))
    give(works, replace(acting, actor=replace(acting.actor, roles=frozenset({Role.MANAGER}))), deputy.email)
    with works.reading(SYSTEM) as work:
        (shown,) = units.list_tree(work)
    assert [one.ends_on for one in shown.managers if one.capacity == "delegated"] == [TODAY + timedelta(2)]


# Units 1 above 2 above 3; the people 10, 20, 30 manage them, 31 works in 3.
ABOVE = {1: None, 2: 1, 3: 2}
PLACES = {10: 1, 20: 2, 30: 3, 31: 3}
HELD = {1: [(10, "held")], 2: [(20, "held")], 3: [(30, "held")]}


def above(person: int, absent: set[int] | None = None, **managers: list[tuple[int, str]]) -> int | None:
    changed = {**HELD, **{int(unit[1:]): some for unit, some in managers.items()}}
    return superior_of(Structure(ABOVE, PLACES, changed, absent or set()), person)


def test_everybody_reports_to_the_nearest_manager_and_nobody_to_themselves() -> None:
    assert [above(who) for who in (31, 30, 20, 10)] == [30, 20, 10, None]
    assert above(31, u3=[(30, "held"), (20, "acting")]) == 20
    # Who acts for the manager reports to the next above, as they would.
    assert above(31, u3=[(30, "held"), (31, "acting")]) == 20
    assert above(31, {30}) == 20
    assert above(31, {30}, u3=[(30, "held"), (20, "delegated")]) == 20
    assert above(31, u3=[(30, "held"), (31, "delegated")]) == 30
    assert above(31, {10, 20, 30}) is None
    assert above(99) is None
    # One person may manage a unit and the one above it.
    assert above(30, u2=[(30, "held")]) == 10


def test_a_circle_of_units_ends_the_search() -> None:
    assert superior_of(Structure({1: 2, 2: 1}, {5: 1}), 5) is None


def test_a_superior_is_found_in_the_tables(works: Works, unit: str, make_person: MakePerson) -> None:
    manager, someone = make_person(Role.MANAGER), make_person()
    with works.reading(SYSTEM) as work:
        assert superiors.find_superior(work, someone.public_id) == manager.public_id
        assert superiors.find_superior(work, manager.public_id) is None
    do(works, lambda work: workforce.record_absence(work, manager.public_id, TODAY, None))
    with works.reading(SYSTEM) as work:
        assert superiors.find_superior(work, someone.public_id) is None
