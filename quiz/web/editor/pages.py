"""The editors' desk: one blueprint, a file for each thing that is done there."""

from quiz.web.editor import histories, previewing, reviewing, views, words, writing
from quiz.web.editor.views import blueprint

__all__ = ["blueprint", "histories", "previewing", "reviewing", "views", "words", "writing"]
