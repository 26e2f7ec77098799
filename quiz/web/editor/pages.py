"""The editors' desk: one blueprint, a file for each thing that is done there."""

from quiz.web.editor import (
    asking_again,
    corrections,
    doubts,
    files,
    grounds,
    histories,
    instruments,
    modules,
    previewing,
    reviewing,
    statistics,
    views,
    wishes,
    words,
    writing,
)
from quiz.web.editor.views import blueprint

__all__ = ["blueprint"]

# Each of these opens its pages when it is imported.
PAGES = (
    asking_again,
    corrections,
    doubts,
    files,
    grounds,
    histories,
    instruments,
    modules,
    previewing,
    reviewing,
    statistics,
    views,
    wishes,
    words,
    writing,
)
