"""Two documents are compared place by place, by keys and by language."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.differences import Change, document_diff
from quiz.bank.reader import read_folder
from quiz.bank.words import strings

CONTENT = Path(__file__).resolve().parents[2] / "content"


def option(key: str, text: str = "نص") -> dict[str, Any]:
    return {"key": key, "text": {"ar": text, "en": "words"}, "credit": 0, "cites": ["a/b/c"]}


def scenario(*keys: str, **more: Any) -> dict[str, Any]:
    return {"format": 1, "key": "a", "options": [option(key) for key in keys], **more}


def diff(before: Any, after: Any) -> list[tuple[Any, ...]]:
    return [(change.path, change.kind, change.before, change.after) for change in document_diff(before, after)]


def test_a_text_is_told_by_its_language() -> None:
    before = {"title": {"ar": "عنوان", "en": "Title"}}
    assert diff(before, {"title": {"ar": "عنوان آخر", "en": "Title"}}) == [
        (("title", "ar"), "changed", "عنوان", "عنوان آخر")
    ]
    assert diff(before, {"title": {"ar": "عنوان"}}) == [(("title", "en"), "removed", "Title", None)]
    assert diff({}, before) == [
        (("title", "ar"), "added", None, "عنوان"),
        (("title", "en"), "added", None, "Title"),
    ]
    assert diff(before, {}) == [
        (("title", "ar"), "removed", "عنوان", None),
        (("title", "en"), "removed", "Title", None),
    ]


def test_an_option_that_moved_is_one_change() -> None:
    assert diff(scenario("a", "b", "c"), scenario("b", "c", "a")) == [(("options", 2), "moved", 0, 2)]


def test_only_what_has_to_move_has_moved() -> None:
    assert diff(scenario("a", "b", "c"), scenario("new", "a", "b", "c")) == [
        (("options", 0), "added", None, option("new"))
    ]
    assert diff(scenario("a", "b", "c", "d"), scenario("d", "b", "c")) == [
        (("options", 0), "moved", 3, 0),
        (("options", 0), "removed", option("a"), None),
    ]


def test_what_changed_in_an_option_that_moved_is_found_at_its_new_place() -> None:
    after = scenario("c", "a", "b")
    after["options"][0]["text"]["ar"] = "آخر"
    assert diff(scenario("a", "b", "c"), after) == [
        (("options", 0), "moved", 2, 0),
        (("options", 0, "text", "ar"), "changed", "نص", "آخر"),
    ]


def test_what_was_removed_has_the_path_it_had() -> None:
    before, after = scenario("a", "b"), scenario("b")
    before["options"][1]["consequence"] = {"ar": "ما تلا"}
    assert diff(before, after) == [
        (("options", 1, "consequence", "ar"), "removed", "ما تلا", None),
        (("options", 0), "removed", option("a"), None),
    ]


def test_plain_words_are_a_set() -> None:
    assert diff({"topics": ["gifts", "privacy"]}, {"topics": ["privacy", "gifts"]}) == []
    assert diff({"topics": ["gifts", "privacy"]}, {"topics": ["loyalty", "privacy"]}) == [
        (("topics", 0), "added", None, "loyalty"),
        (("topics", 0), "removed", "gifts", None),
    ]
    assert diff({"difficulty": [1, 2]}, {"difficulty": [2, 1]}) == []
    assert diff({"difficulty": [1, 2]}, {"difficulty": [1, 2, 3]}) == [(("difficulty", 2), "added", None, 3)]


@pytest.mark.parametrize(("field", "words"), [("key_order", ["a", "b"]), ("waits", ["PT0S", "P1D"])])
def test_where_the_order_says_something_it_is_compared(field: str, words: list[str]) -> None:
    turned = words[::-1]
    assert diff({field: words}, {field: turned}) == [((field,), "changed", words, turned)]
    assert diff({field: words}, {field: list(words)}) == []


def test_a_citation_is_known_by_where_it_is_at() -> None:
    past = {"at": "a/b/c", "as": "history"}
    assert diff({"cites": ["a/b/c", "a/b/d"]}, {"cites": ["a/b/d", past]}) == [(("cites", 1), "changed", "a/b/c", past)]
    assert diff({"cites": [past, "a/b/d"]}, {"cites": ["a/b/d", past]}) == []


def test_a_comparison_is_known_by_its_edition_and_stands_in_an_order() -> None:
    one, other = {"edition": "a/b", "verdict": "same"}, {"edition": "c/d", "verdict": "milder"}
    assert diff({"compare": [one, other]}, {"compare": [other, {**one, "verdict": "stricter"}]}) == [
        (("compare", 0), "moved", 1, 0),
        (("compare", 1, "verdict"), "changed", "same", "stricter"),
    ]


def test_turns_without_a_name_are_laid_side_by_side() -> None:
    def turn(words: str) -> dict[str, Any]:
        return {"who": {"ar": "هي"}, "says": {"ar": words}}

    before = {"turns": [turn("أول"), turn("ثان"), turn("ثالث")]}
    assert diff(before, {"turns": [turn("صفر"), turn("أول"), turn("ثان"), turn("ثالث")]}) == [
        (("turns", 0), "added", None, turn("صفر"))
    ]
    assert diff(before, {"turns": [turn("أول"), turn("آخر"), turn("ثالث")]}) == [
        (("turns", 1, "says", "ar"), "changed", "ثان", "آخر")
    ]
    assert diff(before, {"turns": [turn("ثان"), turn("ثالث")]}) == [(("turns", 0), "removed", turn("أول"), None)]


def test_two_options_with_one_key_are_still_compared() -> None:
    after = scenario("a", "a")
    after["options"][1]["credit"] = 1
    assert diff(scenario("a", "a"), after) == [(("options", 1, "credit"), "changed", 0, 1)]


def test_null_is_not_there_and_true_is_not_one() -> None:
    assert diff({"time_limit": None}, {}) == []
    assert diff({}, {"time_limit": None}) == []
    assert diff({"sensitive": True}, {"sensitive": 1}) == [(("sensitive",), "changed", True, 1)]
    assert diff({"a": {"b": 1}}, {"a": [1]}) == [(("a",), "changed", {"b": 1}, [1])]


def shipped() -> list[Any]:
    read = read_folder(CONTENT)
    sources = (*read.instruments, *read.scenarios, *read.modules)
    assert len(sources) > 250
    return [source.document for source in sources]


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = deepcopy(document)
    held = changed
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = value
    return changed


# A name by which an entry is known: changed, it is another entry.
NAMES = {"key", "edition", "at", "cites", "format"}


def test_each_text_of_the_shipped_content_is_found_where_it_was_changed() -> None:
    for document in shipped()[::30]:
        assert document_diff(document, deepcopy(document)) == ()
        for path, was in list(strings(document))[::7]:
            if isinstance(path[-1], int) or path[-1] in NAMES:
                continue
            assert document_diff(document, replaced(document, path, "آخر")) == (Change(path, "changed", was, "آخر"),)


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b", "نص"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["key", "ar", "en", "at", "key_order", "x"]), inner, max_size=3),
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["title", "options", "waits", "cites", "y"]), VALUES, max_size=4)


def held_at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@given(DOCUMENTS, DOCUMENTS)
def test_every_change_is_true_of_both_documents(before: Any, after: Any) -> None:
    assert document_diff(before, before) == ()
    changes = document_diff(before, after)
    assert len(set(map(repr, changes))) == len(changes)
    for change in changes:
        if change.kind == "removed":
            assert held_at(before, change.path) == change.before
            assert change.after is None
        elif change.kind != "moved":
            assert held_at(after, change.path) == change.after
            assert change.kind == "changed" or change.before is None
        else:
            assert change.path[-1] == change.after != change.before


def loose(value: Any) -> Any:
    """A document as far as it is compared: without null, and without the order of anything."""
    if isinstance(value, dict):
        return sorted((name, repr(loose(held))) for name, held in value.items() if held is not None)
    return sorted(repr(loose(held)) for held in value) if isinstance(value, list) else value


@given(DOCUMENTS, DOCUMENTS)
def test_documents_without_a_difference_say_the_same(before: Any, after: Any) -> None:
    if not document_diff(before, after):
        assert repr(loose(before)) == repr(loose(after))
