"""Trial draws say what a blueprint draws: exactly, the same each time, and as an attempt would draw it."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

import pytest

from quiz.bank.reader import Reading
from quiz.bank.trials import DRAWS, CountryTrial, Lines, draw_once, drawable, seed_of, try_out
from quiz.engine.document import read_instrument, read_module, read_scenario
from quiz.engine.instrument import Library, Verification
from quiz.engine.module import SelectionRule
from quiz.engine.scenario import Scenario
from quiz.engine.selection import Standing, choose, unscored_because
from tests.builders import a_library, a_provision, a_scenario

CODE = "eg-conduct/code-2019"
LIBRARY = a_library(a_provision("integrity"), a_provision("respect"), a_provision("silence"))
POOL = [a_scenario(f"scenario-{letter}") for letter in "abcd"]
RESPECT = a_scenario("respect", cites=[f"{CODE}/respect"])
FOREIGN = a_scenario("foreign", bank="ae-conduct", jurisdiction="AE", cites=["ae-conduct/res-79-2023/pledge-7"])


def tried(
    *lines: SelectionRule | None,
    pool: list[Scenario] | None = None,
    reasons: Mapping[str, str | None] | None = None,
    country: str = "EG",
) -> CountryTrial:
    return try_out(lines, country, [*POOL, RESPECT, FOREIGN] if pool is None else pool, LIBRARY, reasons or {})


def keys(scenarios: tuple[Scenario, ...]) -> list[str]:
    return [scenario.key for scenario in scenarios]


def test_a_line_says_how_many_it_may_draw_and_how_many_of_them_count() -> None:
    reasons = {"scenario-a": "verification", "foreign": "comparison"}
    trial = tried(SelectionRule("eg-conduct", 2), SelectionRule("ae-conduct", 1, scored=False), reasons=reasons)
    assert [(one.place, one.candidates, one.counting, one.is_short) for one in trial.lines] == [
        (0, 5, 4, False),
        (1, 1, 0, False),
    ]
    assert (trial.length, trial.draws) == (3, DRAWS)
    # Four of five count, and what counts is drawn first.
    assert trial.mean_counted == 2


def test_what_is_drawn_for_no_score_counts_nowhere() -> None:
    trial = tried(SelectionRule("eg-conduct", 2, scored=False))
    assert [one.counting for one in trial.lines] == [0]
    assert trial.mean_counted == 0


def test_provisions_are_met_as_often_as_their_scenarios_are_drawn() -> None:
    trial = tried(SelectionRule("eg-conduct", 1), SelectionRule("ae-conduct", 1, scored=False))
    met = {one.address: one for one in (*trial.own, *trial.others)}
    assert {address: one.scenarios for address, one in met.items()} == {
        f"{CODE}/integrity": 4,
        f"{CODE}/respect": 1,
        "ae-conduct/res-79-2023/pledge-7": 1,
    }
    assert met[f"{CODE}/integrity"].met + met[f"{CODE}/respect"].met == DRAWS
    # One of five is drawn: a fifth of two hundred draws, give or take what two hundred draws give or take.
    assert 25 <= met[f"{CODE}/respect"].met <= 55
    assert trial.mean(met["ae-conduct/res-79-2023/pledge-7"]) == 1
    assert [one.address for one in trial.own] == [f"{CODE}/integrity", f"{CODE}/respect"]
    assert [one.address for one in trial.others] == ["ae-conduct/res-79-2023/pledge-7"]
    assert trial.missed == (f"{CODE}/silence",)


def test_a_part_of_a_provision_is_the_provision() -> None:
    part = a_scenario("part", cites=[f"{CODE}/integrity#2"])
    (one,) = tried(SelectionRule("eg-conduct", 1), pool=[part]).own
    assert (one.address, one.scenarios, one.met) == (f"{CODE}/integrity", 1, DRAWS)


def test_what_is_always_drawn_and_what_never_is_named() -> None:
    # One that does not count is left as long as there are others that do.
    trial = tried(SelectionRule("eg-conduct", 4), SelectionRule("ae-conduct", 1), reasons={"respect": "verification"})
    assert keys(trial.never) == ["respect"]
    assert keys(trial.always) == ["foreign", "scenario-a", "scenario-b", "scenario-c", "scenario-d"]
    trial = tried(SelectionRule("eg-conduct", 2))
    assert (trial.never, trial.always) == ((), ())


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((SelectionRule("eg-conduct", 6),), [5]),
        ((SelectionRule("eg-conduct", 10**9),), [5]),
        ((SelectionRule("ae-conduct", 1), SelectionRule("ae-conduct", 1)), [None, 0]),
        ((SelectionRule("ae-conduct", 10**9), SelectionRule("ae-conduct", 10**9)), [1, 0]),
    ],
)
def test_where_a_line_is_short_nothing_is_drawn_and_the_line_says_what_it_would_find(
    lines: Lines, found: list[int | None]
) -> None:
    trial = try_out(lines, "EG", [*POOL, RESPECT, FOREIGN], LIBRARY, {})
    assert [one.found for one in trial.lines] == found
    assert (trial.draws, trial.never, trial.always, trial.mean_counted) == (0, (), (), 0)
    assert draw_once(lines, "EG", [*POOL, RESPECT, FOREIGN], LIBRARY, {}, 1) is None


def test_a_sensitive_scenario_fills_no_line() -> None:
    pool = [*POOL, a_scenario("sensitive", sensitive=True)]
    assert [one.found for one in tried(SelectionRule("eg-conduct", 5), pool=pool).lines] == [4]


def test_lines_of_another_country_and_those_that_cannot_be_read_keep_their_places() -> None:
    lines = (None, SelectionRule("eg-conduct", 1, jurisdictions=("AE",)), SelectionRule("eg-conduct", 2))
    trial = tried(*lines)
    assert [one.place for one in trial.lines] == [2]
    drawn = draw_once(lines, "EG", POOL, LIBRARY, {}, 1)
    assert drawn is not None
    assert [choice.line for choice in drawn] == [3, 3]
    assert set(drawable(lines, "EG", [*POOL, FOREIGN], LIBRARY)) == {scenario.key for scenario in POOL}
    assert tried().draws == 0


def test_the_draw_of_a_number_is_one_of_those_that_were_counted() -> None:
    lines = (SelectionRule("eg-conduct", 2), SelectionRule("eg-conduct", 1, difficulty=(1,)))
    met: Counter[str] = Counter()
    for number in range(1, DRAWS + 1):
        drawn = draw_once(lines, "EG", [*POOL, RESPECT], LIBRARY, {}, number)
        assert drawn == choose(seed_of(number), lines, [*POOL, RESPECT], LIBRARY, {}, {})
        met.update(choice.scenario.cites[0].address for choice in drawn or ())
    assert {one.address: one.met for one in tried(*lines).own} == met


def test_shipped_modules_meet_provisions_and_can_all_be_drawn(reading: Reading) -> None:
    library = Library.of(tuple(read_instrument(source.document) for source in reading.instruments))
    pool = [read_scenario(source.document) for source in reading.scenarios]
    for source in reading.modules:
        module = read_module(source.document)
        for country in module.jurisdictions:
            standing = Standing(country, Verification.SECONDARY)
            reasons = {scenario.key: unscored_because(scenario, library, standing) for scenario in pool}
            trial = try_out(module.blueprint, country, pool, library, reasons, draws=5)
            assert trial.draws == 5, module.key
            assert trial.length == module.length_for(country)
            assert 0 < trial.mean_counted <= trial.length
            cited = Fraction(sum(one.met for one in (*trial.own, *trial.others)), 5)
            # A sound scenario cites something, so each that was drawn is met at one provision at least.
            assert cited >= trial.length
