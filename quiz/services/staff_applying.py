"""Carrying out rows of a file: each is compared again with what stands by now, and only what differs is written."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from quiz.access.actor import Role
from quiz.db.models.people import AbsenceRow, PersonRow, PostingRow, RoleGrantRow, UnitRow, folded_person
from quiz.db.models.staffing import StaffImportEntryRow
from quiz.db.queries import people, workforce
from quiz.db.queries import staffing as queries
from quiz.services.errors import Stale
from quiz.services.organisation import get_choices
from quiz.services.roles import guarded
from quiz.services.staff_comparing import KnownUnit, Moment, Overlaps, Wanted, unit_changes, wanted
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.units import stands_below
from quiz.services.workforce import end_links, end_of_day, last_day

_DAY = timedelta(days=1)
Entries = Sequence[StaffImportEntryRow]


def known_units(session: Session) -> list[KnownUnit]:
    """Return the units that have a code; a unit above without one counts as none."""
    rows = workforce.list_units(session)
    codes = {row.id: row.code for row in rows}
    return [
        KnownUnit(
            row.id,
            row.code,
            dict(row.name),
            row.jurisdiction,
            codes.get(row.parent_id) if row.parent_id is not None else None,
            row.closed_on is not None,
        )
        for row in rows
        if row.code is not None
    ]


def units_by_code(session: Session) -> dict[str, KnownUnit]:
    """Return the units that have a code by it."""
    return {one.code: one for one in known_units(session)}


class _Step:
    """Collects what some rows of a file change, to be written in a few statements."""

    def __init__(self, work: UnitOfWork, entries: Entries) -> None:
        self.work = work
        choices = get_choices(work)
        self.today = choices.civil_day(work.now)
        self.at = Moment(work.now, choices.zone)
        self.units = units_by_code(work.session)
        self.country = {one.id: one.country for one in self.units.values()}
        self.known = {row.hr_number: row for row in queries.list_known(work.session, [one.key for one in entries])}
        self.absences = queries.list_absences(work.session, [row.id for row in self.known.values()])
        mails = [one.document["email"] for one in entries if one.document.get("email")]
        holders = queries.list_mail_holders(work.session, mails)
        numbers = {one.document.get("email"): one.key for one in entries}
        self.holders = {mail: held for mail, held in holders.items() if held[0] != numbers[mail]}
        # Whoever gets another address by the same file lets go of this one.
        self.others = queries.list_documents(
            work.session, entries[0].import_id, [one for one, _ in self.holders.values()]
        )
        self.freed: list[int] = []
        self.added: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []
        self.placed: list[tuple[str, int]] = []
        self.away: list[tuple[str, tuple[int | None, Any, Any]]] = []
        self.moved: list[int] = []
        self.back: dict[int, Any] = {}
        self.readdressed: list[int] = []
        self.guarded = guarded(work)

    def take(self, entry: StaffImportEntryRow) -> None:
        """Note what one row changes; one that has become impossible since it was looked at becomes a fault."""
        document = entry.document
        known = self.known.get(entry.key)
        if entry.standing == "missing":
            self._leave(entry)
            return
        unit = self.units.get(document["unit"])
        if unit is None or (unit.is_closed and (known is None or known.unit_id != unit.id)):
            self._blame(entry, "unit-unknown" if unit is None else "unit-closed", "unit", document["unit"])
            return
        holder, key = self.holders.get(document["email"], (None, None))
        if holder is not None and (key in self.guarded or self._keeps(holder, document)):
            self._blame(entry, "email-taken", "email", holder)
            return
        try:
            want = wanted(document, known, unit.id, self.absences.get(known.id, ()) if known else (), self.at)
        except Overlaps:
            self._blame(entry, "absence-overlaps", "away_from", document["away_from"])
            return
        if known is not None and "email" in want.changes and known.id in self.guarded:
            self._blame(entry, "administers", "email", document["email"])
            return
        self.freed += [key] if key is not None else []
        if known is None:
            self._add(entry.key, want)
        elif want.changes:
            self._change(known, want)
        if want.absence is not None:
            self.away.append((entry.key, want.absence))

    def _keeps(self, holder: str, document: Mapping[str, Any]) -> bool:
        """Tell whether the file leaves somebody the address that a row asks for."""
        return bool(self.others.get(holder, document)["email"] == document["email"])

    def _blame(self, entry: StaffImportEntryRow, code: str, column: str, value: str) -> None:
        entry.standing, entry.faults = "fault", [[code, column, value]]

    def _leave(self, entry: StaffImportEntryRow) -> None:
        known = self.known.get(entry.key)
        until = end_of_day(self.today, self.at.zone)
        if known is None or (known.active_until is not None and known.active_until <= until):
            return
        self._write_anew(known, {**_values(known), "active_until": until})

    def _write_anew(self, known: Any, values: Mapping[str, Any]) -> None:
        folded = folded_person(values["name"], values["latin_name"], known.hr_number)
        is_moved = values["unit_id"] != known.unit_id
        country = self.country[values["unit_id"]] if is_moved else known.jurisdiction
        told = {"jurisdiction": country, "folded": folded, "changed_at": self.work.now}
        self.changed.append({"id": known.id, **values, **told})

    def _add(self, hr_number: str, want: Wanted) -> None:
        values = dict(want.values)
        self.added.append(
            {
                "public_id": self.work.new_id(),
                "hr_number": hr_number,
                "jurisdiction": self.country[values["unit_id"]],
                "created_at": self.work.now,
                "extra_time_percent": 0,
                "folded": folded_person(values["name"], values["latin_name"], hr_number),
                **values,
                "joined_on": values["joined_on"] or self.today,
            }
        )
        self.placed.append((hr_number, values["unit_id"]))

    def _change(self, known: Any, want: Wanted) -> None:
        self._write_anew(known, want.values)
        if "unit" in want.changes:
            self.moved.append(known.id)
            self.placed.append((known.hr_number, want.values["unit_id"]))
        if "email" in want.changes:
            self.readdressed.append(known.id)
        if "returns" in want.changes:
            self.back[known.id] = last_day(known.active_until, self.at.zone)

    def write(self) -> None:
        """Write everything that was noted."""
        session, by = self.work.session, {"recorded_by": self.work.actor.name, "recorded_at": self.work.now}
        # For as long as it takes until their own row is reached.
        freed = [{"id": key, "email": f"{key}@moving.invalid"} for key in self.freed]
        queries.change_rows(session, PersonRow, freed)
        queries.change_rows(session, PersonRow, self.changed)
        queries.add_rows(session, PersonRow, self.added)
        workforce.end_roles_of(session, self.back)
        # Neither a browser nor a link from before they left lets them in after their return.
        people.revoke_sign_ins_of(session, self.back, self.work.now)
        end_links(self.work, [*self.back, *self.readdressed])
        workforce.settle_disownings(session, self.moved, self.work.actor.name, self.work.now)
        ids = {number: row.id for number, row in self.known.items()}
        ids |= {row.hr_number: row.id for row in queries.list_known(session, [one["hr_number"] for one in self.added])}
        queries.add_rows(
            session,
            PostingRow,
            [{"person_id": ids[who], "unit_id": unit, "starts_on": self.today, **by} for who, unit in self.placed],
        )
        fresh = [(ids[who], first, last) for who, (key, first, last) in self.away if key is None]
        queries.add_rows(
            session,
            AbsenceRow,
            [
                {"public_id": self.work.new_id(), "person_id": who, "starts_on": first, "ends_on": last, **by}
                for who, first, last in fresh
            ],
        )
        ended = [{"id": key, "ends_on": last} for _, (key, _, last) in self.away if key is not None]
        queries.change_rows(session, AbsenceRow, ended)


def _values(known: Any) -> dict[str, Any]:
    names = ("name", "latin_name", "email", "job_families", "unit_id", "joined_on", "active_until")
    return {name: getattr(known, name) for name in names}


def apply_staff(work: UnitOfWork, entries: Entries) -> None:
    """Carry out some rows of a file of people."""
    if not entries:
        return
    step = _Step(work, entries)
    for entry in entries:
        step.take(entry)
    step.write()


def apply_units(work: UnitOfWork, entries: Entries) -> None:
    """Carry out a file of units; Stale where what stands by now would make a circle of it."""
    session = work.session
    rows = {row.code: row for row in workforce.list_units(session, to_change=True) if row.code is not None}
    standing = units_by_code(session)
    turned: set[int] = set()
    for entry in entries:
        if entry.key not in rows:
            document = entry.document
            rows[entry.key] = UnitRow(
                public_id=work.new_id(), name=document["name"], jurisdiction=document["country"], code=entry.key
            )
            session.add(rows[entry.key])
    session.flush()
    for entry in entries:
        row, document = rows[entry.key], entry.document
        changes = unit_changes(document, standing[entry.key]) if entry.key in standing else ("unit",)
        row.name, row.closed_on = document["name"], None
        if row.jurisdiction != document["country"]:
            row.jurisdiction = document["country"]
            turned.add(row.id)
        if "unit" in changes:
            place = rows.get(document["above"]) if document.get("above") else None
            row.parent_id = place.id if place is not None else None
    session.flush()
    above = {row.id: row.parent_id for row in workforce.list_units(session)}
    for row in rows.values():
        if row.parent_id is not None and stands_below(row.parent_id, row.id, above):
            raise Stale("unit-cycle")
    queries.follow_country(session, turned)


def apply_leaders(work: UnitOfWork, leaders: Mapping[str, str]) -> None:
    """Let those whom a file names manage their units from today on, in place of whoever did."""
    session = work.session
    today = get_choices(work).civil_day(work.now)
    units = units_by_code(session)
    people = {
        row.hr_number: row
        for row in queries.list_known(session, set(leaders.values()))
        if row.active_until is None or row.active_until > work.now
    }
    held = {one.unit_id: one for one in workforce.list_managers(session, today, today) if one.capacity == "held"}
    ended: list[int] = []
    granted: list[dict[str, Any]] = []
    for code, number in leaders.items():
        unit, person = units.get(code), people.get(number)
        before = held.get(unit.id) if unit is not None else None
        if unit is None or unit.is_closed or person is None or (before and before.hr_number == number):
            continue
        ended += [before.id] if before is not None else []
        granted.append(
            {
                "person_id": person.id,
                "role": Role.MANAGER.value,
                "unit_id": unit.id,
                "starts_on": today,
                "ends_on": None,
                "capacity": "held",
            }
        )
    workforce.end_grants(session, ended, today - _DAY)
    queries.add_rows(session, RoleGrantRow, granted)
