"""What a blueprint draws, tried out: what each line may draw, how evenly provisions are met, what is never drawn.

Everything here is of people who meet the module for the first time. How often something is met is counted over a
fixed number of draws from fixed seeds: the same blueprint over the same scenarios always gives the same figures.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from quiz.bank.checks_modules import shortages
from quiz.bank.coverage import is_owed
from quiz.engine.errors import ImpossibleDraw
from quiz.engine.instrument import Library
from quiz.engine.module import SelectionRule
from quiz.engine.scenario import Scenario
from quiz.engine.selection import Choice, candidates_of, choose, choose_from

DRAWS = 200

# The lines of a draft by their places; None stands for one that cannot be read yet.
Lines = Sequence[SelectionRule | None]
Reasons = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class LineTrial:
    """A line for people of a country: what it may draw, and how much of it counts for them.

    `place` is that in the whole blueprint, from 0. `found` is what a draw would find at the worst, where that is less
    than the line asks for.
    """

    place: int
    line: SelectionRule
    candidates: int
    counting: int
    found: int | None

    @property
    def is_short(self) -> bool:
        """Tell whether some draw could not fill the line."""
        return self.found is not None


@dataclass(frozen=True, slots=True)
class ProvisionTrial:
    """How often a provision is met: the scenarios that may be drawn and cite it, and how many were drawn in all."""

    address: str
    scenarios: int
    met: int


@dataclass(frozen=True, slots=True)
class CountryTrial:
    """What people of a country would draw; `draws` is 0 where a line is short, for nothing can be drawn then.

    `own` are provisions of their country, `others` are met for comparison; the most met come first. `missed` are
    provisions that training owes, of the editions that candidates cite, which no candidate cites.
    """

    country: str
    lines: tuple[LineTrial, ...]
    draws: int
    own: tuple[ProvisionTrial, ...]
    others: tuple[ProvisionTrial, ...]
    missed: tuple[str, ...]
    never: tuple[Scenario, ...]
    always: tuple[Scenario, ...]
    counted: int

    @property
    def length(self) -> int:
        """Return how many scenarios an attempt has."""
        return sum(one.line.count for one in self.lines)

    @property
    def mean_counted(self) -> Fraction:
        """Return how many scenarios of an attempt counted on average."""
        return Fraction(self.counted, self.draws or 1)

    def mean(self, provision: ProvisionTrial) -> Fraction:
        """Return how many scenarios of an attempt cited a provision on average."""
        return Fraction(provision.met, self.draws or 1)


def seed_of(number: int) -> str:
    """Return the seed of a trial draw; they are counted from 1."""
    return f"trial-{number}"


def try_out(
    lines: Lines, country: str, pool: Collection[Scenario], library: Library, reasons: Reasons, draws: int = DRAWS
) -> CountryTrial:
    """Return what people of a country would draw from a pool in trial draws, without anything seen before.

    `reasons` says for each scenario key why it would not count for them (None: it counts).
    """
    places = _places(lines, country)
    blueprint = list(places.values())
    candidates = candidates_of(blueprint, pool, library)
    # A sensitive scenario is off until an organisation turns it on: the law does not count on it.
    short = dict(shortages(blueprint, [scenario for scenario in pool if not scenario.sensitive], library))
    tried = tuple(
        LineTrial(place, line, len(held), _counting(line, held, reasons), short.get(number))
        for number, ((place, line), held) in enumerate(zip(places.items(), candidates, strict=True))
    )
    drawn: Counter[str] = Counter()
    counted = 0
    draws = 0 if short or not blueprint else draws
    for number in range(1, draws + 1):
        chosen = choose_from(seed_of(number), blueprint, candidates, {}, reasons)
        drawn.update(choice.scenario.key for choice in chosen)
        counted += sum(choice.counts and choice.scored for choice in chosen)
    offered = {scenario.key: scenario for held in candidates for scenario in held}
    provisions = _provisions(offered.values(), drawn)
    return CountryTrial(
        country=country,
        lines=tried,
        draws=draws,
        own=tuple(one for one in provisions if _country_of(one.address, library) == country),
        others=tuple(one for one in provisions if _country_of(one.address, library) != country),
        missed=_missed(library, country, {one.address for one in provisions}),
        never=tuple(scenario for key, scenario in sorted(offered.items()) if draws and not drawn[key]),
        always=tuple(scenario for key, scenario in sorted(offered.items()) if draws and drawn[key] == draws),
        counted=counted,
    )


def draw_once(
    lines: Lines, country: str, pool: Collection[Scenario], library: Library, reasons: Reasons, number: int
) -> tuple[Choice, ...] | None:
    """Return one trial draw in the order of the attempt, its lines counted from 1 in the whole blueprint.

    None where a line cannot be filled; `number` counts the draws from 1, and is their seed.
    """
    places = _places(lines, country)
    try:
        chosen = choose(seed_of(number), list(places.values()), pool, library, {}, reasons)
    except ImpossibleDraw:
        return None
    whole = list(places)
    return tuple(replace(choice, line=whole[choice.line - 1] + 1) for choice in chosen)


def drawable(lines: Lines, country: str, pool: Collection[Scenario], library: Library) -> Mapping[str, Scenario]:
    """Return by its key everything that people of a country may draw."""
    candidates = candidates_of(list(_places(lines, country).values()), pool, library)
    return {scenario.key: scenario for held in candidates for scenario in held}


def _places(lines: Lines, country: str) -> dict[int, SelectionRule]:
    return {
        place: line
        for place, line in enumerate(lines)
        if line is not None and (not line.jurisdictions or country in line.jurisdictions)
    }


def _counting(line: SelectionRule, held: Sequence[Scenario], reasons: Reasons) -> int:
    return sum(reasons.get(scenario.key) is None for scenario in held) if line.scored else 0


def _provisions(offered: Collection[Scenario], drawn: Mapping[str, int]) -> list[ProvisionTrial]:
    citing: dict[str, list[int]] = {}
    for scenario in offered:
        for address in {citation.provision_address for citation in scenario.citations}:
            citing.setdefault(address, []).append(drawn[scenario.key])
    found = [ProvisionTrial(address, len(met), sum(met)) for address, met in citing.items()]
    return sorted(found, key=lambda one: (-one.met, -one.scenarios, one.address))


def _country_of(address: str, library: Library) -> str | None:
    held = library.provisions.get(address)
    return held[0].jurisdiction if held else None


def _missed(library: Library, country: str, cited: Collection[str]) -> tuple[str, ...]:
    editions = {address.rpartition("/")[0] for address in cited}
    return tuple(
        address
        for address, (instrument, edition, provision) in library.provisions.items()
        if address.rpartition("/")[0] in editions
        and instrument.jurisdiction == country
        and address not in cited
        and is_owed(edition, provision)
    )
