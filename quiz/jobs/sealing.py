"""What the worker does for the audit trail: seals it, hands the tip of the day out, goes along the chain once a day."""

import logging
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from quiz.access.actor import Actor
from quiz.records.audit_tip import Tip, keep_tip, read_tips
from quiz.services import audit_checking, sealing
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings

log = logging.getLogger(__name__)
_HANDED_OUT = "audit_tips"


def pieces(app: Flask, actor: Actor) -> Iterator[None]:
    """Seal, make the tip of the day, put tips into their folder, and go along the chain where that is due."""
    works: Works = app.extensions["works"]
    # Nothing is written where nothing waits.
    with works.reading(actor) as work:
        is_waiting = sealing.is_waiting(work)
    if is_waiting:
        for _ in sealing.seal_all(works, actor):
            yield
    with works.reading(actor) as work:
        is_due = sealing.is_tip_due(work)
    if is_due:
        with works.writing(actor) as work:
            sealing.take_tip(work)
    _hand_out(app, works, actor)
    yield from _walk(app, works, actor)


def _folder(app: Flask) -> Path | None:
    settings: Settings = app.extensions["settings"]
    return settings.audit_tip_folder


def _hand_out(app: Flask, works: Works, actor: Actor) -> None:
    """Put tips into the folder; what could not be written is written later, and told of in the log.

    A worker that has just begun looks at the last ten: older files may well have been moved to where they are safer.
    """
    folder = _folder(app)
    if folder is None:
        return
    with works.reading(actor) as work:
        tips = sealing.list_tips(work, app.extensions.get(_HANDED_OUT), 10)
    for key, tip in tips:
        try:
            keep_tip(folder, tip)
        except OSError as fault:
            log.error("the tip of the audit trail was not written to AUDIT_TIP_FOLDER: %s", fault.strerror)
            return
        app.extensions[_HANDED_OUT] = key


def _walk(app: Flask, works: Works, actor: Actor) -> Iterator[None]:
    """Go along the whole chain, some thousand links at a time; where the worker ends on the way, it begins anew."""
    with works.reading(actor) as work:
        if not audit_checking.is_check_due(work):
            return
        walk, began_at = audit_checking.begin_walk(work), work.now
    yield from audit_checking.walk_to_end(works, actor, walk)
    tips = _tips_outside(app)
    with works.reading(actor) as work:
        audit_checking.end_walk(work, walk, tips)
    with works.writing(actor) as work:
        audit_checking.note_check(work, walk, began_at, tips)
    for fault in walk.faults[:3]:
        log.error("the audit trail is broken: %s at number %s, entry %s", fault.code, fault.number, fault.entry_id)


def _tips_outside(app: Flask) -> list[Tip]:
    folder = _folder(app)
    if folder is None:
        return []
    try:
        return read_tips(folder)[0]
    except OSError as fault:
        log.error("AUDIT_TIP_FOLDER cannot be read: %s", fault.strerror)
        return []
