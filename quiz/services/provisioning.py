"""People as a connected system sees them: one, or a page of those of whom something holds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import people as others
from quiz.db.queries import provisioning as queries
from quiz.engine.text import Text
from quiz.services.conditions import ANYBODY, Condition, Every, HasText, Not, OfMoment, OfText, Some, WorksHere
from quiz.services.errors import NotFound
from quiz.services.organisation import get_choices
from quiz.services.superiors import load_lines, superior_of
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import has_left

# What another system may give and take: never who manages or who administers.
ROLES = (Role.ADVISER, Role.AUDITOR, Role.EDITOR, Role.HR, Role.REVIEWER)
_CONNECTION = "connection:"


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A person: what HR holds, the unit by the code HR gives it, whom they report to, and which roles they hold."""

    public_id: str
    hr_number: str
    email: str
    name: str
    latin_name: str | None
    job_families: tuple[str, ...]
    jurisdiction: str
    unit: str
    unit_name: Text
    is_active: bool
    external_id: str | None
    created_at: datetime
    changed_at: datetime
    # Public id and name.
    manager: tuple[str, str] | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class PageOfPeople:
    """Some people, and how many there are in all."""

    people: tuple[Provisioned, ...]
    total: int


def list_provisioned(work: UnitOfWork, condition: Condition = ANYBODY, first: int = 0, most: int = 100) -> PageOfPeople:
    """Return people of whom a condition holds, from a place on, in the order in which they were added."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person"))
    who, sought = seeker(work), _sought(work, condition)
    rows = queries.list_people(work.session, who, sought, first, most) if most else []
    # The last page tells the number by itself.
    is_last = bool(rows) and len(rows) < most
    total = first + len(rows) if is_last else queries.count_people(work.session, who, sought)
    return PageOfPeople(seen(work, rows), total)


def get_provisioned(work: UnitOfWork, person: str) -> Provisioned:
    """Return a person; raise NotFound for whoever is not there, or was removed by the same connection."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person", person))
    row = queries.find_person(work.session, seeker(work), person)
    if row is None:
        raise NotFound("person")
    return seen(work, [row])[0]


def seeker(work: UnitOfWork) -> queries.Seeker:
    """Return which connection acts."""
    name = work.actor.name
    key = queries.find_connection_id(work.session, name.removeprefix(_CONNECTION)) if _CONNECTION in name else None
    return queries.Seeker(key, work.now)


def seen(work: UnitOfWork, rows: Collection[queries.Found]) -> tuple[Provisioned, ...]:
    """Return rows of people as a connected system sees them, in a few statements for all."""
    people = [row.person for row in rows]
    managers = _managers(work, {row.id: row.unit_id for row in people})
    today = get_choices(work).civil_day(work.now)
    held: dict[int, list[Role]] = {}
    here = [row.id for row in people if not has_left(row, work.now)]
    for one in queries.list_roles(work.session, here, ROLES, today):
        held.setdefault(one.person_id, []).append(Role(one.role))
    return tuple(
        _provisioned(work, one, managers.get(one.person.id), tuple(sorted(held.get(one.person.id, ())))) for one in rows
    )


def _provisioned(
    work: UnitOfWork, found: queries.Found, manager: tuple[str, str] | None, roles: tuple[Role, ...]
) -> Provisioned:
    row, unit = found.person, found.unit
    return Provisioned(
        row.public_id,
        row.hr_number,
        row.email,
        row.name,
        row.latin_name,
        tuple(row.job_families),
        row.jurisdiction,
        unit.code or unit.public_id,
        Text(unit.name),
        not has_left(row, work.now),
        found.external_id,
        row.created_at,
        row.changed_at or row.created_at,
        manager,
        roles,
    )


def _managers(work: UnitOfWork, unit_of: Mapping[int, int]) -> dict[int, tuple[str, str]]:
    structure = load_lines(work, unit_of)
    above = {person: found for person in unit_of if (found := superior_of(structure, person)) is not None}
    names = others.list_public_names(work.session, set(above.values()))
    return {person: names[manager] for person, manager in above.items()}


def _sought(work: UnitOfWork, condition: Condition) -> queries.Condition:
    match condition:
        case OfText(name, operator, value):
            return queries.compare_text(name, operator, value)
        case OfMoment(name, operator, moment):
            return queries.compare_moment(name, operator, moment)
        case HasText(name):
            return queries.has_text(name)
        case WorksHere():
            return queries.works_here(work.now)
        case Every(parts):
            return queries.every([_sought(work, part) for part in parts])
        case Some(parts):
            return queries.some([_sought(work, part) for part in parts])
        case Not(part):
            return queries.none(_sought(work, part))
