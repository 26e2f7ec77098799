"""The behaviours there are, by name: a new one is one line here."""

from quiz.engine.behaviours.exam import Exam
from quiz.engine.behaviours.immediate_feedback import ImmediateFeedback
from quiz.engine.behaviours.practice import Practice
from quiz.engine.behaviours.protocol import Behaviour
from quiz.engine.behaviours.try_again import TryAgain

_BEHAVIOURS: dict[str, Behaviour] = {kind.name: kind for kind in (ImmediateFeedback(), Exam(), TryAgain(), Practice())}


def get(name: str) -> Behaviour:
    """Return the behaviour of that name; raise KeyError where there is none."""
    return _BEHAVIOURS[name]
