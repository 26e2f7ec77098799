"""The cells of an Excel workbook, read strictly: what each holds, of which nature it is, and which are merged.

openpyxl writes our tables and does not read them. Its mode for large sheets tells neither merged cells nor the mark by
which a text begins with "=", makes up every row that a sheet leaves out, and fails in many ways on a damaged file. A
sheet is a list of cells; this reads the list within bounds, and nothing else of the workbook.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError  # nosec B405 # the name of an exception; reading is defusedxml's
from zipfile import ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from quiz.bank.table.parts import MOST_SILENCE, Cell, CellsReader, Reader, Relations, Sheets, Strings, Style, Styles
from quiz.bank.zipped import MIB, Limits, Refused, open_zip, pieces

# A sheet of like rows swells as far as the method allows; what counts is how large it becomes.
LIMITS = Limits(entries=2000, together=64 * MIB, times=2000)

_PACKAGE = "_rels/.rels"
# Parts that only the files of other programs have.
_OTHERS = {
    "content.xml": "ods",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "index/document.iwa": "numbers",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet by row, counted from 1, and the ranges that are merged."""

    rows: Mapping[int, list[Cell]]
    merged: tuple[str, ...]


@dataclass(slots=True)
class Workbook:
    """An opened workbook: the names of its sheets, whether it leads to other files, and its sheets when asked for."""

    opened: ZipFile
    parts: Mapping[str, ZipInfo]
    sheets: dict[str, str] = field(default_factory=dict)
    has_links: bool = False
    strings: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    cells: dict[str, Sheet] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """Return the cells of a sheet; raise Refused where it cannot be read or holds too much."""
        part = self.sheets[name]
        if part not in self.cells:  # any number of names may lead to one part
            reader = CellsReader(self.strings, self.styles)
            self.read(part, reader)
            self.cells[part] = Sheet(reader.rows, tuple(reader.merged))
        return self.cells[part]

    def read(self, part: str, reader: Reader) -> None:
        """Hand a part of the workbook to a reader; one that is not there is like an empty one."""
        info = self.parts.get(part.casefold())
        if info is None:
            return
        parser = XMLParser(target=reader, forbid_dtd=True)
        heard = silence = 0
        try:
            for piece in pieces(self.opened, info, reader.most):
                parser.feed(piece)
                silence = silence + len(piece) if reader.heard == heard else 0
                heard = reader.heard
                if silence > MOST_SILENCE:
                    raise Refused("workbook-broken")
            parser.close()
        except (ParseError, DefusedXmlException, ValueError, IndexError, OverflowError) as error:
            raise Refused("workbook-broken") from error


def open_workbook(content: bytes) -> Workbook:
    """Return the workbook of these bytes; raise Refused where they are none, or one that is not read."""
    opened = open_zip(content, LIMITS)
    _refuse_others(opened)
    book = Workbook(opened, {info.filename.casefold(): info for info in opened.infolist()})
    main = _related(book, _PACKAGE, "officeDocument")
    if not main:
        raise Refused("workbook-broken")
    relations = posixpath.join(posixpath.dirname(main[0]), "_rels", f"{posixpath.basename(main[0])}.rels")
    targets = Relations(posixpath.dirname(main[0]))
    book.read(relations, targets)
    names = Sheets()
    book.read(main[0], names)
    book.sheets = {name: targets.by_id[at][1] for name, at in names.found if at in targets.by_id}
    book.has_links = any(kind == "externalLink" for kind, _ in targets.by_id.values())
    # One of each, however many are named.
    places = dict(targets.by_id.values())
    styles, strings = Styles(), Strings()
    book.read(places.get("styles", ""), styles)
    book.read(places.get("sharedStrings", ""), strings)
    book.styles, book.strings = styles.found, strings.found
    return book


def _refuse_others(opened: ZipFile) -> None:
    """Refuse the zips of other programs, and say which they are."""
    names = {name.casefold() for name in opened.namelist()}
    for sign, found in _OTHERS.items():
        if sign in names:
            raise Refused("not-a-workbook", found=found)
    if _PACKAGE not in names:
        raise Refused("not-a-workbook", found="zip")


def _related(book: Workbook, part: str, kind: str) -> list[str]:
    relations = Relations("")
    book.read(part, relations)
    return [target for found, target in relations.by_id.values() if found == kind]
