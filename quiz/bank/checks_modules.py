"""Checks of what an employee takes: a blueprint that its bank can fill, a pass rule that can be met."""

from collections.abc import Iterator, Sequence

from quiz.bank.checks_citations import Ground
from quiz.bank.findings import Finding
from quiz.bank.reader import Source
from quiz.engine.instrument import Citation, Library
from quiz.engine.module import Module, SelectionRule
from quiz.engine.periods import Period
from quiz.engine.reading import ADDRESS, Path
from quiz.engine.scenario import Scenario
from quiz.engine.selection import matches

MOST_MINUTES = 600
MOST_ATTEMPTS = 20


def check_module(source: Source, module: Module, scenarios: Sequence[Scenario], ground: Ground) -> Iterator[Finding]:
    """Return what a module promises that its banks, or its own rules, cannot keep."""
    # A sensitive scenario is off until an organisation turns it on: no blueprint may count on it.
    pool = [scenario for scenario in scenarios if not scenario.sensitive]
    yield from _addresses(source, module, ground)
    yield from _difficulties(source)
    if not module.jurisdictions:
        yield source.error("no-country", ("jurisdictions",))
    yield from _numbers(source, module)
    yield from _durations(source, module)
    yield from _lines(source, module, pool, ground)
    yield from _pass_rule(source, module, pool, ground)


def _addresses(source: Source, module: Module, ground: Ground) -> Iterator[Finding]:
    named: list[tuple[Path, str]] = [
        (("blueprint", place, "provisions", number), address)
        for place, line in enumerate(module.blueprint)
        for number, address in enumerate(line.provisions)
    ]
    named += [
        (("pass_rule", "and_every", place, "cites"), rule.cites)
        for place, rule in enumerate(module.pass_rule.and_every)
    ]
    for path, address in named:
        if not ADDRESS.fullmatch(address):
            yield source.error("bad-address", path, value=address)
        elif ground.library.find(Citation(address)) is None and ground.knows(address):
            yield source.error("no-such-provision", path, value=address)


def _difficulties(source: Source) -> Iterator[Finding]:
    """Return difficulties that no scenario has: a line that names only such would draw nothing."""
    for place, line in enumerate(source.document["blueprint"]):
        for number, value in enumerate(line.get("difficulty") or ()):
            if value not in (1, 2, 3):
                path = ("blueprint", place, "difficulty", number)
                yield source.error("not-one-of", path, value=str(value), allowed="1, 2, 3")


def _numbers(source: Source, module: Module) -> Iterator[Finding]:
    """Return numbers beyond anything that training has: a slip of the finger, which dates and pages would not bear."""
    numbers: list[tuple[Path, int, int]] = [
        (("minutes",), module.minutes, MOST_MINUTES),
        (("attempts", "limit"), module.attempts.limit, MOST_ATTEMPTS),
    ]
    for path, value, most in numbers:
        if value > most:
            yield source.error("too-large", path, value=str(value), most=str(most))
    held: list[tuple[Path, Period | None, str, str]] = [
        (("attempts", "waits", number), wait, "PT0S", "P366D") for number, wait in enumerate(module.attempts.waits)
    ]
    held += [
        (("time_limit",), module.time_limit, "PT1M", "P1D"),
        (("validity",), module.validity, "P1D", "P50Y"),
        (("defaults", "due"), module.due, "P1D", "P5Y"),
    ]
    for path, period, shortest, longest in held:
        # What is of the wrong sort is told as such.
        is_civil = path in {("validity",), ("defaults", "due")}
        if period is None or (period.seconds if is_civil else period.months):
            continue
        if not _length(Period.parse(shortest)) <= _length(period) <= _length(Period.parse(longest)):
            yield source.error("duration-out-of-range", path, least=shortest, most=longest)


def _length(period: Period) -> int:
    """Return about how many seconds a period has, a month counted as thirty days."""
    return (period.months * 30 + period.days) * 86_400 + period.seconds


def _durations(source: Source, module: Module) -> Iterator[Finding]:
    """Return waits and limits without an exact length, and civil durations with a time of day."""
    for number, wait in enumerate(module.attempts.waits):
        if wait.months:
            yield source.error("inexact-duration", ("attempts", "waits", number))
    if module.time_limit and module.time_limit.months:
        yield source.error("inexact-duration", ("time_limit",))
    if module.validity.seconds:
        yield source.error("not-whole-days", ("validity",))
    if module.due and module.due.seconds:
        yield source.error("not-whole-days", ("defaults", "due"))


def _lines(source: Source, module: Module, pool: Sequence[Scenario], ground: Ground) -> Iterator[Finding]:
    """Return each line that cannot be filled for people of a country of the module, once."""
    if not module.blueprint:
        yield source.error("empty-blueprint", ("blueprint",))
    short: dict[int, int] = {}
    for country in module.jurisdictions:
        lines = module.lines_for(country)
        if not lines and module.blueprint:
            yield source.error("nothing-drawn", ("blueprint",), value=country)
        for place, found in shortages_for(module, country, pool, ground.library):
            short.setdefault(place, found)
    for place, found in sorted(short.items()):
        line = module.blueprint[place]
        yield source.error(
            "blueprint-too-few",
            ("blueprint", place),
            line=str(place + 1),
            bank=line.bank,
            wanted=str(line.count),
            found=str(found),
        )
    for place, line in enumerate(module.blueprint):
        for number, country in enumerate(line.jurisdictions):
            if country not in module.jurisdictions:
                path = ("blueprint", place, "jurisdictions", number)
                yield source.error("not-one-of", path, value=country, allowed=", ".join(module.jurisdictions))


def shortages_for(module: Module, country: str, pool: Sequence[Scenario], library: Library) -> list[tuple[int, int]]:
    """Return the places in the whole blueprint of the lines that people of a country could miss something of."""
    places = [
        place for place, line in enumerate(module.blueprint) if not line.jurisdictions or country in line.jurisdictions
    ]
    return [(places[place], found) for place, found in shortages(module.lines_for(country), pool, library)]


def shortages(blueprint: Sequence[SelectionRule], pool: Sequence[Scenario], library: Library) -> list[tuple[int, int]]:
    """Return each line that a draw could fail to fill, with how many scenarios it would find at the worst.

    Lines choose narrowest first, as in a draw, and which scenarios they choose is up to the seed. At the
    worst, those before a line take as many of its candidates as they can: the size of a maximum matching of
    their places with its candidates (Berge 1957: found when no augmenting path is left).
    """
    candidates = [
        frozenset(scenario.key for scenario in pool if matches(scenario, line, library)) for line in blueprint
    ]
    order = sorted(range(len(blueprint)), key=lambda place: (len(candidates[place]), place))
    short = []
    for turn, place in enumerate(order):
        before = [
            [*(candidates[other] & candidates[place])]
            for other in order[:turn]
            # No line takes more than all it may, however many it asks for.
            for _ in range(min(blueprint[other].count, len(candidates[other])))
        ]
        found = len(candidates[place]) - _most_taken(before)
        if found < blueprint[place].count:
            short.append((place, found))
    return sorted(short)


def _most_taken(places: Sequence[Sequence[str]]) -> int:
    """Return how many different keys the places can hold at most, one a place (Kuhn's algorithm)."""
    holder: dict[str, int] = {}

    def finds(place: int, tried: set[str]) -> bool:
        for key in places[place]:
            if key not in tried:
                tried.add(key)
                if key not in holder or finds(holder[key], tried):
                    holder[key] = place
                    return True
        return False

    return sum(finds(place, set()) for place in range(len(places)))


def _pass_rule(source: Source, module: Module, pool: Sequence[Scenario], ground: Ground) -> Iterator[Finding]:
    """Return where people of a country could have nothing scored, or no chance to meet a rule of a provision."""
    reported: set[Path] = set()
    for country in module.jurisdictions:
        # Only scenarios of their own country count for people.
        scored = [line for line in module.lines_for(country) if line.scored]
        drawable = [
            scenario
            for scenario in pool
            if scenario.jurisdiction == country and any(matches(scenario, line, ground.library) for line in scored)
        ]
        if module.lines_for(country) and not drawable:
            yield source.error("nothing-scored", ("blueprint",), value=country)
        cited = {
            address
            for scenario in drawable
            for cite in scenario.citations
            for address in (cite.address, cite.provision_address)
        }
        for place, rule in enumerate(module.pass_rule.and_every):
            path = ("pass_rule", "and_every", place, "cites")
            if rule.cites not in cited and path not in reported:
                reported.add(path)
                yield source.error("pass-rule-out-of-reach", path, value=rule.cites)
    for place, rule in enumerate(module.pass_rule.and_every):
        if not 0 < rule.score <= 1:
            yield source.error("score-out-of-range", ("pass_rule", "and_every", place, "score"), value=str(rule.score))
