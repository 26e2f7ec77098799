"""The workbook that people fill in: a table made from real scenarios, guidance in both languages, and the lists."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from quiz.bank.table.columns import COLUMNS, Column
from quiz.bank.table.guide import COLUMN_HEADINGS, GUIDE
from quiz.bank.table.parts import letters_of
from quiz.bank.table.to_cells import cells_of
from quiz.bank.table.words import LISTS, TRUTHS, Said
from quiz.bank.zipped import pack

DATA: Said = ("المواقف", "Scenarios")
GUIDE_SHEET: Said = ("إرشادات", "Guide")
LISTS_SHEET: Said = ("قوائم", "Lists")
# What stands in a workbook of ours beside the scenarios.
BESIDE = (GUIDE_SHEET, LISTS_SHEET)
LAST_ROW = 2001

_TEXT = "@"
_RIGHT_TO_LEFT, _LEFT_TO_RIGHT = 2, 1
# What a spreadsheet would take for the beginning of a formula.
_LIKE_A_FORMULA = ("=", "+", "-", "@")
# What a spreadsheet would take for a character by its number.
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - the format has no zone here
_NEEDED = PatternFill("solid", fgColor="FFD9EAE0")
_OPTIONAL = PatternFill("solid", fgColor="FFEFEFEF")
_NOT_IN_LIST: Said = ("هذه الكلمة ليست من القائمة.", "This word is not in the list.")


def write_template(scenarios: Iterable[Mapping[str, Any]], language: str = "ar") -> bytes:
    """Return an Excel workbook with a row for each scenario, headings in both languages, the main one first.

    The same scenarios give the same bytes. Raise Unwritable for a scenario that a row cannot hold.
    """
    rows = [cells_of(scenario, language) for scenario in scenarios]
    book = Workbook()
    _add_styles(book)
    data = book.active
    assert isinstance(data, Worksheet)  # nosec B101 # noqa: S101 - a new workbook has a sheet
    guide, lists = book.create_sheet(), book.create_sheet()
    for sheet, said in ((data, DATA), (guide, GUIDE_SHEET), (lists, LISTS_SHEET)):
        sheet.title = _said(said, language)
        sheet.sheet_view.rightToLeft = language == "ar"
    _write_data(data, rows, language)
    _write_lists(lists, language)
    _add_lists(data, lists, language)
    _write_guide(guide, language)
    book.properties.creator = ""
    book.properties.created = _MADE
    into = BytesIO()
    book.save(into)
    return _with_fixed_dates(into.getvalue())


def _said(said: Said, language: str) -> str:
    return said[0] if language == "ar" else said[1]


def _both(said: Said, language: str) -> str:
    return "\n".join(said if language == "ar" else reversed(said))


def _put(cell: Cell, text: str, script: str, *, bold: bool = False) -> None:
    """Write a text into a cell as a text, whatever it looks like."""
    cell.value = _LIKE_AN_ESCAPE.sub("_x005F_", text)
    cell.data_type = "s"
    cell.style = _style_name(script, bold)
    if text.startswith(_LIKE_A_FORMULA):
        cell.quotePrefix = True


def _style_name(script: str, bold: bool) -> str:
    return f"{'heading' if bold else 'text'}-{'rtl' if script == 'ar' else 'ltr'}"


def _add_styles(book: Workbook) -> None:
    """Give the workbook its four styles; a style that is named once is much faster than one for each cell."""
    for script in ("ar", "en"):
        for bold in (False, True):
            style = NamedStyle(_style_name(script, bold), number_format=_TEXT, alignment=_alignment(script))
            style.font = Font(name="Calibri", size=11, bold=bold)
            book.add_named_style(style)


def _alignment(script: str) -> Alignment:
    order = _RIGHT_TO_LEFT if script == "ar" else _LEFT_TO_RIGHT
    return Alignment(wrap_text=True, vertical="top", readingOrder=order)


def _write_data(sheet: Worksheet, rows: Sequence[Mapping[str, str]], language: str) -> None:
    for number, column in enumerate(COLUMNS, 1):
        script = language if column.script == "ar" and column.words else column.script
        heading = sheet.cell(1, number)
        _put(heading, _both((column.ar, column.en), language), language, bold=True)
        heading.fill = _NEEDED if column.is_needed else _OPTIONAL
        heading.comment = _comment(column, language)
        # What is typed under the examples stays a text: 1/3 is no date there.
        dimension = sheet.column_dimensions[letters_of(number)]
        dimension.width, dimension.number_format, dimension.alignment = column.width, _TEXT, _alignment(script)
        for place, cells in enumerate(rows, 2):
            if column.name in cells:
                _put(sheet.cell(place, number), cells[column.name], script)
    sheet.row_dimensions[1].height = 34
    sheet.freeze_panes = "B2"


def _comment(column: Column, language: str) -> Comment:
    words = (f"{column.note.about(tongue)}\n{column.note.example(tongue)}" for tongue in _tongues(language))
    comment = Comment("\n\n".join(words), "")
    comment.width, comment.height = 360, 180
    return comment


def _tongues(language: str) -> tuple[str, str]:
    return ("ar", "en") if language == "ar" else ("en", "ar")


def _write_lists(sheet: Worksheet, language: str) -> None:
    """Write the words of each list: the code, the Arabic, the English."""
    for place, vocabulary in enumerate(LISTS):
        first = 1 + place * 3
        _put(sheet.cell(1, first), f"{vocabulary.ar}\n{vocabulary.en}", language, bold=True)
        for row, (code, (ar, en)) in enumerate(vocabulary.said.items(), 2):
            for column, (word, script) in enumerate(((code, "code"), (ar, "ar"), (en, "en")), first):
                _put(sheet.cell(row, column), word, script)
        for column in range(first, first + 3):
            sheet.column_dimensions[letters_of(column)].width = 28
    sheet.freeze_panes = "A2"


def _add_lists(data: Worksheet, lists: Worksheet, language: str) -> None:
    """Offer the words of its list in each column that takes one of them; answers may be something else."""
    for place, vocabulary in enumerate(LISTS):
        letters = letters_of(1 + place * 3 + (1 if language == "ar" else 2))
        source = f"'{lists.title}'!${letters}$2:${letters}${1 + len(vocabulary.said)}"
        validation = DataValidation(type="list", formula1=source, allow_blank=True)
        # The other language and the codes are taken too; only a slip is worth a question.
        validation.errorStyle, validation.error = "warning", _said(_NOT_IN_LIST, language)
        validation.showErrorMessage = vocabulary.name != "answer"
        for number, column in enumerate(COLUMNS, 1):
            if column.words == vocabulary and not column.is_many:
                validation.add(f"{letters_of(number)}2:{letters_of(number)}{LAST_ROW}")
        if validation.sqref:
            data.add_data_validation(validation)


def _write_guide(sheet: Worksheet, language: str) -> None:
    for row, paragraph in enumerate(GUIDE, 1):
        for number, tongue in enumerate(_tongues(language), 1):
            text = _said((paragraph.ar, paragraph.en), tongue)
            _put(sheet.cell(row, number), text, tongue, bold=paragraph.is_heading)
    for number, said in enumerate(COLUMN_HEADINGS, 1):
        _put(sheet.cell(len(GUIDE) + 1, number), _both(said, language), language, bold=True)
    for row, column in enumerate(COLUMNS, len(GUIDE) + 2):
        needed = TRUTHS.word("yes" if column.is_needed else "no", language)
        about = _both((column.note.ar, column.note.en), language)
        told = (_both((column.ar, column.en), language), needed, about, column.note.example(language))
        for number, text in enumerate(told, 1):
            _put(sheet.cell(row, number), text, language)
    for letters in ("A", "B", "C", "D"):
        sheet.column_dimensions[letters].width = 70


def _with_fixed_dates(content: bytes) -> bytes:
    """Return a workbook without the moment it was made at, so that the same table is the same file."""
    with ZipFile(BytesIO(content)) as made:
        moment = _MADE.isoformat().encode()
        return pack((name, _MODIFIED.sub(rb"\g<1>" + moment + b"Z", made.read(name))) for name in made.namelist())
