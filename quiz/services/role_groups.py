"""The roles of the whole organisation as groups of people: what another system may give and take away."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import provisioning as queries
from quiz.db.queries import workforce
from quiz.services.errors import NotFound, Refused
from quiz.services.granting import grant_role
from quiz.services.organisation import get_choices
from quiz.services.provisioning import ROLES, seeker
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import has_left

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """A role and who holds it for good in the whole organisation, as (public id, name) in the order it was given."""

    role: Role
    members: tuple[tuple[str, str], ...]


def list_role_groups(work: UnitOfWork) -> tuple[RoleGroup, ...]:
    """Return every role that another system may give."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("roles"))
    today = get_choices(work).civil_day(work.now)
    held: dict[str, dict[str, str]] = {role: {} for role in ROLES}
    for one in queries.list_holders(work.session, ROLES, today, work.now):
        held[one.role][one.public_id] = one.name
    return tuple(RoleGroup(role, tuple(held[role].items())) for role in ROLES)


def get_role_group(work: UnitOfWork, role: str) -> RoleGroup:
    """Return one of them; raise NotFound for any other role."""
    found = next((one for one in list_role_groups(work) if one.role == role), None)
    if found is None:
        raise NotFound("role")
    return found


def decide_members(work: UnitOfWork, role: str, ask: Callable[[RoleGroup], Collection[str]]) -> RoleGroup:
    """Let those hold a role whom `ask` names by public id, once it is told who does; return who does afterwards.

    Raise NotFound for a role that is not given so, Refused for somebody who does not work here.
    """
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("role", role))
    before = get_role_group(work, role)
    wanted = set(ask(before))
    standing = {public_id for public_id, _ in before.members}
    # One order for all, so that two who change the same people never wait for each other.
    for person in sorted(wanted ^ standing):
        if person in wanted:
            _give(work, person, before.role)
        else:
            _take(work, person, before.role)
    work.session.flush()
    return get_role_group(work, role)


def _give(work: UnitOfWork, person: str, role: Role) -> None:
    found = queries.find_person(work.session, seeker(work), person, to_change=True)
    if found is None or has_left(found.person, work.now):
        raise Refused("person-unknown", field="members", value=person)
    today = get_choices(work).civil_day(work.now)
    # Somebody may have been quicker, while this one waited for the person.
    if not queries.list_roles(work.session, [found.person.id], [role], today):
        grant_role(work, person, role)


def _take(work: UnitOfWork, person: str, role: Role) -> None:
    today = get_choices(work).civil_day(work.now)
    held = queries.list_holders(work.session, [role], today, work.now)
    workforce.end_grants(work.session, [one.id for one in held if one.public_id == person], today - _DAY)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), role=role.value, what="role-ended")
