"""Large tables made by the worker: read in one transaction, written to the disk, then kept in parts."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from tempfile import TemporaryFile
from typing import IO

from flask import Flask

from quiz.access.actor import Actor
from quiz.presentation.i18n import reading_as
from quiz.presentation.team_table import write_table
from quiz.services import taking_away
from quiz.services.errors import NotFound, Stale
from quiz.services.reporting_people import TakenAway
from quiz.services.taking_away import Order
from quiz.services.unit_of_work import ReplicaFailed, UnitOfWork, Works

log = logging.getLogger(__name__)
# How often it is said how far a table is: a page looks every few seconds.
LINES_BETWEEN = 2_000


def make_next(app: Flask, actor: Actor) -> bool:
    """Make the table that has waited longest; return whether there was one.

    Another worker that took over, because this one was not heard of, is left to it.
    """
    works: Works = app.extensions["works"]
    with works.writing(actor) as work:
        order = taking_away.claim(work)
    if order is None:
        return False
    try:
        _make(app, works, actor, order)
    except (NotFound, Stale):
        log.warning("table %s was given up: swept away, or taken over", order.public_id)
    return True


def _make(app: Flask, works: Works, actor: Actor, order: Order) -> None:
    count = 0

    def counted(lines: Iterable[TakenAway]) -> Iterator[TakenAway]:
        nonlocal count
        for line in lines:
            yield line
            count += 1
            if count % LINES_BETWEEN == 0:
                with works.writing(actor) as work:
                    taking_away.note_progress(work, order, count)

    def written(into: IO[bytes], reading: AbstractContextManager[UnitOfWork]) -> None:
        with app.test_request_context(), reading_as(order.language, order.digits), reading as work:
            write_table(order.kind, into, counted(taking_away.stream(work, order)))

    # On the disk and not in memory: it may be tens of megabytes.
    with TemporaryFile() as into:
        try:
            # Whoever asked for it finds in it what they stored before they asked.
            written(into, works.reporting(actor, is_current=True))
        except ReplicaFailed:
            into.seek(0)
            into.truncate()
            count = 0
            written(into, works.reading(actor))
        into.seek(0)
        while part := into.read(taking_away.PART):
            with works.writing(actor) as work:
                taking_away.keep_part(work, order, part)
    with works.writing(actor) as work:
        taking_away.finish(work, order, count)
