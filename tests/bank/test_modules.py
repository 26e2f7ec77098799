"""A module put together piece by piece, and read as far as it goes."""

from typing import Any

import pytest

from quiz.bank import modules
from quiz.bank.reader import Reading
from quiz.engine.document import read_module
from quiz.engine.instrument import Verification
from quiz.engine.reading import Path
from tests.builders import words

ADDRESS = "eg-conduct/code-2019/integrity"


def written(**more: Any) -> dict[str, Any]:
    """Return a module that began empty and has all that it needs."""
    return {**modules.empty_module(), "key": "a-module", "title": words(), "summary": words(), **more}


def test_an_empty_module_lacks_nothing_but_words_and_lines() -> None:
    read = read_module(written())
    assert (read.minutes, read.blueprint, read.attempts.limit, read.pledge) == (20, (), 3, None)
    assert modules.shaped(modules.empty_module()) == modules.empty_module()


def test_shipped_modules_keep_their_shape(reading: Reading) -> None:
    for source in reading.modules:
        assert modules.shaped(source.document) == source.document
        assert modules.lines_of(source.document) == read_module(source.document).blueprint
        assert modules.minimum_of(source.document) is Verification.MIRROR


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"title": "x", "lesson": "x", "blueprint": {"bank": "x"}, "pass_rule": [], "attempts": None},
        {"lesson": [3, {"title": [], "cites": [3, ADDRESS, None]}], "blueprint": [None, {"topics": "x"}]},
        {"blueprint": [{"difficulty": ["x", 1], "kinds": [3, "spot"]}], "attempts": {"waits": [3, "P1D"]}},
        {"pledge": 3, "defaults": 3, "jurisdictions": "EG", "minimum_verification": {}},
        {"pledge": {"confirm": 3, "editions": 3}, "pass_rule": {"and_every": [3, {"cites": 3}]}},
    ],
)
def test_of_a_broken_module_stays_what_has_a_place(broken: dict[str, Any]) -> None:
    made = modules.shaped(broken)
    assert modules.shaped(made) == made
    assert made["title"] == {}
    assert all(isinstance(card["cites"], list) for card in made["lesson"])
    assert modules.minimum_of(broken) is Verification.MIRROR
    modules.lines_of(broken)
    modules.addresses(broken)
    for path in (("lesson",), ("blueprint",), ("attempts", "waits"), ("pledge",), ("nonsense",), ()):
        modules.shaped(modules.added(broken, path))


def test_lists_grow_to_their_end_and_no_further() -> None:
    made = modules.added(modules.added(written(), ("lesson",)), ("lesson",))
    assert [card["key"] for card in made["lesson"]] == ["card-1", "card-2"]
    made = modules.added(modules.removed(made, ("lesson", 0)), ("lesson",))
    assert [card["key"] for card in made["lesson"]] == ["card-2", "card-1"]
    # One more line draws from the bank of the line before it.
    made = modules.added(written(blueprint=[{"bank": "ae-conduct", "count": 3}]), ("blueprint",))
    assert made["blueprint"][1] == {"bank": "ae-conduct", "count": 1}
    for _ in range(40):
        made = modules.added(modules.added(made, ("blueprint",)), ("attempts", "waits"))
    assert (len(made["blueprint"]), len(made["attempts"]["waits"])) == (24, 8)


def test_a_pledge_comes_and_goes() -> None:
    made = modules.added(written(), ("pledge",))
    made["pledge"]["confirm"] = words("أقر")
    assert modules.added(made, ("pledge",)) == made
    assert modules.removed(made, ("pledge",)) == written()


@pytest.mark.parametrize(
    ("path", "place"),
    [(("lesson", 0), "lesson"), (("blueprint", 0), "blueprint"), (("pass_rule",), "pass_rule")],
)
def test_a_provision_is_named_once_where_it_is_wanted(path: Path, place: str) -> None:
    document = written(lesson=[{"key": "card-1", "title": {}, "body": {}, "cites": []}], blueprint=[{"bank": "eg"}])
    made = modules.with_citation(modules.with_citation(document, path, ADDRESS), path, ADDRESS)
    assert modules.addresses(made) == (ADDRESS,)
    assert str(made[place]).count(ADDRESS) == 1
    assert modules.with_citation(document, ("lesson", 9), ADDRESS) == document
    assert modules.with_citation(document, ("nonsense",), ADDRESS) == document


def test_a_rule_taken_away_leaves_nothing() -> None:
    made = modules.with_citation(written(), ("pass_rule",), {"at": ADDRESS, "as": "history"})
    assert made["pass_rule"]["and_every"] == [{"cites": ADDRESS, "score": "1/2"}]
    assert modules.removed(made, ("pass_rule", "and_every", 0)) == written()


def test_a_copy_says_so_and_has_no_key() -> None:
    made = modules.copied(written(key="a-module"))
    assert "key" not in made
    assert made["title"] == {"ar": "نص (نسخة)", "en": "text (copy)"}


def test_a_line_that_cannot_be_read_keeps_its_place() -> None:
    lines = [{"bank": "eg-conduct", "count": 0}, {"bank": "eg-conduct", "count": 2, "colour": "red"}]
    read = modules.lines_of(written(blueprint=[*lines, {"bank": "ae-conduct", "count": 2}]))
    assert [line and (line.bank, line.count) for line in read] == [None, None, ("ae-conduct", 2)]
