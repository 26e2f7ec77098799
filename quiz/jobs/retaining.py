"""What the worker does for retention: once a day, some pieces between the mails, until nothing is past its time."""

import logging

from flask import Flask

from quiz.access.actor import Actor
from quiz.services import retaining
from quiz.services.retaining import Run
from quiz.services.unit_of_work import Works

log = logging.getLogger(__name__)
# So many pieces at a time, and then mails have their turn.
_PIECES = 10
_UNDER_WAY = "retention_run"


def tend(app: Flask, actor: Actor) -> None:
    """Begin the run of the day where it is due, and go on with it; where the worker ends on the way, it begins anew."""
    works: Works = app.extensions["works"]
    run: Run | None = app.extensions.get(_UNDER_WAY)
    if run is None:
        with works.reading(actor) as work:
            if not retaining.is_due(work):
                return
        run = app.extensions[_UNDER_WAY] = Run()
    for _, _piece in zip(range(_PIECES), retaining.pieces(works, actor, run), strict=False):
        if run.is_done:
            app.extensions[_UNDER_WAY] = None
            log.info("retention removed %s rows", sum(run.removed.values()))
            return
