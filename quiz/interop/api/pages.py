"""The blueprint of the API with every view on it: the factory takes it from here."""

from quiz.interop.api import document, views
from quiz.interop.api.serving import blueprint

__all__ = ["blueprint"]

# Each of these opens its addresses when it is imported.
PAGES = (document, views)
