"""What a connected system decides of people, carried out by the same deeds as on HR's pages, in its own name.

People are known by their HR number alone: whoever left and is named again is the same person, with all their records.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import PersonRow, UnitRow
from quiz.db.models.provisioning import ProvisionedPersonRow
from quiz.db.queries import provisioning as queries
from quiz.services.errors import Duplicate, NotFound, Refused
from quiz.services.hiring import Newcomer, hire, tidy_number
from quiz.services.organisation import get_choices
from quiz.services.provisioning import Provisioned, seeker, seen
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import come_back, correct_person, has_left, leave, move_person, tidy_mail, tidy_name

LONGEST_EXTERNAL_ID = 200
# What the trace says instead of a reason: nobody wrote one.
REASON = "provisioning"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Decided:
    """What another system says of a person; None leaves a thing as it is, and an empty text takes it away."""

    hr_number: str | None = None
    email: str | None = None
    name: str | None = None
    latin_name: str | None = None
    job_families: tuple[str, ...] | None = field(default=None)
    # The code that HR gives the unit, or its public id where it has none.
    unit: str | None = None
    is_active: bool | None = None
    external_id: str | None = None


def take_over(work: UnitOfWork, decided: Decided) -> str:
    """Add a person, or take up again who left under the same HR number; return the public id, which stays the same.

    Raise Duplicate where somebody works here under this number, or has the e-mail address; Refused.
    """
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))
    number = tidy_number(decided.hr_number or "", "hr_number")
    if not number:
        raise Refused("number-missing", field="hr_number")
    row = queries.find_by_number(work.session, number)
    is_active = decided.is_active is not False
    if row is None:
        _add(work, replace(decided, hr_number=number, is_active=is_active))
        return _numbered(work, number).public_id
    if not has_left(row, work.now):
        raise Duplicate("number-taken", field="hr_number")
    _carry_out(work, row, replace(decided, is_active=is_active))
    known = _known(work, row)
    if known is not None:
        known.removed_at = None
    return row.public_id


def decide(work: UnitOfWork, person: str, ask: Callable[[Provisioned], Decided]) -> Provisioned:
    """Do what is decided of a person who is held meanwhile: `ask` is told how they stand, so that nothing is lost.

    Return how they stand afterwards; raise NotFound, Refused, Duplicate, and what `ask` raises.
    """
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person", person))
    row = queries.find_person(work.session, seeker(work), person, to_change=True)
    if row is None:
        raise NotFound("person")
    _carry_out(work, row.person, ask(seen(work, [row])[0]))
    work.session.flush()
    after = queries.find_person(work.session, seeker(work), person)
    if after is None:
        raise NotFound("person")
    return seen(work, [after])[0]


def remove(work: UnitOfWork, person: str, ask: Callable[[Provisioned], None]) -> None:
    """Let a person work here no more, and be gone for this connection; what they did here stays."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person", person))
    who = seeker(work)
    found = queries.find_person(work.session, who, person, to_change=True)
    if found is None or who.connection_id is None:
        raise NotFound("person")
    ask(seen(work, [found])[0])
    row = found.person
    if not has_left(row, work.now):
        _leave(work, row)
    known = _known(work, row)
    if known is not None:
        known.removed_at = work.now
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), what="removed")


def _add(work: UnitOfWork, decided: Decided) -> None:
    if decided.unit is None:
        raise Refused("unit-missing", field="unit")
    newcomer = Newcomer(
        decided.hr_number or "",
        decided.name or "",
        decided.email or "",
        _unit(work, decided.unit).public_id,
        decided.latin_name or "",
        None,
        decided.job_families or (),
    )
    hire(work, newcomer)
    row = _numbered(work, decided.hr_number or "")
    _know(work, row, decided.external_id)
    if not decided.is_active:
        _leave(work, row)


def _numbered(work: UnitOfWork, number: str) -> PersonRow:
    row = queries.find_by_number(work.session, number)
    if row is None:
        raise NotFound("person")
    return row


def _carry_out(work: UnitOfWork, row: PersonRow, decided: Decided) -> None:
    if decided.hr_number is not None and tidy_number(decided.hr_number, "hr_number") != row.hr_number:
        raise Refused("number-fixed", field="hr_number")
    unit = _unit(work, decided.unit) if decided.unit is not None else None
    if decided.is_active and has_left(row, work.now):
        come_back(work, row.public_id, unit.public_id if unit is not None else None)
    elif decided.is_active is False and not has_left(row, work.now):
        _leave(work, row)
    # Whoever does not work here is moved nowhere.
    if unit is not None and unit.id != row.unit_id and not has_left(row, work.now):
        move_person(work, row.public_id, unit.public_id)
    _correct(work, row, decided)
    _know(work, row, decided.external_id)


def _correct(work: UnitOfWork, row: PersonRow, decided: Decided) -> None:
    """Write only what differs once it is tidied: a system says everything again with each change."""
    email = decided.email if decided.email is not None and tidy_mail(decided.email) != row.email else None
    name = decided.name if decided.name is not None and tidy_name(decided.name) != row.name else None
    latin = decided.latin_name
    if latin is not None and (tidy_name(latin) or None) == row.latin_name:
        latin = None
    families = decided.job_families
    if families is not None and set(families) == set(row.job_families):
        families = None
    if email is None and name is None and latin is None and families is None:
        return
    correct_person(work, row.public_id, REASON, name=name, latin_name=latin, email=email, job_families=families)


def _leave(work: UnitOfWork, row: PersonRow) -> None:
    # Yesterday was the last day: from this moment on nothing opens to them.
    leave(work, row.public_id, get_choices(work).civil_day(work.now) - _DAY)


def _unit(work: UnitOfWork, code: str) -> UnitRow:
    found = queries.find_unit_by_code(work.session, code.strip())
    if found is None:
        raise Refused("unit-unknown", field="unit", value=code.strip())
    return found


def _know(work: UnitOfWork, row: PersonRow, external_id: str | None) -> None:
    if external_id is None:
        return
    if len(external_id) > LONGEST_EXTERNAL_ID:
        raise Refused("too-long", field="external_id", most=LONGEST_EXTERNAL_ID)
    known = _known(work, row)
    if known is None or (known.external_id or "") == external_id:
        return
    known.external_id = external_id or None
    row.changed_at = work.now
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", row.public_id), changed=["external_id"])


def _known(work: UnitOfWork, row: PersonRow) -> ProvisionedPersonRow | None:
    """Return what this connection knows of a person, who is held; None for the product itself."""
    connection_id = seeker(work).connection_id
    if connection_id is None:
        return None
    known = queries.find_known(work.session, connection_id, row.id)
    if known is None:
        known = ProvisionedPersonRow(connection_id=connection_id, person_id=row.id)
        work.session.add(known)
        work.session.flush()
    return known
