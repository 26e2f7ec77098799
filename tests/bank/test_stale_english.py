"""A translation that did not follow its source is found by what stood before."""

from copy import deepcopy
from typing import Any

from quiz.bank.checks_text import stale_english
from quiz.bank.reader import Source


def stale(before: Any, after: Any) -> list[tuple[Any, ...]]:
    return [finding.path for finding in stale_english(before, Source("scenarios/eg-cybercrime/a.yaml", after))]


def test_arabic_that_changed_alone_leaves_stale_english(bank: Any) -> None:
    before = deepcopy(bank.scenario)
    assert stale(before, bank.scenario) == []
    bank.scenario["title"]["ar"] = "عنوان آخر"
    bank.scenario["options"][0]["text"]["ar"] = "نص آخر"
    assert stale(before, bank.scenario) == [("title", "en"), ("options", 0, "text", "en")]


def test_english_that_followed_is_not_stale(bank: Any) -> None:
    before = deepcopy(bank.scenario)
    bank.scenario["title"] = {"ar": "عنوان آخر", "en": "Another title"}
    bank.scenario["prompt"]["en"] = "Only the English was mended"
    assert stale(before, bank.scenario) == []


def test_what_is_new_or_was_never_translated_is_not_stale(bank: Any) -> None:
    before = deepcopy(bank.scenario)
    del before["title"]["en"]
    bank.scenario["title"]["ar"] = "عنوان آخر"
    bank.scenario["hint"] = {"ar": "تلميح", "en": "A hint"}
    assert stale(before, bank.scenario) == []
