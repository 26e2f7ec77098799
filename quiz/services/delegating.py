"""A manager lets somebody else do their part for some days; it stays theirs all the while."""

from dataclasses import dataclass
from datetime import date, timedelta

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import RoleGrantRow
from quiz.db.queries import people as others
from quiz.db.queries import workforce as queries
from quiz.engine.text import Text
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.units import check_span

_DAY = timedelta(days=1)
_TARGET = Target("delegation")


@dataclass(frozen=True, slots=True)
class Delegation:
    """What a manager gave to somebody: for which unit, from when and until when."""

    person: str
    name: str
    unit: Text
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Delegable:
    """The units a manager may give to somebody for some days, and what they gave so far."""

    units: tuple[Text, ...]
    given: tuple[Delegation, ...]


def get_delegable(work: UnitOfWork) -> Delegable:
    """Return the manager's own units and what they delegated that holds today or later."""
    work.require(Permission.PEOPLE_ROLE_DELEGATE, _TARGET)
    today = get_choices(work).civil_day(work.now)
    units = {row.id: row for row in others.list_units(work.session)}
    own = [units[one.unit_id] for one in _own(work, today) if one.unit_id is not None]
    rows = queries.list_delegated(work.session, _me(work), today)
    people = {row.person_id: others.find_person(work.session, row.person_id) for row in rows}
    given = tuple(
        Delegation(who.public_id, who.name, Text(units[row.unit_id].name), row.starts_on, row.ends_on)
        for row in rows
        if (who := people[row.person_id]) is not None and row.unit_id is not None and row.ends_on is not None
    )
    return Delegable(tuple(Text(row.name) for row in own), given)


def delegate(work: UnitOfWork, typed: str, starts_on: date, ends_on: date) -> None:
    """Let the person with this HR number or e-mail address manage the manager's own units as well, between two days."""
    work.require(Permission.PEOPLE_ROLE_DELEGATE, _TARGET)
    today = get_choices(work).civil_day(work.now)
    me = _me(work)
    own = _own(work, today)
    if not own:
        raise Refused("nothing-to-delegate", field="person")
    check_span(starts_on, ends_on, today)
    who = queries.find_by_number_or_mail(work.session, typed)
    if who is None or (who.active_until is not None and who.active_until <= work.now):
        raise Refused("person-unknown", field="person")
    if who.id == me:
        raise Refused("to-oneself", field="person")
    units = [one.unit_id for one in own if one.unit_id is not None]
    for standing in queries.list_managers(work.session, starts_on, ends_on, units):
        if standing.person_id == who.id:
            raise Refused("manages-already", field="person", name=who.name)
    for one in own:
        # Who acts for a time cannot give away more than that time.
        last = min(ends_on, one.ends_on) if one.ends_on is not None else ends_on
        if last >= starts_on:
            work.session.add(
                RoleGrantRow(
                    person_id=who.id,
                    role=Role.MANAGER.value,
                    unit_id=one.unit_id,
                    starts_on=starts_on,
                    ends_on=last,
                    capacity="delegated",
                    delegated_by=me,
                )
            )
    work.audit(Permission.PEOPLE_ROLE_DELEGATE, Target("person", who.public_id), until=ends_on.isoformat())


def take_back(work: UnitOfWork, person: str) -> None:
    """Take back what was delegated to a person, from today on; raise NotFound where nothing was."""
    work.require(Permission.PEOPLE_ROLE_DELEGATE, _TARGET)
    today = get_choices(work).civil_day(work.now)
    who = queries.find_person(work.session, person)
    rows = queries.list_delegated(work.session, _me(work), today)
    ended = [row.id for row in rows if who is not None and row.person_id == who.id]
    if not ended:
        raise NotFound("delegation")
    queries.end_grants(work.session, ended, today - _DAY)
    work.audit(Permission.PEOPLE_ROLE_DELEGATE, Target("person", person), what="taken-back")


def _me(work: UnitOfWork) -> int:
    if work.actor.person_id is None:
        raise NotFound("person")
    return work.actor.person_id


def _own(work: UnitOfWork, today: date) -> list[RoleGrantRow]:
    """Return what is the manager's own today: a role that was delegated to them is somebody else's to give."""
    return [
        row
        for row in queries.list_grants(work.session, _me(work), today)
        if row.role == Role.MANAGER
        and row.unit_id is not None
        and row.capacity != "delegated"
        and row.starts_on <= today
    ]
