"""Files of people and units: their rows some at a time, what stands already, and writing many rows in one statement."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from quiz.db.models.base import Base
from quiz.db.models.people import AbsenceRow, PersonRow, UnitRow
from quiz.db.models.staffing import StaffImportEntryRow, StaffImportRow
from quiz.db.queries.batches import batches
from quiz.db.queries.workforce import is_here

_KNOWN = select(
    PersonRow.id,
    PersonRow.hr_number,
    PersonRow.name,
    PersonRow.latin_name,
    PersonRow.email,
    PersonRow.unit_id,
    PersonRow.joined_on,
    PersonRow.active_until,
    PersonRow.job_families,
    PersonRow.jurisdiction,
)


def find_import(session: Session, public_id: str, to_change: bool = False) -> StaffImportRow | None:
    """Return a file by public id; one that is to be carried out is held until the deed is done."""
    statement = select(StaffImportRow).where(StaffImportRow.public_id == public_id)
    if to_change:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def list_imports(session: Session, most: int) -> list[StaffImportRow]:
    """Return the newest files."""
    return list(session.scalars(select(StaffImportRow).order_by(StaffImportRow.id.desc()).limit(most)))


def list_entries(
    session: Session, row: StaffImportRow, standings: Collection[str], after: int, most: int, skip: int = 0
) -> Sequence[StaffImportEntryRow]:
    """Return rows of a file that stand so, from a place on, in order of places."""
    statement = (
        select(StaffImportEntryRow)
        .where(
            StaffImportEntryRow.import_id == row.id,
            StaffImportEntryRow.standing.in_(standings),
            StaffImportEntryRow.place > after,
        )
        .order_by(StaffImportEntryRow.place)
    )
    return list(session.scalars(statement.offset(skip).limit(most)))


def count_standings(session: Session, row: StaffImportRow) -> dict[str, int]:
    """Return how many rows of a file stand how."""
    statement = (
        select(StaffImportEntryRow.standing, func.count())
        .where(StaffImportEntryRow.import_id == row.id)
        .group_by(StaffImportEntryRow.standing)
    )
    return {one[0]: one[1] for one in session.execute(statement)}


def list_known(session: Session, hr_numbers: Collection[str] | None = None) -> list[Row[Any]]:
    """Return what HR holds of everybody, or of those with some HR numbers, whether they work here or not."""
    if hr_numbers is None:
        return list(session.execute(_KNOWN))
    found: list[Row[Any]] = []
    for some in batches(hr_numbers):
        found += session.execute(_KNOWN.where(PersonRow.hr_number.in_(some)))
    return found


def list_here(session: Session, now: datetime) -> set[str]:
    """Return the HR numbers of everybody who works here at a moment."""
    return set(session.scalars(select(PersonRow.hr_number).where(is_here(now))))


def list_mail_holders(session: Session, emails: Collection[str]) -> dict[str, tuple[str, int]]:
    """Return the HR numbers and keys of those who hold some e-mail addresses, by address."""
    found: dict[str, tuple[str, int]] = {}
    for some in batches(emails):
        statement = select(PersonRow.email, PersonRow.hr_number, PersonRow.id).where(PersonRow.email.in_(some))
        found |= {row[0]: (row[1], row[2]) for row in session.execute(statement)}
    return found


def list_documents(session: Session, import_id: int, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what the faultless rows of a file say of some keys."""
    found: dict[str, dict[str, Any]] = {}
    for some in batches(keys):
        statement = select(StaffImportEntryRow.key, StaffImportEntryRow.document).where(
            StaffImportEntryRow.import_id == import_id,
            StaffImportEntryRow.standing.not_in(("fault", "missing")),
            StaffImportEntryRow.key.in_(some),
        )
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def list_absences(session: Session, person_ids: Collection[int]) -> dict[int, list[tuple[int, date, date | None]]]:
    """Return the absences of some people as (key, first day, last day)."""
    found: dict[int, list[tuple[int, date, date | None]]] = {}
    for some in batches(person_ids):
        statement = select(AbsenceRow.person_id, AbsenceRow.id, AbsenceRow.starts_on, AbsenceRow.ends_on)
        for who, key, first, last in session.execute(statement.where(AbsenceRow.person_id.in_(some))):
            found.setdefault(who, []).append((key, first, last))
    return found


def add_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many rows of one table in one statement."""
    if rows:
        session.execute(insert(model.__table__), list(rows))  # type: ignore[arg-type]


def change_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Change many rows of one table in one statement; each names its key as `id`, and all the same columns."""
    if not rows:
        return
    table = model.__table__
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
    statement = update(table).where(table.c.id == bindparam("key")).values(columns)  # type: ignore[arg-type]
    session.execute(statement, [{"key": row["id"]} | {f"new_{name}": row[name] for name in columns} for row in rows])


def follow_country(session: Session, unit_ids: Collection[int]) -> None:
    """Let the people of some units have the jurisdiction of their unit."""
    for some in batches(unit_ids):
        country = select(UnitRow.jurisdiction).where(UnitRow.id == PersonRow.unit_id).scalar_subquery()
        statement = update(PersonRow).where(PersonRow.unit_id.in_(some)).values(jurisdiction=country)
        session.execute(statement, execution_options={"synchronize_session": False})
