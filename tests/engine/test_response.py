"""An answer is one value however it was given, and a path knows what it goes on from."""

import pytest

from quiz.engine.response import Response

PATH = Response.in_sequence("a", "b", "c")


def test_what_was_chosen_has_one_order_whatever_the_order_of_clicks() -> None:
    assert Response.choosing(*"hgfedcbah").chosen == tuple("abcdefgh")
    assert Response.rating(dict(zip("cab", "xyz", strict=True))).ratings == (("a", "y"), ("b", "z"), ("c", "x"))


@pytest.mark.parametrize(
    ("stored", "response"),
    [
        ({"chosen": ["b", "a"]}, Response.choosing("a", "b")),
        ({"ratings": {"b": "most", "a": "least"}}, Response.rating({"a": "least", "b": "most"})),
        ({"sequence": ["b", "a"]}, Response.in_sequence("b", "a")),
        ({}, Response()),
    ],
)
def test_a_stored_answer_is_the_one_that_was_given(stored: dict[str, object], response: Response) -> None:
    assert Response.from_document(stored) == response
    assert Response.from_document(response.document()) == response


@pytest.mark.parametrize("way", [(), ("a",), ("a", "b"), ("a", "b", "c")])
def test_a_path_holds_every_stretch_of_itself_from_the_beginning(way: tuple[str, ...]) -> None:
    assert Response.in_sequence(*way).is_within(PATH) == bool(way)
    assert Response.in_sequence(*way).follows(Response.in_sequence(*way[:-1])) == bool(way)


@pytest.mark.parametrize("way", [("b",), ("a", "c"), ("a", "b", "c", "d"), ("b", "c")])
def test_no_other_path_is_within_it(way: tuple[str, ...]) -> None:
    assert not Response.in_sequence(*way).is_within(PATH)


def test_a_path_follows_only_the_one_that_is_a_turn_shorter() -> None:
    assert [PATH.follows(Response.in_sequence(*"abcd"[:turns])) for turns in range(5)] == [
        False,
        False,
        True,
        False,
        False,
    ]


def test_what_is_no_path_is_within_its_like_and_follows_nothing() -> None:
    chosen = Response.choosing("a")
    assert chosen.is_within(Response.choosing("a"))
    assert not chosen.is_within(Response.choosing("a", "b"))
    assert not chosen.is_within(PATH)
    assert not chosen.follows(Response())
    assert not Response().follows(Response())
