"""Sheets as people save them, in UTF-8 with `,`, `;` or tab between the cells, and where something is wrong in them."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from quiz.bank.delimited import delimiter_of, rows_of
from quiz.language.bidi import strip_controls
from quiz.language.numbers import plain_digits


class Fault(NamedTuple):
    """What is wrong in a file, and where; line and column (the number of the cell) count from 1."""

    file: str
    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        """Return the fault as it is told in one line."""
        return f"{self.file}:{self.line}:{self.column}: {self.sentence}"


Tell = Callable[[int, int, str], None]


class Faults:
    """Everything wrong with some files; only the first of very many are kept, the others are counted."""

    MOST = 100

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.count = 0

    def add(self, file: str, line: int, column: int, sentence: str) -> None:
        """Keep or count one fault."""
        self.count += 1
        if self.count <= self.MOST:
            self.kept.append(Fault(file, line, column, sentence))

    def teller(self, file: Path) -> Tell:
        """Return what adds a fault of one file, by line, column and sentence."""
        return partial(self.add, click.format_filename(file))

    def lines(self) -> list[str]:
        """Return the faults in the order of files, lines and columns, and how many more there are."""
        more = self.count - len(self.kept)
        return [*map(str, sorted(self.kept)), *([f"… and {more} more"] if more else [])]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file with a header: the line and the names of its columns, and its rows with their lines, read once.

    Rows that are blank from end to end are left out; a row of another length is told and left out.
    """

    head_line: int
    heads: Sequence[str]
    rows: Iterator[tuple[int, list[str]]]
    delimiter: str
    tell: Tell

    @property
    def decimal_comma(self) -> bool:
        """Tell whether a comma within a cell is a decimal sign: the others stand where the comma is taken."""
        return self.delimiter != ","


def alike(text: str) -> str:
    """Return a name or a choice as it is compared: as it is shown, composed, and with one kind of digits."""
    return unicodedata.normalize("NFC", plain_digits(clean(text)))


def clean(text: str) -> str:
    """Return a name or a choice as it is shown: in one line, without outer space and unseen controls."""
    return " ".join(strip_controls(text).split())


def open_sheet(file: Path, tell: Tell) -> Sheet | None:
    """Return a file as a sheet, its header checked; None where there is none to read, which is told."""
    text = _decoded(file.read_bytes(), tell)
    if text is None:
        return None
    delimiter = delimiter_of(text)
    rows = rows_of(text, delimiter, lambda at, why: tell(at, 1, f"the rows cannot be read from here on: {why}"))
    line, heads = next(rows, (1, []))
    if not heads:
        tell(1, 1, "there is no header row" if text.strip() else "the file is empty")
        return None
    _check_heads(line, heads, tell)
    return Sheet(line, [clean(head) for head in heads], _of_one_length(rows, len(heads), tell), delimiter, tell)


def _decoded(content: bytes, tell: Tell) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        # Without the mark of its order that the codec may have cut.
        before = fault.object[: fault.start].decode()
        line = before.rpartition("\n")[2]
        column = line.count(delimiter_of(before)) + 1
        byte = fault.object[fault.start]
        tell(before.count("\n") + 1, column, f"this is not UTF-8 (byte {byte:#04x}); save the sheet as CSV UTF-8")
        return None


def _check_heads(line: int, heads: Iterable[str], tell: Tell) -> None:
    first: dict[str, int] = {}
    for column, head in enumerate(map(alike, heads), 1):
        if not head:
            tell(line, column, "the column has no name")
        elif first.setdefault(head, column) != column:
            tell(line, column, f"the name {head} stands over column {first[head]} already")


def _of_one_length(rows: Iterable[tuple[int, list[str]]], length: int, tell: Tell) -> Iterator[tuple[int, list[str]]]:
    for line, cells in rows:
        if len(cells) == length:
            yield line, cells
        else:
            tell(line, min(len(cells), length) + 1, f"the row has {len(cells)} cells, the header {length}")
