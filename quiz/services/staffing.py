"""A file of people or units: first what it would do, row by row; then it is done some rows at a time.

Whoever is not in the file is listed and stays as they are, unless HR says of this very file that they leave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.staffing import StaffImportEntryRow, StaffImportRow
from quiz.db.queries import staffing as queries
from quiz.db.queries import workforce
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.organisation import get_choices
from quiz.services.staff_applying import apply_leaders, apply_staff, apply_units, known_units, units_by_code
from quiz.services.staff_cells import read_cells
from quiz.services.staff_columns import Row, read_rows
from quiz.services.staff_comparing import (
    KnownUnit,
    Moment,
    Overlaps,
    blame_doubles,
    blame_places,
    blame_taken,
    leaders_of,
    unit_changes,
    wanted,
)
from quiz.services.turning import look_again
from quiz.services.unit_of_work import UnitOfWork

AT_ONCE = 2_000
A_PAGE = 50
NEWEST = 20
MOST_FAULTS = 1_000
TO_APPLY = ("new", "returning", "leaving", "moved", "changed")
STANDINGS = (*TO_APPLY, "missing", "fault")


@dataclass(frozen=True, slots=True)
class EntrySummary:
    """A row of a file: on which line, of whom, how it stands, what it would change and what is wrong with it."""

    line: int | None
    key: str
    name: str
    standing: str
    changes: tuple[str, ...]
    faults: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """A file: how it was written, what it would do or did, and some of its rows."""

    public_id: str
    kind: str
    file_name: str
    encoding: str
    state: str
    missing: str
    unchanged: int
    total: int
    done: int
    leaders: int
    unread: tuple[str, ...]
    broken_at: int | None
    sent_at: datetime
    standings: Mapping[str, int]
    entries: tuple[EntrySummary, ...] = ()
    page: int = 1
    pages: int = 1

    @property
    def has_work(self) -> bool:
        """Tell whether carrying it out would change anything."""
        return bool(self.leaders or any(self.standings.get(one) for one in (*TO_APPLY, "missing")))


def stage(work: UnitOfWork, kind: str, file_name: str, content: bytes) -> str:
    """Keep what a file of `staff` or `units` would do and return its public id; nothing else changes. Raise Refused."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("staff-import"))
    cells = read_cells(content)
    headed = read_rows(kind, cells)
    rows = headed.rows
    compared = _compare_staff(work, rows) if kind == "staff" else _compare_units(work, rows)
    import_row = StaffImportRow(
        public_id=work.new_id(),
        kind=kind,
        file_name="".join(sign for sign in file_name if sign.isprintable())[:200],
        encoding=cells.encoding,
        state="checked",
        missing="keep",
        unchanged=sum(one["standing"] == "same" for one in compared.entries),
        total=0,
        done=0,
        reached=0,
        leaders=compared.leaders,
        faults=[["unread", *headed.unknown], ["broken", cells.broken_at]],
        sent_by=work.actor.name,
        sent_at=work.now,
    )
    work.session.add(import_row)
    work.session.flush()
    entries = [one for one in compared.entries if one["standing"] != "same"]
    for place, one in enumerate(entries, 1):
        one |= {"import_id": import_row.id, "place": place}
    queries.add_rows(work.session, StaffImportEntryRow, entries)
    work.audit(
        Permission.PEOPLE_PERSON_WRITE, Target("staff-import", import_row.public_id), what="staged", rows=len(rows)
    )
    return import_row.public_id


@dataclass(frozen=True, slots=True)
class _Compared:
    entries: list[dict[str, Any]]
    leaders: dict[str, str]


def _entry(row: Row, key: str, name: str, standing: str, changes: Sequence[str]) -> dict[str, Any]:
    return {
        "line": row.line,
        "key": key,
        "name": name,
        "standing": "fault" if row.faults else standing,
        "document": row.document,
        "changes": list(changes),
        "faults": row.faults,
    }


def _compare_staff(work: UnitOfWork, rows: Sequence[Row]) -> _Compared:
    session = work.session
    at = Moment(work.now, get_choices(work).zone)
    known = {row.hr_number: row for row in queries.list_known(session)}
    mails = {row.email: row.hr_number for row in known.values()}
    units = units_by_code(session)
    numbers = {row.document["hr_number"] for row in rows}
    blame_doubles(rows, "hr_number", "number-twice")
    blame_doubles(rows, "email", "email-twice")
    leaders = leaders_of(rows, "unit", numbers | set(known))
    away = [known[number].id for number in numbers if number in known] if _tells_absence(rows) else []
    absences = queries.list_absences(session, away)
    entries = []
    for row in rows:
        _blame_unit(row, known, units)
    blame_taken(rows, mails)
    for row in rows:
        document = row.document
        person, unit = known.get(document["hr_number"]), units.get(document["unit"])
        standing, changes = "fault", tuple[str, ...]()
        if unit is not None and not row.faults:
            try:
                want = wanted(document, person, unit.id, absences.get(person.id, ()) if person else (), at)
                standing, changes = want.standing if person else "new", want.changes
            except Overlaps:
                row.blame("absence-overlaps", "away_from", document["away_from"])
        entries.append(_entry(row, document["hr_number"], document["name"], standing, changes))
    entries += [
        {"line": None, "key": one.hr_number, "name": one.name, "standing": "missing", "document": {}, "changes": [],
         "faults": []}
        for one in sorted(known.values(), key=lambda one: one.id)
        if one.hr_number not in numbers and not at.is_over(one.active_until)
    ]  # fmt: skip
    return _Compared(entries, _changed_leaders(work, leaders))


def _blame_unit(row: Row, known: Mapping[str, Any], units: Mapping[str, KnownUnit]) -> None:
    code = row.document["unit"]
    unit, person = units.get(code), known.get(row.document["hr_number"])
    if code and unit is None:
        row.blame("unit-unknown", "unit", code)
    elif unit is not None and unit.is_closed and (person is None or person.unit_id != unit.id):
        row.blame("unit-closed", "unit", code)


def _tells_absence(rows: Sequence[Row]) -> bool:
    return any(row.document.get("away_from") for row in rows)


def _changed_leaders(work: UnitOfWork, leaders: Mapping[str, str]) -> dict[str, str]:
    today = get_choices(work).civil_day(work.now)
    units = units_by_code(work.session)
    held = {
        one.unit_id: one.hr_number
        for one in workforce.list_managers(work.session, today, today)
        if one.capacity == "held"
    }
    return {code: number for code, number in leaders.items() if code not in units or held.get(units[code].id) != number}


def _compare_units(work: UnitOfWork, rows: Sequence[Row]) -> _Compared:
    units = {one.code: one for one in known_units(work.session)}
    blame_doubles(rows, "code", "number-twice")
    leaders = leaders_of(rows, "code", {row.hr_number for row in queries.list_known(work.session)})
    blame_places(rows, units)
    entries = []
    for row in rows:
        document = row.document
        unit = units.get(document["code"])
        changes = unit_changes(document, unit) if unit is not None and not row.faults else ()
        standing = "new" if unit is None else "changed" if changes else "same"
        standing = "returning" if "returns" in changes else "moved" if "unit" in changes else standing
        entries.append(_entry(row, document["code"], document["name"]["ar"], standing, changes))
    return _Compared(entries, _changed_leaders(work, leaders))


def get_import(work: UnitOfWork, public_id: str, standing: str | None = None, page: int = 1) -> ImportSummary:
    """Return a file with a page of its rows, all that would change or those that stand so; raise NotFound."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("staff-import", public_id))
    row = queries.find_import(work.session, public_id)
    if row is None:
        raise NotFound("staff-import")
    counts = queries.count_standings(work.session, row)
    shown = (standing,) if standing in STANDINGS else STANDINGS
    pages = max(1, -(-sum(counts.get(one, 0) for one in shown) // A_PAGE))
    page = min(max(page, 1), pages)
    entries = queries.list_entries(work.session, row, shown, 0, A_PAGE, (page - 1) * A_PAGE)
    return _summary(row, counts, tuple(_summary_of(one) for one in entries), page, pages)


def list_faults(work: UnitOfWork, public_id: str) -> tuple[EntrySummary, ...]:
    """Return the first thousand rows of a file that are left out; raise NotFound."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("staff-import", public_id))
    row = queries.find_import(work.session, public_id)
    if row is None:
        raise NotFound("staff-import")
    return tuple(_summary_of(one) for one in queries.list_entries(work.session, row, ("fault",), 0, MOST_FAULTS))


def list_imports(work: UnitOfWork) -> tuple[ImportSummary, ...]:
    """Return the newest files, without their rows."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("staff-imports"))
    return tuple(_summary(row, {}) for row in queries.list_imports(work.session, NEWEST))


def _summary_of(row: StaffImportEntryRow) -> EntrySummary:
    faults = tuple((code, column, value) for code, column, value in row.faults)
    return EntrySummary(row.line, row.key, row.name, row.standing, tuple(row.changes), faults)


def _summary(
    row: StaffImportRow,
    standings: Mapping[str, int],
    entries: tuple[EntrySummary, ...] = (),
    page: int = 1,
    pages: int = 1,
) -> ImportSummary:
    (_, *unread), (_, broken_at) = row.faults
    return ImportSummary(
        row.public_id, row.kind, row.file_name, row.encoding, row.state, row.missing, row.unchanged, row.total,
        row.done, len(row.leaders), tuple(unread), broken_at, row.sent_at, standings, entries, page, pages,
    )  # fmt: skip


def confirm(work: UnitOfWork, public_id: str, missing: str = "keep") -> None:
    """Begin to carry a file out; with `leave`, whoever was not in it leaves at the end of today. Raise Stale."""
    row = _held(work, public_id)
    if missing not in {"keep", "leave"} or (missing == "leave" and row.kind != "staff"):
        raise Refused("bad-choice", field="missing")
    if row.state != "checked":
        raise Stale("import-begun", state=row.state)
    counts = queries.count_standings(work.session, row)
    row.state, row.missing = "applying", missing
    row.total = sum(counts.get(one, 0) for one in _applied(row))
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("staff-import", public_id), what="confirmed", missing=missing)


def _applied(row: StaffImportRow) -> tuple[str, ...]:
    return (*TO_APPLY, "missing") if row.missing == "leave" else TO_APPLY


def _held(work: UnitOfWork, public_id: str) -> StaffImportRow:
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("staff-import", public_id))
    row = queries.find_import(work.session, public_id, to_change=True)
    if row is None:
        raise NotFound("staff-import")
    return row


def go_on(work: UnitOfWork, public_id: str) -> bool:
    """Carry out the next rows of a file; return whether there are more. A step that died is simply done again."""
    row = _held(work, public_id)
    if row.state != "applying":
        return False
    # Units stand on one another: they are put up together.
    most = AT_ONCE if row.kind == "staff" else row.total
    entries = queries.list_entries(work.session, row, _applied(row), row.reached, most)
    if row.kind == "staff":
        apply_staff(work, entries)
    else:
        apply_units(work, entries)
    if entries:
        row.done, row.reached = row.done + len(entries), entries[-1].place
        if len(entries) == most:
            return True
    apply_leaders(work, row.leaders)
    look_again(work)
    row.state, row.applied_at = "applied", work.now
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("staff-import", public_id), what="applied", rows=row.done)
    return False
