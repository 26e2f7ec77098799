"""How far a stranger to the codes gets by the form of the options alone: the longest, the most careful, the third."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quiz.bank import wording
from quiz.bank.words import bare, base, words
from quiz.engine.scenario import RATINGS, Option, Scenario

# Beyond chance, in parts of one: more than this gives a bank away.
MOST_ABOVE_CHANCE = Fraction(1, 10)
# Below this many scenarios a rate says nothing.
FEWEST_TO_JUDGE = 20

# What is chosen among options that stand beside each other; an order, a passage, a path is not guessed by form.
GUESSED = frozenset({"single_choice", "multiple_choice", "judgement", "most_least"})

Strategy = Callable[[Sequence[Option]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a strategy meets one of the best options, and how often a blind choice would, in parts of one."""

    strategy: str
    scenarios: int
    succeeds: Fraction
    chance: Fraction

    @property
    def above_chance(self) -> Fraction:
        """Return what the strategy gains over a blind choice."""
        return self.succeeds - self.chance

    @property
    def gives_away(self) -> bool:
        """Tell whether the form of the options betrays the best one."""
        return self.scenarios >= FEWEST_TO_JUDGE and self.above_chance > MOST_ABOVE_CHANCE


def best_places(scenario: Scenario) -> frozenset[int]:
    """Return where the options stand that a learner should find: the best rated, or all that earn credit.

    Of `single_choice` that is the one with full credit, of `multiple_choice` each right one, of `judgement`
    those with the highest rating that the key gives, of `most_least` the most appropriate.
    """
    if scenario.kind == "judgement":
        height = [RATINGS.index(scenario.key_ratings[option.key]) for option in scenario.options]
        return frozenset(place for place, value in enumerate(height) if value == min(height))
    if scenario.kind == "most_least":
        return frozenset(
            place for place, option in enumerate(scenario.options) if option.key == scenario.key_choice["most"]
        )
    if scenario.kind == "multiple_choice":
        return frozenset(place for place, option in enumerate(scenario.options) if (option.credit or 0) > 0)
    return frozenset(place for place, option in enumerate(scenario.options) if option.credit == 1)


def rates(scenarios: Sequence[Scenario]) -> tuple[Rate, ...]:
    """Return the rate of every strategy over the scenarios in which it has something to choose by.

    Where a strategy wavers between several options, each counts in equal part.
    """
    scenarios = [scenario for scenario in scenarios if scenario.kind in GUESSED]
    most = max((len(scenario.options) for scenario in scenarios), default=0)
    places = {f"option-{place + 1}": _at(place) for place in range(most)}
    found = (_rate(name, strategy, scenarios) for name, strategy in {**STRATEGIES, **places}.items())
    return tuple(rate for rate in found if rate.scenarios)


def _rate(name: str, strategy: Strategy, scenarios: Sequence[Scenario]) -> Rate:
    hits, chances, tried = Fraction(), Fraction(), 0
    for scenario in scenarios:
        picked = strategy(scenario.options)
        if not picked or len(picked) == len(scenario.options):
            continue
        best = best_places(scenario)
        hits += Fraction(len(best.intersection(picked)), len(picked))
        chances += Fraction(len(best), len(scenario.options))
        tried += 1
    return Rate(name, tried, hits / max(tried, 1), chances / max(tried, 1))


def _most(measure: Callable[[Option], int]) -> Strategy:
    """Return the strategy that picks the options with the highest measure above nothing."""

    def pick(options: Sequence[Option]) -> Sequence[int]:
        measured = [measure(option) for option in options]
        top = max(measured)
        return [place for place, value in enumerate(measured) if value == top] if top else []

    return pick


def _at(place: int) -> Strategy:
    return lambda options: [place] if place < len(options) else []


def _length(language: str) -> Callable[[Option], int]:
    return lambda option: len(bare(option.text.by_language.get(language, "")))


def _words_of(known: frozenset[str]) -> Callable[[Option], int]:
    return lambda option: sum(base(word) in known or word in known for word in words(option.text.by_language["ar"]))


def _holds(known: frozenset[str]) -> Callable[[Option], int]:
    return lambda option: min(1, _words_of(known)(option))


STRATEGIES: Mapping[str, Strategy] = {
    "longest-ar": _most(_length("ar")),
    "longest-en": _most(_length("en")),
    "shortest-ar": _most(lambda option: 10_000 - _length("ar")(option)),
    "most-careful": _most(_words_of(wording.CAUTIOUS_WORDS)),
    "reports": _most(_holds(wording.REPORTING_WORDS)),
}
