"""What is published never comes apart: no sums or differences of figures, over units or days, stand for under ten."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.disclosure import FEW, FEWEST, WAIT, Interval, Part, release, wilson

DAY = date(2026, 11, 21)
TREE = {1: None, 2: 1, 3: 1, 4: 2, 5: 2}


@pytest.mark.parametrize(
    ("part", "count", "low", "high"),
    [(6, 10, 0.3127, 0.8318), (18, 30, 0.4232, 0.7541), (60, 100, 0.5020, 0.6906), (0, 10, 0.0, 0.2775),
     (10, 10, 0.7225, 1.0)],
)  # fmt: skip
def test_the_interval_is_the_one_of_wilson(part: int, count: int, low: float, high: float) -> None:
    found = wilson(part, count)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 500).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_an_interval_holds_its_share_and_mirrors(drawn: tuple[int, int]) -> None:
    part, count = drawn
    found, mirrored = wilson(part, count), wilson(count - part, count)
    assert 0 <= found.low <= part / count + 1e-12
    assert part / count - 1e-12 <= found.high <= 1
    assert found.low == pytest.approx(1 - mirrored.high)


def test_intervals_are_apart_only_where_nothing_is_common() -> None:
    low, high = Interval(0.1, 0.3), Interval(0.31, 0.5)
    assert low.is_apart_from(high)
    assert high.is_apart_from(low)
    assert not Interval(0.1, 0.31).is_apart_from(high)
    assert not high.is_apart_from(Interval(0.1, 0.31))


def test_what_people_were_promised_is_what_holds() -> None:
    # The page, the list for learners and the check of the database say the same numbers.
    assert (10, 30, timedelta(days=30)) == (FEWEST, FEW, WAIT)


def waits(unit: int, attempts: int, days: int = 0) -> Part[str]:
    return Part(unit, DAY - timedelta(days=days), attempts, f"{unit}:{attempts}")


def told(parts: list[Part[str]]) -> tuple[dict[int, int], dict[int, int]]:
    """Return how many attempts are released of each unit, and how many wait in each."""
    done = release(parts, TREE, DAY)
    released = {one.unit: sum(part.attempts for part in one.parts) for one in done.releases}
    waiting: Counter[int] = Counter()
    for part in done.waiting:
        waiting[part.unit] += part.attempts
    return released, dict(waiting)


def test_ten_are_released_where_they_are_and_nine_wait() -> None:
    assert told([waits(4, 6), waits(4, 4), waits(5, 9)]) == ({4: 10}, {5: 9})


def test_young_attempts_are_not_taken_for_the_unit_above() -> None:
    assert told([waits(4, 9, WAIT.days - 1), waits(5, 9, WAIT.days - 1)]) == ({}, {4: 9, 5: 9})


def test_what_waited_long_enough_counts_above_on_the_same_day() -> None:
    assert told([waits(4, 5, WAIT.days), waits(5, 4, WAIT.days), waits(2, 1)]) == ({2: 10}, {})


def test_only_the_part_that_waited_goes_up_and_waits_anew_there() -> None:
    assert told([waits(4, 5, WAIT.days), waits(4, 2)]) == ({}, {4: 2, 2: 5})
    (gone,) = [part for part in release([waits(4, 5, 99)], TREE, DAY).waiting]
    assert (gone.unit, gone.since) == (2, DAY)


def test_at_the_top_it_waits_for_as_long_as_it_takes() -> None:
    assert told([waits(1, 9, 5000)]) == ({}, {1: 9})


@dataclass
class House:
    """An organisation that grows, moves its units and publishes, with every answer known by its number."""

    above: dict[int, int | None] = field(default_factory=lambda: {0: None})
    waiting: list[Part[tuple[int, ...]]] = field(default_factory=list)
    releases: list[tuple[int, frozenset[int]]] = field(default_factory=list)
    answers: int = 0
    # Every figure that was ever published, as the answers it was made of.
    published: list[frozenset[int]] = field(default_factory=list)

    def below(self, unit: int) -> set[int]:
        found = {unit}
        while more := {one for one, above in self.above.items() if above in found} - found:
            found |= more
        return found

    def arrive(self, unit: int, count: int, today: date) -> None:
        some = tuple(range(self.answers, self.answers + count))
        self.answers += count
        self.waiting.append(Part(unit, today, count, some))

    def turn(self, today: date) -> None:
        done = release(self.waiting, self.above, today)
        self.waiting = list(done.waiting)
        for one in done.releases:
            self.releases.append((one.unit, frozenset(number for part in one.parts for number in part.name)))
        for unit in self.above:
            below = self.below(unit)
            held = [answers for of, answers in self.releases if of in below]
            if held:
                self.published.append(frozenset().union(*held))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("unit"), st.integers(0, 40), st.just(0)),
        st.tuples(st.just("move"), st.integers(0, 40), st.integers(0, 40)),
        st.tuples(st.just("arrive"), st.integers(0, 40), st.integers(1, 14)),
        st.tuples(st.just("turn"), st.integers(1, 40), st.just(0)),
    ),
    max_size=60,
)


@given(STEPS)
def test_nothing_that_can_be_derived_stands_for_fewer_than_ten(steps: list[tuple[str, int, int]]) -> None:
    house, today = House(), DAY
    for what, first, second in steps:
        unit, other = first % len(house.above), second % len(house.above)
        if what == "unit":
            house.above[len(house.above)] = unit
        elif what == "move" and unit and other not in house.below(unit):
            house.above[unit] = other
        elif what == "arrive":
            house.arrive(unit, second, today)
        elif what == "turn":
            today += timedelta(days=first)
            house.turn(today)
    # Answers that are in exactly the same published figures cannot be told apart by any reckoning with figures:
    # each such group, and so whatever is derived, has ten or none.
    figures = list(dict.fromkeys(house.published))
    groups = Counter(tuple(number in figure for figure in figures) for number in range(house.answers))
    assert all(count >= FEWEST for seen_in, count in groups.items() if any(seen_in))
    for one in figures:
        for other in figures:
            assert len(one - other) == 0 or len(one - other) >= FEWEST
    # Nothing is lost and nothing counts twice.
    waiting = [number for part in house.waiting for number in part.name]
    released = [number for _, answers in house.releases for number in answers]
    assert sorted(waiting + released) == list(range(house.answers))
