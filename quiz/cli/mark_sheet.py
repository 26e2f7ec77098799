"""A mark sheet in a file: one row an attempt, one column an item, brought to whole units without losing anything."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain
from pathlib import Path

from quiz.cli.answer_key import Choices, choices_by_item, mark_of, read_key
from quiz.cli.delimited import Faults, Sheet, alike, clean, open_sheet
from quiz.engine.statistics import Column, columns_of, in_one_unit

_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Options:
    """What everybody chose at one item, '' for nothing, and the choices that its key knows."""

    chosen: Sequence[str]
    known: Sequence[str]


@dataclass(frozen=True, slots=True)
class Groups:
    """The group of each attempt, '' for none, and the one that the others are held against."""

    members: Sequence[str]
    reference: str | None

    @property
    def focal(self) -> list[str]:
        """Return the groups that are held against the reference, in order."""
        return sorted({*self.members} - {"", self.reference})


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """A sheet as columns of whole units; `options` by item where its cells were choices, else empty."""

    columns: tuple[Column, ...]
    unit: int
    options: tuple[Options, ...]
    groups: Groups


class _Texts(dict[str, int]):
    """Numbers the texts of cells as they are met: a sheet has few different ones, and each is understood once."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells of a sheet as numbers of their texts, by row and without the person's.

    `places` are the columns of the items; the column that stands first in the file has the place 0.
    """

    sheet: Sheet
    places: Sequence[int]
    texts: Sequence[str]
    rows: Sequence[Sequence[int]]
    lines: Sequence[int]

    def tell_head(self, place: int, sentence: str) -> None:
        """Tell what is wrong with a column."""
        self.sheet.tell(self.sheet.head_line, place + 1, sentence)

    def column(self, place: int) -> list[int]:
        """Return the cells of a column."""
        return [row[place - 1] for row in self.rows]

    def items(self) -> dict[str, int]:
        """Return the place of each item by its name."""
        named = ((alike(self.sheet.heads[place]), place) for place in reversed(self.places))
        return dict(reversed([pair for pair in named if pair[0]]))


def read_mark_sheet(
    marks: Path, key: Path | None, group: str | None, reference: str | None, faults: Faults
) -> MarkSheet | None:
    """Return the sheet of a file; everything wrong with it or with its key goes to `faults`, and then it is None.

    Without a key the cells are marks from 0 to 1. `group` names the column that is no item, `reference` the group
    that the others are held against, else it is the most frequent.
    """
    sheet = open_sheet(marks, faults.teller(marks))
    if sheet is None:
        if key is not None:
            read_key(key, (), faults.teller(key))
        return None
    place = _group_place(sheet, group)
    grid = _grid(sheet, place)
    groups = _groups(grid, place, reference)
    if key is None:
        unit, (worth,) = _in_units([_marks_of_texts(grid)])
        columns = [_put(worth, grid.column(at)) for at in grid.places]
        options: tuple[Options, ...] = ()
    else:
        choices = _choices(grid, key, place, faults)
        unit, by_item = _in_units(_worth_of_texts(grid, choices))
        columns = [_put(worth, grid.column(at)) for worth, at in zip(by_item, grid.places, strict=True)]
        options = tuple(map(partial(_options, grid), grid.places, choices))
    if faults.count:
        return None
    names = [grid.sheet.heads[at] for at in grid.places]
    return MarkSheet(columns_of(zip(*columns, strict=True), names, [unit] * len(names)), unit, options, groups)


def _in_units(marks: Sequence[Sequence[Fraction]]) -> tuple[int, list[list[int]]]:
    """Return the number of units in a mark of 1, and the marks in whole units."""
    unit = in_one_unit(chain.from_iterable(marks))
    return unit, [[int(mark * unit) for mark in some] for some in marks]


def _put(worth: Sequence[int], cells: Iterable[int]) -> list[int]:
    return [worth[cell] for cell in cells]


def _group_place(sheet: Sheet, group: str | None) -> int | None:
    """Return the place of the column of groups, None where there is none."""
    if group is None:
        return None
    places = [place for place, head in enumerate(sheet.heads) if place and alike(head) == alike(group)]
    if not places:
        sheet.tell(sheet.head_line, 1, f"after the person there is no column {clean(group)} to group by")
    return places[0] if places else None


def _grid(sheet: Sheet, group: int | None) -> _Grid:
    texts, rows, lines = _Texts(), [], []
    for line, cells in sheet.rows:
        lines.append(line)
        rows.append([texts[cell] for cell in cells[1:]])
    places = [place for place in range(1, len(sheet.heads)) if place != group]
    grid = _Grid(sheet, places, list(texts), rows, lines)
    if not places:
        grid.tell_head(0, "there is no column of an item")
    return grid


def _groups(grid: _Grid, place: int | None, reference: str | None) -> Groups:
    if place is None:
        return Groups((), None)
    members = _spelled(grid, place, {})
    counted = Counter(member for member in members if member)
    if reference is None:
        return Groups(members, min(counted, key=lambda member: (-counted[member], member), default=None))
    found = [member for member in counted if alike(member) == alike(reference)]
    if not found and grid.rows:
        grid.tell_head(place, f"nobody is in the group {clean(reference)}")
    return Groups(members, found[0] if found else None)


def _spelled(grid: _Grid, place: int, known: Mapping[str, str]) -> list[str]:
    """Return the texts of a column, those alike in one spelling: the known one, else the first that is met."""
    spelling, cells = dict(known), grid.column(place)
    texts = {cell: grid.texts[cell] for cell in dict.fromkeys(cells)}
    shown = {cell: spelling.setdefault(alike(text), clean(text)) for cell, text in texts.items()}
    return [shown[cell] for cell in cells]


def _marks_of_texts(grid: _Grid) -> list[Fraction]:
    """Return the mark that each text stands for, a blank one for 0; what is no mark at an item is told."""
    if len(grid.places) > 1 and all(isinstance(mark_of(grid.sheet.heads[at], False), Fraction) for at in grid.places):
        grid.tell_head(0, "there is no header row: marks stand where the items should have their names")
    comma = grid.sheet.decimal_comma
    read = [mark_of(text, comma) if text.strip() else _NOTHING for text in grid.texts]
    wrong = {cell: fault for cell, fault in enumerate(read) if isinstance(fault, str)}
    for line, row in zip(grid.lines, grid.rows, strict=True) if wrong else ():
        for place in grid.places:
            if row[place - 1] in wrong:
                grid.sheet.tell(line, place + 1, wrong[row[place - 1]])
    return [_NOTHING if isinstance(mark, str) else mark for mark in read]


def _choices(grid: _Grid, key: Path, group: int | None, faults: Faults) -> list[Choices]:
    """Return the choices of each item from the key; what is wrong with it, or does not fit the sheet, is told."""
    tell = faults.teller(key)
    rows = read_key(key, {alike(grid.sheet.heads[place]) for place in (0, group) if place is not None}, tell)
    if rows is None:
        return [Choices() for _ in grid.places]
    found = choices_by_item(rows, grid.items(), tell, grid.tell_head)
    return [found.get(alike(grid.sheet.heads[place]), Choices()) for place in grid.places]


def _worth_of_texts(grid: _Grid, choices: Iterable[Choices]) -> list[list[Fraction]]:
    """Return what each text is worth at each item; a choice that the key does not know is worth nothing."""
    texts = list(map(alike, grid.texts))
    return [[held.worth.get(text, _NOTHING) for text in texts] for held in choices]


def _options(grid: _Grid, place: int, choices: Choices) -> Options:
    return Options(_spelled(grid, place, choices.spelling), list(choices.spelling.values()))
