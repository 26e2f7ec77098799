"""What other systems read of completions and of the records they led to: never a name, a code, a score or an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow
from quiz.db.queries import completions
from quiz.db.queries import system_reading as queries
from quiz.db.queries.system_reading import Records
from quiz.engine.text import Text
from quiz.services.errors import NotFound
from quiz.services.organisation import get_choices
from quiz.services.standing import list_states
from quiz.services.system_reading import Key, Page, key_of, moment_of
from quiz.services.unit_of_work import UnitOfWork

STATES = ("valid", "expired", "replaced", "revoked", "altered")


@dataclass(frozen=True, slots=True)
class CompletionLine:
    """That somebody completed a module; `is_revoked` where its record holds no more."""

    id: str
    person: str
    hr_number: str
    unit: str
    module: str
    completed_at: datetime
    completed_on: date
    valid_until: date
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A completion record and how it stands; without title where it was altered."""

    id: str
    person: str
    hr_number: str
    module: str
    title: Text | None
    state: str
    completed_on: date
    valid_until: date
    revoked_at: datetime | None
    reason: Text | None


def list_completions(
    work: UnitOfWork, since: datetime, module: str | None, unit: str | None, after: Key | None, most: int
) -> Page[CompletionLine]:
    """Return completions in the order in which they happened, of people who belong to a unit now where one is named.

    Raise NotFound for a module or unit that is not there.
    """
    work.require(Permission.PEOPLE_ASSIGNMENT_READ, Target("completions"))
    modules = _versions(work, module)
    unit_id = queries.find_unit_id(work.session, unit) if unit is not None else None
    if unit is not None and unit_id is None:
        raise NotFound("unit")
    amount = most if unit_id is None else max(most, queries.SOME)
    rows, looked_at = queries.list_completions(
        work.session, since, moment_of(after), list(modules) if module is not None else None, amount + 1
    )
    following = key_of(*looked_at) if looked_at else None
    if len(rows) > amount:
        following = key_of(rows[amount - 1].completed_at, rows[amount - 1].id)
        rows = rows[:amount]
    holders = queries.list_holders(work.session, {row.person_id for row in rows})
    if unit is not None:
        rows = [row for row in rows if holders[row.person_id].unit == unit]
        if len(rows) > most:
            rows = rows[:most]
            following = key_of(rows[-1].completed_at, rows[-1].id)
    revoked = queries.list_revoked(work.session, [row.id for row in rows])
    lines = tuple(
        CompletionLine(
            row.public_id,
            holders[row.person_id].public_id,
            holders[row.person_id].hr_number,
            holders[row.person_id].unit,
            modules[row.module_version_id],
            row.completed_at,
            row.completed_on,
            row.valid_until,
            row.id in revoked,
        )
        for row in rows
    )
    return Page(lines, following)


def list_records(
    work: UnitOfWork, person: str | None, module: str | None, state: str | None, after: Key | None, most: int
) -> Page[RecordLine]:
    """Return records in order of their keys; raise NotFound for a person or module that is not there."""
    work.require(Permission.RECORDS_REGISTER_READ, Target("completions"))
    person_id = None
    if person is not None:
        found = queries.find_person(work.session, person)
        if found is None:
            raise NotFound("person")
        person_id = int(found.id)
    versions = tuple(_versions(work, module)) if module is not None else None
    today = get_choices(work).civil_day(work.now)
    narrowing = Records(person_id, versions, state)
    rows, looked_at = queries.list_records(work.session, after[0] if after else 0, narrowing, today, most + 1)
    following: Key | None = (looked_at,) if looked_at is not None else None
    if len(rows) > most:
        following, rows = (rows[most - 1].id,), rows[:most]
    lines = _records(work, rows)
    return Page(tuple(line for line in lines if state is None or line.state == state), following)


def get_record(work: UnitOfWork, record: str) -> RecordLine:
    """Return a record; raise NotFound."""
    work.require(Permission.RECORDS_REGISTER_READ, Target("completion", record))
    row = completions.find_completion(work.session, record)
    if row is None:
        raise NotFound("completion")
    return _records(work, [row])[0]


def _records(work: UnitOfWork, rows: Sequence[CompletionRow]) -> list[RecordLine]:
    holders = queries.list_holders(work.session, {row.person_id for row in rows})
    modules = _versions(work, None) if rows else {}
    return [
        RecordLine(
            row.public_id,
            holders[row.person_id].public_id,
            holders[row.person_id].hr_number,
            modules[row.module_version_id],
            stands.facts.module_title if stands.facts else None,
            stands.state,
            row.completed_on,
            row.valid_until,
            stands.revocation.revoked_at if stands.revocation else None,
            Text(stands.revocation.reason) if stands.revocation else None,
        )
        for row, stands in zip(rows, list_states(work, rows), strict=True)
    ]


def _versions(work: UnitOfWork, module: str | None) -> dict[int, str]:
    found = queries.list_module_of_versions(work.session, module)
    if module is not None and not found:
        raise NotFound("module")
    return found
