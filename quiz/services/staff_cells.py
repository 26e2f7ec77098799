"""Files of people and units as rows of text, whatever program wrote them; how the text was written is said."""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from quiz.bank.delimited import delimiter_of, rows_of
from quiz.bank.spreadsheet import refuse_others, text_of
from quiz.bank.table.parts import Cell, Nature
from quiz.bank.table.workbook import open_workbook
from quiz.bank.zipped import Refused as NotRead
from quiz.services.errors import Refused

MOST_ROWS = 100_000
_ZIP = b"PK\x03\x04"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Days are counted from here, for the sake of a leap day that never was.
_FIRST_DAY = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows with the lines they begin on; the first is that of the headings. `broken_at` is where the rest is lost."""

    encoding: str
    rows: list[tuple[int, list[str]]]
    broken_at: int | None = None


def read_cells(content: bytes) -> Cells:
    """Return the rows of a file of text or of a workbook's first sheet; Refused where it is neither or too long."""
    if not content.strip():
        raise Refused("file-empty", field="file")
    found = _workbook(content) if content.startswith((_ZIP, b"\xd0\xcf\x11\xe0", b"%PDF")) else _text(content)
    if len(found.rows) < 2:
        raise Refused("file-empty", field="file")
    if len(found.rows) > MOST_ROWS + 1:
        raise Refused("too-many-rows", field="file", most=MOST_ROWS)
    return found


def _text(content: bytes) -> Cells:
    text, encoding = decoded(content)
    broken: list[int] = []
    rows = list(_some(rows_of(text, delimiter_of(text), lambda line, _: broken.append(line))))
    return Cells(encoding, rows, broken[0] if broken else None)


def _some(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for count, row in enumerate(rows):
        yield row
        if count > MOST_ROWS:
            return


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file and how it is written: UTF-8, UTF-16, or else Windows-1256."""
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return _by(content, codec), name
    # Of two bytes a letter, one of every digit, comma and line end is zero.
    head = content[:2000]
    if head[1::2].count(0) > len(head) // 20:
        return _by(content, "utf-16-le"), "UTF-16"
    if head[::2].count(0) > len(head) // 20:
        return _by(content, "utf-16-be"), "UTF-16"
    try:
        return content.decode(), "UTF-8"
    except UnicodeDecodeError:
        return _by(content, "cp1256"), "Windows-1256"


def _by(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as fault:
        raise Refused("file-unreadable", field="file") from fault


def _workbook(content: bytes) -> Cells:
    try:
        refuse_others(content)
        book = open_workbook(content)
        sheets = (book.sheet(name) for name in book.sheets)
        sheet = next((one for one in sheets if one.rows), None)
    except NotRead as fault:
        too_large = fault.code in {"sheet-too-large", "file-too-large", "zip-too-large"}
        raise Refused("workbook-too-large" if too_large else "file-unreadable", field="file") from fault
    rows = sheet.rows if sheet is not None else {}
    said = ((number, _row(cells)) for number, cells in sorted(rows.items()))
    return Cells("Excel", [(number, cells) for number, cells in said if any(cells)])


def _row(cells: Iterable[Cell]) -> list[str]:
    texts = {cell.column: _said(cell) for cell in cells}
    # Nobody fills more columns than these; a sheet may have sixteen thousand.
    last = min(max(texts, default=0), 60)
    return [texts.get(column, "") for column in range(1, last + 1)]


def _said(cell: Cell) -> str:
    if cell.nature is Nature.FORMULA:
        # What it comes to is not read: «=» is no value of any column.
        return "="
    if cell.nature is Nature.DATE:
        return _day(cell.text)
    return text_of(cell)


def _day(stored: str) -> str:
    """Return the day of a cell as it is typed; what is stored as words stays as it is."""
    whole = stored.partition(".")[0]
    if whole.isascii() and whole.isdigit() and len(whole) < 7:
        return (_FIRST_DAY + timedelta(days=int(whole))).isoformat()
    return stored.partition("T")[0]
