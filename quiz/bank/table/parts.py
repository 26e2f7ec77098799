"""The parts of an Excel workbook, each read element by element; nothing is kept that is not asked for."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from quiz.bank.zipped import MIB, Refused

# Two thousand rows of every column, and as many again that are only formatted.
MOST_CELLS = 500_000
MOST_ROWS = 100_000
MOST_MERGES = 1000
# Sheets and their texts may be large; what is said about them is short, nowhere deep, and comes in small elements.
MOST_BYTES_OF_CELLS = 64 * MIB
MOST_BYTES = 8 * MIB
MOST_DEPTH = 50
MOST_SILENCE = 1 * MIB

_LONGEST_FORM = 255

# The numbers that stand for forms of dates without being explained, and what in a form is no letter of a date.
_STANDARD_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_OF_THE_FORM = re.compile(r'"[^"]*"|\\.|\[(?!(?:h+|m+|s+)\])[^\]]*\]|[_*].', re.IGNORECASE)
_OF_A_DATE = re.compile("[dmyhs]", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Nature(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty: its column, counted from 1, its nature, and what stands in it as it is stored.

    `is_quoted` tells that whoever wrote it marked it as a text, whatever it begins with.
    """

    column: int
    nature: Nature
    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says of the cells that have it: that they show a date, that they are marked as texts."""

    is_date: bool = False
    is_quoted: bool = False


class Reader:
    """Takes the elements of a part by their names without namespaces, which differ between editions of the format.

    `most` is how many bytes the part may have; `heard` counts what came of it, for a part that says nothing for long is
    a trap.
    """

    most = MOST_BYTES

    def __init__(self) -> None:
        self.heard = self.depth = 0
        self.begin: dict[str, Callable[[Mapping[str, str]], None]] = {}
        self.finish: dict[str, Callable[[], None]] = {}
        self.words: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        self.heard += 1
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Refused("workbook-broken")
        begin = self.begin.get(tag.rpartition("}")[2])
        if begin:
            begin(attributes)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self.depth -= 1
        finish = self.finish.get(tag.rpartition("}")[2])
        if finish:
            finish()

    def data(self, words: str) -> None:
        """Take words, where somebody listens."""
        self.heard += 1
        if self.words is not None:
            self.words.append(words)

    def close(self) -> None:
        """Take the end of the part."""


class Relations(Reader):
    """Where the parts are that a part speaks of: kind and place by their number."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder
        self.by_id: dict[str, tuple[str, str]] = {}
        self.begin["Relationship"] = self._take

    def _take(self, attributes: Mapping[str, str]) -> None:
        kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
        place = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(self.folder, target))
        self.by_id[attributes.get("Id", "")] = (kind, place)


class Sheets(Reader):
    """The names of the sheets, each with the number of its relation."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.begin["sheet"] = self._take

    def _take(self, attributes: Mapping[str, str]) -> None:
        relation = next((value for name, value in attributes.items() if name.endswith("}id")), "")
        self.found.append((attributes.get("name", ""), relation))


class Styles(Reader):
    """For each style of a cell whether it shows a date, and whether it marks a text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Style] = []
        self.dates = set(_STANDARD_DATES)
        self.is_of_cells = False
        self.begin = {"numFmt": self._format, "cellXfs": self._cells, "xf": self._style}
        self.finish = {"cellXfs": self._no_cells}

    def _format(self, attributes: Mapping[str, str]) -> None:
        shown = _NOT_OF_THE_FORM.sub("", attributes.get("formatCode", "")[:_LONGEST_FORM])
        if _OF_A_DATE.search(shown.replace("General", "")):
            self.dates.add(int(attributes["numFmtId"]))

    def _cells(self, _: Mapping[str, str]) -> None:
        self.is_of_cells = True

    def _no_cells(self) -> None:
        self.is_of_cells = False

    def _style(self, attributes: Mapping[str, str]) -> None:
        if self.is_of_cells:
            is_date = int(attributes.get("numFmtId", "0")) in self.dates
            self.found.append(_style(is_date, attributes.get("quotePrefix") in {"1", "true"}))


@lru_cache
def _style(is_date: bool, is_quoted: bool) -> Style:
    """Return a style; there are four."""
    return Style(is_date, is_quoted)


class Texts(Reader):
    """What parts with texts have in common: words between <t>, but not how they are pronounced."""

    most = MOST_BYTES_OF_CELLS

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.begin = {"t": self._listen, "rPh": self._turn_away}
        self.finish = {"t": self._rest, "rPh": self._turn_back}
        self.is_turned_away = False

    def _listen(self, _: Mapping[str, str]) -> None:
        self.words = None if self.is_turned_away else self.parts

    def _rest(self) -> None:
        self.words = None

    def _turn_away(self, _: Mapping[str, str]) -> None:
        self.is_turned_away = True

    def _turn_back(self) -> None:
        self.is_turned_away = False


class Strings(Texts):
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.begin["si"] = self._begin_text
        self.finish["si"] = self._end_text

    def _begin_text(self, _: Mapping[str, str]) -> None:
        self.parts = []

    def _end_text(self) -> None:
        if len(self.found) >= MOST_CELLS:
            raise Refused("sheet-too-large", most=str(MOST_CELLS))
        # Once for all cells that show it, however many they are.
        self.found.append(_ESCAPED.sub(_unescaped, "".join(self.parts)))


class CellsReader(Texts):
    """The cells of a sheet."""

    def __init__(self, strings: list[str], styles: list[Style]) -> None:
        super().__init__()
        self.strings, self.styles = strings, styles
        self.rows: dict[int, list[Cell]] = {}
        self.merged: list[str] = []
        self.row = self.column = self.seen_rows = self.seen_cells = 0
        self.kind = ""
        self.style = Style()
        self.is_formula = False
        self.begin |= {
            "row": self._begin_row,
            "c": self._begin_cell,
            "v": self._listen,
            "f": self._formula,
            "mergeCell": self._merge,
        }
        self.finish |= {"v": self._rest, "c": self._end_cell}

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self.row = int(attributes.get("r", self.row + 1))
        self.column = 0
        self.seen_rows += 1
        self._bound(self.seen_rows <= MOST_ROWS)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self.column += 1
        self.seen_cells += 1
        self._bound(self.seen_cells <= MOST_CELLS)
        if "r" in attributes:
            place = _CELL.fullmatch(attributes["r"])
            if not place:
                raise ValueError(attributes["r"])
            self.column, self.row = number_of(place[1]), int(place[2])
        self.kind = attributes.get("t", "n")
        style = int(attributes.get("s", "0"))
        self.style = self.styles[style] if style < len(self.styles) else Style()
        self.parts, self.is_formula = [], False

    def _bound(self, is_within: bool) -> None:
        if not is_within:
            raise Refused("sheet-too-large", most=str(MOST_CELLS))

    def _formula(self, _: Mapping[str, str]) -> None:
        self.is_formula = True

    def _merge(self, attributes: Mapping[str, str]) -> None:
        if len(self.merged) < MOST_MERGES:
            self.merged.append(attributes.get("ref", ""))

    def _end_cell(self) -> None:
        text = "".join(self.parts)
        if text or self.is_formula:
            self.rows.setdefault(self.row, []).append(self._cell(text))

    def _cell(self, text: str) -> Cell:
        if self.is_formula:
            return Cell(self.column, Nature.FORMULA, "")
        if self.kind == "s":
            return Cell(self.column, Nature.TEXT, self.strings[int(text)], self.style.is_quoted)
        if self.kind in {"str", "inlineStr"}:
            return Cell(self.column, Nature.TEXT, _ESCAPED.sub(_unescaped, text), self.style.is_quoted)
        natures = {"b": Nature.TRUTH, "e": Nature.ERROR, "d": Nature.DATE}
        number = Nature.DATE if self.style.is_date else Nature.NUMBER
        return Cell(self.column, natures.get(self.kind, number), text)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


@lru_cache(20_000)
def number_of(letters: str) -> int:
    """Return the number of a column, counted from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


@lru_cache(20_000)
def letters_of(number: int) -> str:
    """Return the letters of a column by its number, counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
