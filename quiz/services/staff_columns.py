"""What the columns of a file of people or of units mean, and what a row of them says; every fault at its column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from quiz.bank.table.words import AUDIENCES
from quiz.language.bidi import strip_controls
from quiz.language.dates import typed_day
from quiz.language.folding import fold
from quiz.language.numbers import plain_digits
from quiz.services.errors import Refused
from quiz.services.staff_cells import Cells
from quiz.services.workforce import LONGEST_NAME, tidy_mail, tidy_name

LONGEST_CODE = 64
_BETWEEN = re.compile(r"[،,؛;|/\n]")

# The headings of each column: what the template has, then what people call it. The first two are shown.
STAFF: Mapping[str, tuple[str, ...]] = {
    "hr_number": ("الرقم الوظيفي", "HR number", "رقم الموظف", "الرقم", "employee number", "employee id", "hr no"),
    "name": ("الاسم", "Name", "الاسم الكامل", "اسم الموظف", "full name", "arabic name"),
    "latin_name": ("الاسم بالحروف اللاتينية", "Latin name", "الاسم بالإنجليزية", "english name"),
    "email": ("البريد الإلكتروني", "E-mail", "البريد", "email", "email address", "mail"),
    "unit": ("رمز الوحدة", "Unit code", "الوحدة", "رمز الوحدة التنظيمية", "unit"),
    "manager": ("الرقم الوظيفي للرئيس المباشر", "Manager's HR number", "رقم الرئيس المباشر", "manager"),
    "joined_on": ("تاريخ الالتحاق", "Joined on", "تاريخ التعيين", "تاريخ الالتحاق بالعمل", "joining date", "joined"),
    "leaves_on": ("تاريخ ترك الخدمة", "Leaving on", "تاريخ انتهاء الخدمة", "leaves on", "leaving date", "left on"),
    "away_from": ("الغياب من", "Away from", "الإجازة من", "بداية الإجازة"),
    "away_until": ("الغياب حتى", "Away until", "الغياب إلى", "الإجازة إلى", "الإجازة حتى", "نهاية الإجازة"),
    "job_families": ("المجموعات الوظيفية", "Job families", "المجموعة الوظيفية", "الفئة المعنية", "job family"),
}  # fmt: skip
UNITS: Mapping[str, tuple[str, ...]] = {
    "code": ("رمز الوحدة", "Unit code", "الرمز", "code"),
    "name_ar": ("الاسم بالعربية", "Arabic name", "الاسم", "اسم الوحدة", "name in arabic"),
    "name_en": ("الاسم بالإنجليزية", "English name", "name in english"),
    "above": ("رمز الوحدة الأعلى", "Code above", "الوحدة الأعلى", "رمز الوحدة الأم", "parent code", "parent"),
    "country": ("الدولة", "Country", "البلد", "jurisdiction"),
    "manager": STAFF["manager"],
}
_COLUMNS = {"staff": STAFF, "units": UNITS}
_NEEDED = {"staff": ("hr_number", "name", "email", "unit"), "units": ("code", "name_ar", "name_en", "country")}
_DAYS = ("joined_on", "leaves_on", "away_from", "away_until")
_COUNTRIES = {
    fold(word): code
    for code, words in {
        "EG": ("EG", "مصر", "جمهورية مصر العربية", "Egypt"),
        "AE": ("AE", "الإمارات", "الإمارات العربية المتحدة", "دولة الإمارات العربية المتحدة", "UAE", "Emirates"),
    }.items()
    for word in words
}
Document = dict[str, Any]


@dataclass(slots=True)
class Row:
    """One row of a file: what it says by column, and what is wrong with it as (code, column, value)."""

    line: int
    document: Document
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def blame(self, code: str, column: str, value: str = "") -> None:
        """Note a fault."""
        self.faults.append((code, column, value[:100]))


@dataclass(frozen=True, slots=True)
class Headed:
    """The rows of a file under their headings; `unknown` headings stand over columns that are not read."""

    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: tuple[Row, ...]


def read_rows(kind: str, cells: Cells) -> Headed:
    """Return what the rows of a file of `staff` or `units` say; Refused where its headings will not do."""
    (_, heads), *rows = cells.rows
    places, unknown = _headings(kind, heads)
    missing = [name for name in _NEEDED[kind] if name not in places.values()]
    if missing:
        raise Refused("heading-missing", field="file", columns=tuple(missing))
    read = _staff_row if kind == "staff" else _unit_row
    found = []
    for line, row in rows:
        texts = {name: _tidy(row[place]) if place < len(row) else "" for place, name in places.items()}
        one = Row(line, {})
        if any(cell.strip() for cell in row[len(heads) :]):
            one.blame("too-many-cells", "")
        read(one, texts)
        found.append(one)
    return Headed(frozenset(places.values()), tuple(unknown), tuple(found))


def _headings(kind: str, heads: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    names = {fold(word): name for name, words in _COLUMNS[kind].items() for word in words}
    places: dict[int, str] = {}
    unknown: list[str] = []
    for place, head in enumerate(heads):
        name = names.get(fold(head.strip(" *:")))
        if name is None:
            unknown += [head.strip()[:60]] if head.strip() else []
        elif name in places.values():
            raise Refused("heading-twice", field="file", columns=(name,))
        else:
            places[place] = name
    return places, unknown


def _tidy(cell: str) -> str:
    return cell.strip() if cell.isascii() and cell.isprintable() else " ".join(strip_controls(cell).split())


def _number(row: Row, texts: Mapping[str, str], name: str) -> str:
    """Return a code or an HR number with Latin digits, however it was typed."""
    text = plain_digits(texts.get(name, ""))
    if len(text) > LONGEST_CODE or not text.isprintable() or text.startswith("="):
        row.blame("bad-value", name, text)
        return ""
    return text


def _needed(row: Row, texts: Mapping[str, str], name: str) -> str:
    found = _number(row, texts, name)
    if not found and not any(fault[1] == name for fault in row.faults):
        row.blame("missing", name)
    return found


def _name(row: Row, texts: Mapping[str, str], name: str, is_needed: bool = True) -> str:
    found = tidy_name(texts.get(name, ""))
    if (not found and is_needed) or len(found) > LONGEST_NAME or found.startswith("="):
        row.blame("missing" if not found else "bad-value", name, found)
    return found


def _staff_row(row: Row, texts: Mapping[str, str]) -> None:
    document = row.document
    document["hr_number"] = _needed(row, texts, "hr_number")
    document["name"] = _name(row, texts, "name")
    if "latin_name" in texts:
        document["latin_name"] = _name(row, texts, "latin_name", is_needed=False) or None
    mail = tidy_mail(texts["email"])
    if mail is None:
        row.blame("bad-value" if texts["email"] else "missing", "email", texts["email"])
    document["email"] = mail
    document["unit"] = _needed(row, texts, "unit")
    if texts.get("manager"):
        document["manager"] = _number(row, texts, "manager")
    for name in _DAYS:
        if name in texts:
            document[name] = _day(row, texts[name], name)
    if "job_families" in texts:
        document["job_families"] = _families(row, texts["job_families"])
    away_from, away_until = document.get("away_from"), document.get("away_until")
    if away_until and (not away_from or away_until < away_from):
        row.blame("ends-before-it-starts", "away_until", texts["away_until"])


def _day(row: Row, text: str, name: str) -> str | None:
    if not text:
        return None
    found = typed_day(text)
    if found is None:
        row.blame("bad-date", name, text)
    return found.isoformat() if found else None


def _families(row: Row, text: str) -> list[str]:
    found, unknown = _families_in(text)
    for word in unknown:
        row.blame("job-family-unknown", "job_families", word)
    return list(found)


@lru_cache(maxsize=1024)
def _families_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = [word.strip() for word in _BETWEEN.split(text) if word.strip()]
    known = {AUDIENCES.code(word) for word in words}
    unknown = tuple(word for word in words if AUDIENCES.code(word) is None)
    return tuple(key for key in AUDIENCES.said if key in known), unknown


def _unit_row(row: Row, texts: Mapping[str, str]) -> None:
    document = row.document
    document["code"] = _needed(row, texts, "code")
    document["name"] = {"ar": _name(row, texts, "name_ar"), "en": _name(row, texts, "name_en")}
    country = _COUNTRIES.get(fold(texts["country"]))
    if country is None:
        row.blame("bad-value" if texts["country"] else "missing", "country", texts["country"])
    document["country"] = country
    if "above" in texts:
        document["above"] = _number(row, texts, "above") or None
    if texts.get("manager"):
        document["manager"] = _number(row, texts, "manager")
