"""What the operator's log holds: one line of JSON for each thing that went wrong or was refused, with its UTC moment.

What was typed stands in none of them; JSON escapes whatever could begin a line of its own. Of a defect stand the places
in the code, and of its message only words that no person, address or token can be.
"""

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

from flask import request

from quiz.presentation.security import is_over_here
from quiz.presentation.work import observer
from quiz.services.watching import CURRENT

log = logging.getLogger(__name__)
# How much a minute is written down of one sort at one place, in each process: a flood must not fill a disk.
MOST_ALIKE = "30 per minute"
ACCESS = "quiz.access"
# Small Latin letters alone, with the marks around them: names begin with another letter or are written in another
# script, and addresses, tokens and numbers hold other signs.
_WORD = re.compile(r"[(\[]?[a-z]+(?:[-/][a-z]+)*[)\],.:;!?]*")
_LONGEST, _MOST_CAUSES = 300, 8


class Line(logging.Formatter):
    """A record as one line of JSON: `at`, `level`, `logger`, `message`, and `error` where something was raised.

    `request` or `job` say during which it was; `fields` of a record stand beside its message.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        watched = CURRENT.get()
        if watched is not None:
            said[watched.kind] = watched.code
        said |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said)

    def formatException(  # noqa: N802 - the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return where something was raised and what, the first cause first; and nothing that it was about."""
        told: list[str] = []
        fault, seen = ei[1], set[int]()
        while fault is not None and id(fault) not in seen and len(seen) < _MOST_CAUSES:
            seen.add(id(fault))
            where = "".join(traceback.format_tb(fault.__traceback__))
            told.append(f"Traceback (most recent call last):\n{where}{_named(fault)}")
            fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
        return "\n\n".join(reversed(told))


def _named(fault: BaseException) -> str:
    """Return what was raised, with as much of its message as can be about nobody."""
    kind = type(fault).__name__
    statement, cause = getattr(fault, "statement", None), getattr(fault, "orig", None)
    if isinstance(statement, str) and isinstance(cause, BaseException):
        # Values are bound, so that none stands in the statement; what the database says of it may hold some.
        return f"{kind}: {type(cause).__name__}: {' '.join(statement.split())}"
    if isinstance(fault, OSError) and fault.errno:
        return f"{kind}: {os.strerror(fault.errno)}"
    words = [word if _WORD.fullmatch(word) else "…" for word in str(fault)[:_LONGEST].split()]
    kept = [word for place, word in enumerate(words) if word != "…" or words[place - 1 : place] != ["…"]]
    return f"{kind}: {' '.join(kept)}".removesuffix(": ")


def install() -> None:
    """Send what the product logs to standard error in that form; once a process."""
    ours = logging.getLogger("quiz")
    if not ours.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Line())
        # What hands traces over tells where nobody takes them.
        for logger in (ours, logging.getLogger("opentelemetry")):
            logger.addHandler(handler)
            logger.setLevel(logging.WARNING)
            logger.propagate = False


def note_refused(what: str) -> None:
    """Log that a request was turned away before any deed: what for, and at which view; never what was sent."""
    observer().happened("refusal", what)
    if not is_over_here(MOST_ALIKE, "refused", what, request.endpoint or ""):
        log.warning("refused: %s at %s", what, request.endpoint)
