"""The page of attacks names what is there: each module, each test; and it is drawn of its data."""

from pathlib import Path

import pytest

from tests.asvs import ROOT, missing
from tests.attacks import PAGE, Attack, attacks, draw

FOUND = attacks()
WALKS = sorted((ROOT / "tests" / "web" / "attacks").glob("test_*.py"))


def test_every_attack_stands_there_once() -> None:
    assert len(FOUND) > 30
    assert len({one.name for one in FOUND}) == len(FOUND)


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.name)
def test_what_is_said_of_an_attack_is_there(one: Attack) -> None:
    assert one.where
    assert one.tests
    assert all("::" in test for test in one.tests), "name the test, not the file"
    assert missing(one.where, one.tests) == []


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.stem)
def test_no_walk_is_left_out(walk: Path) -> None:
    path = str(walk.relative_to(ROOT))
    assert any(test.startswith(path) for one in FOUND for test in one.tests)


def test_the_page_of_attacks_is_drawn_of_its_data() -> None:
    assert PAGE.read_text(encoding="utf-8") == draw(FOUND), "python -m tests.attacks"
