"""Amending an instrument: what comes in, what goes, what a copy keeps; the document before is never touched."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from quiz.bank import amending
from quiz.bank.amending import NewEdition, Proof
from quiz.bank.reader import Reading
from quiz.engine.document import read_instrument
from tests.builders import edition_document, instrument_document, provision_document, words

Document = dict[str, Any]


@pytest.fixture
def law() -> Document:
    """A law of one edition and two articles, the second of them disputed."""
    articles = (provision_document("art-1"), provision_document("art-2", verification="disputed"))
    return instrument_document("a-law", edition_document("law-1-2020", *articles))


CHANGES: dict[str, Callable[[Document], Any]] = {
    "edition": lambda law: amending.with_edition(law, 0, NewEdition(repeals=True)),
    "provision": lambda law: amending.with_provision(law, 0, "article", "3"),
    "rename": lambda law: amending.renamed(law, 0, 1, "art-9"),
    "prove": lambda law: amending.proved(law, 0, Proof("secondary", {"ar": "آ", "en": "b"})),
    "grow": lambda law: amending.grown(law["editions"][0]["provisions"][0], ("parts",)),
    "shape": amending.shaped,
    "states": lambda law: amending.states(law, law),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_document_before_stays_as_it_was(law: Document, change: str) -> None:
    before = deepcopy(law)
    CHANGES[change](law)
    assert law == before


def test_a_new_edition_stands_behind_the_one_it_follows_and_is_proved_by_nothing(law: Document) -> None:
    law["editions"].append({**deepcopy(law["editions"][0]), "key": "later"})
    made, key = amending.with_edition(law, 0, NewEdition(key="Law 2/2026", label=words()))
    assert key == "law-2-2026"
    assert [edition["key"] for edition in made["editions"]] == ["law-1-2020", "law-2-2026", "later"]
    assert made["editions"][0] == law["editions"][0]
    copies = made["editions"][1]["provisions"]
    # What was disputed is no surer for having been copied.
    assert [one["verification"] for one in copies] == ["recall", "disputed"]
    assert [one["verified_against"] for one in copies] == [amending.NOT_COMPARED] * 2
    assert [one["verified_on"] for one in copies] == ["2026-01-01"] * 2
    copies[0]["verified_against"]["ar"] = "x"
    assert amending.NOT_COMPARED["ar"] != "x"
    read_instrument(made)


@pytest.mark.parametrize(
    ("from_", "until"),
    [("2026-03-01", "2026-02-28"), ("2028-03-01", "2028-02-29"), ("", "2025-12-31"), ("soon", "2025-12-31")],
)
def test_what_is_repealed_held_until_the_day_before(law: Document, from_: str, until: str) -> None:
    law["editions"][0]["effective_to"] = "2025-12-31"
    made, _ = amending.with_edition(law, 0, NewEdition(key="new", effective_from=from_, repeals=True))
    earlier = made["editions"][0]
    assert (earlier["status"], earlier["replaced_by"], earlier["effective_to"]) == ("repealed", "a-law/new", until)


def test_keys_are_made_of_what_is_known_and_never_taken_twice(law: Document) -> None:
    assert amending.with_edition(law, 0, NewEdition(label={"en": "Law 1, 2020"}))[1] == "law-1-2020-2"
    assert amending.with_edition(law, 0, NewEdition(label={"ar": "قانون"}))[1] == "edition-2"
    assert amending.with_edition(law, 7, NewEdition())[1] == ""
    assert amending.with_provision(law, 0, "article", "2")[1] == "art-2-2"
    assert amending.with_provision(law, 0, "value", "")[1] == "value-new"
    assert amending.with_provision(law, 0, "nonsense", "5 bis")[1] == "art-5-bis"
    assert amending.renamed(law, 0, 0, "ART 2")[1] == "art-2-2"
    assert amending.renamed(law, 0, 0, "«»")[1] == "art-1"
    assert amending.renamed(law, 0, 0, "art-1")[1] == "art-1"


def test_a_renamed_edition_is_still_named_by_those_it_replaced(law: Document) -> None:
    made, _ = amending.with_edition(law, 0, NewEdition(key="new", repeals=True))
    made, key = amending.renamed(made, 1, None, "law-2-2026")
    assert (key, made["editions"][0]["replaced_by"]) == ("law-2-2026", "a-law/law-2-2026")


def test_a_proof_of_many_writes_only_what_is_filled_in(law: Document) -> None:
    made = amending.proved(law, 0, Proof(against={"ar": "الجريدة", "en": "the gazette"}, on="2026-02-02"))
    for before, after in zip(law["editions"][0]["provisions"], made["editions"][0]["provisions"], strict=True):
        assert after == {
            **before,
            "verified_against": {"ar": "الجريدة", "en": "the gazette"},
            "verified_on": "2026-02-02",
        }


def test_a_list_grows_up_to_its_most_and_nowhere_else() -> None:
    provision = provision_document("art-1")
    for _ in range(50):
        provision = amending.grown(provision, ("parts",))
        provision = amending.grown(provision, ("parts", 0, "figures"))
    assert len(provision["parts"]) == amending.MOST["parts"]
    assert len(provision["parts"][0]["figures"]) == amending.MOST["figures"]
    assert len({part["key"] for part in provision["parts"]}) == amending.MOST["parts"]
    assert len({one["key"] for one in provision["parts"][0]["figures"]}) == amending.MOST["figures"]
    for path in ((), ("title",), ("parts", 99, "figures"), ("parts", 0, "parts"), ("figures", 0, "figures")):
        assert amending.grown(provision, path) == provision


def test_a_shipped_instrument_is_in_shape(reading: Reading) -> None:
    for source in reading.instruments:
        assert amending.shaped(source.document) == source.document


def test_an_instrument_of_an_older_format_is_lifted(law: Document) -> None:
    old = {
        **law,
        "format": 1,
        "editions": [
            {**law["editions"][0], "provisions": [provision_document("art-1", verified_against="نسخة", source="موقع")]}
        ],
    }
    (provision,) = amending.shaped(old)["editions"][0]["provisions"]
    assert provision["verified_against"] == {"ar": "نسخة", "en": "نسخة"}


def test_entries_without_a_key_of_their_own_are_called_by_their_place() -> None:
    entries = [{"key": "a"}, {}, {"key": "a"}, {"key": "B"}, {"key": 3}, {"key": "b"}]
    assert amending.handles(entries) == ["a", "@1", "@2", "@3", "@4", "b"]
    assert [amending.place_of(entries, one) for one in ("a", "@2", "b", "@0", None, "c")] == [0, 2, 5, None, None, None]


def test_what_became_of_each_provision(law: Document) -> None:
    made, _ = amending.with_provision(law, 0, "article", "3")
    made["editions"][0]["provisions"].pop(1)
    made["editions"][0]["provisions"][0]["sensitive"] = True
    states = {provision: state for (_, provision), state in amending.states(law, made).items()}
    assert states == {"art-1": "changed", "art-2": "removed", "art-3": "added"}
    assert set(amending.states(None, law).values()) == {"added"}
    assert set(amending.states(law, law).values()) == {"same"}
