"""Checks over a whole bank: where its best answers stand, what they favour, its cast, its gaps."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import sqrt

from quiz.bank import names, wording
from quiz.bank.checks_options import best_options
from quiz.bank.coverage import FEWEST_CITING, coverage
from quiz.bank.findings import Finding, Severity
from quiz.bank.guessing import rates
from quiz.bank.reader import Source
from quiz.bank.words import ARABIC, bare, plain
from quiz.engine.instrument import Library
from quiz.engine.scenario import Scenario

# Fewer than this say nothing about a habit.
FEWEST_TO_JUDGE = 6
MOST_HANDED_ON = Fraction(1, 3)
FAIR_CAST = (Fraction(35, 100), Fraction(65, 100))

_HANDING_ON = [re.compile(pattern) for pattern in wording.HANDING_ON]
_HANDING_ON_KEY = re.compile(wording.HANDING_ON_KEY)
_NAME = re.compile(rf"[{ARABIC}]+")


def check_bank(bank: str, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    """Return what the scenarios of one bank show only together."""
    yield from _best_in_one_place(bank, scenarios)
    yield from _handed_on(bank, scenarios)
    yield from _cast(bank, scenarios)
    yield from _guessable(bank, scenarios)


def _warning(bank: str, code: str, **values: str) -> Finding:
    return Finding(Severity.WARNING, f"scenarios/{bank}", 0, (), code, {"bank": bank, **values})


def _best_in_one_place(bank: str, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    """Return where in the file the best option stands oftener than chance by two standard deviations."""
    single = [scenario for scenario in scenarios if scenario.kind == "single_choice"]
    if len(single) < FEWEST_TO_JUDGE:
        return
    chances = [1 / len(scenario.options) for scenario in single]
    most = sum(chances) + 2 * sqrt(sum(chance * (1 - chance) for chance in chances))
    places = Counter(scenario.options.index(best_options(scenario)[0]) for scenario in single)
    for place, times in sorted(places.items()):
        if times > most:
            yield _warning(bank, "best-in-one-place", place=str(place + 1), count=str(times), total=str(len(single)))


def hands_on(scenario: Scenario) -> bool:
    """Tell whether the best the learner can do is to report, or to ask somebody above."""
    best = best_options(scenario)
    return bool(best) and all(
        _HANDING_ON_KEY.match(option.key)
        or any(pattern.search(plain(option.text.by_language["ar"])) for pattern in _HANDING_ON)
        for option in best
    )


def _handed_on(bank: str, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    handed = [scenario for scenario in scenarios if hands_on(scenario)]
    if len(scenarios) >= FEWEST_TO_JUDGE and len(handed) > MOST_HANDED_ON * len(scenarios):
        yield _warning(bank, "best-hands-on", count=str(len(handed)), total=str(len(scenarios)))


def protagonist(scenario: Scenario) -> str | None:
    """Return `woman` or `man` for the first person a situation names, None where the lists do not know."""
    for word in _NAME.findall(bare(scenario.situation.by_language["ar"])):
        for name in (word, word[1:] if word[:1] in {"و", "ف", "ل", "ب"} else word):
            if name in names.WOMEN:
                return "woman"
            if name in names.MEN:
                return "man"
    return None


def _cast(bank: str, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    cast = Counter(filter(None, map(protagonist, scenarios)))
    total = cast.total()
    if total >= FEWEST_TO_JUDGE and not FAIR_CAST[0] <= Fraction(cast["woman"], total) <= FAIR_CAST[1]:
        yield _warning(bank, "unbalanced-cast", women=str(cast["woman"]), men=str(cast["man"]))


def _guessable(bank: str, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    """Return each way to meet the best options by their form alone."""
    for rate in rates(scenarios):
        if rate.gives_away:
            succeeds, chance = (str(round(share * 100)) for share in (rate.succeeds, rate.chance))
            yield _warning(bank, "guessable", strategy=rate.strategy, succeeds=succeeds, chance=chance)


def check_coverage(files: Mapping[str, Source], library: Library, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    """Return each provision owed coverage that too few scenarios cite; `files` are the instruments'."""
    for covered in coverage(library, scenarios):
        if covered.is_thin:
            edition = covered.instrument.editions.index(covered.edition)
            provision = covered.edition.provisions.index(covered.provision)
            yield files[covered.instrument.key].warning(
                "thin-coverage",
                ("editions", edition, "provisions", provision),
                value=covered.address,
                count=str(len(covered.scenarios)),
                least=str(FEWEST_CITING),
            )
