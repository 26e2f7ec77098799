"""What a learner gives as an answer, whatever the kind of the scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Response:
    """What was given: options chosen, a word for some of them, or options in a sequence; one of the three.

    Chosen and ratings are always sorted, so that equal answers are equal. A sequence is what it says: the order given,
    or the path taken so far, one choice after the other.
    """

    chosen: tuple[str, ...] = ()
    ratings: tuple[tuple[str, str], ...] = ()
    sequence: tuple[str, ...] = ()

    @classmethod
    def choosing(cls, *keys: str) -> "Response":
        """Return the response that picks these options."""
        return cls(chosen=tuple(sorted(set(keys))))

    @classmethod
    def rating(cls, ratings: Mapping[str, str]) -> "Response":
        """Return the response that gives each of these options its word."""
        return cls(ratings=tuple(sorted(ratings.items())))

    @classmethod
    def in_sequence(cls, *keys: str) -> "Response":
        """Return the response that puts options one after the other."""
        return cls(sequence=keys)

    def is_within(self, other: "Response") -> bool:
        """Tell whether everything given here was given there already: the same answer, or a path it has gone."""
        return self == other or (bool(self.sequence) and other.sequence[: len(self.sequence)] == self.sequence)

    def follows(self, other: "Response") -> bool:
        """Tell whether a path goes one turn further than another."""
        return bool(self.sequence) and self.sequence[:-1] == other.sequence

    def document(self) -> dict[str, Any]:
        """Return the plain form that a step keeps."""
        if self.sequence:
            return {"sequence": list(self.sequence)}
        return {"ratings": dict(self.ratings)} if self.ratings else {"chosen": list(self.chosen)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Response":
        """Return the response of a stored step."""
        chosen: Sequence[str] = document.get("chosen", ())
        return cls(
            chosen=tuple(sorted(chosen)),
            ratings=tuple(sorted(document.get("ratings", {}).items())),
            sequence=tuple(document.get("sequence", ())),
        )
