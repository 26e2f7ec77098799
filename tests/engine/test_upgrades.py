"""Documents of any age are lifted one step a version; the chain is tried with versions that are invented."""

from collections.abc import Mapping
from typing import Any

import pytest

from quiz.engine import upgrades
from quiz.engine.document import read_scenario
from quiz.engine.errors import Faulty
from quiz.engine.upgrades import CURRENT_FORMAT, STEPS, upgraded
from tests.builders import scenario_document

Document = Mapping[str, Any]


def named(document: Document) -> Document:
    return {**document, "format": 2, "name": document["label"]}


def without_label(document: Document) -> Document:
    return {key: value for key, value in document.items() if key != "label"} | {"format": 3}


def counted(document: Document) -> Document:
    return {**document, "format": 4, "length": len(document["name"])}


CHAIN = (named, without_label, counted)


def test_a_document_of_each_age_arrives_at_the_same_format() -> None:
    newest = {"format": 4, "name": "abc", "length": 3}
    assert upgraded("scenario", {"format": 1, "label": "abc"}, CHAIN) == newest
    assert upgraded("scenario", {"format": 2, "label": "abc", "name": "abc"}, CHAIN) == newest
    assert upgraded("scenario", {"format": 3, "name": "abc"}, CHAIN) == newest
    assert upgraded("scenario", newest, CHAIN) == newest


def test_lifting_leaves_the_stored_document_as_it_was() -> None:
    stored = {"format": 1, "label": "abc"}
    upgraded("scenario", stored, CHAIN)
    assert stored == {"format": 1, "label": "abc"}


def test_lifting_twice_changes_nothing() -> None:
    once = upgraded("scenario", {"format": 1, "label": "abc"}, CHAIN)
    assert upgraded("scenario", once, CHAIN) == once


def test_every_kind_stands_one_above_its_steps() -> None:
    assert {kind: len(steps) + 1 for kind, steps in STEPS.items()} == CURRENT_FORMAT
    assert set(CURRENT_FORMAT) == {"scenario", "module", "instrument", "facts"}


@pytest.mark.parametrize(("kind", "rest"), [("module", {}), ("instrument", {"editions": []})])
def test_a_real_step_lifts_by_one_format(kind: str, rest: Document) -> None:
    for number, step in enumerate(STEPS[kind], 1):
        assert step({**rest, "format": number})["format"] == number + 1


def test_a_reader_lifts_what_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario of an invented format 1, whose difficulty was called level, is read as one of format 2."""
    old = scenario_document("old")
    old["level"] = old.pop("difficulty")

    def lift(document: Document) -> Document:
        rest = {key: value for key, value in document.items() if key != "level"}
        return {**rest, "format": 2, "difficulty": document["level"]}

    monkeypatch.setitem(upgrades.STEPS, "scenario", (lift,))
    monkeypatch.setitem(upgrades.CURRENT_FORMAT, "scenario", 2)
    assert read_scenario(old).difficulty == 1
    with pytest.raises(Faulty) as refusal:
        read_scenario({**old, "format": 3})
    assert [fault.code for fault in refusal.value.values["faults"]] == ["unknown-format"]  # type: ignore[attr-defined]
