"""What a row of a file would change of what stands; nothing is read or written here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from quiz.services.staff_columns import Document, Row
from quiz.services.units import stands_below
from quiz.services.workforce import end_of_day

Span = tuple[int, date, date | None]
_PLAIN = ("name", "latin_name", "email", "job_families")


class Known(Protocol):
    """What HR holds of a person."""

    id: int
    hr_number: str
    name: str
    latin_name: str | None
    email: str
    unit_id: int
    joined_on: date | None
    active_until: datetime | None
    job_families: list[str]


@dataclass(frozen=True, slots=True)
class Moment:
    """When rows are compared, and in which zone a civil day ends."""

    now: datetime
    zone: str

    def is_over(self, until: datetime | None) -> bool:
        """Tell whether somebody who works here until a moment does so no more."""
        return until is not None and until <= self.now


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row wants of a person: the values of its columns, and the names of what changes."""

    values: dict[str, Any]
    changes: tuple[str, ...]
    absence: tuple[int | None, date, date | None] | None = None

    @property
    def standing(self) -> str:
        """Return the gravest of the changes."""
        if "returns" in self.changes:
            return "returning"
        if "leaves_on" in self.changes and self.values["active_until"] is not None:
            return "leaving"
        if "unit" in self.changes:
            return "moved"
        return "changed" if self.changes else "same"


class Overlaps(Exception):
    """An absence of the file has days in common with another one."""


def wanted(document: Document, known: Known | None, unit_id: int, absences: Sequence[Span], at: Moment) -> Wanted:
    """Return what a row wants of a person, known or new; a column that the file does not have changes nothing.

    Raise Overlaps where its absence cannot stand beside those there are.
    """
    values: dict[str, Any] = {
        "name": known.name if known else "",
        "latin_name": known.latin_name if known else None,
        "email": known.email if known else "",
        "job_families": known.job_families if known else [],
        "unit_id": unit_id,
        "joined_on": known.joined_on if known else None,
        "active_until": _until(document, known, at),
    }
    values |= {name: document[name] for name in _PLAIN if name in document}
    if document.get("joined_on"):
        values["joined_on"] = date.fromisoformat(document["joined_on"])
    absence = _absence(document, absences)
    changes: list[str] = []
    if known is not None:
        changes += [name for name in (*_PLAIN, "joined_on") if values[name] != getattr(known, name)]
        changes += ["unit"] if unit_id != known.unit_id else []
        if values["active_until"] != known.active_until:
            is_back = at.is_over(known.active_until) and not at.is_over(values["active_until"])
            changes.append("returns" if is_back else "leaves_on")
    changes += ["away"] if absence is not None else []
    return Wanted(values, tuple(changes), absence)


def _until(document: Document, known: Known | None, at: Moment) -> datetime | None:
    if "leaves_on" in document:
        day = document["leaves_on"]
        return end_of_day(date.fromisoformat(day), at.zone) if day else None
    # Whoever left and stands in the file works here again.
    until = known.active_until if known else None
    return None if at.is_over(until) else until


def _absence(document: Document, absences: Sequence[Span]) -> tuple[int | None, date, date | None] | None:
    """Return the absence that is to be added, or to end on another day; None where nothing changes."""
    if not document.get("away_from"):
        return None
    first = date.fromisoformat(document["away_from"])
    until = document.get("away_until")
    last = date.fromisoformat(until) if until else None
    if any((start, end) == (first, last) for _, start, end in absences):
        return None
    key = next((key for key, start, _ in absences if start == first), None)
    for other, start, end in absences:
        if other != key and (last is None or start <= last) and (end is None or end >= first):
            raise Overlaps
    return key, first, last


def blame_doubles(rows: Sequence[Row], column: str, code: str) -> None:
    """Note at every row but the first that a value which must be unique stands in the file already, and where."""
    first: dict[str, int] = {}
    for row in rows:
        value = row.document.get(column)
        if value and first.setdefault(value, row.line) != row.line:
            row.blame(code, column, str(first[value]))


def blame_taken(rows: Sequence[Row], holders: Mapping[str, str]) -> None:
    """Note where somebody else holds an e-mail address, and does not get another one by the same file."""
    good = {row.document["hr_number"]: row for row in rows if not row.faults}
    while True:
        taken = [
            (number, holder)
            for number, row in good.items()
            if (holder := holders.get(row.document["email"], number)) != number and holder not in good
        ]
        for number, holder in taken:
            good.pop(number).blame("email-taken", "email", holder)
        if not taken:
            return


def leaders_of(rows: Sequence[Row], column: str, known: Collection[str]) -> dict[str, str]:
    """Return the managers a file names by the code of their unit; two of one unit, and unknown ones, are faults."""
    found: dict[str, str] = {}
    for row in rows:
        manager, code = row.document.get("manager"), row.document.get(column)
        if not manager or not code:
            continue
        if manager not in known:
            row.blame("manager-unknown", "manager", manager)
        elif found.setdefault(code, manager) != manager:
            row.blame("two-managers", "manager", found[code])
    return found


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as it stands."""

    id: int
    code: str
    name: dict[str, str]
    country: str
    above: str | None
    is_closed: bool


def blame_places(rows: Sequence[Row], units: Mapping[str, KnownUnit]) -> None:
    """Note where a unit would stand below an unknown one, or below itself."""
    while True:
        good = [row for row in rows if not row.faults]
        codes = {code: number for number, code in enumerate(sorted({*units, *(row.document["code"] for row in good)}))}
        above: dict[int, int | None] = {
            codes[one.code]: codes.get(one.above) if one.above is not None else None for one in units.values()
        }
        faulty = False
        for row in good:
            place = row.document.get("above")
            if place is not None and place not in codes:
                row.blame("unit-unknown", "above", place)
                faulty = True
            elif "above" in row.document or row.document["code"] not in units:
                above[codes[row.document["code"]]] = codes[place] if place is not None else None
        if faulty:
            continue  # what stood below a row that is left out stands nowhere
        for row in good:
            at = codes[row.document["code"]]
            over = above.get(at)
            if over is not None and stands_below(over, at, above):
                row.blame("unit-cycle", "above", row.document.get("above") or "")
                faulty = True
        if not faulty:
            return


def unit_changes(document: Document, known: KnownUnit) -> tuple[str, ...]:
    """Return what a row of a file of units would change of a unit that stands."""
    changes = ["name"] if document["name"] != known.name else []
    changes += ["country"] if document["country"] != known.country else []
    changes += ["unit"] if "above" in document and document["above"] != known.above else []
    return (*changes, *(["returns"] if known.is_closed else []))
