"""Item and test statistics with Moodle's definitions, from whole numbers, so that nothing is lost on the way.

Marks are whole numbers of one unit (a mark of 1/2 in a unit of 1/6 is 3). Sums of products of whole numbers are
exact, so a variance that is zero is found to be zero, and every figure is rounded once, at its end.
Definitions: Moodle, question/classes/statistics/questions/calculator.php and
mod/quiz/report/statistics/classes/calculator.php. What is undefined is None, never 0.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from math import fsum, lcm, log, sqrt
from operator import mul, sub

Marks = Sequence[int]


@dataclass(frozen=True, slots=True)
class Column:
    """One item: the mark of everybody who met it, what they got in all, and the most it gives, in one unit.

    `is_drawn` says that the item was drawn by chance into the attempts: then its rest score is the whole total,
    as Moodle has it for random questions.
    """

    name: str
    marks: Marks
    totals: Marks
    most: int
    is_drawn: bool = False

    @property
    def rests(self) -> Marks:
        """Return what everybody got besides this item."""
        return self.totals if self.is_drawn else list(map(sub, self.totals, self.marks))


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """The figures of one item; shares and correlations as such (0.7, -0.28), not in percent."""

    name: str
    count: int
    facility: float | None
    deviation: float | None
    discrimination: float | None
    efficiency: float | None
    intended_weight: float | None
    effective_weight: float | None
    covariance_with_total: Fraction | None


@dataclass(frozen=True, slots=True)
class TestStatistics:
    """The figures of a form that everybody took; `mean`, `median` and `deviation` in marks."""

    count: int
    items: int
    most: float
    mean: float | None
    median: float | None
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    consistency: float | None
    error_ratio: float | None
    standard_error: float | None


def in_one_unit(values: Iterable[Fraction]) -> int:
    """Return the number of units in a mark of 1, such that every value is a whole number of them."""
    unit = 1
    for denominator in {value.denominator for value in values}:
        unit = lcm(unit, denominator)
    return unit


def _scatter(first: Marks, second: Marks) -> int:
    """Return n·Σxy − Σx·Σy: n(n − 1) times the covariance, exactly."""
    products: int = sum(map(mul, first, second))
    return len(first) * products - sum(first) * sum(second)


def _covariance(scatter: int, count: int, unit: int) -> Fraction | None:
    """Return the covariance that a scatter is of, with the divisor n − 1, in marks squared."""
    return Fraction(scatter, count * (count - 1) * unit * unit) if count > 1 else None


def _variance(values: Marks, unit: int) -> Fraction | None:
    """Return the variance with the divisor n − 1, in marks squared."""
    return _covariance(_scatter(values, values), len(values), unit)


def _root(value: Fraction) -> float:
    return sqrt(value)


def item_statistics(columns: Sequence[Column], unit: int) -> tuple[ItemStatistics, ...]:
    """Return the figures of items; weights are among all of them, so the columns must be of one test.

    Effective weight: the root of the covariance with the total, among the roots of those that are not negative.
    """
    with_total = [_covariance(_scatter(column.marks, column.totals), len(column.marks), unit) for column in columns]
    roots = [_root(held) for held in with_total if held is not None and held >= 0]
    of_all = fsum(roots)
    most = sum(column.most for column in columns)
    found = []
    for column, covariance in zip(columns, with_total, strict=True):
        marks, rests, count = column.marks, column.rests, len(column.marks)
        own, with_rests = _scatter(marks, marks), _scatter(marks, rests)
        variance = _covariance(own, count, unit)
        effective = _root(covariance) / of_all if covariance is not None and covariance >= 0 and of_all else None
        found.append(
            ItemStatistics(
                name=column.name,
                count=count,
                facility=float(Fraction(sum(marks), count * column.most)) if count and column.most else None,
                deviation=_root(variance) if variance is not None else None,
                discrimination=_discrimination(own, with_rests, _scatter(rests, rests)),
                efficiency=_efficiency(with_rests, _scatter(sorted(marks), sorted(rests))),
                intended_weight=float(Fraction(column.most, most)) if most else None,
                effective_weight=effective,
                covariance_with_total=covariance,
            )
        )
    return tuple(found)


def _discrimination(of_marks: int, together: int, of_rests: int) -> float | None:
    """Return the correlation of mark and rest score (corrected item-rest), None where one of them never varies."""
    spread = of_marks * of_rests
    return _ratio_to_root(together, spread) if spread else None


def _ratio_to_root(value: int, squared: int) -> float:
    """Return value / √squared for whole numbers of any size, with the sign of the value."""
    share = sqrt(Fraction(value * value, squared))
    return -share if value < 0 else share


def _efficiency(together: int, largest: int) -> float | None:
    """Return the scatter with the rest score as a share of the largest that these marks and rests could have."""
    return float(Fraction(together, largest)) if largest else None


def test_statistics(columns: Sequence[Column], unit: int) -> TestStatistics:
    """Return the figures of a form whose columns everybody has in the same order of people."""
    totals = columns[0].totals if columns else ()
    count = len(totals)
    variance = _variance(totals, unit)
    deviation = _root(variance) if variance is not None else None
    consistency = _consistency(columns, variance, unit)
    error_ratio = sqrt(1 - consistency) if consistency is not None else None
    second, third, fourth = _cumulants(totals)
    return TestStatistics(
        count=count,
        items=len(columns),
        most=sum(column.most for column in columns) / unit,
        mean=float(Fraction(sum(totals), count * unit)) if count else None,
        median=_median(totals, unit),
        deviation=deviation,
        skewness=_skewness(second, third),
        kurtosis=float(fourth / (second * second)) if second and fourth is not None else None,
        consistency=float(consistency) if consistency is not None else None,
        error_ratio=error_ratio,
        standard_error=error_ratio * deviation if error_ratio is not None and deviation is not None else None,
    )


def _consistency(columns: Sequence[Column], variance: Fraction | None, unit: int) -> Fraction | None:
    """Return Cronbach's alpha as a share; negative where items work against each other."""
    if len(columns) < 2 or not variance:
        return None
    own = [_variance(column.marks, unit) or Fraction(0) for column in columns]
    return Fraction(len(columns), len(columns) - 1) * (1 - sum(own, Fraction(0)) / variance)


def _cumulants(totals: Marks) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Return the unbiased second, third and fourth cumulants (k-statistics) in units; None below 2, 3 and 4 people."""
    count = len(totals)
    # n times each distance from the mean is whole.
    distances = [count * total - whole for whole in (sum(totals),) for total in totals]
    squares = list(map(mul, distances, distances))
    moments = (
        [
            Fraction(sum(powers), count ** (order + 1))
            for order, powers in ((2, squares), (3, map(mul, squares, distances)), (4, map(mul, squares, squares)))
        ]
        if count
        else []
    )
    second = count * moments[0] / (count - 1) if count > 1 else None
    third = count**2 * moments[1] / ((count - 1) * (count - 2)) if count > 2 else None
    fourth = None
    if count > 3:
        corrected = (count + 1) * moments[2] - 3 * (count - 1) * moments[0] ** 2
        fourth = count**2 * corrected / ((count - 1) * (count - 2) * (count - 3))
    return second, third, fourth


def _skewness(second: Fraction | None, third: Fraction | None) -> float | None:
    if not second or third is None:
        return None
    share = sqrt(third * third / second**3)
    return -share if third < 0 else share


def _median(totals: Marks, unit: int) -> float | None:
    if not totals:
        return None
    ordered, count = sorted(totals), len(totals)
    return float(Fraction(ordered[(count - 1) // 2] + ordered[count // 2], 2 * unit))


def livingston(test: TestStatistics, cut: float) -> float | None:
    """Return Livingston's coefficient for a pass mark `cut` in marks: the consistency of passing and not passing."""
    if test.consistency is None or test.deviation is None or test.mean is None:
        return None
    variance, distance = test.deviation**2, (test.mean - cut) ** 2
    return (test.consistency * variance + distance) / (variance + distance)


@dataclass(frozen=True, slots=True)
class ChoiceStatistics:
    """How many took one option, their share, and their mean rest score in marks."""

    choice: str
    count: int
    share: float
    mean_rest: float


def choice_statistics(choices: Sequence[str], rests: Marks, unit: int) -> tuple[ChoiceStatistics, ...]:
    """Return the figures of each option that somebody took, in order of the options; '' stands for no answer."""
    counted = Counter(choices)
    sums: Counter[str] = Counter()
    for choice, rest in zip(choices, rests, strict=True):
        sums[choice] += rest
    return tuple(
        ChoiceStatistics(choice, times, times / len(choices), float(Fraction(sums[choice], times * unit)))
        for choice, times in sorted(counted.items())
    )


@dataclass(frozen=True, slots=True)
class DifferentialFunctioning:
    """Whether an item is harder for one group among people of equal totals (Mantel-Haenszel).

    `odds_ratio` above 1 favours the reference group; `delta` is ETS's -2.35 ln of it, below 0 then. Odds of 0 have
    no delta, and where the focal group is never right beside a wrong of the reference group there are no odds.
    """

    name: str
    reference: Hashable
    focal: Hashable
    chi_square: float | None
    odds_ratio: float | None
    delta: float | None


def differential_functioning(
    column: Column, groups: Sequence[Hashable], reference: Hashable, focal: Hashable
) -> DifferentialFunctioning:
    """Return the Mantel-Haenszel figures of an item over strata of equal total score (Holland and Thayer 1988).

    An item counts as right with the most it gives. Chi-square has the continuity correction of one half and one
    degree of freedom. People of other groups are left out.
    """
    strata: dict[int, list[int]] = {}
    counted = Counter(zip(column.marks, column.totals, groups, strict=True))
    for (mark, total, group), times in counted.items():
        if group in (reference, focal):
            cell = (0 if group == reference else 2) + (0 if mark == column.most else 1)
            strata.setdefault(total, [0, 0, 0, 0])[cell] += times
    return DifferentialFunctioning(column.name, reference, focal, *_mantel_haenszel(strata))


def _mantel_haenszel(strata: Mapping[int, Sequence[int]]) -> tuple[float | None, float | None, float | None]:
    # Strata of one size have one denominator: their sums are whole, and a fraction is made once a size.
    sums: dict[int, list[int]] = {}
    for right_reference, wrong_reference, right_focal, wrong_focal in strata.values():
        in_reference, in_focal = right_reference + wrong_reference, right_focal + wrong_focal
        right, wrong = right_reference + right_focal, wrong_reference + wrong_focal
        held = sums.setdefault(in_reference + in_focal, [0, 0, 0, 0])
        held[0] += right_reference * wrong_focal - wrong_reference * right_focal
        held[1] += in_reference * in_focal * right * wrong
        held[2] += right_reference * wrong_focal
        held[3] += wrong_reference * right_focal
    distance, variance, above, below = (Fraction(0) for _ in range(4))
    for count, held in sums.items():
        distance += Fraction(held[0], count)
        variance += Fraction(held[1], count * count * (count - 1)) if count > 1 else 0
        above += Fraction(held[2], count)
        below += Fraction(held[3], count)
    chi_square = float((abs(distance) - Fraction(1, 2)) ** 2 / variance) if variance else None
    odds = above / below if below else None
    # Taken from 0, so that equal odds give 0.0 and not -0.0.
    delta = 0 - 2.35 * log(odds) if odds else None
    return chi_square, float(odds) if odds is not None else None, delta


def columns_of(rows: Iterable[Sequence[int]], names: Sequence[str], most: Sequence[int]) -> tuple[Column, ...]:
    """Return the columns of a form that everybody took, from one row of marks a person."""
    by_item: list[list[int]] = [list(marks) for marks in zip(*rows, strict=True)] or [[] for _ in names]
    totals = [sum(row) for row in zip(*by_item, strict=True)]
    return tuple(map(Column, names, by_item, repeat(totals), most))
