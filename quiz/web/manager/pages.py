"""The manager's pages: one blueprint, a file for each thing that is done there."""

from quiz.web.manager import acting, delegation, evidence, exporting, views, weaknesses
from quiz.web.manager.views import blueprint

__all__ = ["blueprint"]

# Each of these opens its pages when it is imported.
PAGES = (acting, delegation, evidence, exporting, views, weaknesses)
