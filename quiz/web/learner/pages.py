"""The pages of a learner: one blueprint, a file for each thing that is done there."""

from quiz.web.learner import afterwards, questions, views, wallet
from quiz.web.learner.views import blueprint

__all__ = ["blueprint"]

# Each of these opens its pages when it is imported.
PAGES = (afterwards, questions, views, wallet)
