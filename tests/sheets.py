"""Tables as anybody might make them, and what is said of them."""

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.utils import get_column_letter

from quiz.bank.reader import read_folder
from quiz.bank.spreadsheet import read_spreadsheet
from quiz.bank.table.columns import BY_NAME, COLUMNS
from quiz.bank.table.to_cells import cells_of
from quiz.settings.operator import folder

HELD = [
    one.document
    for one in read_folder(folder("content")).scenarios
    if one.document["kind"] not in {"spot", "branching"}
]
Values = Mapping[str, Any]


def one_of(kind: str, place: int = 0) -> dict[str, str]:
    """The cells of a shipped scenario of a kind."""
    return cells_of([document for document in HELD if document["kind"] == kind][place], "ar")


GOOD = one_of("single_choice")


def sheet_of(rows: Iterable[Values], names: Iterable[str] | None = None) -> openpyxl.Workbook:
    """A workbook as anybody might make it: one sheet, the Arabic headings, no styles."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Scenarios"
    columns = [BY_NAME[name] for name in names] if names else COLUMNS
    sheet.append([column.ar for column in columns])
    for row in rows:
        sheet.append([row.get(column.name) for column in columns])
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    into = BytesIO()
    book.save(into)
    return into.getvalue()


def cell(name: str, row: int = 2) -> str:
    number = [column.name for column in COLUMNS].index(name) + 1
    return f"{get_column_letter(number)}{row}"


def told(content: bytes) -> list[tuple[int, str, str]]:
    """Each finding: the row, the place of the document, the code."""
    _, findings = read_spreadsheet(content, "sent.xlsx")
    assert {finding.file for finding in findings} <= {"sent.xlsx"}
    return [(finding.line, finding.place, finding.code) for finding in findings]


def told_of(*rows: Values) -> list[tuple[int, str, str]]:
    return told(saved(sheet_of(rows)))


def rezipped(content: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """A workbook of which some parts are changed, left out or added."""
    into = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(into, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in more.items():
            new.writestr(name, part)
    return into.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    changed = rezipped(content, lambda name, part: part.replace(old, new) if name == SHEET else part)
    assert changed != content
    return changed
