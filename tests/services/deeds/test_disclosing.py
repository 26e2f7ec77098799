"""What units get wrong: counted once for the unit it happened in, published by the ten, and never taken apart."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.db.models.mark_sheets import MarkSheetRow
from quiz.db.models.people import UnitRow
from quiz.db.models.weaknesses import ReleasedAnswersRow, WaitingAnswersRow, WeaknessRow
from quiz.engine.disclosure import WAIT
from quiz.engine.instrument import Citation
from quiz.engine.text import Text
from quiz.services import disclosing, people, taking, units, workforce
from quiz.services.unit_of_work import Works
from tests import learning
from tests import sums as reckoning
from tests import weaknesses as ten
from tests.builders import a_scenario
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.weaknesses import PROVISION, turn


def kept(works: Works, table: Any) -> list[tuple[str, int, int, int]]:
    """Return unit, attempts, answers and sound ones of every row about the provision."""
    with works.database.reads() as session:
        names = {row.id: row.name["en"] for row in session.scalars(select(UnitRow))}
        rows = session.scalars(select(table).where(table.provision == PROVISION).order_by(table.id))
        return [(names[row.unit_id], row.attempts, row.answers, row.sound) for row in rows]


def shown(works: Works) -> dict[str, tuple[int, int, int]]:
    """Return answers, sound ones and recent ones by the unit."""
    with works.database.reads() as session:
        names = {row.id: row.name["en"] for row in session.scalars(select(UnitRow))}
        rows = session.scalars(select(WeaknessRow).where(WeaknessRow.provision == PROVISION))
        return {names[row.unit_id]: (row.answers, row.sound, row.recent_answers) for row in rows}


def right(works: Works) -> None:
    with works.reading(SYSTEM) as work:
        assert disclosing.list_differences(work) == ()


@pytest.fixture
def desk(works: Works, unit: str) -> str:
    """A unit below the one of the tests."""
    with works.writing(SYSTEM) as work:
        return people.add_unit(work, Text({"ar": "مكتب", "en": "Desk"}), "EG", unit)


def test_an_answer_counts_once_for_what_its_scenario_rests_on(works: Works, take: Any) -> None:
    take("sum-a", "sum-b")
    turn(works)
    assert kept(works, WaitingAnswersRow) == [("Trial department", 1, 5, 3)]
    with works.database.reads() as session:
        assert session.scalars(select(WaitingAnswersRow.provision)).all() == [PROVISION]
        assert session.scalars(select(MarkSheetRow.is_counted)).all() == [True]
    turn(works)
    assert kept(works, WaitingAnswersRow) == [("Trial department", 1, 5, 3)]
    assert shown(works) == {}
    right(works)


def test_what_tells_of_a_provision_rests_on_it_as_a_whole_and_today() -> None:
    cites = (Citation("a/1/x#one"), Citation("a/1/x#two"), Citation("a/0/x", as_history=True), Citation("b/1/y"))
    scenario = replace(a_scenario(option_cites=("c/1/z",)), cites=cites)
    assert disclosing.provisions_of(scenario) == ("a/1/x", "b/1/y")


def test_what_was_left_open_is_no_answer(works: Works, sums: None, make_person: MakePerson) -> None:
    someone = make_person(modules=(reckoning.MODULE,))
    attempt_id = learning.begin(works, someone, reckoning.MODULE)
    given = learning.best(learning.stored(works, someone, attempt_id), 1)
    with works.writing(someone.actor) as work:
        taking.answer(work, attempt_id, 1, given, 0, learning.SHOWN)
        taking.finish_attempt(work, attempt_id, learning.SHOWN)
    disclosing.count_all(works, SYSTEM)
    assert kept(works, WaitingAnswersRow) == [("Trial department", 1, 1, 1)]


def test_what_does_not_count_is_not_counted(works: Works, take: Any, clock: Clock) -> None:
    someone, attempt_id = take()
    with works.database.writes() as session:
        session.execute(update(MarkSheetRow).values(is_counted=True))
        session.commit()
    before = learning.stored(works, someone, attempt_id)
    assert [slot.scored for slot in before.attempt.slots] == [True] * 5
    row = {"draw": {"slots": [{"scored": number > 0} for number in range(5)]}}
    sheet = type("Sheet", (), {"attempt_id": before.id, "unit": 1, "person_id": before.person_id, **row})
    with works.database.reads() as session:
        sheet.entries = session.scalars(select(MarkSheetRow.entries)).one()
    sheet.ended_at = clock()
    with works.reading(SYSTEM) as work:
        ((_, provision, held),) = disclosing._told(work, [sheet])
    assert (provision, held.answers) == (PROVISION, 4)


def test_nine_attempts_show_nothing_and_the_tenth_shows_all(works: Works, take: Any, clock: Clock) -> None:
    for number in range(9):
        take(*(("sum-a",) if number < 4 else ()))
    turn(works)
    assert shown(works) == {}
    take("sum-a", "sum-b", "sum-c", "sum-d", "sum-e")
    clock.forward(days=1)
    turn(works)
    # 10 attempts at 5 scenarios; 4 got one wrong, one got all wrong.
    assert kept(works, ReleasedAnswersRow) == [("Trial department", 10, 50, 41)]
    assert (kept(works, WaitingAnswersRow), shown(works)) == ([], {"Trial department": (50, 41, 50)})
    right(works)
    for _ in range(9):
        take("sum-a")
    clock.forward(days=1)
    turn(works)
    # Nine more change nothing that is shown.
    assert shown(works) == {"Trial department": (50, 41, 50)}
    right(works)


def fill(works: Works, unit: str, attempts: int, sound: int) -> None:
    """Let so many attempts of two answers wait in a unit since today."""
    ten.fill(works, unit, 2 * attempts, 2 * attempts - sound, attempts=attempts)


def test_a_figure_is_of_the_unit_with_all_below_it(works: Works, unit: str, desk: str, clock: Clock) -> None:
    fill(works, desk, 10, 7)
    fill(works, unit, 9, 9)
    turn(works)
    assert shown(works) == {"Desk": (20, 7, 20), "Trial department": (20, 7, 20)}
    assert kept(works, WaitingAnswersRow) == [("Trial department", 9, 18, 9)]


def test_what_a_unit_did_not_bring_to_ten_counts_above_after_thirty_days(
    works: Works, unit: str, desk: str, clock: Clock
) -> None:
    fill(works, desk, 6, 2)
    turn(works)
    clock.forward(days=WAIT.days - 1)
    fill(works, unit, 4, 8)
    turn(works)
    assert shown(works) == {}
    clock.forward(days=1)
    turn(works)
    assert shown(works) == {"Trial department": (20, 10, 20)}


def test_a_unit_that_moved_takes_whole_releases_along(works: Works, unit: str, desk: str, clock: Clock) -> None:
    with works.writing(SYSTEM) as work:
        other = people.add_unit(work, Text({"ar": "أخرى", "en": "Other"}), "EG")
    fill(works, desk, 10, 7)
    fill(works, unit, 10, 20)
    turn(works)
    assert shown(works)["Trial department"] == (40, 27, 40)
    with works.writing(SYSTEM) as work:
        units.move_unit(work, desk, other)
    clock.forward(days=1)
    turn(works)
    assert shown(works) == {"Trial department": (20, 20, 20), "Desk": (20, 7, 20), "Other": (20, 7, 20)}


def test_after_a_quarter_it_is_not_recent_and_after_a_year_not_shown(works: Works, unit: str, clock: Clock) -> None:
    fill(works, unit, 10, 7)
    turn(works)
    for days, found in ((91, (20, 7, 20)), (1, (20, 7, 0)), (273, (20, 7, 0)), (1, None)):
        clock.forward(days=days)
        turn(works)
        assert shown(works).get("Trial department") == found, days


def test_who_moved_since_counts_where_they_were(works: Works, take: Any, desk: str, clock: Clock) -> None:
    someone, _ = take("sum-a")
    clock.forward(days=1)
    with works.writing(SYSTEM) as work:
        workforce.move_person(work, someone.public_id, desk)
    disclosing.count_all(works, SYSTEM)
    assert kept(works, WaitingAnswersRow) == [("Trial department", 1, 5, 4)]


def test_cut_short_between_two_transactions_nothing_is_lost_or_doubled(
    works: Works, take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosing, "AT_ONCE", 2)
    for _ in range(3):
        take()
    with works.writing(SYSTEM) as work:
        assert disclosing.count_some(work) == 2
    with pytest.raises(RuntimeError), works.writing(SYSTEM) as work:
        disclosing.count_some(work)
        raise RuntimeError("the worker died")
    right(works)
    assert disclosing.count_all(works, SYSTEM) == 1
    assert sum(row[1] for row in kept(works, WaitingAnswersRow)) == 3
    right(works)


def test_a_sum_that_is_wrong_is_found(works: Works, take: Any) -> None:
    take("sum-a")
    turn(works)
    with works.database.writes() as session:
        session.execute(update(WaitingAnswersRow).values(sound=5))
        session.commit()
    with works.reading(SYSTEM) as work:
        (one,) = disclosing.list_differences(work)
    assert (one.provision, one.kept.sound, one.counted.sound) == (PROVISION, 5, 4)


def test_no_code_can_publish_nine(works: Works, unit: str, clock: Clock) -> None:
    with pytest.raises(IntegrityError), works.database.writes() as session:
        place = session.scalars(select(UnitRow.id)).first()
        nine = {"attempts": 9, "answers": 9, "sound": 0, "provision": PROVISION}
        session.add(ReleasedAnswersRow(unit_id=place, released_on=clock().date(), **nine))
        session.flush()


def test_only_who_turns_the_day_may(works: Works, hire: Someone, is_refused: Any) -> None:
    for deed in (disclosing.count_some, disclosing.publish, disclosing.list_differences):
        with is_refused(Permission.PEOPLE_DAY_TURN, hire), works.writing(hire.actor) as work:
            deed(work)
