"""People as they work here: moved, away, leaving, coming back, and put right; the account and the records stay."""

import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import AbsenceRow, PersonRow, PostingRow, folded_person
from quiz.db.queries import entry_links
from quiz.db.queries import people as others
from quiz.db.queries import workforce as queries
from quiz.engine.scenario import AUDIENCES
from quiz.language.cleaning import clean
from quiz.services.errors import Duplicate, NotFound, Refused
from quiz.services.nameless import nameless
from quiz.services.organisation import get_choices
from quiz.services.roles import need_administrator
from quiz.services.unit_of_work import UnitOfWork

LONGEST_MAIL = 254
LONGEST_NAME = 200
_DAY = timedelta(days=1)
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
# What cleaning would never touch: almost every name there is, and cleaning a hundred thousand takes long.
_PLAIN_NAME = re.compile(r"[ء-غف-يA-Za-z]+(?:[ '-][ء-غف-يA-Za-z]+)*")


def move_person(work: UnitOfWork, person: str, unit: str) -> None:
    """Move a person to a unit from today on; its jurisdiction becomes theirs, and what is assigned goes with them."""
    row = _person(work, person)
    if has_left(row, work.now):
        raise Refused("person-left", field="unit")
    place = queries.find_unit(work.session, unit, to_change=True)
    if place is None:
        raise NotFound("unit")
    if place.closed_on is not None:
        raise Refused("unit-closed", field="unit")
    if place.id == row.unit_id:
        raise Refused("same-unit", field="unit")
    row.unit_id, row.jurisdiction, row.changed_at = place.id, place.jurisdiction, work.now
    work.session.add(
        PostingRow(
            person_id=row.id,
            unit_id=place.id,
            starts_on=get_choices(work).civil_day(work.now),
            recorded_by=work.actor.name,
            recorded_at=work.now,
        )
    )
    work.session.flush()
    queries.place_assignments(work.session, row.id, place.id)
    queries.settle_disownings(work.session, [row.id], work.actor.name, work.now)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), what="moved", unit=unit)


def has_left(row: PersonRow, now: datetime) -> bool:
    """Tell whether a person works here no more at a moment."""
    return row.active_until is not None and row.active_until <= now


def record_absence(work: UnitOfWork, person: str, starts_on: date, ends_on: date | None) -> str:
    """Record days on which a person is away, both included, without an end until one is known; return its id."""
    row = _person(work, person)
    if ends_on is not None and ends_on < starts_on:
        raise Refused("ends-before-it-starts", field="ends_on")
    if queries.list_absences(work.session, row.id, starts_on, ends_on):
        raise Refused("absence-overlaps", field="starts_on")
    absence = AbsenceRow(
        public_id=work.new_id(),
        person_id=row.id,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(absence)
    _mark_away(work, row)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), absence=absence.public_id)
    return absence.public_id


def end_absence(work: UnitOfWork, person: str, absence: str, ends_on: date) -> None:
    """Let an absence of a person end with a day.

    Raise NotFound where it is none of theirs, Refused where it would end before it begins.
    """
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("absence", absence))
    pair = queries.find_absence(work.session, absence)
    if pair is None or pair[1].public_id != person:
        raise NotFound("absence")
    found, row = pair
    if ends_on < found.starts_on:
        raise Refused("ends-before-it-starts", field="ends_on")
    if any(one.id != found.id for one in queries.list_absences(work.session, row.id, found.starts_on, ends_on)):
        raise Refused("absence-overlaps", field="ends_on")
    found.ends_on = ends_on
    _mark_away(work, row)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", row.public_id), absence_ended=absence)


def _mark_away(work: UnitOfWork, row: PersonRow) -> None:
    today = get_choices(work).civil_day(work.now)
    work.session.flush()
    queries.mark_away(work.session, row.id, bool(queries.list_absences(work.session, row.id, today, today)))


def end_of_day(day: date, zone: str) -> datetime:
    """Return the moment at which a civil day ends in a zone, which is when the next begins."""
    return datetime.combine(day + _DAY, time.min, ZoneInfo(zone))


def last_day(until: datetime, zone: str) -> date:
    """Return the last civil day on which somebody works here who does until a moment."""
    return (until - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def leave(work: UnitOfWork, person: str, last: date) -> None:
    """Let a person work here until the end of a civil day; the turning after it counts them nowhere."""
    row = _person(work, person)
    if has_left(row, work.now):
        raise Refused("person-left", field="last_day")
    row.active_until, row.changed_at = end_of_day(last, get_choices(work).zone), work.now
    if has_left(row, work.now):
        queries.place_assignments(work.session, row.id, None)
        end_sign_ins(work, row)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), what="leaves", leaves_on=last.isoformat())


def end_sign_ins(work: UnitOfWork, row: PersonRow) -> None:
    """Let every browser in which a person is signed in be so no more, and no link let them in."""
    end_links(work, (row.id,))
    others.revoke_sign_ins_of(work.session, (row.id,), work.now)


def end_links(work: UnitOfWork, person_ids: Collection[int]) -> None:
    """Let no link that was mailed or handed out let some people in any more: it may have gone to somebody else."""
    entry_links.end_all(work.session, person_ids, work.now)
    others.close_links(work.session, person_ids, work.now)


def come_back(work: UnitOfWork, person: str, unit: str | None = None) -> None:
    """Let somebody who left, or is about to, work here again: the same person, without the roles they once held."""
    row = _person(work, person)
    if row.active_until is None:
        raise Refused("works-here", field="unit")
    place = queries.find_unit(work.session, unit, to_change=True) if unit is not None else None
    if unit is not None and place is None:
        raise NotFound("unit")
    if has_left(row, work.now):
        zone = get_choices(work).zone
        queries.end_roles_of(work.session, {row.id: last_day(row.active_until, zone)})
        # A browser that was signed in when they left is not let in again by their return.
        end_sign_ins(work, row)
    row.active_until, row.changed_at = None, work.now
    work.session.flush()
    queries.place_assignments(work.session, row.id, row.unit_id)
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), what="came-back")
    if place is not None and place.id != row.unit_id:
        move_person(work, person, place.public_id)


def correct_person(
    work: UnitOfWork,
    person: str,
    reason: str,
    *,
    name: str | None = None,
    latin_name: str | None = None,
    email: str | None = None,
    job_families: Collection[str] | None = None,
) -> None:
    """Put right what HR holds of a person, with the reason; None leaves a thing as it is.

    Raise Duplicate; Refused where the address is an administrator's (`need_administrator`).
    """
    row = _person(work, person)
    if not reason.strip():
        raise Refused("reason-missing", field="reason")
    before = (row.name, row.latin_name, row.email, row.job_families)
    if name is not None:
        row.name = _needed(name, "name")
    if latin_name is not None:
        row.latin_name = tidy_name(latin_name) or None
    if email is not None:
        row.email = _mail_of(work, row, email)
    if row.email != before[2]:
        need_administrator(work, row.id, "email")
        end_links(work, (row.id,))
    if job_families is not None:
        if not set(job_families) <= set(AUDIENCES):
            raise Refused("job-family-unknown", field="job_families")
        row.job_families = [family for family in AUDIENCES if family in job_families]
    row.folded, row.changed_at = folded_person(row.name, row.latin_name, row.hr_number), work.now
    after = (row.name, row.latin_name, row.email, row.job_families)
    names = ("name", "latin_name", "email", "job_families")
    changed = [one for one, old, new in zip(names, before, after, strict=True) if old != new]
    # What stood there is nobody's business any more: the trace names the fields.
    words = nameless(reason.strip(), row.hr_number, *before[:3], *after[:3])
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("person", person), changed=changed, reason=words)


def _needed(name: str, field: str) -> str:
    tidied = tidy_name(name)
    if not tidied:
        raise Refused("name-missing", field=field)
    return tidied


def _mail_of(work: UnitOfWork, row: PersonRow, email: str) -> str:
    mail = tidy_mail(email)
    if mail is None:
        raise Refused("bad-email", field="email")
    holder = others.find_person_by_email(work.session, mail)
    if holder is not None and holder.id != row.id:
        raise Duplicate("taken", field="email")
    return mail


def tidy_name(name: str) -> str:
    """Return a name as it is kept: cleaned, in one line and in one piece, whatever its parts."""
    one_line = " ".join(name.split())
    return one_line if _PLAIN_NAME.fullmatch(one_line) else " ".join(clean(one_line).text.split())


def tidy_mail(email: str) -> str | None:
    """Return an e-mail address as it is kept; None where it is none."""
    mail = email.strip().lower()
    return mail if len(mail) <= LONGEST_MAIL and mail.isprintable() and _MAIL.fullmatch(mail) else None


def _person(work: UnitOfWork, person: str) -> PersonRow:
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person", person))
    row = queries.find_person(work.session, person, to_change=True)
    if row is None:
        raise NotFound("person")
    return row
