"""No text keeps a regular expression of ours busy for longer than its length says: twice as long, twice as busy."""

import time
from collections.abc import Callable

import pytest

from tests.codebase.regexes import Found, found, texts

ALL = found()
# From which time on a growth is judged at all, in nanoseconds: below it anything may disturb.
WORTH_JUDGING = 8_000_000
# What is asked of no text of anybody's, or of short ones alone.
EXCUSED = {
    "quiz/bank/table/parts.py:_NOT_OF_THE_FORM": "of a form of numbers, which is cut at 255 signs",
    "quiz/interop/api/document.py:findall": "of our own routes",
}
JUDGED = [one for one in ALL if one.where not in EXCUSED]
LENGTHS = (8, 12, 16, 20, 24, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
# Twice the text of a linear expression takes twice as long, of a quadratic one four times.
MOST_GROWTH = 3.0


def busy(run: Callable[[], object], times: int) -> int:
    """Return the least time of the processor, in nanoseconds."""
    least = 0
    for _ in range(times):
        before = time.thread_time_ns()
        run()
        taken = time.thread_time_ns() - before
        least = min(least or taken, taken)
    return least


def growth(one: Found) -> str:
    """Return what makes an expression grow faster than its text; nothing where nothing does."""
    rows = {length: dict(texts(one, length)) for length in LENGTHS}
    for pump in rows[LENGTHS[0]]:
        for length in LENGTHS:
            text = rows[length][pump]
            if busy(lambda text=text: one.cost_of(text), 1) < WORTH_JUDGING:  # type: ignore[misc]
                continue
            half = text[: len(text) // 2] + "\x00"
            ratio = busy(lambda: one.cost_of(text), 3) / busy(lambda: one.cost_of(half), 3)  # noqa: B023
            if ratio > MOST_GROWTH:
                return f"{pump!r} at {len(text)}: {ratio:.1f} times"
    return ""


def test_every_expression_is_found() -> None:
    assert len(ALL) > 120
    assert len(ALL) - len(JUDGED) == len(EXCUSED)
    assert {"quiz/language/bidi.py", "quiz/bank/checks_text.py"} <= {one.where.partition(":")[0] for one in ALL}


@pytest.mark.parametrize("one", JUDGED, ids=lambda one: one.where)
def test_twice_the_text_takes_about_twice_as_long(one: Found) -> None:
    assert not growth(one)
