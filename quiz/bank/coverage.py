"""How well the scenarios cover the provisions, and of what kinds they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quiz.engine.instrument import Edition, EditionStatus, Instrument, Library, Provision
from quiz.engine.scenario import Scenario

FEWEST_CITING = 2


@dataclass(frozen=True, slots=True)
class Covered:
    """A provision that training should reach, and how many scenarios cite it."""

    address: str
    instrument: Instrument
    edition: Edition
    provision: Provision
    scenarios: int

    @property
    def is_thin(self) -> bool:
        """Tell whether fewer scenarios cite it than a bank owes it."""
        return self.scenarios < FEWEST_CITING


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


def coverage(library: Library, scenarios: Sequence[Scenario]) -> tuple[Covered, ...]:
    """Return every provision that coverage is owed to, in the order of the library.

    A scenario counts once for a provision that it or one of its options cites, whole or in part; comparisons
    and sensitive scenarios do not count.
    """
    citing: Counter[str] = Counter()
    for scenario in scenarios:
        if not scenario.sensitive:
            citing.update({citation.provision_address for citation in scenario.citations})
    return tuple(
        Covered(address, instrument, edition, provision, citing[address])
        for address, (instrument, edition, provision) in library.provisions.items()
        if is_owed(edition, provision)
    )


def counts(scenarios: Sequence[Scenario]) -> dict[str, Mapping[str, int]]:
    """Return how many scenarios there are by kind, difficulty, audience and medium of the exhibit."""
    found = {
        "kind": Counter(scenario.kind for scenario in scenarios),
        "difficulty": Counter(str(scenario.difficulty) for scenario in scenarios),
        "audience": Counter(audience for scenario in scenarios for audience in scenario.audience),
        "medium": Counter(scenario.exhibit.medium if scenario.exhibit else "none" for scenario in scenarios),
    }
    return {name: dict(sorted(counter.items())) for name, counter in found.items()}
