"""Codes, laws and resolutions: their editions, provisions, figures and how far each was verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quiz.engine.text import Text


class Verification(StrEnum):
    """How far a provision was checked against its text, strongest first."""

    OFFICIAL = "official_verified"
    MIRROR = "mirror_verified"
    SECONDARY = "secondary"
    RECALL = "recall"
    DISPUTED = "disputed"

    @property
    def strength(self) -> int:
        """Return a number that grows with the strength of the proof."""
        return {"official_verified": 4, "mirror_verified": 3, "secondary": 2, "recall": 1, "disputed": 0}[self.value]

    @property
    def may_be_published(self) -> bool:
        """Tell whether a published scenario may rest on it at all."""
        return self.strength >= Verification.SECONDARY.strength


class EditionStatus(StrEnum):
    """Whether an edition binds today."""

    IN_FORCE = "in_force"
    REPEALED = "repealed"
    DRAFT = "draft"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a provision states, with its unit or currency; pages draw figure lines from it."""

    key: str
    what: str
    minimum: int | None = None
    maximum: int | None = None
    unit: str | None = None
    currency: str | None = None
    felony: bool | None = None
    either_or: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What a provision is called: the kind of place and its number, None where the number is unverified."""

    kind: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of a provision that is cited on its own."""

    key: str
    paraphrase: Text
    title: Text | None = None
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Provision:
    """One article, value, duty or pledge, in our own words."""

    key: str
    reference: Reference
    title: Text
    paraphrase: Text
    parts: tuple[Part, ...]
    topics: tuple[str, ...]
    figures: tuple[Figure, ...]
    binds_conduct: bool
    sensitive: bool
    verification: Verification
    verified_against: Text
    verified_on: date
    source: Text
    review_due: date


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an instrument."""

    key: str
    label: Text
    status: EditionStatus
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    replaced_by: str | None
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A code, law, resolution, regulation, guideline or decision."""

    key: str
    jurisdiction: str
    kind: str
    title: Text
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """The address of a provision, and whether it is cited as past."""

    address: str
    as_history: bool = False

    @property
    def provision_address(self) -> str:
        """Return the address without the part."""
        return self.address.partition("#")[0]

    @property
    def part_key(self) -> str | None:
        """Return the key of the part that is cited, if one is."""
        return self.address.partition("#")[2] or None

    @property
    def edition_address(self) -> str:
        """Return `<instrument>/<edition>`."""
        return "/".join(self.provision_address.split("/")[:2])


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation resolved: where it stands and what it says."""

    citation: Citation
    instrument: Instrument
    edition: Edition
    provision: Provision
    part: Part | None

    @property
    def paraphrase(self) -> Text:
        """Return our summary of the very place that is cited."""
        return self.part.paraphrase if self.part else self.provision.paraphrase

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return the figures of the part, of the provision, or of all its parts where the whole is cited."""
        if self.part:
            return self.part.figures or self.provision.figures
        return self.provision.figures + tuple(figure for part in self.provision.parts for figure in part.figures)


@dataclass(frozen=True, slots=True)
class Library:
    """Every instrument, and the provisions by their address."""

    instruments: tuple[Instrument, ...]
    provisions: Mapping[str, tuple[Instrument, Edition, Provision]]

    @classmethod
    def of(cls, instruments: tuple[Instrument, ...]) -> "Library":
        """Index the instruments by the address of each provision."""
        return cls(
            instruments,
            {
                f"{instrument.key}/{edition.key}/{provision.key}": (instrument, edition, provision)
                for instrument in instruments
                for edition in instrument.editions
                for provision in edition.provisions
            },
        )

    def find(self, citation: Citation) -> Cited | None:
        """Return what a citation points to, or None where nothing stands at its address."""
        found = self.provisions.get(citation.provision_address)
        if found is None:
            return None
        instrument, edition, provision = found
        part = None
        if citation.part_key is not None:
            part = next((part for part in provision.parts if part.key == citation.part_key), None)
            if part is None:
                return None
        return Cited(citation, instrument, edition, provision, part)

    def find_edition(self, address: str) -> tuple[Instrument, Edition] | None:
        """Return the edition at `<instrument>/<edition>`."""
        for instrument in self.instruments:
            for edition in instrument.editions:
                if f"{instrument.key}/{edition.key}" == address:
                    return instrument, edition
        return None
