"""What a learner gives as an answer, whatever the kind of the scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Response:
    """The options chosen, or a rating for each option; always in sorted order so that equal answers are equal."""

    chosen: tuple[str, ...] = ()
    ratings: tuple[tuple[str, str], ...] = ()

    @classmethod
    def choosing(cls, *keys: str) -> "Response":
        """Return the response that picks these options."""
        return cls(chosen=tuple(sorted(set(keys))))

    @classmethod
    def rating(cls, ratings: Mapping[str, str]) -> "Response":
        """Return the response that rates each option."""
        return cls(ratings=tuple(sorted(ratings.items())))

    def document(self) -> dict[str, Any]:
        """Return the plain form that a step keeps."""
        return {"chosen": list(self.chosen)} if self.chosen or not self.ratings else {"ratings": dict(self.ratings)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Response":
        """Return the response of a stored step."""
        chosen: Sequence[str] = document.get("chosen", ())
        return cls(chosen=tuple(sorted(chosen)), ratings=tuple(sorted(document.get("ratings", {}).items())))
