"""What the worker does for tables that grow with time: it makes room ahead, and looks once in some minutes."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Flask

from quiz.access.actor import Actor
from quiz.services import partitioning
from quiz.services.errors import NotReady
from quiz.services.unit_of_work import Works

log = logging.getLogger(__name__)
# A whole partition is always ahead, and what is beyond it falls into one for what is left.
_EVERY = timedelta(minutes=10)
_LOOKED = "partitions_looked_at"


def pieces(app: Flask, actor: Actor) -> Iterator[None]:
    """Make the partitions that are lacking, and count them anew; where somebody is in the way, some minutes later."""
    works: Works = app.extensions["works"]
    looked: datetime | None = app.extensions.get(_LOOKED)
    with works.reading(actor) as work:
        if looked is not None and looked <= work.now < looked + _EVERY:
            return
        app.extensions[_LOOKED] = work.now
        if not partitioning.is_lacking(work):
            return
    try:
        with works.writing(actor) as work:
            made = partitioning.make_lacking(work)
    except NotReady as not_yet:
        log.warning("no partition was made: %s", not_yet.values["reason"])
        return
    for name in made:
        log.info("made the partition %s", name)
    yield None
    with works.writing(actor) as work:
        partitioning.settle(work)
    yield None
