"""Mark sheets for the tests of `quiz statistics`, and the command run on them."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from quiz.cli import main

Write = Callable[[str, str | bytes], Path]

# Moodle, mod/quiz/report/statistics/tests/fixtures/steps00.csv: 25 attempts at 7 slots.
MOODLE = [
    row.split()
    for row in """
1 1 1 1 1 0 1|1 1 1 1 .5 1 0|1 1 1 1 .5 0 1|0 0 1 1 1 0 0|1 0 1 0 0 1 .5|1 1 1 1 .5 0 .5|0 1 1 1 .5 1 .5|
1 1 1 0 .5 1 .5|1 0 1 1 1 1 1|0 1 1 0 .5 1 .5|.8 0 1 1 .5 1 .5|1 1 1 0 .5 1 1|1 0 1 1 .5 1 .5|1 0 1 1 1 0 .5|
0 0 1 1 0 1 1|1 0 1 0 .5 1 1|.8 0 1 1 .5 0 1|1 0 1 1 0 1 .5|1 0 1 1 .5 0 .5|0 1 1 0 .5 1 0|1 1 .3333333 1 .5 0 .5|
1 1 1 0 .5 0 .5|1 1 1 1 0 1 .5|0 0 1 0 .5 1 1|0 0 1 1 1 1 1
""".replace("\n", "").split("|")
]
SLOTS = [str(number) for number in range(1, 8)]


def sheet(heads: Iterable[str], rows: Iterable[Iterable[object]], delimiter: str = ",") -> str:
    """Return a sheet as text; the persons are numbered."""
    lines = [["person", *heads], *([f"p{number}", *map(str, row)] for number, row in enumerate(rows, 1))]
    return "".join(f"{delimiter.join(line)}\n" for line in lines)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["statistics", *map(str, arguments)], catch_exceptions=False)


def figures(*arguments: str | Path) -> dict[str, Any]:
    """Return the document that the command prints."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    read: dict[str, Any] = json.loads(result.stdout)
    return read
