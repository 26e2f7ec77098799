"""People, units, roles and assignments, as HR or the shell gives them."""

from datetime import date

from sqlalchemy.exc import IntegrityError

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.people import AccountRow, PersonRow, PostingRow, UnitRow
from quiz.db.queries import assigning, catalogue, erased, workforce
from quiz.db.queries import people as queries
from quiz.engine.selection import Standing
from quiz.engine.text import Text
from quiz.services.accounts import INVITATION_LASTS, send_link
from quiz.services.errors import Duplicate, NotFound, Refused
from quiz.services.granting import grant_role as grant_role
from quiz.services.nameless import nameless
from quiz.services.organisation import get_choices
from quiz.services.passwords import fault_here, hashed
from quiz.services.pinned import get_pinned
from quiz.services.roles import actor_of
from quiz.services.unit_of_work import UnitOfWork


def add_unit(
    work: UnitOfWork, name: Text, jurisdiction: str, parent: str | None = None, code: str | None = None
) -> str:
    """Add a unit, below another if one is named; return its public id. Raise Duplicate."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("unit"))
    above = None
    if parent is not None:
        above = queries.find_unit(work.session, parent)
        if above is None:
            raise NotFound("unit")
    row = UnitRow(
        public_id=work.new_id(),
        name=name.document(),
        jurisdiction=jurisdiction,
        parent_id=above.id if above else None,
        code=code,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Duplicate("taken", field="code") from clash
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("unit", row.public_id))
    return row.public_id


def provision_person(
    work: UnitOfWork,
    hr_number: str,
    email: str,
    name: str,
    unit: str,
    latin_name: str | None = None,
    extra_time_percent: int = 0,
) -> str:
    """Add a person to a unit, whose jurisdiction becomes theirs; return the public id. Raise Duplicate."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))
    place = queries.find_unit(work.session, unit)
    if place is None:
        raise NotFound("unit")
    today = get_choices(work).civil_day(work.now)
    row = PersonRow(
        public_id=work.new_id(),
        hr_number=hr_number,
        email=email.strip().lower(),
        name=" ".join(name.split()),
        latin_name=latin_name,
        jurisdiction=place.jurisdiction,
        unit_id=place.id,
        extra_time_percent=extra_time_percent,
        created_at=work.now,
        joined_on=today,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Duplicate("taken", field="email" if "email" in str(clash.orig) else "hr_number") from clash
    work.session.add(
        PostingRow(
            person_id=row.id, unit_id=place.id, starts_on=today, recorded_by=work.actor.name, recorded_at=work.now
        )
    )
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", row.public_id), what="added", unit=place.public_id)
    return row.public_id


def set_first_password(work: UnitOfWork, person: str, password: str, is_known_to_all: bool = False) -> None:
    """Give a person a password without a mail; only that of demo people may be one that everybody knows."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person", person))
    row = _person(work, person)
    fault = None if is_known_to_all else fault_here(work, password, row)
    if fault is not None:
        raise Refused(fault, field="password")
    work.session.add(AccountRow(person_id=row.id, password_hash=hashed(work.tools, password), changed_at=work.now))
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), what="first-password")


def assign_module(work: UnitOfWork, person: str, module_key: str, due_on: date | None = None) -> str:
    """Assign a module to a person for a new cycle; without a date, the module's own proposal holds."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("person", person))
    row = _person(work, person)
    module = catalogue.find_module(work.session, module_key)
    if module is None or module.current_version_id is None:
        raise NotFound("module")
    standing = assigning.find_assignment(work.session, row.id, module_key)
    pinned = get_pinned(work, module.current_version_id)
    offered = pinned.module
    # Where nothing in it would count, nobody could ever pass.
    if row.jurisdiction not in offered.jurisdictions:
        raise Refused("another-jurisdiction", field="module")
    standing_of_person = Standing(row.jurisdiction, offered.minimum_verification, catalogue.list_adopted(work.session))
    if not pinned.may_count(standing_of_person):
        raise Refused("nothing-counts", field="module")
    proposal = offered.due
    if standing is not None:
        standing.is_current = False
    today = get_choices(work).civil_day(work.now)
    assignment = AssignmentRow(
        public_id=work.new_id(),
        person_id=row.id,
        module_id=module.id,
        cycle=standing.cycle + 1 if standing else 1,
        assigned_at=work.now,
        due_on=due_on or (proposal.after(today) if proposal else None),
        state="not_begun",
        state_since=work.now,
        unit_id=None if row.active_until is not None and row.active_until <= work.now else row.unit_id,
    )
    work.session.add(assignment)
    work.session.flush()
    work.audit(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("assignment", assignment.public_id), module=module_key)
    return assignment.public_id


def grant_attempt(work: UnitOfWork, person: str, module_key: str, reason: str) -> None:
    """Allow one more attempt in the cycle that runs, with the reason."""
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("person", person))
    who = _person(work, person)
    assignment = assigning.find_assignment(work.session, who.id, module_key)
    if assignment is None:
        raise NotFound("assignment")
    if not reason.strip():
        raise Refused("reason-missing", field="reason")
    assignment.extra_attempts += 1
    assignment.is_used_up = False
    work.audit(
        Permission.PEOPLE_ASSIGNMENT_WRITE,
        Target("assignment", assignment.public_id),
        one_more_attempt=nameless(reason.strip(), who.hr_number, who.email, who.name, who.latin_name),
    )


def invite(work: UnitOfWork, person: str, module_key: str | None = None) -> None:
    """Mail a person a one-time link that lands on a module, or on their training."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person", person))
    row = _person(work, person)
    send_link(work, row, "invitation", INVITATION_LASTS, f"/learn/modules/{module_key}" if module_key else "/")
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), what="invited")


def _person(work: UnitOfWork, public_id: str) -> PersonRow:
    row = queries.find_person_by_public_id(work.session, public_id)
    if row is None or erased.was_erased(work.session, row.id):
        raise NotFound("person")
    return row


def find_person_id(work: UnitOfWork, email: str) -> str:
    """Return the public id behind an e-mail address; raise NotFound."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person"))
    row = queries.find_person_by_email(work.session, email)
    if row is None:
        raise NotFound("person")
    return row.public_id


def find_typed(work: UnitOfWork, typed: str) -> str:
    """Return the public id behind an HR number or e-mail address, as somebody types it; raise NotFound."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person"))
    row = workforce.find_by_number_or_mail(work.session, typed)
    if row is None:
        raise NotFound("person")
    return row.public_id


def learner_actor(work: UnitOfWork, public_id: str) -> Actor:
    """Return a person as the learner they are; for the demonstration and for measuring, never for a page."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person", public_id))
    return Actor(f"person:{public_id}", _person(work, public_id).id, frozenset({Role.LEARNER}))


def person_actor(work: UnitOfWork, email: str) -> Actor:
    """Return a person with the roles they hold today; for what the shell does in their name. Raise NotFound."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("person"))
    row = queries.find_person_by_email(work.session, email)
    if row is None or (row.active_until is not None and row.active_until <= work.now):
        raise NotFound("person")
    return actor_of(work, row)
