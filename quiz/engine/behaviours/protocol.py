"""What a behaviour decides: which answers an attempt takes, what it shows and when it ends."""

from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from quiz.engine.response import Response

if TYPE_CHECKING:
    from quiz.engine.attempt import Attempt


class OneAnswer:
    """What holds where a place asks for one whole answer, and every answer earns what its kind gives it."""

    def credit(self, attempt: "Attempt", number: int, credit: Fraction) -> Fraction:
        """Return the credit as it is."""
        return credit

    def is_settled(self, attempt: "Attempt", number: int) -> bool:
        """Tell whether a place has a whole answer."""
        return number in attempt.answers


class Behaviour(Protocol):
    """The rules of a sitting, whatever the kinds of its scenarios."""

    name: str
    ends_with_last_answer: bool
    counts: bool

    def takes(self, attempt: "Attempt", number: int, response: Response) -> bool:
        """Tell whether an answer to a place becomes a step; doing nothing is an answer too."""

    def credit(self, attempt: "Attempt", number: int, credit: Fraction) -> Fraction:
        """Return what a whole answer to a place earns now, of the credit that its kind gives it."""

    def is_settled(self, attempt: "Attempt", number: int) -> bool:
        """Tell whether a place asks for nothing more."""

    def reveals(self, attempt: "Attempt", number: int) -> bool:
        """Tell whether rulings and keys of a place may be shown now."""
