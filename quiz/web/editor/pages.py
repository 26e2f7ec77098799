"""The editors' desk: one blueprint, a file for each thing that is done there."""

from quiz.web.editor import files, histories, previewing, reviewing, views, words, writing
from quiz.web.editor.views import blueprint

__all__ = ["blueprint", "files", "histories", "previewing", "reviewing", "views", "words", "writing"]
