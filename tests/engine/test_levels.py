"""Superiors are told once of what is past and of nothing else, however long the grace; news are told once as well."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.engine.reminders import (
    ASSIGNED,
    OPEN,
    POSTPONED,
    Asked,
    Item,
    Ladder,
    Noted,
    Reader,
    Skipped,
    escalate,
    next_level,
    plan,
)

DUE = date(2026, 11, 19)  # a Thursday
LADDER = Ladder(before=(), after=(), levels=(7, 21))
LONG_AGO = date(2026, 1, 1)
LATE = Asked("a", DUE, "not_begun", LONG_AGO, is_told=True)


def there(_key: str, _level: int) -> bool:
    return True


def told(
    day: date,
    one: Asked = LATE,
    reader: Reader = Reader(),  # noqa: B008
    noted: tuple[Noted, ...] = (),
    ladder: Ladder = LADDER,
    has_superior: Callable[[str, int], bool] = there,
) -> tuple[object, ...]:
    found = escalate(ladder, reader, [one], day, {"a": noted}, has_superior)
    return (*found.items, *found.skipped)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


@pytest.mark.parametrize(("days", "expected"), [(6, ()), (7, (Item("a", "level-1"),)), (300, (Item("a", "level-1"),))])
def test_the_first_superior_is_told_after_the_first_grace(days: int, expected: tuple[Item, ...]) -> None:
    assert told(after(days), ladder=replace(LADDER, weekend=frozenset())) == expected


def test_the_second_superior_is_told_after_the_second_grace_and_then_nobody() -> None:
    first = (Noted("level-1", after(7)),)
    assert told(after(20), noted=first) == ()
    assert told(after(21), noted=first) == (Item("a", "level-2"),)
    assert told(after(60), noted=(*first, Noted("level-2", after(21)))) == ()


def test_the_next_superior_waits_as_long_after_one_who_was_told_late() -> None:
    late = (Noted("level-1", after(35)),)
    assert told(after(48), noted=late) == ()
    assert told(after(49), noted=late) == (Item("a", "level-2"),)


@pytest.mark.parametrize("grace", [1, 7, 90, 365])
def test_the_longest_grace_fires_though_days_were_missed(grace: int) -> None:
    ladder = Ladder(levels=(grace,), weekend=frozenset())
    assert told(after(grace - 1), ladder=ladder) == ()
    for days in (grace, grace + 1, grace + 400):
        assert told(after(days), ladder=ladder) == (Item("a", "level-1"),)


def test_without_levels_or_on_days_of_rest_nobody_is_told() -> None:
    assert told(after(30), ladder=replace(LADDER, levels=())) == ()
    assert told(after(8)) == ()  # a Friday
    assert told(after(30), replace(LATE, due_on=None)) == ()


@pytest.mark.parametrize(
    ("one", "reader", "has_superior", "because"),
    [
        (LATE, Reader(is_away=True), there, "away"),
        (LATE, Reader(has_left=True), there, "left"),
        (replace(LATE, is_disowned=True), Reader(), there, "not_theirs"),
        (replace(LATE, is_told=False), Reader(), there, "not_told"),
        (LATE, Reader(), lambda key, level: False, "nobody_above"),
    ],
)
def test_a_silence_is_noted_once_and_ends_with_its_reason(
    one: Asked, reader: Reader, has_superior: Callable[[str, int], bool], because: str
) -> None:
    silence = (Skipped("a", "level-1", because),)
    assert told(after(7), one, reader, has_superior=has_superior) == silence
    noted = (Noted("level-1", after(7), because),)
    assert told(after(10), one, reader, noted, has_superior=has_superior) == ()
    spoken = told(after(10), noted=noted)
    assert spoken == ((Item("a", "level-1"),) if because in POSTPONED else ())


@pytest.mark.parametrize("state", ["completed", "excused"])
def test_nobody_is_told_of_what_is_done(state: str) -> None:
    assert told(after(7), replace(LATE, state=state)) == ()


def test_the_day_of_the_next_level_can_be_said_before() -> None:
    assert next_level(LADDER, DUE, ()) == (after(7), 1)
    assert next_level(LADDER, DUE, [Noted("level-1", after(9))]) == (after(23), 2)
    assert next_level(LADDER, DUE, [Noted("level-1", after(7)), Noted("level-2", after(21))]) is None
    assert next_level(LADDER, None, ()) is None


NEW = Asked("a", after(30), "not_begun", DUE, is_new=True)


@pytest.mark.parametrize("due_on", [None, after(30), after(1)])
def test_what_is_assigned_is_told_with_or_without_a_due_date(due_on: date | None) -> None:
    one = replace(NEW, due_on=due_on)
    assert plan(LADDER, Reader(), [one], LONG_AGO, DUE, {}).items == (Item("a", ASSIGNED),)
    assert plan(LADDER, Reader(), [one], LONG_AGO, DUE, {"a": [Noted(ASSIGNED, DUE)]}).items == ()
    assert plan(LADDER, Reader(), [replace(one, is_new=False)], LONG_AGO, DUE, {}).items == ()


def test_news_come_before_the_step_that_falls_on_the_same_day() -> None:
    one = replace(NEW, due_on=DUE, assigned_on=after(-2))
    found = plan(LADDER, Reader(), [one], after(-3), DUE, {})
    assert (found.items, found.skipped) == ((Item("a", ASSIGNED),), (Skipped("a", "due", "overtaken"),))


def test_who_was_away_hears_of_it_when_they_are_back() -> None:
    found = plan(LADDER, Reader(is_away=True), [NEW], LONG_AGO, DUE, {})
    assert (found.items, found.skipped) == ((), (Skipped("a", ASSIGNED, "away"),))
    noted = {"a": [Noted(ASSIGNED, DUE, "away")]}
    assert plan(LADDER, Reader(is_away=True), [NEW], LONG_AGO, after(3), noted).skipped == ()
    assert plan(LADDER, Reader(), [NEW], LONG_AGO, after(3), noted).items == (Item("a", ASSIGNED),)


def test_what_was_begun_is_no_news() -> None:
    found = plan(LADDER, Reader(), [replace(NEW, state="under_way")], LONG_AGO, DUE, {})
    assert (found.items, found.skipped) == ((), (Skipped("a", ASSIGNED, "begun"),))


DAYS = st.integers(0, 80).map(lambda days: LONG_AGO + timedelta(days=days))
LADDERS = st.builds(
    Ladder,
    before=st.lists(st.integers(1, 30), max_size=2).map(tuple),
    after=st.lists(st.integers(1, 30), max_size=2).map(tuple),
    levels=st.lists(st.integers(1, 40), max_size=3, unique=True).map(lambda days: tuple(sorted(days))),
    weekend=st.frozensets(st.integers(0, 6), max_size=3),
)
CHANGES = st.fixed_dictionaries(
    {
        "state": st.sampled_from([*sorted(OPEN), "completed"]),
        "is_disowned": st.booleans(),
        "is_told": st.booleans(),
        "is_away": st.booleans(),
        "is_there": st.booleans(),
    }
)


@given(LADDERS, st.none() | DAYS, st.lists(st.tuples(DAYS, CHANGES), min_size=1, max_size=14))
@settings(max_examples=300, deadline=None)
def test_over_any_history_nothing_is_said_twice_nor_of_what_is_done_and_no_silence_is_without_reason(
    ladder: Ladder, due_on: date | None, history: list[tuple[date, dict[str, object]]]
) -> None:
    noted: list[Noted] = []
    since = LONG_AGO - timedelta(days=1)
    for day, now in sorted(history, key=lambda entry: entry[0]):
        one = Asked("a", due_on, str(now["state"]), LONG_AGO, bool(now["is_disowned"]), True, bool(now["is_told"]))
        reader = Reader(is_away=bool(now["is_away"]))
        known = {"a": tuple(noted)}
        own = plan(ladder, reader, [one], since, day, known)
        up = escalate(ladder, reader, [one], day, known, lambda key, level: bool(now["is_there"]))  # noqa: B023
        said = [item.step for item in (*own.items, *up.items)]
        silent = [(skip.step, skip.because) for skip in (*own.skipped, *up.skipped)]
        assert not {was.step for was in noted if was.because is None} & {*said, *(step for step, _ in silent)}
        assert not {(was.step, was.because) for was in noted} & set(silent)
        assert len(own.items) <= 1
        assert len(up.items) <= 1
        if said:
            assert one.state in OPEN
            assert not one.is_disowned
            assert not reader.is_away
            assert ladder.is_working_day(day)
        if up.items:
            assert due_on is not None
            assert one.is_told
            assert (day - due_on).days >= ladder.levels[int(up.items[0].step[-1]) - 1]
        level = next_level(ladder, due_on, noted)
        if level is not None and level[0] <= day and ladder.is_working_day(day) and one.state in OPEN:
            step = f"level-{level[1]}"
            assert step in said or step in {was.step for was in noted} or step in {of for of, _ in silent}
        noted += [Noted(step, day) for step in said] + [Noted(step, day, because) for step, because in silent]
        if ladder.is_working_day(day):
            since = day
