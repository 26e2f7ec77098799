"""What the worker does again and again by itself: each chore in pieces, cut short and begun anew without harm."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from flask import Flask

from quiz.jobs import partitions, retaining, sealing
from quiz.jobs.outbox import ACTOR, carry_out_due, prepare_credentials
from quiz.jobs.tables import make_next
from quiz.services import (
    delivering,
    digesting,
    disclosing,
    evaluating,
    heads,
    identities,
    leasing,
    reminding,
    taking,
    taking_away,
    turning,
)
from quiz.services.unit_of_work import Works

Chore = Callable[[Flask], Iterator[object]]


def _works(app: Flask) -> Works:
    works: Works = app.extensions["works"]
    return works


def tidy(app: Flask) -> Iterator[object]:
    """Write the end of attempts out of time, and forget what is to be forgotten within minutes or a day."""
    more = True
    while more:
        with _works(app).writing(ACTOR) as work:
            more = taking.expire_overdue(work) > 0
        yield None
    with _works(app).writing(ACTOR) as work:
        delivering.forget_failures(work)
        delivering.mend_times(work)
        identities.forget(work)
        taking_away.forget_exports(work)
    yield None


def prepare(app: Flask) -> Iterator[object]:
    """Note a key that is new, and give new records their places in the lists of states."""
    yield from prepare_credentials(_works(app))


def turn_day(app: Flask) -> Iterator[object]:
    """Let the rules give what is due and count answers, then mark the day."""
    works = _works(app)
    with works.reading(ACTOR) as work:
        is_due = turning.is_due(work)
    if not is_due:
        return
    for _ in evaluating.pieces(works, ACTOR):
        yield None
    for _ in disclosing.pieces(works, ACTOR):
        yield None
    with works.writing(ACTOR) as work:
        turning.turn_day(work)
    yield None


def remind(app: Flask) -> Iterator[object]:
    """Ask for the mails of the day, some hundreds of people in a transaction."""
    works = _works(app)
    with works.reading(ACTOR) as work:
        more = reminding.is_due(work)
    while more:
        with works.writing(ACTOR) as work:
            more = reminding.remind_some(work)
        yield None


def digest(app: Flask) -> Iterator[object]:
    """Ask for the weeks of managers, some dozens in a transaction."""
    works = _works(app)
    with works.reading(ACTOR) as work:
        more = digesting.is_due(work)
    while more:
        with works.writing(ACTOR) as work:
            more = digesting.digest_some(work)
        yield None


def count_heads(app: Flask) -> Iterator[object]:
    """Count the people of large units, one unit after the other."""
    while heads.count_next(_works(app), ACTOR):
        yield None


def make_tables(app: Flask) -> Iterator[object]:
    """Make the large tables that were asked for, the one that has waited longest first."""
    while make_next(app, ACTOR):
        yield None


def make_partitions(app: Flask) -> Iterator[object]:
    """Make room ahead for what grows with time, once in some minutes."""
    yield from partitions.pieces(app, ACTOR)


def retain(app: Flask) -> Iterator[object]:
    """Remove what is past its time, once a day."""
    yield from retaining.pieces(app, ACTOR)


def seal(app: Flask) -> Iterator[object]:
    """Seal the audit trail, hand its tip out, and go along it once a day."""
    yield from sealing.pieces(app, ACTOR)


# In the order in which they are done where one worker does them all once. What reads much comes last.
CHORES: Mapping[str, Chore] = {
    "tidy": tidy,
    "prepare": prepare,
    "outbox": carry_out_due,
    "turn-day": turn_day,
    "remind": remind,
    "digest": digest,
    "count-heads": count_heads,
    "make-tables": make_tables,
    "make-partitions": make_partitions,
    "retain": retain,
    "seal": seal,
}
# What several workers may do at once: each message and each table is claimed for itself.
SHARED = frozenset({"outbox", "make-tables"})
_KEPT_EVERY = timedelta(seconds=20)


def do(app: Flask, name: str) -> bool:
    """Do one chore to its end, alone of all workers where it is not shared; return whether it was this one's turn.

    A worker that was not heard of for as long as its lease lasts has lost its turn, and stops at its next piece.
    """
    if name in SHARED:
        for _ in CHORES[name](app):
            pass
        return True
    works = _works(app)
    holder = works.tools.chance(16).hex()
    with works.writing(ACTOR) as work:
        if not leasing.take(work, name, holder):
            return False
        kept_at = work.now
    for _ in CHORES[name](app):
        if abs(works.tools.clock() - kept_at) < _KEPT_EVERY:
            continue
        with works.writing(ACTOR) as work:
            if not leasing.keep(work, name, holder):
                return False
            kept_at = work.now
    with works.writing(ACTOR) as work:
        leasing.give_back(work, name, holder)
    return True


def sweep(app: Flask) -> int:
    """Do every chore once, whoever else is at it; return how many messages of the outbox were carried out."""
    carried_out = 0
    for name, chore in CHORES.items():
        for piece in chore(app):
            carried_out += name == "outbox" and piece is True
    return carried_out
