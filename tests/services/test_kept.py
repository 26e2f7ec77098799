"""What a process keeps: bounded, and what is hardly asked for any more goes before what is."""

from quiz.services.kept import Shelf


def test_the_longest_unused_goes_where_there_is_no_room() -> None:
    shelf = Shelf(2)
    shelf.put("first", 1)
    shelf.put("second", 2)
    shelf.find("first")

    shelf.put("third", 3)

    assert [shelf.find(key) for key in ("first", "second", "third")] == [1, None, 3]


def test_what_goes_first_goes_before_what_is_longer_unused() -> None:
    shelf = Shelf(2)
    shelf.put("under-way", 1)
    shelf.put("ended", 2)
    shelf.put("ended", 2, goes_first=True)

    shelf.put("begun", 3)

    assert [shelf.find(key) for key in ("under-way", "ended", "begun")] == [1, None, 3]


def test_what_goes_first_moves_nothing_else_off_a_full_shelf() -> None:
    shelf = Shelf(1)
    shelf.put("under-way", 1)

    shelf.put("ended", 2, goes_first=True)

    assert [shelf.find(key) for key in ("under-way", "ended")] == [1, None]
