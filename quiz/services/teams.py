"""Which units a manager asks about: all of their own, or one of them, with everything below."""

from dataclasses import dataclass

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import UnitRow
from quiz.db.queries import people
from quiz.db.queries import progress as queries
from quiz.engine.text import Text
from quiz.services.errors import NotFound
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as a manager's pages name it."""

    public_id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Scope:
    """The units at the top of what is asked for; `unit` where it is one that was named; the way down to it."""

    roots: tuple[int, ...]
    unit: UnitName | None = None
    way: tuple[UnitName, ...] = ()


def name_of(row: UnitRow) -> UnitName:
    """Return what pages call a unit."""
    return UnitName(row.public_id, Text(row.name))


def get_scope(work: UnitOfWork, permission: Permission, unit: str | None = None) -> Scope:
    """Return the actor's own units, or the one that is named; raise NotFound, or NotAllowed where it is not theirs."""
    if unit:
        row = people.find_unit(work.session, unit)
        if row is None:
            raise NotFound("unit")
        work.require(permission, Target("team", unit, unit_id=row.id))
        return Scope((row.id,), name_of(row), tuple(_way(work, row)))
    managed = work.actor.managed_units
    parents = queries.list_parents(work.session) if managed else []
    tops = sorted(one for one, parent in parents if one in managed and parent not in managed)
    work.require(permission, Target("team", unit_id=tops[0] if tops else None))
    return Scope(tuple(tops))


def _way(work: UnitOfWork, row: UnitRow) -> list[UnitName]:
    found: list[UnitName] = []
    while row.parent_id in work.actor.managed_units:
        row = work.session.get_one(UnitRow, row.parent_id)
        found.insert(0, name_of(row))
    return found
