"""Many keys, some at a time."""

from quiz.db.queries.batches import batches


def test_keys_are_given_once_and_in_the_order_given() -> None:
    assert list(batches(["b", "c", "a"], 2)) == [["b", "c"], ["a"]]
    assert list(batches({7}, 2)) == [[7]]
    assert list(batches([], 2)) == []
