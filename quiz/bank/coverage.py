"""How well the scenarios cover the provisions, and of what kinds they are."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from quiz.engine.instrument import Citation, Edition, EditionStatus, Instrument, Library, Provision
from quiz.engine.scenario import AUDIENCES, BANKS, VALUES, Scenario

FEWEST_CITING = 2
# No bank rests on these: they stand beside the banks' own texts, in comparisons.
COMPARED_ONLY = frozenset({"ae-cybercrime"})


@dataclass(frozen=True, slots=True)
class Covered:
    """A provision that training should reach, and the scenarios that cite it."""

    address: str
    instrument: Instrument
    edition: Edition
    provision: Provision
    scenarios: tuple[Scenario, ...]

    @property
    def is_thin(self) -> bool:
        """Tell whether fewer scenarios cite it than a bank owes it."""
        return len(self.scenarios) < FEWEST_CITING


def is_owed(edition: Edition, provision: Provision) -> bool:
    """Tell whether training owes a provision its coverage.

    It must bind conduct, be citable and not sensitive, and stand in an edition in force or of unknown status.
    """
    return (
        edition.status in {EditionStatus.IN_FORCE, EditionStatus.UNKNOWN}
        and provision.verification.may_be_published
        and provision.binds_conduct
        and not provision.sensitive
    )


def citing(scenarios: Sequence[Scenario]) -> Mapping[str, tuple[Scenario, ...]]:
    """Return, by the address of each provision, the scenarios that train it.

    A scenario trains a provision that it or one of its options cites, whole or in part. A comparison trains
    only what is there to be compared with; sensitive scenarios, which may be switched off, train nothing.
    """
    found: dict[str, dict[str, Scenario]] = {}
    for scenario in scenarios:
        if scenario.sensitive:
            continue
        compared = (cite for comparison in scenario.compare for cite in comparison.cites)
        for cite in (*scenario.citations, *filter(_is_compared_only, compared)):
            found.setdefault(cite.provision_address, {})[scenario.key] = scenario
    return {address: tuple(by_key.values()) for address, by_key in found.items()}


def _is_compared_only(citation: Citation) -> bool:
    return citation.address.partition("/")[0] in COMPARED_ONLY


def coverage(library: Library, scenarios: Sequence[Scenario]) -> tuple[Covered, ...]:
    """Return every provision that coverage is owed to, in the order of the library."""
    trained = citing(scenarios)
    return tuple(
        Covered(address, instrument, edition, provision, trained.get(address, ()))
        for address, (instrument, edition, provision) in library.provisions.items()
        if is_owed(edition, provision)
    )


# What a table of the mix has across: for each heading its columns, and which of them a scenario belongs to.
COLUMNS: Mapping[str, Callable[[Scenario], tuple[str, ...]]] = {
    "audience": lambda scenario: scenario.audience,
    "difficulty": lambda scenario: (str(scenario.difficulty),),
    "kind": lambda scenario: (scenario.kind,),
    "medium": lambda scenario: (scenario.exhibit.medium if scenario.exhibit else "none",),
    "mark": lambda scenario: (
        *(("compared",) if scenario.compare else ()),
        *(("sensitive",) if scenario.sensitive else ()),
    ),
}
# And down: banks, values and topics.
ROWS: Mapping[str, Callable[[Scenario], tuple[str, ...]]] = {
    "bank": lambda scenario: (scenario.bank,),
    "value": lambda scenario: scenario.values,
    "topic": lambda scenario: scenario.topics,
}
_IN_ORDER: Mapping[str, Sequence[str]] = {
    "audience": AUDIENCES,
    "bank": BANKS,
    "value": VALUES,
    "medium": ("post", "message", "email", "memo", "dialogue", "none"),
}


@dataclass(frozen=True, slots=True)
class Mix:
    """How many scenarios each row has, in all and under each column of each heading."""

    columns: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, Mapping[str, Counter[tuple[str, str]]]]

    @staticmethod
    def total(row: Counter[tuple[str, str]]) -> int:
        """Return how many scenarios a row has."""
        return row["all", ""]


def mix(scenarios: Sequence[Scenario]) -> Mix:
    """Count the scenarios by bank, value and topic, across audience, difficulty, kind, medium and mark."""
    rows: dict[str, dict[str, Counter[tuple[str, str]]]] = {name: {} for name in ROWS}
    seen: dict[str, set[str]] = {heading: set() for heading in COLUMNS}
    for scenario in scenarios:
        counted = Counter({("all", ""): 1})
        for heading, columns in COLUMNS.items():
            seen[heading].update(columns(scenario))
            counted.update((heading, column) for column in columns(scenario))
        for name, of in ROWS.items():
            for value in of(scenario):
                rows[name].setdefault(value, Counter()).update(counted)
    return Mix(
        columns={heading: tuple(sorted(seen[heading], key=_place(heading))) for heading in COLUMNS},
        rows={name: {value: rows[name][value] for value in sorted(rows[name], key=_place(name))} for name in ROWS},
    )


def _place(name: str) -> Callable[[str], tuple[int, str]]:
    order = _IN_ORDER.get(name, ())
    return lambda value: (order.index(value) if value in order else len(order), value)
