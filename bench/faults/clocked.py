"""The product's programs with a clock that is set while they run: `bench.faults.clocked:app`, and the shell.

Debian's faketime would set it for any program, and cannot be used: with it the sleeping of Python 3.11 fails, or waits
for ever. The product asks for the time in one place; the libraries beside it ask `time.time`. Both go by a file here.
"""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quiz.services import tools

if TYPE_CHECKING:
    from flask import Flask

# The variable that names the file with the seconds beside the right time.
CLOCK = "AMANA_BENCH_CLOCK"
_real = time.time


def _ahead() -> int:
    return int(Path(os.environ[CLOCK]).read_text())


def _set() -> None:
    """Let this process go by the file; before anything has asked for the time."""
    right = tools.system_clock
    time.time = lambda: _real() + _ahead()
    tools.system_clock = lambda: right() + timedelta(seconds=_ahead())


def __getattr__(name: str) -> Any:
    """Give the app, to the server that asks for it by its name."""
    if name != "app":
        raise AttributeError(name)
    _set()
    from app import app

    found: Flask = app
    return found


if __name__ == "__main__":
    _set()
    from quiz.cli import main

    main()
