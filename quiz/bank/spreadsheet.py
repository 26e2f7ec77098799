"""Scenarios from an Excel workbook that somebody filled in: one row a scenario, with every fault by row and column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, DecimalException
from typing import Any

from quiz.bank.checks import structure
from quiz.bank.findings import Finding, Severity
from quiz.bank.reader import Source
from quiz.bank.table.columns import COLUMNS, Column, column_at, column_of
from quiz.bank.table.from_cells import document_of, tidied
from quiz.bank.table.parts import Cell, Nature, letters_of
from quiz.bank.table.template import BESIDE, DATA, write_template
from quiz.bank.table.to_cells import MOST_LETTERS, UNHELD, is_held
from quiz.bank.table.words import TRUTHS
from quiz.bank.table.workbook import Sheet, Workbook, open_workbook
from quiz.bank.zipped import Refused
from quiz.engine.document import read_scenario
from quiz.engine.reading import Fault, Path
from quiz.language.folding import fold

__all__ = ["MOST_ROWS", "heading_of", "is_held", "read_spreadsheet", "write_template"]

MOST_ROWS = 2000
# Who finds five hundred faults mends the first of them and sends the table again.
MOST_FINDINGS = 500

_LONGEST_HEADING = 200
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# As many digits as a spreadsheet shows; more would be the noise of its arithmetic.
_AS_SHOWN = Context(prec=15)


def read_spreadsheet(content: bytes, file: str = "scenarios.xlsx") -> tuple[tuple[Source, ...], tuple[Finding, ...]]:
    """Return the scenarios of an Excel workbook and everything wrong with it; nothing stops it.

    `file` is what the workbook is called in findings; their line is the row. A row that could not be understood is not
    among the scenarios; what its structure breaks besides is told at once. Of the others it is told by `structure`.
    """
    reading = _Reading(file)
    try:
        reading.read(content)
    except Refused as refused:
        reading.note(0, (), refused.code, refused.values)
    return tuple(reading.sources), tuple(reading.findings)


def heading_of(path: Path, language: str, document: Mapping[str, Any] | None = None) -> str | None:
    """Return what the column is called that holds a place of a scenario; None where no column does.

    Ratings are found by the keys of the options: with the document they are told apart.
    """
    options = document.get("options") if document else None
    keys = tuple(str(option.get("key")) for option in options) if isinstance(options, list) else ()
    column = column_at(path, keys)
    return column.heading(language) if column else None


@dataclass(frozen=True, slots=True)
class _Said:
    """A cell that more than spaces stand in, and what stands in it as a text."""

    cell: Cell
    text: str
    is_long: bool = False

    @property
    def column(self) -> int:
        """Return the number of its column."""
        return self.cell.column


class _TooMany(Exception):
    """There are more findings than anybody reads."""


class _Reading:
    """Reads one workbook and collects scenarios and findings."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sources: list[Source] = []
        self.findings: list[Finding] = []

    def note(self, line: int, path: Path, code: str, values: Mapping[str, str]) -> None:
        """Keep a finding."""
        self.findings.append(Finding(Severity.ERROR, self.file, line, path, code, values))

    def error(self, code: str, line: int = 0, path: Path = (), /, **values: str) -> None:
        """Keep a finding; one too many ends the reading."""
        if len(self.findings) >= MOST_FINDINGS:
            raise _TooMany
        self.note(line, path, code, values)

    def read(self, content: bytes) -> None:
        """Read the workbook; raise Refused where it is none."""
        refuse_others(content)
        book = open_workbook(content)
        try:
            if book.has_links:
                self.error("workbook-with-links")
            sheet = self._sheet(book)
            for merged in sheet.merged:
                self.error("merged-cells", _rows_of(merged)[0], value=merged)
            self._read_rows(sheet)
        except _TooMany:
            self.note(0, (), "too-many-faults", {"most": str(MOST_FINDINGS)})

    def _sheet(self, book: Workbook) -> Sheet:
        """Return the sheet of the scenarios; another one that somebody filled in is named, for it is not read."""
        ours = {fold(name) for names in BESIDE for name in names}
        data = [name for name in book.sheets if fold(name) in map(fold, DATA)]
        others = [name for name in book.sheets if fold(name) not in ours and name not in data]
        filled = [name for name in others if book.sheet(name).rows]
        chosen = [*data, *filled]
        if not data and len(filled) != 1:
            raise Refused("no-sheet", value=DATA[0], other=DATA[1])
        for name in chosen[1:]:
            self.error("sheet-not-read", value=name)
        return book.sheet(chosen[0])

    # Rows

    def _read_rows(self, sheet: Sheet) -> None:
        filled = {number: cells for number, row in sorted(sheet.rows.items()) if (cells := _filled(row))}
        if not filled:
            raise Refused("no-rows")
        header, *numbers = filled
        before = len(self.findings)
        columns = self._headings(header, _said(filled[header]))
        held = set(columns.values())
        for column in COLUMNS:
            if column.is_needed and column not in held:
                self.error("heading-missing", header, column.path, value=column.ar, other=column.en)
        if not numbers:
            self.error("no-rows")
        if len(numbers) > MOST_ROWS:
            self.error("too-many-rows", most=str(MOST_ROWS))
        if len(self.findings) > before:
            return  # under a wrong heading every row would be wrong
        merged = [_rows_of(place) for place in sheet.merged]
        known = {cell.column for cell in filled[header]}
        for number in numbers:
            said = _said(filled[number])
            for place in sorted(set(said) - known):
                known.add(place)
                self.error("cell-without-heading", number, cell=f"{letters_of(place)}{number}")
            named = {columns[place]: cell for place, cell in said.items() if place in columns}
            if named:
                self._row(number, named, any(number in rows for rows in merged))

    def _headings(self, line: int, cells: Mapping[int, _Said]) -> dict[int, Column]:
        """Return which column of ours each column is; one that is none, or is there twice, is a fault."""
        columns: dict[int, Column] = {}
        found = {place: column_of(cell.text[:_LONGEST_HEADING]) for place, cell in cells.items()}
        if not any(found.values()):
            raise Refused("no-headings")
        for place, column in sorted(found.items()):
            cell = f"{letters_of(place)}{line}"
            if column is None:
                self.error("heading-unknown", line, cell=cell, value=" ".join(cells[place].text.split())[:60])
            elif column in columns.values():
                self.error("heading-twice", line, column.path, cell=cell, value=column.ar, other=column.en)
            else:
                columns[place] = column
        return columns

    def _row(self, number: int, cells: Mapping[Column, _Said], is_merged: bool) -> None:
        """Read one row; it is a scenario if every cell of it is understood."""
        texts: dict[str, str] = {}
        before = len(self.findings)
        for column, cell in cells.items():
            fault = _fault_of(cell, column, f"{letters_of(cell.column)}{number}")
            if fault:
                self.error(fault.code, number, fault.path, **fault.values)
            else:
                texts[column.name] = cell.text
        document, faults = document_of(texts)
        for fault in faults:
            self.error(fault.code, number, fault.path, **fault.values)
        source = Source(self.file, document, {(): number})
        if len(self.findings) == before and not is_merged:
            self.sources.append(source)
        elif document and not any(fault.code == "group-passed-over" for fault in faults):
            self._tell_the_rest(source, self.findings[before:])

    def _tell_the_rest(self, source: Source, told: Sequence[Finding]) -> None:
        """Add what the structure of a faulty row breaks besides, but nothing twice."""
        _, findings = structure(source, read_scenario)
        for finding in findings:
            if not any(_is_about(finding.path, other.path) for other in told):
                self.error(finding.code, finding.line, finding.path, **finding.values)


def _is_about(path: Path, other: Path) -> bool:
    """Tell whether a fault of the structure comes of one that was told: at its place, or within it, or around it."""
    told = column_at(other)
    if path[0] in {"exhibit", "jurisdiction"}:
        # An exhibit is one thing to who fills it in, and the country is that of the bank.
        return other[0] == path[0] or (other[0] == "bank" and path[0] == "jurisdiction")
    if str(path[0]).startswith("key_"):
        return other[0] == path[0] or (told is not None and told.name.endswith(".answer"))
    shorter = min(len(path), len(other))
    return path[:shorter] == other[:shorter]


def refuse_others(content: bytes) -> None:
    """Refuse what is no workbook by how it begins, and say what it seems to be."""
    if not content:
        raise Refused("empty-file")
    if content.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused("workbook-locked")
        raise Refused("not-a-workbook", found="xls")
    if content.startswith(_ZIP):
        return
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, found in ((b"%PDF", "pdf"), (b"<", "html")):
        if head.startswith(beginning):
            raise Refused("not-a-workbook", found=found)
    raise Refused("not-a-workbook", found="unknown" if b"\x00" in head else "csv")


# Cells


def _filled(row: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row that more than spaces stand in, without looking at the whole of any."""
    return [cell for cell in row if cell.nature is not Nature.TEXT or (cell.text and not cell.text.isspace())]


def _said(row: Sequence[Cell]) -> dict[int, _Said]:
    """Return what the cells of a row say, by their column; one cell may hold what thousands refer to."""
    said = (
        _Said(cell, "", is_long=True) if len(cell.text) > 2 * MOST_LETTERS else _Said(cell, text_of(cell))
        for cell in row
    )
    return {one.column: one for one in said if one.text or one.is_long or one.cell.nature is Nature.FORMULA}


def text_of(cell: Cell) -> str:
    """Return what stands in a cell as a text, without spaces around it."""
    if cell.nature is Nature.TRUTH:
        return "yes" if cell.text == "1" else "no"
    if cell.nature is Nature.NUMBER:
        return _as_shown(cell.text)
    return tidied(cell.text)


def _as_shown(number: str) -> str:
    """Return a number as its cell shows it: 12 for 12.0, and 0.3 for 0.30000000000000004."""
    try:
        exact = _AS_SHOWN.create_decimal(number).normalize(_AS_SHOWN)
    except DecimalException:
        return number
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) < 30 else number


def _fault_of(said: _Said, column: Column, place: str) -> Fault | None:
    """Return why a cell cannot be read as a text, or None."""
    cell, text, path = said.cell, said.text, column.path
    if cell.nature is Nature.FORMULA or (cell.nature is Nature.TEXT and text.startswith("=") and not cell.is_quoted):
        return Fault(path, "cell-formula", {"cell": place})
    if cell.nature is Nature.DATE:
        return Fault(path, "cell-date", {"cell": place})
    if cell.nature is Nature.ERROR:
        return Fault(path, "cell-error", {"cell": place, "value": text})
    if cell.nature is Nature.TRUTH and column.words is not TRUTHS:
        return Fault(path, "cell-truth", {"cell": place})
    if said.is_long or len(text) > MOST_LETTERS:
        return Fault(path, "cell-too-long", {"cell": place, "most": str(MOST_LETTERS)})
    unheld = UNHELD.search(text)
    return Fault(path, "bad-character", {"character": f"U+{ord(unheld[0]):04X}"}) if unheld else None


def _rows_of(merged: str) -> range:
    """Return the rows that a merged range touches."""
    numbers = [int(number) for number in re.findall("[0-9]+", merged)] or [0]
    return range(min(numbers), max(numbers) + 1)
