"""What the worker does for retention: once a day, piece by piece, until nothing is past its time."""

import logging
from collections.abc import Iterator

from flask import Flask

from quiz.access.actor import Actor
from quiz.services import retaining
from quiz.services.retaining import Run
from quiz.services.unit_of_work import Works

log = logging.getLogger(__name__)


def pieces(app: Flask, actor: Actor) -> Iterator[None]:
    """Do the run of the day where it is due; where the worker ends on the way, it begins anew."""
    works: Works = app.extensions["works"]
    with works.reading(actor) as work:
        if not retaining.is_due(work):
            return
    run = Run()
    yield from retaining.pieces(works, actor, run)
    log.info("retention removed %s rows", sum(run.removed.values()))
