"""What the operator's log holds: one line of JSON for each thing that went wrong or was refused, with its UTC moment.

What was typed stands in none of them; JSON escapes whatever could begin a line of its own.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from flask import request

from quiz.presentation.security import is_over

log = logging.getLogger(__name__)
# How much a minute is written down of one sort at one place, in each process: a flood must not fill a disk.
MOST_ALIKE = "30 per minute"


class Line(logging.Formatter):
    """A record as one line of JSON: `at`, `level`, `logger`, `message`, and `error` where something was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said)


def install() -> None:
    """Send what the product logs to standard error in that form; once a process."""
    ours = logging.getLogger("quiz")
    if not ours.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Line())
        ours.addHandler(handler)
        ours.setLevel(logging.WARNING)
        ours.propagate = False


def note_refused(what: str) -> None:
    """Log that a request was turned away before any deed: what for, and at which view; never what was sent."""
    if not is_over(MOST_ALIKE, "refused", what, request.endpoint or ""):
        log.warning("refused: %s at %s", what, request.endpoint)
