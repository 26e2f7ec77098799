"""What a faulty document is told: every fault in order, with its place and the values its sentence needs, as data.

The table of documents stands in `test_document.py`; `fault_sentences.yaml` says what each of them hears.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from quiz.engine.reading import Fault
from tests.engine.test_document import (
    ADDRESS,
    FAULTS,
    FIGURE,
    GONE,
    PROVISION,
    branching,
    changed,
    choice,
    dialogue,
    faults,
    instrument,
    judgement,
    module,
    most_least,
    multiple,
    ordering,
    plain,
    scenario,
    spot,
)

Row = tuple[Callable[[], dict[str, Any]], tuple[Any, ...], Any]
MORE: list[Row] = [
    (branching, ("nodes", 0, "choices"), [choice(key, 1, "second") for key in "abcde"]),
    (branching, ("nodes", 0, "choices", 1, "credit"), "3/2"),
    (branching, ("nodes", 0, "choices", 1, "credit"), 2),
    (branching, ("nodes", 0, "choices", 0, "next"), 5),
    (branching, ("nodes", 0, "key"), "First"),
    (branching, ("nodes", 0, "exhibit"), {"medium": "post"}),
    (branching, ("nodes", 0, "choices", 1, "key"), "a"),
    (branching, ("nodes", 1, "key"), "first"),
    (spot, ("passages", 0, "key"), ""),
    (judgement, ("key_ratings",), {"a": "x", "d": "appropriate", "e": "appropriate", "z": "y"}),
    (most_least, ("key_choice",), {"worst": "d", "best": "b", "zest": "c", "nest": "a"}),
    (most_least, ("options",), plain("abcdef")),
    (ordering, ("options",), plain("abcdefg")),
    (multiple, ("options", 0, "credit"), "1/2.0"),
    (multiple, ("options", 2, "credit"), "-12345"),
    (spot, ("passages", 0), GONE),
    (spot, ("exhibit",), GONE),
    (spot, ("passages",), GONE),
    (dialogue, ("exhibit", "turns", 0, "tone"), "warm"),
    (scenario, ("exhibit",), {"medium": "memo"}),
    (scenario, ("cites",), [{"as": "history"}, 5]),
    (scenario, ("compare", 0, "edition"), GONE),
    (scenario, ("key",), None),
    (scenario, ("title",), {"ar": "", "fr": "", "en": 1}),
    (module, ("blueprint", 0, "difficulty"), "hard"),
    (module, ("blueprint", 0, "difficulty"), [1, "hard", True]),
    (module, ("jurisdictions",), GONE),
    (module, ("minutes",), GONE),
    (module, ("blueprint", 0, "count"), GONE),
    (scenario, ("difficulty",), GONE),
    (scenario, ("topics",), GONE),
    (scenario, ("audience",), GONE),
    (instrument, ("editions", 0, "issued_on"), "20180814"),
    (instrument, ("editions", 0, "issued_on"), "2018-W33-2"),
    (instrument, ("editions", 0, "effective_to"), "٢٠١٨-٠٨-١٤"),
    (module, ("pass_rule", "score"), 0.8),
    (module, ("pass_rule", "score"), "٤/٥"),
    (module, ("attempts", "waits"), GONE),
    (module, ("defaults", "assigned_to"), ""),
    (module, ("time_limit",), ""),
    (module, ("pass_rule", "score"), "-1/2"),
    (module, ("lesson", 0, "cites"), GONE),
    (instrument, ("editions",), "all"),
    (instrument, (*PROVISION, "parts", 0, "paraphrase"), GONE),
    (instrument, (*PROVISION, "verified_on"), "2026-02-30"),
    (instrument, (*PROVISION, "reference", "number"), 20),
    (instrument, (*FIGURE, "felony"), 1),
    (instrument, FIGURE, {"key": "far", "what": "limit"}),
    (instrument, FIGURE, {"key": "all", "what": "count"}),
    (instrument, ("editions", 0, "key"), "new edition"),
]  # fmt: skip
ROWS: list[Row] = [*((make, path, value) for make, path, value, _, _ in FAULTS), *MORE]
DATA = Path(__file__).parent / "fault_sentences.yaml"


def name(make: Callable[[], Any], path: tuple[Any, ...], value: Any) -> str:
    """Return what was done to a document: `scenario title = gone`."""
    if value is GONE:
        done = "gone"
    elif isinstance(value, list) and value and isinstance(value[0], dict) and "key" in value[0]:
        done = "only " + " ".join(each["key"] for each in value)
    else:
        done = str(value).replace(ADDRESS, "ADDRESS")
    return f"{make.__name__} {'.'.join(map(str, path))} = {done}"


def told(fault: Fault) -> list[Any]:
    return [".".join(map(str, fault.path)), fault.code, *([dict(fault.values)] if fault.values else [])]


EXPECTED: dict[str, list[Any]] = yaml.safe_load(DATA.read_text())


@pytest.mark.parametrize(("make", "path", "value"), ROWS, ids=[name(*row) for row in ROWS])
def test_every_fault_is_told_in_order_with_its_place_and_its_values(
    make: Callable[[], dict[str, Any]], path: tuple[Any, ...], value: Any
) -> None:
    assert [told(fault) for fault in faults(make, changed(make(), path, value))] == EXPECTED[name(make, path, value)]


def test_nothing_is_said_of_documents_that_are_not_tried() -> None:
    assert set(EXPECTED) == {name(*row) for row in ROWS}


@pytest.mark.parametrize(("format", "said"), [(9, "9"), (None, "None"), ("1", "1")])
def test_an_unknown_format_is_told_as_it_was_written(format: Any, said: str) -> None:
    (fault,) = faults(scenario, {**scenario(), "format": format})
    assert told(fault) == ["format", "unknown-format", {"value": said}]
