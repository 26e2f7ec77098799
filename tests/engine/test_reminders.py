"""Nobody is reminded of what is done, nor twice, nor on a day of rest; and every silence has its reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.engine.reminders import OPEN, Asked, Item, Ladder, Noted, Reader, Skipped, plan

DUE = date(2026, 11, 19)  # a Thursday
LADDER = Ladder(before=(7, 1), after=(1, 7))
LONG_AGO = date(2026, 1, 1)
STATES = ("not_begun", "under_way", "awaiting_next", "passed_pledge_open", "completed", "excused")


def asked(state: str = "not_begun", due_on: date | None = DUE, **changes: object) -> Asked:
    return Asked("a", due_on, state, LONG_AGO, **changes)  # type: ignore[arg-type]


def told(day: date, since: date, one: Asked, reader: Reader = Reader()) -> tuple[object, ...]:  # noqa: B008
    found = plan(LADDER, reader, [one], since, day, {})
    return (*found.items, *found.skipped)


def test_steps_stand_in_order_around_the_due_date() -> None:
    assert [step for _, step in LADDER.steps(DUE)] == ["before-7", "before-1", "due", "after-1", "after-7"]
    assert [day for day, _ in LADDER.steps(DUE)] == [DUE + timedelta(days=days) for days in (-7, -1, 0, 1, 7)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 11), ()),
        (date(2026, 11, 12), (Item("a", "before-7"),)),
        (date(2026, 11, 18), (Item("a", "before-1"),)),
        (DUE, (Item("a", "due"),)),
        (date(2026, 11, 26), (Item("a", "after-7"),)),
        (date(2026, 11, 30), ()),
    ],
)
def test_each_step_is_said_on_its_day(day: date, expected: tuple[Item, ...]) -> None:
    assert told(day, day - timedelta(days=1), asked()) == expected


def test_what_falls_on_days_of_rest_is_said_on_the_next_working_day() -> None:
    friday, saturday, sunday = (date(2026, 11, day) for day in (20, 21, 22))
    assert told(friday, DUE, asked()) == ()
    assert told(saturday, DUE, asked()) == ()
    assert told(sunday, DUE, asked()) == (Item("a", "after-1"),)


def test_days_that_were_missed_are_said_once_and_the_last_alone() -> None:
    found = told(date(2026, 11, 22), date(2026, 11, 10), asked())
    assert found == (
        Item("a", "after-1"),
        Skipped("a", "before-7", "overtaken"),
        Skipped("a", "before-1", "overtaken"),
        Skipped("a", "due", "overtaken"),
    )


@pytest.mark.parametrize(
    ("one", "reader", "because"),
    [
        (asked("completed"), Reader(), "done"),
        (asked("excused"), Reader(), "excused"),
        (asked(is_disowned=True), Reader(), "not_theirs"),
        (asked(), Reader(has_left=True), "left"),
        (asked(), Reader(is_away=True), "away"),
    ],
)
def test_every_silence_has_its_reason(one: Asked, reader: Reader, because: str) -> None:
    assert told(DUE, DUE - timedelta(days=1), one, reader) == (Skipped("a", "due", because),)


def test_nobody_is_told_of_days_before_it_was_assigned() -> None:
    late = Asked("a", DUE, "not_begun", date(2026, 11, 18))
    assert plan(LADDER, Reader(), [late], LONG_AGO, DUE, {}).items == (Item("a", "due"),)
    assert plan(LADDER, Reader(), [late], LONG_AGO, DUE, {}).skipped == ()


def test_without_a_due_date_there_is_nothing_to_say() -> None:
    assert told(DUE, LONG_AGO, asked(due_on=None)) == ()


DAYS = st.integers(0, 80).map(lambda days: LONG_AGO + timedelta(days=days))
MODULES = st.lists(
    st.builds(
        Asked,
        id=st.sampled_from("abc"),
        due_on=st.none() | DAYS,
        state=st.sampled_from(STATES),
        assigned_on=DAYS,
        is_disowned=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)
LADDERS = st.builds(
    Ladder,
    before=st.lists(st.integers(1, 40), max_size=3).map(tuple),
    after=st.lists(st.integers(1, 40), max_size=3).map(tuple),
    weekend=st.frozensets(st.integers(0, 6), max_size=3),
)


@given(LADDERS, MODULES, st.lists(DAYS, min_size=1, max_size=12).map(sorted))
@settings(max_examples=120, deadline=None)
def test_over_any_history_nothing_is_said_twice_nor_of_what_is_done(
    ladder: Ladder, modules: list[Asked], days: list[date]
) -> None:
    seen: dict[str, list[Noted]] = {}
    since = days[0] - timedelta(days=1)
    states = {one.id: one.state for one in modules}
    for day in days:
        found = plan(ladder, Reader(), modules, since, day, seen)
        said = [(one.id, one.step) for one in (*found.items, *found.skipped)]
        assert len(said) == len(set(said))
        for module, step in said:
            assert step not in {was.step for was in seen.get(module, ())}
            assert ladder.is_working_day(day)
            seen.setdefault(module, []).append(Noted(step, day))
        for item in found.items:
            assert states[item.id] in OPEN
        assert len({item.id for item in found.items}) == len(found.items)
        if ladder.is_working_day(day):
            since = day


@given(LADDERS, MODULES, DAYS)
@settings(max_examples=60, deadline=None)
def test_however_often_a_day_is_planned_every_step_is_said_or_has_its_reason(
    ladder: Ladder, modules: list[Asked], day: date
) -> None:
    since = LONG_AGO - timedelta(days=50)
    found = plan(ladder, Reader(), modules, since, day, {})
    expected = {
        (one.id, step)
        for one in modules
        if one.due_on is not None and ladder.is_working_day(day)
        for reached, step in ladder.steps(one.due_on)
        if max(since, one.assigned_on) < reached <= day
    }
    assert {(one.id, one.step) for one in (*found.items, *found.skipped)} == expected
