"""Who somebody reports to: the manager of the nearest unit above, found among rows that are loaded once."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import provisioning
from quiz.db.queries import workforce as queries
from quiz.services.errors import NotFound
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

# Who stands in for a manager comes before them, and whom they gave their role to after them.
_TURN = ("acting", "held", "delegated")


@dataclass(frozen=True, slots=True)
class Structure:
    """The units with their managers of one day: what is above each unit, and who manages it in which capacity.

    `absent` are those who are away on that day, or have left.
    """

    above: Mapping[int, int | None]
    unit_of: Mapping[int, int]
    managers: Mapping[int, Collection[tuple[int, str]]] = field(default_factory=dict)
    absent: Collection[int] = frozenset()


def superior_of(structure: Structure, person: int) -> int | None:
    """Return whom a person reports to, None at the top; nobody ever reports to themselves.

    Whoever manages a unit, for good or in place of somebody, reports to the manager of the next one above.
    """
    return next(line_above(structure, person), None)


def line_above(structure: Structure, person: int) -> Iterator[int]:
    """Give everybody above a person up to the top, each once: of each unit one who is there, else nobody."""
    unit = structure.unit_of.get(person)
    seen: set[int] = set()
    given = {person}
    while unit is not None and unit not in seen:
        seen.add(unit)
        managers = structure.managers.get(unit, ())
        if not any(who == person and capacity != "delegated" for who, capacity in managers):
            here = [
                (_TURN.index(capacity), who)
                for who, capacity in managers
                if who != person and who not in structure.absent
            ]
            above = min(here)[1] if here else None
            if above is not None and above not in given:
                given.add(above)
                yield above
        unit = structure.above.get(unit)


def load_structure(work: UnitOfWork, people: Collection[int]) -> Structure:
    """Return the units and their managers as they are today, with the places of some people."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("structure"))
    today = get_choices(work).civil_day(work.now)
    managers: dict[int, list[tuple[int, str]]] = {}
    for one in queries.list_managers(work.session, today, today):
        managers.setdefault(one.unit_id, []).append((one.person_id, one.capacity))
    holders = {who for some in managers.values() for who, _ in some}
    return Structure(
        above={row.id: row.parent_id for row in queries.list_units(work.session)},
        unit_of=queries.list_places(work.session, people),
        managers=managers,
        absent=queries.list_absent(work.session, holders, today, work.now),
    )


def load_lines(work: UnitOfWork, unit_of: Mapping[int, int]) -> Structure:
    """Return the units of some people and those above them alone, with their managers as they are today."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("structure"))
    today = get_choices(work).civil_day(work.now)
    above = provisioning.list_lines(work.session, set(unit_of.values())) if unit_of else {}
    managers: dict[int, list[tuple[int, str]]] = {}
    for one in queries.list_managers(work.session, today, today, list(above)) if above else ():
        managers.setdefault(one.unit_id, []).append((one.person_id, one.capacity))
    holders = {who for some in managers.values() for who, _ in some}
    absent = queries.list_absent(work.session, holders, today, work.now) if holders else set()
    return Structure(above, unit_of, managers, absent)


def find_superior(work: UnitOfWork, person: str) -> str | None:
    """Return the public id of whom a person reports to today, None at the top; raise NotFound."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("structure"))
    row = queries.find_person(work.session, person)
    if row is None:
        raise NotFound("person")
    above = superior_of(load_structure(work, [row.id]), row.id)
    return queries.list_public_ids(work.session, [above])[above] if above is not None else None
