"""The page of ASVS 5.0 is whole: every requirement once, every place and test there, drawn of its data."""

import os
import re

import pytest

from tests.asvs import LEVELS, PAGE, PENDING, WORDS, Entry, draw, entries, missing, required

FOUND = entries()


def test_there_are_as_many_as_the_standard_has() -> None:
    assert [len(required(level)) for level in (1, 2, 3)] == [70, 183, 92]


def test_every_requirement_of_both_levels_stands_there_once_and_in_order() -> None:
    ids = [one.id for one in FOUND]
    assert [one for one in ids if one not in required(3)] == required(1, 2)
    assert [one for one in required(1, 2, 3) if one in ids] == ids


def test_of_level_three_only_what_is_met_stands_there() -> None:
    assert {one.status for one in FOUND if one.level == 3} == {"met"}


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.id)
def test_what_is_said_of_it_is_there(one: Entry) -> None:
    assert one.status in WORDS or one.status.startswith(PENDING)
    assert 0 < len(one.ask.split()) <= 12
    assert missing(one.where, one.tests) == []
    documents = [place for place in one.where if place.startswith("docs/")]
    if one.status == "met":
        assert one.where, "say where"
        assert one.tests or documents, "say which test"
    elif one.status == "operator":
        assert documents, "say where the operator is told"
    elif one.status in {"not-met", "not-applicable"}:
        assert one.note, "say why"


def test_the_page_is_drawn_of_the_data() -> None:
    assert PAGE.read_text(encoding="utf-8") == draw(FOUND), "python -m tests.asvs"


def test_nothing_waits_for_others_when_it_is_said_to_be_final() -> None:
    waiting = [one.id for one in FOUND if one.status.startswith(PENDING)]
    assert not (os.environ.get("ASVS_FINAL") and waiting), waiting


def test_a_section_has_its_levels_in_figures() -> None:
    assert all(re.fullmatch(r"\d+\.\d", section) and re.fullmatch("[123]+", held) for section, held in LEVELS.items())
