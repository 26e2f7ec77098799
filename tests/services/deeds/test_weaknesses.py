"""What is shown of units: reckoned by hand, the surest first, only of ten and more, only to whom it concerns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from quiz.access.actor import Actor, Role
from quiz.db.queries import people as queries
from quiz.engine.text import Text
from quiz.services import lessons, people, weaknesses
from quiz.services.errors import NotAllowed, NotFound
from quiz.services.unit_of_work import Works
from quiz.services.weaknesses import Asked, Cell, Weaknesses
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.weaknesses import PROVISION, fill, turn

OTHER = "eg-conduct/code-2019/value-integrity"
THIRD = "eg-conduct/code-2019/media-secrecy"
Look = Callable[..., Weaknesses]


@pytest.fixture
def desks(works: Works, unit: str) -> list[str]:
    """Three units below that of the tests, and one beside it."""
    with works.writing(SYSTEM) as work:
        below = [people.add_unit(work, Text({"ar": name, "en": name}), "EG", unit) for name in ("أ", "ب", "ج")]
        return [*below, people.add_unit(work, Text({"ar": "د", "en": "د"}), "EG")]


@pytest.fixture
def look(works: Works, make_person: MakePerson) -> Look:
    """Look as an auditor, or as somebody else."""
    auditor = make_person(Role.AUDITOR).actor

    def look_at(actor: Actor = auditor, of_all: bool = True, **asked: object) -> Weaknesses:
        with works.reading(actor) as work:
            return weaknesses.get_weaknesses(work, Asked(of_all=of_all, **asked))  # type: ignore[arg-type]

    return look_at


def manages(works: Works, make_person: MakePerson, *units: str) -> Actor:
    """Return a manager of some units and all below them, as the policy sees one."""
    someone = make_person(Role.MANAGER)
    with works.reading(SYSTEM) as work:
        held = {row.id for row in queries.list_units(work.session) if row.public_id in units}
        below = queries.list_subtree(work.session, held)
    return replace(someone.actor, managed_units=frozenset(below))


def figures(found: Weaknesses) -> dict[str, list[tuple[int, int] | None]]:
    """Return missed and answers of every cell, the whole first, by provision."""
    return {
        line.citation.address: [(cell.missed, cell.answers) if cell else None for cell in (line.whole, *line.cells)]
        for line in found.lines
    }


def test_figures_are_those_reckoned_by_hand(works: Works, unit: str, desks: list[str], look: Look) -> None:
    first, second, third, _ = desks
    fill(works, first, 30, 18)
    fill(works, second, 10, 6)
    fill(works, third, 9, 9)
    fill(works, first, 100, 40, OTHER)
    turn(works)
    found = look(unit=unit)
    assert [column.unit.name.by_language["en"] for column in found.columns] == ["أ", "ب"]
    assert figures(found) == {PROVISION: [(24, 40), (18, 30), (6, 10)], OTHER: [(40, 100), (40, 100), None]}
    assert found.untold == 1
    line = found.lines[0]
    first_cell, second_cell = line.cells
    assert first_cell is not None
    assert second_cell is not None
    assert (first_cell.share, first_cell.is_preliminary, first_cell.level) == (Fraction(3, 5), False, 4)
    assert (round(first_cell.interval.low, 4), round(first_cell.interval.high, 4)) == (0.4232, 0.7541)
    assert (second_cell.is_preliminary, round(second_cell.interval.low, 4)) == (True, 0.3127)
    assert found.looked_at == works.tools.clock().date()


def test_what_is_surely_missed_comes_before_what_looks_worse(works: Works, unit: str, look: Look) -> None:
    # 6 of 10 lies above .31; 45 of 100 above .36; 2 of 40 above .01.
    fill(works, unit, 10, 6)
    fill(works, unit, 100, 45, OTHER)
    fill(works, unit, 40, 2, THIRD)
    turn(works)
    assert [line.citation.address for line in look().lines] == [OTHER, PROVISION, THIRD]
    assert [line.citation.address for line in look(instrument="eg-conduct").lines] == [OTHER, THIRD]
    assert [key for key, _ in look(instrument="eg-conduct").instruments] == ["eg-conduct", "eg-cybercrime"]


def test_every_step_of_the_tint_begins_where_it_says() -> None:
    cells = [Cell(100, missed, 0, Clock()().date()) for missed in (0, 9, 10, 19, 20, 34, 35, 49, 50, 100)]
    assert [cell.level for cell in cells] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize(
    ("before", "since", "trend"),
    [((10, 100), (50, 100), 1), ((50, 100), (10, 100), -1), ((10, 30), (15, 30), 0), ((3, 10), (7, 10), 0)],
)
def test_an_arrow_stands_only_where_the_intervals_are_apart(
    works: Works, unit: str, look: Look, clock: Clock, before: tuple[int, int], since: tuple[int, int], trend: int
) -> None:
    fill(works, unit, before[1], before[0])
    turn(works)
    assert look().lines[0].whole.trend == 0
    clock.forward(days=100)
    fill(works, unit, since[1], since[0])
    turn(works)
    assert look().lines[0].whole.trend == trend


def test_many_units_stand_some_at_a_time(works: Works, unit: str, look: Look) -> None:
    with works.writing(SYSTEM) as work:
        below = [
            people.add_unit(work, Text({"ar": f"وحدة {number:02}", "en": f"Unit {number:02}"}), "EG", unit)
            for number in range(10)
        ]
        people.add_unit(work, Text({"ar": "أسفل", "en": "Below"}), "EG", below[9])
    for one in below:
        fill(works, one, 10, 1)
    turn(works)
    first, last = look(unit=unit), look(unit=unit, page=99)
    assert [len(one.columns) for one in (first, last)] == [8, 2]
    assert (last.page, last.pages) == (2, 2)
    assert [column.has_below for column in last.columns] == [False, True]
    assert figures(last)[PROVISION] == [(10, 100), (1, 10), (1, 10)]


def test_many_provisions_are_shown_when_asked_for(
    works: Works, unit: str, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weaknesses, "LINES_AT_FIRST", 1)
    for provision in (PROVISION, OTHER, THIRD):
        fill(works, unit, 10, 5, provision)
    turn(works)
    assert (len(look().lines), look().more) == (1, 2)
    assert (len(look(is_whole=True).lines), look(is_whole=True).more) == (3, 0)


def test_cards_that_rest_on_a_provision_are_named(works: Works, unit: str, look: Look) -> None:
    fill(works, unit, 10, 5, OTHER)
    fill(works, unit, 10, 5, "nowhere/at/all")
    turn(works)
    (line,) = look().lines
    assert {card.module for card in line.cards} >= {"gifts-and-conflicts"}
    assert (line.instrument, line.anchor) == ("eg-conduct", "code-2019-value-integrity")


def test_a_manager_sees_the_own_units_and_no_others(
    works: Works, make_person: MakePerson, look: Look, desks: list[str], unit: str
) -> None:
    for one in desks:
        fill(works, one, 10, 5)
    turn(works)
    manager = manages(works, make_person, unit)
    assert figures(look(manager, of_all=False))[PROVISION] == [(15, 30), (5, 10), (5, 10), (5, 10)]
    assert figures(look(manager, of_all=False, unit=desks[0]))[PROVISION] == [(5, 10)]
    for of_all in (False, True):
        with pytest.raises(NotAllowed):
            look(manager, of_all=of_all, unit=desks[3])
    with pytest.raises(NotAllowed):
        look(manager)
    two = manages(works, make_person, desks[0], desks[3])
    # Who manages two units sees both beside each other, and their sum.
    assert figures(look(two, of_all=False))[PROVISION] == [(10, 20), (5, 10), (5, 10)]


def test_of_all_units_hr_and_auditors_see_everything_and_nobody_else_anything(
    works: Works, make_person: MakePerson, look: Look, desks: list[str], unit: str
) -> None:
    for one in desks:
        fill(works, one, 10, 5)
    turn(works)
    for role in (Role.HR, Role.AUDITOR):
        actor = make_person(role).actor
        assert figures(look(actor))[PROVISION] == [(20, 40), (15, 30), (5, 10)]
        found = look(actor, unit=desks[0])
        assert [one.public_id for one in found.scope.way] == [unit]
        with pytest.raises(NotFound, match="unit"):
            look(actor, unit="0" * 32)
        with pytest.raises(NotFound, match="instrument"):
            look(actor, instrument="no-such-law")
    for role in (Role.LEARNER, Role.EDITOR, Role.REVIEWER, Role.ADVISER, Role.ADMIN, Role.MANAGER):
        with pytest.raises(NotAllowed):
            look(make_person(role).actor)


def test_the_table_taken_away_has_what_is_shown_of_every_unit(
    works: Works, make_person: MakePerson, desks: list[str], unit: str
) -> None:
    fill(works, desks[0], 10, 5)
    fill(works, desks[1], 9, 9)
    turn(works)
    with works.reading(make_person(Role.HR).actor) as work:
        found = list(weaknesses.stream_weaknesses(work, Asked(unit=unit, of_all=True)))
    assert [(one.unit.name.by_language["en"] if one.unit else "", one.cell.answers) for one in found] == [
        ("", 10),
        ("أ", 10),
    ]


def test_a_figure_of_long_ago_is_shown_no_more(works: Works, unit: str, look: Look, clock: Clock) -> None:
    fill(works, unit, 10, 5)
    turn(works)
    assert look().lines
    clock.now += timedelta(days=366)
    turn(works)
    assert look().lines == ()


def test_lessons_can_be_read_by_whoever_signed_in(works: Works, hire: Someone, publish: Callable[..., None]) -> None:
    publish("bare")
    with works.reading(hire.actor) as work:
        assert lessons.get_lesson(work, "gifts-and-conflicts").cards
        assert lessons.get_lesson(work, "bare").cards == ()
        with pytest.raises(NotFound, match="lesson"):
            lessons.get_lesson(work, "no-such-module")
