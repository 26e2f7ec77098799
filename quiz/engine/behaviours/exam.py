"""An exam: answers may be changed until handing in, and no ruling is shown before the end."""

from typing import TYPE_CHECKING

from quiz.engine.behaviours.protocol import OneAnswer
from quiz.engine.response import Response
from quiz.engine.states import AttemptState

if TYPE_CHECKING:
    from quiz.engine.attempt import Attempt


class Exam(OneAnswer):
    """The same answer again changes nothing; another one replaces it and both stay in the log."""

    name = "exam"
    ends_with_last_answer = False
    counts = True

    def takes(self, attempt: "Attempt", number: int, response: Response) -> bool:
        """Take every answer that differs from the one that stands; a path may be left at any turn."""
        return True

    def reveals(self, attempt: "Attempt", number: int) -> bool:
        """Show rulings only after the end."""
        return attempt.state is not AttemptState.UNDER_WAY
