"""Which English is missing and which is stale: told from every version that stood, whoever mended what in between."""

from copy import deepcopy
from typing import Any

import pytest

from quiz.bank.translating import Gaps, gaps, translated_from
from tests.builders import scenario_document

Document = dict[str, Any]


@pytest.fixture
def first() -> Document:
    return scenario_document("a", title={"ar": "عنوان", "en": "Title"})


def changed(document: Document, arabic: str | None = None, english: str | None = None) -> Document:
    """Return the next version: another title in one of the languages, or both."""
    found = deepcopy(document)
    found["title"] = {"ar": arabic or found["title"]["ar"], "en": english or found["title"]["en"]}
    return found


def stale(*versions: Document) -> bool:
    found = gaps(versions)
    assert found.missing == ()
    assert set(found.stale) <= {("title",)}
    return bool(found)


def test_arabic_that_changed_alone_stays_stale_through_later_versions(first: Document) -> None:
    second = changed(first, arabic="عنوان آخر")
    third = {**second, "difficulty": 3}
    assert not stale(first)
    assert stale(first, second)
    assert stale(first, second, third)
    assert translated_from([first, second, third])["title"] == {"ar": "عنوان", "en": "Title"}
    assert third["title"]["ar"] == "عنوان آخر", "what it was given stays as it is"


def test_english_that_is_mended_later_is_stale_no_more(first: Document) -> None:
    second = changed(first, arabic="عنوان آخر")
    third = changed(second, english="Another title")
    assert not stale(first, second, third)
    assert stale(first, second, third, changed(third, arabic="عنوان ثالث"))
    assert not stale(first, changed(first, "عنوان آخر", "Another title"))


def test_english_that_somebody_let_stand_beside_the_new_arabic_is_stale_no_more(first: Document) -> None:
    second = changed(first, arabic="عنوان آخر")
    assert gaps([first, second], {1: {"title.en"}}) == Gaps((), ())
    assert gaps([first, second], {1: {"prompt.en"}, 0: {"title.en"}}).stale == (("title",),)
    third = changed(second, arabic="عنوان ثالث")
    assert gaps([first, second, third], {1: {"title.en"}}).stale == (("title",),)
    assert translated_from([first, second, third], {1: {"title.en"}})["title"]["ar"] == "عنوان آخر"
    option = deepcopy(first)
    option["options"][1]["text"]["ar"] = "نص آخر"
    assert gaps([first, option], {1: {"options.2.text.en"}}) == Gaps((), ())


def test_arabic_that_is_as_it_was_is_not_stale(first: Document) -> None:
    assert not stale(first, changed(first, arabic="عنوان آخر"), first)


def test_an_option_that_moved_keeps_its_english(first: Document) -> None:
    second = deepcopy(first)
    second["options"].reverse()
    assert gaps([first, second]) == Gaps((), ())
    second["options"][0]["text"]["ar"] = "نص آخر"
    assert gaps([first, second]).stale == (("options", 0, "text"),)


def test_a_text_that_went_and_came_back_is_compared_with_what_stands_beside_it(first: Document) -> None:
    hint = {**first, "hint": {"ar": "تلميح", "en": "A hint"}}
    again = {**first, "hint": {"ar": "تلميح آخر", "en": "A hint"}}
    assert gaps([hint, first, again]) == Gaps((), ())
    assert gaps([hint, again]).stale == (("hint",),)


def test_english_is_missing_where_there_is_arabic_without_it(first: Document) -> None:
    first["title"] = {"ar": "عنوان"}
    first["prompt"] = {"ar": "سؤال", "en": "  "}
    first["hint"] = {"ar": "", "en": ""}
    first["options"][1]["text"] = {"ar": "12", "en": ""}
    assert gaps([first]) == Gaps((("title",), ("prompt",)), ())
    later = changed({**first, "title": {"ar": "عنوان آخر", "en": ""}}, arabic="عنوان آخر")
    assert gaps([first, later]).missing == (("title",), ("prompt",))
