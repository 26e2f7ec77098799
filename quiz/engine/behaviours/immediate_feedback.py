"""Learn at once: one answer to a place, its ruling straight after, the end with the last answer."""

from typing import TYPE_CHECKING

from quiz.engine.behaviours.protocol import OneAnswer
from quiz.engine.response import Response

if TYPE_CHECKING:
    from quiz.engine.attempt import Attempt


class ImmediateFeedback(OneAnswer):
    """A second answer to the same place changes nothing."""

    name = "immediate_feedback"
    ends_with_last_answer = True
    counts = True

    def takes(self, attempt: "Attempt", number: int, response: Response) -> bool:
        """Take the first answer to each place, turn by turn where it has several."""
        last = attempt.turns.get(number)
        return last is None or (number not in attempt.answers and response.follows(last.response or Response()))

    def reveals(self, attempt: "Attempt", number: int) -> bool:
        """Show the ruling of a place once it has its answer."""
        return number in attempt.answers
