"""Putting a scenario together: what was written is kept where there is a place for it, and no press breaks it."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.bank import composing
from quiz.engine.document import read_scenario
from quiz.engine.question_types import registry as question_types
from quiz.engine.scenario import RATINGS
from quiz.engine.scenario_document import MEDIA
from tests.builders import words

Document = dict[str, Any]
KINDS = question_types.names()


def written(kind: str = "single_choice") -> Document:
    """Return a scenario in which three choices are written."""
    document = composing.empty_scenario("eg-conduct", kind)
    for option in document.get("options", ())[:3]:
        option["text"], option["ruling"] = words(option["key"]), words(f"تعليل {option['key']}")
    return document


# What is empty


@pytest.mark.parametrize("bank", ["eg-conduct", "ae-conduct"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_scenario_has_a_place_for_everything_its_kind_needs(kind: str, bank: str) -> None:
    document = composing.empty_scenario(bank, kind)
    assert (document["kind"], document["bank"], document["jurisdiction"]) == (kind, bank, bank[:2].upper())
    asked = {"judgement": "key_ratings", "most_least": "key_choice", "ordering": "key_order"}
    assert {name for name in document if name.startswith("key_")} == ({asked[kind]} if kind in asked else set())
    held = document.get("options") or document.get("nodes") or document.get("passages")
    assert (held == []) if kind == "spot" else held
    # It is broken, and for want of words alone: nothing in it is of the wrong sort.
    with pytest.raises(Exception) as faulty:  # noqa: PT011 - Faulty, which carries its faults
        read_scenario({**document, "key": "a-key"})
    faults = {fault.code for fault in faulty.value.values["faults"]}  # type: ignore[attr-defined]
    assert not faults & {"wrong-type", "unknown-key", "not-one-of", "missing", "not-a-mapping"}


def test_a_key_for_the_time_being_gives_way_to_the_english_title() -> None:
    key = composing.provisional_key("0123456789abcdef")
    assert composing.is_provisional(key)
    assert not composing.is_provisional("new-gifts")
    for title, settled in (
        ({"en": "A gift, at last!"}, "a-gift-at-last"),
        ({"en": "Élan — naïve?"}, "elan-naive"),
        ({"en": "x" * 80}, "x" * 48),
        ({"en": f"{'x' * 47} yes"}, "x" * 47),
        ({"en": "هدية"}, key),
        ({"en": "ok"}, key),
        ({"ar": "هدية"}, key),
        ({}, key),
        (None, key),
        ("no text", key),
    ):
        assert composing.settled_key({"title": title}, key) == settled
    assert composing.settled_key({"title": {"en": "Another"}}, "given") == "given"
    assert composing.settled_key({"key": "typed", "title": {"en": "Another"}}, key) == "typed"


# Another kind


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "spot"])
@pytest.mark.parametrize("before", ["single_choice", "judgement", "ordering"])
def test_what_was_written_stays_in_another_kind_and_on_the_way_back(before: str, kind: str) -> None:
    document = written(before)
    there = composing.with_kind(document, kind)
    choices = there["nodes"][0]["choices"] if kind == "branching" else there["options"]
    assert [one["text"] for one in choices[:3]] == [one["text"] for one in document["options"][:3]]
    assert all(("credit" in one) == (kind in {"single_choice", "multiple_choice", "branching"}) for one in choices)
    back = composing.with_kind(there, before)
    assert [one["text"] for one in back["options"][:3]] == [one["text"] for one in document["options"][:3]]
    assert "nodes" not in back
    assert not any("next" in one for one in back["options"])


def test_the_same_kind_again_changes_nothing() -> None:
    for kind, name, held in (
        ("judgement", "key_ratings", dict.fromkeys("abcd", RATINGS[2])),
        ("most_least", "key_choice", {"most": "b", "least": "a"}),
        ("ordering", "key_order", ["d", "a", "c", "b"]),
        ("single_choice", "hint", words()),
        ("branching", "hint", words()),
        ("spot", "hint", words()),
    ):
        document = {**written(kind), name: held}
        assert composing.with_kind(document, kind) == document


def test_a_kind_can_be_changed_whatever_is_missing() -> None:
    for kind in KINDS:
        for broken in (
            {},
            {"kind": "branching", "nodes": []},
            {"kind": "branching", "nodes": [{}]},
            {"kind": "branching", "nodes": [{"key": "start", "choices": None}]},
            {"kind": "single_choice", "options": None},
            {"kind": "spot", "passages": None, "exhibit": None},
            {"kind": "judgement", "options": [], "key_ratings": None},
        ):
            assert composing.with_kind(broken, kind)["kind"] == kind


# In and out, up and down


def keys(document: Document) -> str:
    return "".join(one["key"] for one in document["options"])


def test_choices_move_and_go_with_what_the_key_says_of_them() -> None:
    document = written("ordering")
    assert keys(document) == "abcd"
    moved = composing.moved(document, ("options", 2), -1)
    assert (keys(moved), moved["key_order"], keys(document)) == ("acbd", list("abcd"), "abcd")
    assert keys(composing.moved(document, ("options", 0), 1)) == "bacd"
    gone = composing.removed(document, ("options", 1))
    assert (keys(gone), gone["key_order"]) == ("acd", list("acd"))
    back = composing.added(gone, ("options",))
    assert (keys(back), back["key_order"]) == ("acdb", list("acdb"))
    rated = composing.removed(written("judgement"), ("options", 3))
    assert set(rated["key_ratings"]) == set("abc")
    assert set(composing.added(rated, ("options",))["key_ratings"]) == set("abcd")
    picked = {**written("most_least"), "key_choice": {"most": "a", "least": "b"}}
    assert composing.removed(picked, ("options", 0))["key_choice"] == {"least": "b"}


def test_lists_grow_up_to_their_most() -> None:
    most: list[tuple[Document, tuple[Any, ...], int]] = [
        (written(), ("options",), composing.MOST_OPTIONS),
        (written("branching"), ("nodes",), composing.MOST_TURNS),
        (written("branching"), ("nodes", 0, "choices"), 6),
        (composing.with_medium(written(), "dialogue"), ("exhibit", "turns"), 12),
        (written(), ("compare",), 6),
    ]
    for document, path, count in most:
        for _ in range(count + 3):
            document = composing.added(document, path)
        held: Any = document
        for step in path:
            held = held[step]
        assert len(held) == count
        names = [one.get("key") for one in held if "key" in one]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("",),
        ("title",),
        ("title", "options"),
        ("exhibit", "options"),
        ("exhibit", "turns"),
        ("nodes",),
        ("nodes", 0, "choices"),
        ("options", 0, "compare"),
        ("options", 99),
        ("options", -1),
        ("options", "0"),
        (0,),
        ("compare", "compare"),
        ("passages",),
    ],
)
def test_there_is_nothing_to_add_move_or_remove_where_there_is_no_such_list(path: tuple[Any, ...]) -> None:
    document = written()
    assert composing.added(document, path) == document
    assert composing.removed(document, path) == document
    assert composing.moved(document, path, 1) == document


def test_the_first_does_not_go_up_nor_the_last_down() -> None:
    document = written()
    assert composing.moved(document, ("options", 0), -1) == document
    assert composing.moved(document, ("options", len(document["options"]) - 1), 1) == document


# What is looked at


def test_words_of_the_same_name_stay_in_another_medium() -> None:
    document = composing.with_medium(written(), "post")
    assert document["exhibit"]["official"] is False
    document["exhibit"].update(body=words("النص"), handle="a_b", official=True)
    mail = composing.with_medium(document, "email")
    assert set(mail["exhibit"]) == {"medium", *MEDIA["email"][0]}
    assert mail["exhibit"]["body"] == words("النص")
    assert composing.with_medium(mail, "post")["exhibit"]["body"] == words("النص")
    talk = composing.with_medium(document, "message")
    talk["exhibit"]["turns"][0]["says"] = words("قال")
    assert composing.with_medium(talk, "dialogue")["exhibit"]["turns"] == talk["exhibit"]["turns"]
    for none in ("none", "", "no-such-medium"):
        assert "exhibit" not in composing.with_medium(document, none)


def spot(ar: str, en: str, **passages: bool) -> Document:
    document = composing.with_medium(composing.empty_scenario("eg-conduct", "spot"), "memo")
    document["exhibit"]["text"] = {"ar": ar, "en": en}
    document["passages"] = [
        {"key": key, "breach": breach, "ruling": words(key), "cites": []} for key, breach in passages.items()
    ]
    return document


def test_passages_are_named_as_they_are_marked_and_keep_their_rulings() -> None:
    made = composing.with_passages(spot("[[واحد]] ثم [[اثنان]]", "[[one]] then [[two]]"))
    assert made["exhibit"]["text"] == {"ar": "[[p1: واحد]] ثم [[p2: اثنان]]", "en": "[[p1: one]] then [[p2: two]]"}
    assert [one["key"] for one in made["passages"]] == ["p1", "p2"]
    assert composing.with_passages(made) == made
    ruled = composing.with_passages(spot("[[b: اثنان]] [[a: واحد]]", "", a=True, gone=True))
    assert [(one["key"], one["breach"]) for one in ruled["passages"]] == [("b", False), ("a", True)]


def test_a_passage_without_a_name_never_takes_one_that_is_there() -> None:
    made = composing.with_passages(spot("[[جديد]] [[p1: قديم]] [[آخر]]", "[[new]] [[p1: old]] [[last]]", p1=True))
    assert made["exhibit"]["text"]["ar"] == "[[p2: جديد]] [[p1: قديم]] [[p3: آخر]]"
    assert made["exhibit"]["text"]["en"] == "[[p2: new]] [[p1: old]] [[p3: last]]"
    assert [(one["key"], one["breach"]) for one in made["passages"]] == [("p2", False), ("p1", True), ("p3", False)]


def test_passages_of_messages_are_found_in_the_order_of_the_page() -> None:
    document = composing.with_medium(composing.empty_scenario("eg-conduct", "spot"), "dialogue")
    for turn, said in zip(document["exhibit"]["turns"], ("[[أ]]", "[[ب]]"), strict=True):
        turn["says"] = {"ar": said}
    made = composing.with_passages(document)
    assert [turn["says"]["ar"] for turn in made["exhibit"]["turns"]] == ["[[p1: أ]]", "[[p2: ب]]"]
    assert [one["key"] for one in made["passages"]] == ["p1", "p2"]
    assert composing.with_passages({"kind": "spot", "exhibit": None, "passages": None})["passages"] == []


# Credits


@pytest.mark.parametrize(
    ("credits", "shared"),
    [
        ([1, 0, 0, 0], [1, "-1/3", "-1/3", "-1/3"]),
        (["1/3", "1", -1, 0], ["1/2", "1/2", "-1/2", "-1/2"]),
        ([1, 1, 1, 0], ["1/3", "1/3", "1/3", -1]),
        ([0, 0], ["-1/2", "-1/2"]),
        ([1, 1], ["1/2", "1/2"]),
        (["0.5", "abc", "1/0", None], [1, "-1/3", "-1/3", "-1/3"]),
    ],
)
def test_credits_are_shared_so_that_ticking_everything_earns_nothing(credits: list[Any], shared: list[Any]) -> None:
    document = {
        "kind": "multiple_choice",
        "options": [{"key": f"k{n}", "credit": one} for n, one in enumerate(credits)],
    }
    made = composing.with_shared_credits(document)
    assert [option["credit"] for option in made["options"]] == shared
    assert composing.with_shared_credits(made) == made


# Any row of presses

steps = st.sampled_from(
    ["options", "nodes", "choices", "turns", "compare", "exhibit", "title", "x", 0, 1, 7, -1, 10**6]
)
presses = st.one_of(
    st.tuples(st.just("kind"), st.sampled_from(KINDS)),
    st.tuples(st.just("medium"), st.sampled_from([*MEDIA, "none"])),
    st.tuples(st.sampled_from(["added", "removed", "up", "down"]), st.lists(steps, max_size=4).map(tuple)),
    st.tuples(st.just("share"), st.none()),
    st.tuples(st.just("passages"), st.none()),
)


def pressed(document: Document, press: tuple[str, Any]) -> Document:
    do, what = press
    if do in {"up", "down"}:
        return composing.moved(document, what, -1 if do == "up" else 1)
    return {
        "kind": composing.with_kind,
        "medium": composing.with_medium,
        "added": composing.added,
        "removed": composing.removed,
        "share": lambda one, _: composing.with_shared_credits(one),
        "passages": lambda one, _: composing.with_passages(one) if one["kind"] == "spot" else one,
    }[do](document, what)


@settings(max_examples=60, deadline=None)
@given(st.lists(presses, max_size=12))
def test_no_row_of_presses_breaks_anything_or_touches_what_was_before(row: list[tuple[str, Any]]) -> None:
    document = written()
    for press in row:
        before = deepcopy(document)
        after = pressed(document, press)
        assert document == before
        document = after
    choices = document.get("options") or []
    assert len({one["key"] for one in choices}) == len(choices) <= composing.MOST_OPTIONS
    for name in ("key_ratings", "key_order"):
        if name in document:
            assert set(document[name]) == {one["key"] for one in choices}
