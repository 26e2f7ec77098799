"""What differs between two states of an instrument, gathered where an editor looks for it."""

from copy import deepcopy
from typing import Any

import pytest

from quiz.bank import amending
from quiz.bank.amending import NewEdition
from quiz.bank.provision_diff import PlaceChanges, by_provision
from tests.builders import edition_document, instrument_document, provision_document, words

Document = dict[str, Any]


@pytest.fixture
def law() -> Document:
    """A law of three articles."""
    articles = (provision_document(f"art-{number}") for number in (1, 2, 3))
    return instrument_document("a-law", edition_document("law-1-2020", *articles))


def told(found: tuple[PlaceChanges, ...]) -> list[tuple[str | None, str | None, list[tuple[str, str]]]]:
    return [
        (one.edition, one.provision, [(".".join(map(str, change.path)), change.kind) for change in one.changes])
        for one in found
    ]


def test_changes_stand_with_the_provision_the_edition_or_the_whole(law: Document) -> None:
    after = deepcopy(law)
    after["title"]["ar"] = "قانون آخر"
    after["editions"][0]["status"] = "unknown"
    first, second, third = after["editions"][0]["provisions"]
    second.update(title=words("آخر"), verification="secondary")
    after["editions"][0]["provisions"] = [second, first, provision_document("art-4")]
    found = by_provision(law, after)
    assert told(found) == [
        (None, None, [("title.ar", "changed")]),
        ("law-1-2020", None, [("status", "changed")]),
        ("law-1-2020", "art-2", [("", "moved"), ("title.ar", "changed"), ("verification", "changed")]),
        ("law-1-2020", "art-4", [("", "added")]),
        ("law-1-2020", "art-3", [("", "removed")]),
    ]
    assert found[2].path == ("editions", 0, "provisions", 0)
    assert found[2].holder == second
    assert found[4].holder == third


def test_a_new_edition_is_told_against_the_one_it_follows_and_without_its_proof(law: Document) -> None:
    after, _ = amending.with_edition(law, 0, NewEdition("new", words("جديد"), repeals=True))
    after["editions"][1]["provisions"][1]["title"]["ar"] = "آخر"
    after, _ = amending.with_provision(after, 1, "article", "4")
    assert told(by_provision(law, after)) == [
        ("law-1-2020", None, [("status", "changed"), ("replaced_by", "added")]),
        ("new", None, [("", "added")]),
        ("new", "art-2", [("title.ar", "changed")]),
        ("new", "art-4", [("", "added")]),
    ]


def test_an_edition_that_follows_none_is_told_whole(law: Document) -> None:
    after, _ = amending.with_edition(law, 0, NewEdition("new", words("جديد")))
    assert [(one.provision, one.changes[0].kind) for one in by_provision(law, after)] == [
        (None, "added"), ("art-1", "added"), ("art-2", "added"), ("art-3", "added"),
    ]  # fmt: skip
    assert len(by_provision(None, law)) >= 4


def test_what_is_the_same_differs_in_nothing(law: Document) -> None:
    assert by_provision(law, deepcopy(law)) == ()
    assert by_provision({**law, "format": 1}, {**law, "format": 1}) == ()
