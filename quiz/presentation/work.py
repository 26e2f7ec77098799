"""Units of work with this request's actor; views never see a session otherwise."""

from contextlib import AbstractContextManager

from flask import current_app, g

from quiz.access.actor import Actor
from quiz.services.unit_of_work import UnitOfWork, Works


def works() -> Works:
    """Return the one door to the database of this app."""
    found: Works = current_app.extensions["works"]
    return found


def actor() -> Actor:
    """Return who acts in this request."""
    who = g.get("signed_in") or g.get("connected")
    found: Actor = who.actor if who else Actor.nobody()
    return found


def reading() -> AbstractContextManager[UnitOfWork]:
    """Return a unit of work that only reads."""
    return works().reading(actor())


def writing() -> AbstractContextManager[UnitOfWork]:
    """Return a unit of work that commits once, when the block is left."""
    return works().writing(actor())
