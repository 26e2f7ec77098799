"""The pass rule is tried on the exact mean: at the boundary it passes, one part in a million below it does not."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.engine.module import PassRule
from quiz.engine.scoring import Mark, Score, score
from tests.builders import a_pass_rule, a_scenario, acted, an_attempt, choosing
from tests.engine.search import SEARCH

MILLIONTH = Fraction(1, 1_000_000)
INTEGRITY = "eg-conduct/code-2019/integrity"
MEDIA_SECRECY = "eg-conduct/code-2019/media-secrecy"


def marks(*credits: Fraction | int | str, scored: bool = True, about: str = INTEGRITY) -> list[Mark]:
    return [Mark(place, Fraction(credit), scored, frozenset({about})) for place, credit in enumerate(credits, 1)]


def passes(rule: PassRule, *found: Mark) -> bool:
    return score(found, rule).passed


@pytest.mark.parametrize("least", ["4/5", "2/3", "1", "1/3", "7/10", "333333/1000000"])
def test_exactly_at_the_pass_rule_passes_and_a_millionth_below_does_not(least: str) -> None:
    rule = a_pass_rule(least)
    assert passes(rule, *marks(least, least, least))
    assert not passes(rule, *marks(least, least, Fraction(least) - MILLIONTH))


def test_eight_of_ten_pass_four_fifths() -> None:
    assert score(marks(*[1] * 8, 0, 0), a_pass_rule("4/5")) == Score(Fraction(8), 10, True)
    assert score(marks(*[1] * 7, "99/100", 0, 0), a_pass_rule("4/5")) == Score(Fraction(799, 100), 10, False)


def test_ten_tenths_are_one_where_floats_say_less() -> None:
    assert sum([0.1] * 10) < 1
    assert passes(a_pass_rule("1/10"), *marks(*["1/10"] * 10))
    assert score(marks(*["1/10"] * 10), a_pass_rule("1")).points == 1


def test_what_is_not_scored_neither_helps_nor_harms() -> None:
    counted = marks(1, "3/5")
    for credit in (0, 1):
        found = score([*counted, *marks(credit, credit, scored=False)], a_pass_rule("4/5"))
        assert found == Score(Fraction(8, 5), 2, True)


def test_where_nothing_counts_nobody_passes_and_the_share_is_zero() -> None:
    for found in (score([], a_pass_rule()), score(marks(1, 1, scored=False), a_pass_rule())):
        assert (found.points, found.out_of, found.passed, found.share) == (0, 0, False, 0)
        assert type(found.points) is Fraction


def test_the_share_is_not_rounded() -> None:
    assert score(marks(1, 1, 0), a_pass_rule()).share == Fraction(2, 3)


def test_a_demand_on_a_provision_is_met_exactly_or_missed_by_a_millionth() -> None:
    rule = a_pass_rule("1/2", media_secrecy="1/2")
    enough = marks(1, 0, about=MEDIA_SECRECY)
    too_little = marks(1 - MILLIONTH, 0, about=MEDIA_SECRECY)
    assert passes(rule, *marks(1, 1, 1), *enough)
    assert not passes(rule, *marks(1, 1, 1), *too_little)


def test_every_demand_must_be_met() -> None:
    rule = a_pass_rule("1/2", integrity="1", media_secrecy="1")
    assert passes(rule, *marks(1), *marks(1, about=MEDIA_SECRECY))
    assert not passes(rule, *marks(0), *marks(1, about=MEDIA_SECRECY))
    assert not passes(rule, *marks(1), *marks(0, about=MEDIA_SECRECY))


def test_a_demand_cannot_make_up_for_the_mean() -> None:
    assert not passes(a_pass_rule("4/5", media_secrecy="1"), *marks(0, 0), *marks(1, about=MEDIA_SECRECY))


def test_a_demand_that_no_scored_scenario_meets_is_not_met() -> None:
    rule = a_pass_rule("1/2", media_secrecy="1/2")
    assert not passes(rule, *marks(1, 1))
    assert not passes(rule, *marks(1, 1), *marks(1, scored=False, about=MEDIA_SECRECY))


def test_a_scenario_answers_for_the_provisions_of_its_options_and_for_the_whole_of_a_part() -> None:
    scenario = a_scenario(cites=[INTEGRITY], option_cites=[f"{MEDIA_SECRECY}#2"])
    mark = an_attempt(scenario).marks[0]
    assert mark.addresses == {INTEGRITY, f"{MEDIA_SECRECY}#2", MEDIA_SECRECY}


def test_a_place_without_an_answer_counts_as_nothing() -> None:
    attempt = acted(an_attempt(behaviour="exam", pass_rule=a_pass_rule("1/3")), choosing(2, "a"))
    assert attempt.score == Score(Fraction(1), 3, True)


credits = st.lists(st.tuples(st.fractions(0, 1, max_denominator=60), st.booleans()), max_size=12)


@SEARCH
@given(credits, st.fractions(min_value=Fraction(1, 60), max_value=1, max_denominator=60))
def test_the_sum_of_the_parts_is_the_whole(given: list[tuple[Fraction, bool]], least: Fraction) -> None:
    found = [Mark(place, credit, scored, frozenset()) for place, (credit, scored) in enumerate(given, 1)]
    whole = score(found, PassRule(least))
    parts = [score([mark], PassRule(least)) for mark in found]
    assert whole.points == sum((part.points for part in parts), Fraction(0))
    assert whole.out_of == sum(part.out_of for part in parts)
    assert whole.share * whole.out_of == whole.points
    assert whole.passed == (whole.out_of > 0 and whole.share >= least)


@SEARCH
@given(credits, st.randoms(use_true_random=False))
def test_the_order_of_places_never_changes_a_score(given: list[tuple[Fraction, bool]], chance: "object") -> None:
    found = [Mark(place, credit, scored, frozenset({INTEGRITY})) for place, (credit, scored) in enumerate(given, 1)]
    turned = list(found)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    rule = a_pass_rule("4/5", integrity="1/2")
    assert score(turned, rule) == score(found, rule)
