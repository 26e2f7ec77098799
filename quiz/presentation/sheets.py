"""Tables that leave the house: as a workbook that reads right to left, and as CSV that Excel opens in Arabic."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | int | date | None

BOM = "\ufeff"
# What a table program takes for the beginning of a formula, in a file that has no types (OWASP, CSV injection).
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DAY = "yyyy-mm-dd"
_LINES_AT_ONCE = 500
_LONGEST = 32_767
_WIDEST = 48


def csv_pieces(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Give a table as CSV in UTF-8 with a mark at its beginning, some hundred lines at a time; days as 2026-11-21.

    A text that a table program would take for a formula gets an apostrophe before it.
    """
    into = StringIO()
    into.write(BOM)
    writer = csv.writer(into, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([_harmless(one) for one in headings])
    for number, row in enumerate(rows, 1):
        writer.writerow([_harmless(value) for value in row])
        if number % _LINES_AT_ONCE == 0:
            yield into.getvalue().encode()
            into.seek(0)
            into.truncate()
    yield into.getvalue().encode()


def _harmless(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_LIKE_A_FORMULA) else value
    return "" if value is None else str(value)


def write_workbook(
    into: IO[bytes], title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], language: str
) -> int:
    """Write a table as a workbook of one sheet and return its rows: headings that stay in sight, filters, real days.

    Rows are written as they come, so that a hundred thousand take no memory. A text stays a text, whatever it begins
    with; what a workbook cannot hold is left out of it, and what is longer than a cell is cut.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(ILLEGAL_CHARACTERS_RE.sub("", title)[:31])
    assert isinstance(sheet, WriteOnlyWorksheet)  # nosec B101 # noqa: S101 - a book for writing has such sheets alone
    sheet.sheet_view.rightToLeft = language == "ar"
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(_WIDEST, max(14, len(heading) + 6))
    count = 0
    sheet.append([_heading(sheet, one) for one in headings])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{count + 1}"
    book.save(into)
    return count


def _heading(sheet: WriteOnlyWorksheet, words: str) -> WriteOnlyCell:
    cell = _text(sheet, words)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> object:
    if isinstance(value, str):
        # Only such a text would be taken for a formula here; a cell of its own takes three times as long to write.
        return _text(sheet, value) if value.startswith("=") else ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = _DAY
        return cell
    return value


def _text(sheet: WriteOnlyWorksheet, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", words)[:_LONGEST])
    cell.data_type = "s"
    return cell
