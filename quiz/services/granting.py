"""Giving and ending roles: for one bank or for all, from a day and until one; who gives never gives to themselves."""

from dataclasses import dataclass
from datetime import date, timedelta

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow, RoleGrantRow
from quiz.db.queries import people as queries
from quiz.db.queries import workforce
from quiz.engine.scenario import BANKS
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.roles import BY_BANK, BY_UNIT, GIVEN
from quiz.services.unit_of_work import UnitOfWork

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HolderLine:
    """Who holds a role today or later: in which bank (None: in all), from when and until when."""

    person: str
    name: str
    role: str
    bank: str | None
    starts_on: date
    ends_on: date | None
    is_by_now: bool


def grant_role(
    work: UnitOfWork,
    person: str,
    role: Role,
    unit: str | None = None,
    bank: str | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> None:
    """Give a person a role: from today on unless another day is named, until a last day or for good.

    A manager's holds for a unit and all below it; an editor's or a reviewer's may hold for one bank alone. Raise
    NotFound, Refused for bounds that the role does not know, for days past, or where they hold it on its first day.
    """
    row = _asked(work, person)
    today = get_choices(work).civil_day(work.now)
    _check_bounds(work, role, unit, bank)
    starts_on = starts_on or today
    if starts_on < today or (ends_on is not None and ends_on < today):
        raise Refused("day-past", field="starts_on" if starts_on < today else "ends_on")
    if ends_on is not None and ends_on < starts_on:
        raise Refused("ends-before-it-starts", field="ends_on")
    place = queries.find_unit(work.session, unit) if unit else None
    if unit and place is None:
        raise NotFound("unit")
    for one in _held(work, row, role, bank):
        is_same_place = one.unit_id == (place.id if place else None)
        if is_same_place and one.starts_on <= starts_on <= (one.ends_on or starts_on):
            raise Refused("role-held-already", field="role")
    work.session.add(
        RoleGrantRow(
            person_id=row.id,
            role=role.value,
            unit_id=place.id if place else None,
            bank=bank,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )
    until = ends_on.isoformat() if ends_on else None
    details = {"bank": bank, "since": starts_on.isoformat() if starts_on != today else None, "until": until}
    said = {name: value for name, value in details.items() if value is not None}
    work.audit(Permission.PEOPLE_ROLE_GRANT, Target("person", person), role=role.value, **said)


def end_role(work: UnitOfWork, person: str, role: str, bank: str | None = None) -> None:
    """End a role that was given to a person, today or later, for one bank or for all; raise NotFound where none was."""
    row = _asked(work, person)
    if role not in set(Role) or (not work.actor.is_system and role not in GIVEN):
        raise NotFound("role")
    held = _held(work, row, Role(role), bank)
    if not held:
        raise NotFound("role")
    today = get_choices(work).civil_day(work.now)
    workforce.end_grants(work.session, [one.id for one in held], today - _DAY)
    said = {"bank": bank} if bank is not None else {}
    work.audit(Permission.PEOPLE_ROLE_GRANT, Target("person", person), role=role, what="role-ended", **said)


def may_grant(work: UnitOfWork, person: str) -> bool:
    """Tell whether the actor may give roles to a person, and end them; the deeds themselves ask again."""
    row = queries.find_person_by_public_id(work.session, person)
    return row is not None and work.allows(Permission.PEOPLE_ROLE_GRANT, Target("person", person, owner_id=row.id))


def list_role_holders(work: UnitOfWork) -> tuple[HolderLine, ...]:
    """Return who of those that work here holds which given role today or later, by role, bank and name."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("roles"))
    today = get_choices(work).civil_day(work.now)
    roles = [*GIVEN, Role.ADMIN]
    return tuple(
        HolderLine(
            row.public_id, row.name, row.role, row.bank, row.starts_on, row.ends_on, is_by_now=row.starts_on <= today
        )
        for row in workforce.list_role_holders(work.session, roles, today, work.now)
    )


def _asked(work: UnitOfWork, person: str) -> PersonRow:
    row = queries.find_person_by_public_id(work.session, person)
    work.require(Permission.PEOPLE_ROLE_GRANT, Target("person", person, owner_id=row.id if row else None))
    if row is None:
        raise NotFound("person")
    return row


def _check_bounds(work: UnitOfWork, role: Role, unit: str | None, bank: str | None) -> None:
    if not work.actor.is_system and role not in GIVEN:
        raise Refused("role-not-given-so", field="role")
    if unit and role not in BY_UNIT:
        raise Refused("role-without-unit", field="unit")
    if bank is not None and role not in BY_BANK:
        raise Refused("role-without-bank", field="bank")
    if bank is not None and bank not in BANKS:
        raise Refused("bank-unknown", field="bank")


def _held(work: UnitOfWork, row: PersonRow, role: Role, bank: str | None) -> list[RoleGrantRow]:
    today = get_choices(work).civil_day(work.now)
    return [
        one
        for one in workforce.list_grants(work.session, row.id, today)
        if one.role == role and one.bank == bank and one.capacity == "held"
    ]
