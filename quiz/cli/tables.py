"""Tables in plain text."""

import unicodedata
from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines: the first column flush to its beginning, the others to their end."""
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]

    def line(row: Sequence[str]) -> str:
        gaps = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        numbers = (gap + cell for cell, gap in zip(row[1:], gaps[1:], strict=True))
        return "  ".join(["", row[0] + gaps[0], *numbers]).rstrip()

    return [line(row) for row in rows]


def _width(cell: str) -> int:
    """Return how many places a text takes: vowel marks and what steers direction take none."""
    return sum(unicodedata.category(letter) not in ("Mn", "Cf") for letter in cell)
