"""What somebody may be on a day: the roles they were given, each within its bounds and its dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from quiz.access.actor import Actor, Role
from quiz.db.models.people import PersonRow
from quiz.db.queries import people as queries
from quiz.services.errors import Refused
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

# What each role may be bounded by. A grant that is bounded by anything else gives nothing: it never said "everything".
BY_UNIT = frozenset({Role.MANAGER})
BY_BANK = frozenset({Role.EDITOR, Role.REVIEWER})
# What is given on its own, by a person or a system; who manages follows from the unit, an administrator from the shell.
GIVEN = (Role.ADVISER, Role.AUDITOR, Role.EDITOR, Role.HR, Role.REVIEWER)


@dataclass(frozen=True, slots=True)
class HeldRoles:
    """The roles of a day, the units managed (each with all below it), and the banks of roles that are bounded."""

    roles: frozenset[Role]
    units: frozenset[int]
    banks: frozenset[tuple[Role, str]]


def is_sound(role: str, unit_id: int | None, bank: str | None) -> bool:
    """Tell whether a role knows the bounds it was given with."""
    return (unit_id is None or role in BY_UNIT) and (bank is None or role in BY_BANK)


def held_on(grants: Iterable[Any], today: date) -> HeldRoles:
    """Return what grants give on a day (rows with role, unit_id, bank, starts_on and ends_on); both days are included.

    A role that is given for one bank and for all is held in all.
    """
    held = [
        one
        for one in grants
        if one.role
        and one.starts_on <= today
        and (one.ends_on is None or one.ends_on >= today)
        and is_sound(one.role, one.unit_id, one.bank)
    ]
    unbounded = {one.role for one in held if one.bank is None}
    return HeldRoles(
        frozenset({Role.LEARNER, *(Role(one.role) for one in held)}),
        frozenset(one.unit_id for one in held if one.unit_id is not None),
        frozenset((Role(one.role), one.bank) for one in held if one.bank is not None and one.role not in unbounded),
    )


def actor_of(work: UnitOfWork, row: PersonRow) -> Actor:
    """Return a person with the roles of today, as their pages see them; whoever left is nobody, and cannot sign in."""
    if row.active_until is not None and row.active_until <= work.now:
        return Actor.nobody()
    today = get_choices(work).civil_day(work.now)
    return acting(work, row.id, row.public_id, held_on(queries.list_role_grants(work.session, row.id, today), today))


def acting(work: UnitOfWork, person_id: int, public_id: str, held: HeldRoles) -> Actor:
    """Return a person who holds some roles, with every unit below those they manage."""
    units = queries.list_subtree(work.session, set(held.units)) if held.units else ()
    return Actor(f"person:{public_id}", person_id, held.roles, frozenset(units), banks=held.banks)


def guarded(work: UnitOfWork) -> frozenset[int]:
    """Return the keys of those whose mailbox and factors the actor may not decide: administrators, but for one of them.

    Who holds the mailbox of an administrator gets a new password by it, and with it all that they may do.
    """
    if work.actor.is_system or Role.ADMIN in work.actor.roles:
        return frozenset()
    return frozenset(queries.list_administrators(work.session, get_choices(work).civil_day(work.now)))


def need_administrator(work: UnitOfWork, person_id: int, field: str) -> None:
    """Raise Refused (`administers`) where a person is guarded from the actor."""
    if person_id in guarded(work):
        raise Refused("administers", field=field)
