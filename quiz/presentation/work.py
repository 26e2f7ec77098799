"""Units of work with this request's actor; views never see a session otherwise."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from flask import current_app, g

from quiz.access.actor import Actor
from quiz.services.health import Watch
from quiz.services.tools import NullObserver, Observer, Tools
from quiz.services.unit_of_work import UnitOfWork, Works

_Found = TypeVar("_Found")


def works() -> Works:
    """Return the one door to the database of this app, for deeds that open units of work by themselves."""
    # What they read must not be as old as what the guard has read.
    close()
    return _door()


def tools() -> Tools:
    """Return the tools of this app."""
    return _door().tools


def observer() -> Observer:
    """Return who is told what happens, to count it; nobody in an app without a database."""
    found: Works | None = current_app.extensions.get("works")
    return found.tools.observer if found is not None else NullObserver()


def watch() -> Watch:
    """Return what asks whether the database of this app answers."""
    doors = _door()
    found: tuple[Works, Watch] | None = current_app.extensions.get("watch")
    if found is None or found[0] is not doors:
        found = current_app.extensions["watch"] = (doors, Watch(doors.database))
    return found[1]


def actor() -> Actor:
    """Return who acts in this request."""
    who = g.get("signed_in") or g.get("connected")
    found: Actor = who.actor if who else Actor.nobody()
    return found


def reading() -> AbstractContextManager[UnitOfWork]:
    """Return a unit of work that only reads; the first of a request goes on where the guard has read."""
    return _door().reading(actor(), g.pop("opened", None))


@contextmanager
def reporting() -> Iterator[UnitOfWork]:
    """Give a reading unit of work for what reports over many people or years; it may be some seconds old.

    Only for what is not followed by a deed that rests on it. One request reads the replica throughout or, once it was
    passed over, not any more: nothing on a page is older than what was read before it.
    """
    if not g.get("may_be_behind", False):
        with reading() as work:
            yield work
        return
    with works().reporting(actor()) as work:
        g.may_be_behind = work.is_behind
        g.was_behind = work.is_behind or g.get("was_behind", False)
        yield work


def reported(read: Callable[[UnitOfWork], _Found]) -> _Found:
    """Return what a function finds by `reporting`, or by `reading` where that fails; for what is sent in pieces."""
    try:
        with reporting() as work:
            return read(work)
    except Exception:
        if not leave_replica():
            raise
    with reading() as work:
        return read(work)


def leave_replica() -> bool:
    """Read the primary for the rest of this request; tell whether the replica was read until now."""
    g.may_be_behind = False
    return bool(g.pop("was_behind", False))


def writing(who: Actor | None = None) -> AbstractContextManager[UnitOfWork]:
    """Return a unit of work that commits once, when the block is left; of somebody else where that is said."""
    return works().writing(who or actor())


def open_reading() -> UnitOfWork:
    """Return the unit of work with which the guard finds out who asks; its session is kept for the view."""
    work = _door().open(Actor.nobody())
    g.opened = work.session
    return work


def close(_error: BaseException | None = None) -> None:
    """Close what the guard has opened and no view has used."""
    opened = g.pop("opened", None)
    if opened is not None:
        opened.close()


def _door() -> Works:
    found: Works = current_app.extensions["works"]
    return found
