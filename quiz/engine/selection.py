"""Which scenarios an attempt gets, in which order, from a seed it is given; the same seed gives the same draw."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from quiz.engine.attempt import Slot
from quiz.engine.errors import ImpossibleDraw
from quiz.engine.instrument import Citation, Library, Verification
from quiz.engine.module import SelectionRule
from quiz.engine.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a scenario counts for a person: jurisdiction, least verification, what was adopted."""

    jurisdiction: str
    minimum: Verification
    adopted: frozenset[str] = frozenset()


def unscored_because(scenario: Scenario, library: Library, standing: Standing) -> str | None:
    """Return why a scenario does not count for this person, or None where it does.

    `comparison`: it belongs to another jurisdiction. `sensitive`: never scored. `verification`: a citation of the
    scenario or of an option is weaker than the module's minimum and the organisation has not adopted it.
    """
    if scenario.jurisdiction != standing.jurisdiction:
        return "comparison"
    if scenario.sensitive:
        return "sensitive"
    for citation in scenario.citations:
        # Adopting a provision does not put a part into it that is not there.
        is_adopted = citation.provision_address in standing.adopted and library.find(citation) is not None
        if not is_adopted and not is_verified(citation, library, standing.minimum):
            return "verification"
    return None


def is_verified(citation: Citation, library: Library, least: Verification) -> bool:
    """Tell whether what a citation points to is there, and verified to a degree at least."""
    cited = library.find(citation)
    return cited is not None and cited.provision.verification.strength >= least.strength


def matches(scenario: Scenario, line: SelectionRule, library: Library) -> bool:
    """Tell whether a blueprint line may draw a scenario; the library says how far its citations are verified."""
    cited = {cite.address for cite in scenario.citations} | {cite.provision_address for cite in scenario.citations}
    return (
        scenario.bank == line.bank
        and (not line.topics or bool(set(line.topics) & set(scenario.topics)))
        and (not line.provisions or bool(set(line.provisions) & cited))
        and (not line.kinds or scenario.kind in line.kinds)
        and (not line.difficulty or scenario.difficulty in line.difficulty)
        and (not line.audience or "everyone" in scenario.audience or bool(set(line.audience) & set(scenario.audience)))
        and (
            line.verification is None
            or all(is_verified(citation, library, line.verification) for citation in scenario.citations)
        )
    )


def matches_provision(scenario: Scenario, address: str) -> bool:
    """Tell whether a scenario is about a provision, whichever part of it the address names."""
    provision = address.partition("#")[0]
    return any(cite.provision_address == provision for cite in scenario.citations)


def rank(seed: str, *parts: str | int) -> str:
    """Return a place in an order that only the seed decides (SHA-256 stands in for chance)."""
    return hashlib.sha256("\x1f".join((seed, *map(str, parts))).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Choice:
    """Why a scenario stands in an attempt: the line it was drawn for, and what it was preferred by.

    `line` is counted from 1. `free` candidates were left to the line; `equal` of them, this one among them, stood
    alike, and among those the seed decided. `last_seen` is None for one that was new to the person.
    """

    scenario: Scenario
    line: int
    scored: bool
    counts: bool
    last_seen: datetime | None
    free: int
    equal: int


def choose(
    seed: str,
    blueprint: Sequence[SelectionRule],
    pool: Collection[Scenario],
    library: Library,
    last_seen: Mapping[str, datetime],
    reasons: Mapping[str, str | None],
) -> tuple[Choice, ...]:
    """Return what each line draws, in the order of the attempt; raise ImpossibleDraw naming a line that lacks some.

    For each line: what counts before what does not, unseen before seen, then the least recently seen, then by seed.
    `reasons` says for each scenario key why it would not count (None: it counts). Lines never draw the same
    scenario twice. The narrowest lines choose first, so that a broad line does not empty them.
    """
    candidates = candidates_of(blueprint, pool, library)
    return choose_from(seed, blueprint, candidates, last_seen, reasons)


def candidates_of(
    blueprint: Sequence[SelectionRule], pool: Collection[Scenario], library: Library
) -> list[list[Scenario]]:
    """Return for each line what it may draw; it does not depend on the seed, so that many draws need it once."""
    return [[scenario for scenario in pool if matches(scenario, line, library)] for line in blueprint]


def choose_from(
    seed: str,
    blueprint: Sequence[SelectionRule],
    candidates: Sequence[Sequence[Scenario]],
    last_seen: Mapping[str, datetime],
    reasons: Mapping[str, str | None],
) -> tuple[Choice, ...]:
    """Return what each line draws of its candidates, as `choose` does."""
    taken: dict[str, Choice] = {}
    order = sorted(range(len(blueprint)), key=lambda place: (len(candidates[place]), place))
    for place in order:
        line = blueprint[place]
        free = [scenario for scenario in candidates[place] if scenario.key not in taken]
        if len(free) < line.count:
            raise ImpossibleDraw("too-few", line=place + 1, bank=line.bank, wanted=line.count, found=len(free))
        alike: defaultdict[tuple[bool, bool, float], list[Scenario]] = defaultdict(list)
        for scenario in free:
            alike[_preference(scenario, last_seen, reasons)].append(scenario)
        in_order = (
            (scenario, len(alike[preference]))
            for preference in sorted(alike)
            for scenario in sorted(alike[preference], key=lambda one: rank(seed, "line", place, one.key))
        )
        for scenario, equal in islice(in_order, line.count):
            taken[scenario.key] = Choice(
                scenario=scenario,
                line=place + 1,
                scored=line.scored,
                counts=reasons.get(scenario.key) is None,
                last_seen=last_seen.get(scenario.key),
                free=len(free),
                equal=equal,
            )
    return tuple(sorted(taken.values(), key=lambda choice: rank(seed, "order", choice.scenario.key)))


def _preference(
    scenario: Scenario, last_seen: Mapping[str, datetime], reasons: Mapping[str, str | None]
) -> tuple[bool, bool, float]:
    seen = last_seen.get(scenario.key)
    # What is drawn for comparison never counts; it is asked for by its line, so that is no reason to avoid it.
    counts = reasons.get(scenario.key) in {None, "comparison"}
    return (not counts, seen is not None, seen.timestamp() if seen else 0.0)


def draw(
    seed: str,
    blueprint: Sequence[SelectionRule],
    pool: Collection[Scenario],
    library: Library,
    last_seen: Mapping[str, datetime],
    reasons: Mapping[str, str | None],
) -> tuple[Slot, ...]:
    """Return the places of an attempt, as `choose` has them."""
    chosen = choose(seed, blueprint, pool, library, last_seen, reasons)
    return tuple(
        _slot(seed, number, choice.scenario, choice.scored, reasons) for number, choice in enumerate(chosen, 1)
    )


def _slot(seed: str, number: int, scenario: Scenario, line_scored: bool, reasons: Mapping[str, str | None]) -> Slot:
    because = reasons.get(scenario.key) or (None if line_scored else "learning")
    return Slot(
        number=number,
        scenario=scenario,
        option_order=option_order(seed, scenario),
        scored=because is None,
        unscored_because=because,
    )


def option_order(seed: str, scenario: Scenario) -> tuple[str, ...]:
    """Return the options as the seed shuffles them; passages stay as the exhibit has them.

    Steps to be ordered are never shown in their right order: that would ask for nothing.
    """
    keys = [option.key for option in scenario.options]
    if scenario.kind == "spot":
        return tuple(keys)
    shuffled = sorted(keys, key=lambda key: rank(seed, "option", scenario.key, key))
    if tuple(shuffled) == scenario.key_order:
        shuffled.append(shuffled.pop(0))
    return tuple(shuffled)


def draw_practice(
    seed: str, pool: Collection[Scenario], address: str, met: Collection[str], most: int
) -> tuple[Slot, ...]:
    """Return at most `most` unscored places about a provision: those not met before first, then by seed."""
    about = [scenario for scenario in pool if matches_provision(scenario, address)]
    chosen = sorted(about, key=lambda scenario: (scenario.key in met, rank(seed, "practice", scenario.key)))[:most]
    practising = {scenario.key: "practice" for scenario in chosen}
    return tuple(_slot(seed, number, scenario, False, practising) for number, scenario in enumerate(chosen, 1))
