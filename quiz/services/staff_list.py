"""People as HR finds them: a list by name, number or unit, and the sheet of one person."""

from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow
from quiz.db.queries import workforce as queries
from quiz.engine.text import Text
from quiz.language.folding import fold
from quiz.services.errors import NotFound
from quiz.services.organisation import get_choices
from quiz.services.superiors import find_superior
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import has_left, last_day

A_PAGE = 50
# Whoever is not among so many is found by another word.
MOST_PAGES = 200
_LONGEST_QUERY = 100
_FIRST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in the list."""

    public_id: str
    hr_number: str
    name: str
    unit: Text
    has_left: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the list, and how many people were found; where there are more than a list holds, so many."""

    lines: tuple[PersonLine, ...]
    count: int
    has_more: bool
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that holds today or later: for which unit or bank, in which capacity, from when and until when."""

    role: str
    unit: Text | None
    bank: str | None
    capacity: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """What HR holds of a person; nothing of what they learn."""

    public_id: str
    hr_number: str
    name: str
    latin_name: str | None
    email: str
    unit: Text
    unit_id: str
    joined_on: date | None
    leaves_on: date | None
    has_left: bool
    job_families: tuple[str, ...]
    superior: str | None
    postings: tuple[tuple[Text, date], ...]
    absences: tuple[tuple[str, date, date | None], ...]
    roles: tuple[HeldRole, ...]


def list_people(work: UnitOfWork, words: str = "", unit: str | None = None, page: int = 1) -> PeoplePage:
    """Return a page of those whose names or HR number hold some words, in a unit itself where one is named."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("people"))
    units = {row.id: row for row in queries.list_units(work.session)}
    within = [row.id for row in units.values() if row.public_id == unit] if unit else None
    folded = fold(words[:_LONGEST_QUERY])
    page = min(max(page, 1), MOST_PAGES)
    most = MOST_PAGES * A_PAGE
    rows, count = queries.search_people(work.session, folded, within, (page - 1) * A_PAGE, A_PAGE, most)
    lines = tuple(
        PersonLine(row.public_id, row.hr_number, row.name, Text(units[row.unit_id].name), has_left(row, work.now))
        for row in rows
    )
    return PeoplePage(lines, min(count, most), count > most, page, max(1, -(-min(count, most) // A_PAGE)))


def list_unit_names(work: UnitOfWork) -> tuple[tuple[str, Text], ...]:
    """Return the open units by public id, to choose one of."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("units"))
    rows = queries.list_units(work.session)
    return tuple((row.public_id, Text(row.name)) for row in rows if row.closed_on is None)


def get_person(work: UnitOfWork, person: str) -> PersonSheet:
    """Return what HR holds of a person; raise NotFound."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person", person))
    row = queries.find_person(work.session, person)
    if row is None:
        raise NotFound("person")
    choices = get_choices(work)
    units = {one.id: one for one in queries.list_units(work.session)}
    roles = tuple(
        HeldRole(
            one.role,
            Text(units[one.unit_id].name) if one.unit_id is not None else None,
            one.bank,
            one.capacity,
            one.starts_on,
            one.ends_on,
        )
        for one in queries.list_grants(work.session, row.id, choices.civil_day(work.now))
    )
    return PersonSheet(
        public_id=row.public_id,
        hr_number=row.hr_number,
        name=row.name,
        latin_name=row.latin_name,
        email=row.email,
        unit=Text(units[row.unit_id].name),
        unit_id=units[row.unit_id].public_id,
        joined_on=row.joined_on,
        leaves_on=last_day(row.active_until, choices.zone) if row.active_until is not None else None,
        has_left=has_left(row, work.now),
        job_families=tuple(row.job_families),
        superior=_name_of(work, find_superior(work, person)),
        postings=tuple(
            (Text(units[one.unit_id].name), one.starts_on) for one in queries.list_postings(work.session, row.id)
        ),
        absences=tuple(
            (one.public_id, one.starts_on, one.ends_on)
            for one in reversed(queries.list_absences(work.session, row.id, _FIRST, None))
        ),
        roles=roles,
    )


def _name_of(work: UnitOfWork, person: str | None) -> str | None:
    row: PersonRow | None = queries.find_person(work.session, person) if person is not None else None
    return row.name if row is not None else None
