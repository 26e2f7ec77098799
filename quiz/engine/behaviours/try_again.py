"""A second chance: after a hint one more try at half the credit; the better of the two stands."""

from fractions import Fraction
from typing import TYPE_CHECKING

from quiz.engine.response import Response
from quiz.engine.states import AttemptState

if TYPE_CHECKING:
    from quiz.engine.attempt import Attempt

MOST_TRIES = 2
SECOND_TRY = Fraction(1, 2)


class TryAgain:
    """The ruling comes after a sound answer or after the second try (Moodle: interactive with several tries)."""

    name = "try_again"
    ends_with_last_answer = True
    counts = True

    def takes(self, attempt: "Attempt", number: int, response: Response) -> bool:
        """Take answers until the place is settled; within a try a path only goes on."""
        last = attempt.turns.get(number)
        if last is None or self.is_settled(attempt, number):
            return last is None
        is_turn = last.credit is None
        return not is_turn or response.follows(last.response or Response())

    def credit(self, attempt: "Attempt", number: int, credit: Fraction) -> Fraction:
        """Return the credit of a first try; of a second one half of it, unless the first earned more."""
        earlier = attempt.tries.get(number, ())
        if not earlier:
            return credit
        return max(earlier[0].credit or Fraction(0), credit * SECOND_TRY)

    def is_settled(self, attempt: "Attempt", number: int) -> bool:
        """Tell whether the first try was sound or the second is over."""
        tries = attempt.tries.get(number, ())
        return len(tries) == MOST_TRIES or (len(tries) == 1 and tries[0].credit == 1)

    def reveals(self, attempt: "Attempt", number: int) -> bool:
        """Show the ruling of a place once it is settled; of one that was only tried, at the end."""
        ended = attempt.state is not AttemptState.UNDER_WAY
        return self.is_settled(attempt, number) or (ended and number in attempt.answers)
