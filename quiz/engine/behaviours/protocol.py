"""What a behaviour decides: which answers an attempt takes, what it shows and when it ends."""

from typing import TYPE_CHECKING, Protocol

from quiz.engine.response import Response

if TYPE_CHECKING:
    from quiz.engine.attempt import Attempt


class Behaviour(Protocol):
    """The rules of a sitting, whatever the kinds of its scenarios."""

    name: str
    ends_with_last_answer: bool
    counts: bool

    def takes(self, attempt: "Attempt", number: int, response: Response) -> bool:
        """Tell whether an answer to a place becomes a step; doing nothing is an answer too."""

    def reveals(self, attempt: "Attempt", number: int) -> bool:
        """Tell whether rulings and keys of a place may be shown now."""
