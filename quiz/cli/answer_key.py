"""The key of a sheet of raw choices: what each choice of each item is worth."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from quiz.cli.delimited import Sheet, Tell, alike, clean, open_sheet
from quiz.language.numbers import typed_fraction

_LONG, _SHORT = ["item", "choice", "fraction"], ["item", "key"]
_SEVERAL = "|"


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of one item in the order of the key: what each is worth, and how it is spelled there."""

    worth: dict[str, Fraction] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)


class KeyRow(NamedTuple):
    """What a key says of one item in one place: these choices are worth that much."""

    item: str
    choices: Sequence[str]
    worth: Fraction
    line: int
    item_column: int
    choice_column: int


def mark_of(text: str, decimal_comma: bool) -> Fraction | str:
    """Return the mark from 0 to 1 in a cell, or what is wrong with it."""
    mark = typed_fraction(text, decimal_comma)
    if mark is None:
        return f"{clean(text)} is not a number" if text.strip() else "there is no number"
    return mark if 0 <= mark <= 1 else f"{clean(text)} is not from 0 to 1"


def read_key(file: Path, besides: Collection[str], tell: Tell) -> list[KeyRow] | None:
    """Return what a key file says, long, short or wide; what is wrong with it is told, None where nothing is there.

    A wide key may carry columns of the mark sheet that are no items: `besides`.
    """
    sheet = open_sheet(file, tell)
    if sheet is None:
        return None
    heads = [head.casefold() for head in sheet.heads]
    if sorted(heads) == sorted(_LONG):
        return list(_long(sheet, *map(heads.index, _LONG)))
    if sorted(heads) == sorted(_SHORT):
        return list(_short(sheet, *map(heads.index, _SHORT)))
    return list(_wide(sheet, besides))


def _long(sheet: Sheet, item: int, choice: int, fraction: int) -> Iterator[KeyRow]:
    for line, cells in sheet.rows:
        worth = mark_of(cells[fraction], sheet.decimal_comma)
        if isinstance(worth, str):
            sheet.tell(line, fraction + 1, worth)
            worth = Fraction(0)
        if not clean(cells[choice]):
            sheet.tell(line, choice + 1, "there is no choice")
        yield KeyRow(cells[item], [cells[choice]], worth, line, item + 1, choice + 1)


def _short(sheet: Sheet, item: int, key: int) -> Iterator[KeyRow]:
    seen: dict[str, int] = {}
    for line, cells in sheet.rows:
        if seen.setdefault(alike(cells[item]), line) != line:
            sheet.tell(line, item + 1, f"{clean(cells[item])} has a line already: {seen[alike(cells[item])]}")
        right = _right(cells[key], line, key + 1, sheet.tell)
        yield KeyRow(cells[item], right, Fraction(1), line, item + 1, key + 1)


def _wide(sheet: Sheet, besides: Collection[str]) -> Iterator[KeyRow]:
    rows = list(sheet.rows)
    if not rows:
        sheet.tell(sheet.head_line, 1, "no row of right choices follows the header")
    for line, _ in rows[1:]:
        sheet.tell(line, 1, "a wide key has one row of right choices")
    for line, cells in rows[:1]:
        for column, (item, cell) in enumerate(zip(sheet.heads, cells, strict=True), 1):
            if alike(item) not in besides:
                yield KeyRow(item, _right(cell, line, column, sheet.tell), Fraction(1), sheet.head_line, column, column)


def _right(cell: str, line: int, column: int, tell: Tell) -> list[str]:
    right = [choice for choice in cell.split(_SEVERAL) if clean(choice)]
    if not right:
        tell(line, column, "there is no right choice")
    return right


def choices_by_item(
    rows: Iterable[KeyRow], items: Mapping[str, int], tell: Tell, tell_head: Callable[[int, str], None]
) -> dict[str, Choices]:
    """Return the choices of each item, which stands at its place in the mark sheet.

    What does not fit is told: of the key by `tell`, of the columns of the sheet by `tell_head`.
    """
    found: dict[str, Choices] = {}
    for row in rows:
        item = alike(row.item)
        if item not in items:
            tell(row.line, row.item_column, f"the sheet has no item {clean(row.item)}" if item else "there is no item")
            continue
        choices = found.setdefault(item, Choices())
        for choice in row.choices:
            if alike(choice) in choices.worth:
                tell(row.line, row.choice_column, f"{clean(choice)} stands in the key of {clean(row.item)} already")
            choices.worth.setdefault(alike(choice), row.worth)
            choices.spelling.setdefault(alike(choice), clean(choice))
    for item, place in items.items():
        if item not in found:
            tell_head(place, f"the key has no line for {item}")
    return found
