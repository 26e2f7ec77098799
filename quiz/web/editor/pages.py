"""The editors' desk: one blueprint, a file for each thing that is done there."""

from quiz.web.editor import doubts, files, histories, previewing, reviewing, views, words, writing
from quiz.web.editor.views import blueprint

__all__ = ["blueprint", "doubts", "files", "histories", "previewing", "reviewing", "views", "words", "writing"]
