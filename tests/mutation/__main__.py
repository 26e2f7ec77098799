"""`python -m tests.mutation RESULT [FILE…]`: tries every mutant of the engine, or of these files of it.

JOBS says in how many processes; as many as there are processors if it is not set. What stands in the result already
is not tried again, so that a run that was broken off goes on where it was.
"""

import json
import os
import sys
from pathlib import Path

from tests.mutation.mutants import FATAL, HARMLESS, modules, mutants_of
from tests.mutation.running import watched, write_verdicts


def main(result: str, *files: str) -> None:
    """Write a line for every mutant: its file, function and lines, and whether it survives."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of a set is to be the same in every run.
        again = [sys.executable, "-m", "tests.mutation", result, *files]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": "0"})  # noqa: S606
    path = Path(result)
    done = {tuple(json.loads(line)[:4]) for line in path.read_text().splitlines()} if path.exists() else set()
    paths = [Path(file).resolve() for file in files] or modules()
    mutants = [HARMLESS, FATAL, *(mutant for module in paths for mutant in mutants_of(module))]
    left = [mutant for mutant in mutants if mutant.key not in done]
    if left:
        jobs = int(os.environ.get("JOBS", os.cpu_count() or 1))
        write_verdicts(left, watched(path.with_suffix(".reach")), path, jobs)


main(*sys.argv[1:])
