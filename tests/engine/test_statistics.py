"""Statistics against Moodle's own fixture, a row of worked figures, and what must be true of any mark sheet."""

from fractions import Fraction
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.statistics import (
    Column,
    choice_statistics,
    columns_of,
    differential_functioning,
    in_one_unit,
    item_statistics,
    livingston,
)
from quiz.engine.statistics import test_statistics as statistics_of_test
from tests.engine.search import SEARCH

# Moodle, mod/quiz/report/statistics/tests/fixtures/steps00.csv: 25 attempts at 7 slots.
MOODLE = [
    [Fraction(mark if not mark.startswith(".") else f"0{mark}") for mark in row.split()]
    for row in """
1 1 1 1 1 0 1|1 1 1 1 .5 1 0|1 1 1 1 .5 0 1|0 0 1 1 1 0 0|1 0 1 0 0 1 .5|1 1 1 1 .5 0 .5|0 1 1 1 .5 1 .5|
1 1 1 0 .5 1 .5|1 0 1 1 1 1 1|0 1 1 0 .5 1 .5|.8 0 1 1 .5 1 .5|1 1 1 0 .5 1 1|1 0 1 1 .5 1 .5|1 0 1 1 1 0 .5|
0 0 1 1 0 1 1|1 0 1 0 .5 1 1|.8 0 1 1 .5 0 1|1 0 1 1 0 1 .5|1 0 1 1 .5 0 .5|0 1 1 0 .5 1 0|1 1 .3333333 1 .5 0 .5|
1 1 1 0 .5 0 .5|1 1 1 1 0 1 .5|0 0 1 0 .5 1 1|0 0 1 1 1 1 1
""".replace("\n", "").split("|")
]
# Facility, deviation, effective weight, discrimination and efficiency in percent, as Moodle's tests have them.
ITEMS = [
    (0.704, 0.4513682901, 21.2922742344, -7.0650767526, -9.4550536967),
    (0.48, 0.5099019514, 18.8979800309, -28.8982125772, -36.7834118938),
    (0.973333332, 0.13333334, 4.4430125730, -9.1230674268, -21.6545012165),
    (0.68, 0.4760952286, 18.9347251357, -22.6306444113, -31.4411395613),
    (0.52, 0.3055050463, 11.1450138688, -17.6997047674, -21.1794802584),
    (0.64, 0.4898979486, 9.8081339177, -45.3785178421, -56.9365974439),
    (0.62, 0.3316624790, 15.4788602394, -5.6543166602, -6.5043742058),
]
CLOSE = 1e-9


def sheet(rows: list[list[Fraction]]) -> tuple[tuple[Column, ...], int]:
    unit = in_one_unit(mark for row in rows for mark in row)
    names = [str(number) for number in range(1, len(rows[0]) + 1)]
    return columns_of([[int(mark * unit) for mark in row] for row in rows], names, [unit] * len(names)), unit


@pytest.mark.parametrize(("place", "wanted"), list(enumerate(ITEMS)))
def test_the_items_are_those_of_moodle(place: int, wanted: tuple[float, ...]) -> None:
    columns, unit = sheet(MOODLE)
    found = item_statistics(columns, unit)[place]
    assert found.facility == pytest.approx(wanted[0], abs=CLOSE)
    assert found.deviation == pytest.approx(wanted[1], abs=CLOSE)
    shares = (found.effective_weight, found.discrimination, found.efficiency)
    assert [100 * float(share or 0) for share in shares] == pytest.approx(wanted[2:], abs=5e-9)
    assert found.intended_weight == pytest.approx(1 / 7, abs=CLOSE)
    assert found.count == 25


def test_the_whole_is_that_of_moodle() -> None:
    columns, unit = sheet(MOODLE)
    found = statistics_of_test(columns, unit)
    assert (found.count, found.items, found.most, found.median) == (25, 7, 7.0, 4.5)
    figures = (found.mean, found.deviation, found.skewness, found.kurtosis, found.standard_error)
    assert figures == pytest.approx((4.617333332, 0.8117265554, -0.0925025020, -0.7073968557, 1.1106813066), abs=CLOSE)
    assert found.consistency == pytest.approx(-0.872230935542, abs=CLOSE)
    assert found.error_ratio == pytest.approx(1.368294900795, abs=CLOSE)
    assert livingston(found, 5.6) == pytest.approx(0.2406356955, abs=CLOSE)
    assert livingston(found, 5.25) == pytest.approx(-0.1647009703, abs=CLOSE)


def test_what_is_undefined_is_none() -> None:
    for rows in ([], [[1, 0]], [[1, 1], [1, 1]]):
        columns = columns_of(rows, ["a", "b"], [1, 1])
        whole = statistics_of_test(columns, 1)
        assert (whole.skewness, whole.kurtosis, whole.consistency, whole.standard_error) == (None,) * 4
        for item in item_statistics(columns, 1):
            assert (item.discrimination, item.efficiency) == (None, None)
    (worthless, _) = item_statistics([Column("a", [0, 0], [1, 0], 0), Column("b", [1, 0], [1, 0], 1)], 1)
    assert (worthless.facility, worthless.deviation, worthless.intended_weight) == (None, 0.0, 0.0)
    assert livingston(statistics_of_test((), 1), 1) is None


def test_a_unit_is_the_smallest_of_which_every_mark_is_a_whole_number() -> None:
    assert in_one_unit([Fraction(1, 2), Fraction(1, 3), Fraction(1)]) == 6
    assert in_one_unit([Fraction(1), Fraction(0)]) == in_one_unit([]) == 1


def test_a_small_form_by_hand() -> None:
    """Three people at two items: marks 0 0, 0 0 and 1 0; the second item never varies."""
    columns = columns_of([[0, 0], [0, 0], [1, 0]], ["a", "b"], [1, 1])
    found = statistics_of_test(columns, 1)
    assert (found.count, found.items, found.most, found.median) == (3, 2, 2.0, 0.0)
    # Variance 1/3, of which the first item has all: alpha is 2 · (1 − 1).
    assert (found.consistency, found.error_ratio) == (0.0, 1.0)
    assert found.standard_error == found.deviation == pytest.approx((1 / 3) ** 0.5, abs=CLOSE)
    # k₃ = 9 · (6/81) / 2 = 1/3 and k₂ = 1/3.
    assert found.skewness == pytest.approx((1 / 3) / (1 / 3) ** 1.5, abs=CLOSE)
    assert found.kurtosis is None
    varying, constant = item_statistics(columns, 1)
    assert (varying.effective_weight, constant.effective_weight) == (1.0, 0.0)
    assert (varying.discrimination, constant.discrimination) == (None, None)


def test_four_people_are_enough_for_a_kurtosis() -> None:
    found = statistics_of_test(columns_of([[0], [0], [0], [1]], ["a"], [1]), 1)
    # k₂ = 1/4; m₂ = 3/16, m₄ = 21/256: k₄ = 16 · (5 · 21/256 − 9 · 9/256) / 6 = 1/4.
    assert found.kurtosis == pytest.approx((1 / 4) / (1 / 4) ** 2, abs=CLOSE)
    assert found.skewness == pytest.approx(2.0, abs=CLOSE)


@pytest.mark.parametrize(("totals", "median"), [([4, 1, 2], 2.0), ([4, 1], 2.5), ([1, 9, 4, 2], 3.0), ([7], 7.0)])
def test_the_median_is_the_middle_or_the_mean_of_the_two_beside_it(totals: list[int], median: float) -> None:
    assert statistics_of_test(columns_of([[total] for total in totals], ["a"], [9]), 1).median == median


def test_where_everybody_has_the_same_there_is_neither_skewness_nor_kurtosis() -> None:
    found = statistics_of_test(columns_of([[1, 0]] * 5, ["a", "b"], [1, 1]), 1)
    assert (found.deviation, found.skewness, found.kurtosis, found.consistency) == (0.0, None, None, None)


def test_one_item_alone_says_nothing_of_consistency() -> None:
    found = statistics_of_test(columns_of([[0], [1], [1]], ["a"], [1]), 1)
    assert (found.items, found.consistency, found.error_ratio, found.standard_error) == (1, None, None, None)
    assert livingston(found, 1) is None
    assert found.skewness == pytest.approx(-(3**0.5), abs=CLOSE)


def test_two_items_that_go_together_are_wholly_consistent_and_discriminate() -> None:
    columns = columns_of([[0, 0], [1, 1], [1, 1]], ["a", "b"], [1, 1])
    assert statistics_of_test(columns, 1).consistency == 1.0
    assert [(one.discrimination, one.efficiency) for one in item_statistics(columns, 1)] == [(1.0, 1.0)] * 2


def test_items_that_give_nothing_have_no_intended_weight() -> None:
    columns = columns_of([[0, 0], [0, 0]], ["a", "b"], [0, 0])
    assert [one.intended_weight for one in item_statistics(columns, 1)] == [None, None]


def test_a_form_that_nobody_took_has_its_items_all_the_same() -> None:
    columns = columns_of([], ["a", "b"], [1, 3])
    assert [(one.name, one.marks, one.totals, one.most) for one in columns] == [("a", [], [], 1), ("b", [], [], 3)]
    found = statistics_of_test(columns, 1)
    assert (found.count, found.items, found.most, found.mean, found.median) == (0, 2, 4.0, None, None)
    assert [(one.count, one.facility, one.intended_weight) for one in item_statistics(columns, 1)] == [
        (0, None, 0.25),
        (0, None, 0.75),
    ]


def test_an_item_that_works_against_the_total_has_no_effective_weight() -> None:
    columns = columns_of([[1, 0, 0], [0, 1, 1], [0, 1, 1]], ["a", "b", "c"], [1, 1, 1])
    against, along, _ = item_statistics(columns, 1)
    assert against.effective_weight is None
    assert along.effective_weight == pytest.approx(0.5)


def test_an_item_drawn_by_chance_is_held_against_the_whole_total() -> None:
    alone = Column("a", [1, 0, 1], [2, 0, 1], 1)
    assert list(alone.rests) == [1, 0, 0]
    assert list(Column("a", [1, 0, 1], [2, 0, 1], 1, is_drawn=True).rests) == [2, 0, 1]


def test_options_have_their_share_and_their_mean_rest_score() -> None:
    found = choice_statistics(["b", "a", "b", ""], [3, 1, 2, 0], 1)
    assert [(one.choice, one.count, one.share, one.mean_rest) for one in found] == [
        ("", 1, 0.25, 0.0),
        ("a", 1, 0.25, 1.0),
        ("b", 2, 0.5, 2.5),
    ]


def test_mantel_haenszel_by_hand() -> None:
    """Two strata: 8/2 and 6/4, then 5/5 and 3/7 right/wrong in reference and focal group."""
    marks, totals, groups = [], [], []
    for total, (right_r, wrong_r, right_f, wrong_f) in ((1, (8, 2, 6, 4)), (2, (5, 5, 3, 7))):
        for group, right, wrong in (("r", right_r, wrong_r), ("f", right_f, wrong_f)):
            marks += [1] * right + [0] * wrong
            totals += [total] * (right + wrong)
            groups += [group] * (right + wrong)
    found = differential_functioning(Column("a", marks, totals, 1), groups, "r", "f")
    odds = (8 * 4 / 20 + 5 * 7 / 20) / (2 * 6 / 20 + 5 * 3 / 20)
    expected, variance = 10 * 14 / 20 + 10 * 8 / 20, (10 * 10 * 14 * 6 + 10 * 10 * 8 * 12) / (400 * 19)
    assert found.odds_ratio == pytest.approx(odds, abs=CLOSE)
    assert found.delta == pytest.approx(-2.35 * log(odds), abs=CLOSE)
    assert found.chi_square == pytest.approx((abs(13 - expected) - 0.5) ** 2 / variance, abs=CLOSE)


def test_an_item_equally_hard_for_both_groups_has_a_delta_of_nothing() -> None:
    found = differential_functioning(Column("a", [1, 0, 1, 0], [1, 1, 1, 1], 1), ["r", "r", "f", "f"], "r", "f")
    assert (found.odds_ratio, str(found.delta)) == (1.0, "0.0")


@pytest.mark.parametrize(("reference", "focal", "odds"), [((0, 5), (5, 0), 0.0), ((5, 0), (0, 5), None)])
def test_odds_of_nothing_are_odds_and_those_without_end_are_none(
    reference: tuple[int, int], focal: tuple[int, int], odds: float | None
) -> None:
    marks = [1] * reference[0] + [0] * reference[1] + [1] * focal[0] + [0] * focal[1]
    column = Column("one", marks, [3] * 10, 1)
    found = differential_functioning(column, ["r"] * 5 + ["f"] * 5, "r", "f")
    assert (found.odds_ratio, found.delta) == (odds, None)


def compared(*people: tuple[str, int, int]) -> tuple[float | None, float | None]:
    """Return the odds ratio and the chi-square of people, each with their group, mark and total."""
    groups, marks, totals = zip(*people, strict=True)
    found = differential_functioning(Column("a", marks, totals, 1), groups, "r", "f")
    assert (found.name, found.reference, found.focal) == ("a", "r", "f")
    return found.odds_ratio, found.chi_square


SPREAD = [("r", 1, 1), ("r", 1, 1), ("r", 0, 1), ("f", 1, 1), ("f", 0, 1), ("f", 0, 1)]


def test_people_of_other_groups_and_those_alone_with_their_total_change_no_comparison() -> None:
    odds, chi_square = compared(*SPREAD)
    assert odds == pytest.approx(4, abs=CLOSE)
    assert compared(("x", 0, 1), *SPREAD, ("x", 1, 1)) == (odds, chi_square)
    assert compared(("r", 1, 9), *SPREAD, ("f", 0, 8)) == (odds, chi_square)


def test_strata_of_other_sizes_add_up_and_whatever_is_not_everything_is_wrong() -> None:
    """Of six people with a total of 1, and of four with 2; half a mark is wrong as well."""
    people = [("r", 2, 1), ("r", 2, 1), ("r", 1, 1), ("f", 2, 1), ("f", 1, 1), ("f", 0, 1)]
    people += [("r", 2, 2), ("r", 2, 2), ("f", 2, 2), ("f", 1, 2)]
    groups, marks, totals = zip(*people, strict=True)
    found = differential_functioning(Column("a", marks, totals, 2), groups, "r", "f")
    assert found.odds_ratio == pytest.approx((2 * 2 / 6 + 2 * 1 / 4) / (1 * 1 / 6), abs=CLOSE)
    distance = 2 - 3 * 3 / 6 + 2 - 2 * 3 / 4
    variance = 3 * 3 * 3 * 3 / (36 * 5) + 2 * 2 * 3 * 1 / (16 * 3)
    assert found.chi_square == pytest.approx((distance - 0.5) ** 2 / variance, abs=CLOSE)


def test_two_of_equal_total_are_compared() -> None:
    odds, chi_square = compared(("r", 1, 1), ("f", 0, 1), ("r", 0, 2), ("f", 1, 2))
    # Two strata of two: a variance of 1/4 each, and no distance but the correction.
    assert (odds, chi_square) == (1.0, 0.5)


def test_without_two_groups_nothing_is_said_of_difference() -> None:
    found = differential_functioning(Column("a", [1, 0], [1, 0], 1), ["r", "r"], "r", "f")
    assert (found.chi_square, found.odds_ratio, found.delta) == (None, None, None)


MARKS = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=12)


@SEARCH
@given(MARKS)
def test_shares_stay_within_their_bounds(rows: list[list[int]]) -> None:
    columns = columns_of(rows, ["a", "b", "c"], [6, 6, 6])
    for item in item_statistics(columns, 6):
        assert item.facility is not None
        assert 0 <= item.facility <= 1
        assert item.discrimination is None or abs(item.discrimination) <= 1 + CLOSE
        assert item.efficiency is None or item.efficiency <= 1
    whole = statistics_of_test(columns, 6)
    assert whole.consistency is None or whole.consistency <= 1


@SEARCH
@given(MARKS, st.integers(2, 5))
def test_the_unit_of_the_marks_changes_no_figure(rows: list[list[int]], factor: int) -> None:
    once = columns_of(rows, ["a", "b", "c"], [6, 6, 6])
    finer = columns_of([[mark * factor for mark in row] for row in rows], ["a", "b", "c"], [6 * factor] * 3)
    assert item_statistics(once, 6) == item_statistics(finer, 6 * factor)
    assert statistics_of_test(once, 6) == statistics_of_test(finer, 6 * factor)
