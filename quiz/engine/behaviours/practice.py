"""Practise: as learning at once, but nothing counts and nothing is used up."""

from quiz.engine.behaviours.immediate_feedback import ImmediateFeedback


class Practice(ImmediateFeedback):
    """Immediate feedback outside any attempt limit, score or completion."""

    name = "practice"
    counts = False
