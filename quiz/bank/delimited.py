"""Rows of cells out of text, with `,`, `;` or tab between the cells."""

import csv
import io
from collections.abc import Callable, Iterator

# The first of two that are met equally often wins: a comma may stand in a name.
_DELIMITERS = "\t;,"


def delimiter_of(text: str) -> str:
    """Return what stands between the cells of the first line that has any."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=unquoted.count) if any(map(unquoted.count, _DELIMITERS)) else ","


def rows_of(text: str, delimiter: str, tell: Callable[[int, str], None]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line on which it begins; what breaks the rows is told and ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as fault:
        tell(line, str(fault))
