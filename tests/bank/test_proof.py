"""A verification that grows needs a comparison of its own; to lower one is free."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from quiz.bank import amending
from quiz.bank.amending import NewEdition, Proof
from quiz.bank.checks_proof import check_proof
from quiz.bank.reader import Source
from quiz.engine.document import read_instrument
from tests.builders import edition_document, instrument_document, provision_document, words

Document = dict[str, Any]
TODAY = date(2026, 11, 21)
NEW_WORDS = {"ar": "قوبل بالجريدة الرسمية", "en": "compared with the official gazette"}
NEW = {"verified_against": NEW_WORDS, "verified_on": "2026-11-20"}


@pytest.fixture
def law() -> Document:
    """A law of one edition and two articles, the second of them disputed."""
    articles = (provision_document("art-1"), provision_document("art-2", verification="disputed"))
    return instrument_document("a-law", edition_document("law-1-2020", *articles))


def found(before: Document | None, after: Document) -> list[tuple[str, str]]:
    source = Source("instruments/a-law.yaml", after)
    stood = read_instrument(before) if before else None
    return [(one.code, one.place) for one in check_proof(source, stood, read_instrument(after), TODAY)]


def amended(law: Document, **changes: Any) -> Document:
    made = deepcopy(law)
    made["editions"][0]["provisions"][0].update(changes)
    return made


UNPROVEN = [("verification-unproven", "editions.1.provisions.1.verification")]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"verification": "secondary"}, []),
        ({"verification": "disputed", **NEW}, []),
        ({"verification": "official_verified"}, UNPROVEN),
        ({"verification": "official_verified", **NEW}, []),
        ({"verification": "official_verified", "verified_on": "2026-11-20"}, UNPROVEN),
        ({"verification": "official_verified", "verified_against": NEW_WORDS}, UNPROVEN),
        # The English said what was compared as well: both are new, or it is not said.
        ({"verification": "official_verified", **NEW, "verified_against": {"ar": "جديد", "en": "a copy"}}, UNPROVEN),
        ({"verification": "official_verified", **NEW, "verified_against": {"ar": "نسخة", "en": "new"}}, UNPROVEN),
        ({"verification": "official_verified", **NEW, "verified_against": {"ar": "جديد"}}, UNPROVEN),
        ({**NEW, "verified_on": "2026-11-21"}, []),
        ({**NEW, "verified_on": "2026-11-22"}, [("verified-in-future", "editions.1.provisions.1.verified_on")]),
    ],
)
def test_only_a_new_comparison_raises_a_verification(
    law: Document, changes: Document, faults: list[tuple[str, str]]
) -> None:
    assert found(law, amended(law, **changes)) == faults


def test_a_day_to_come_that_stood_already_is_not_found_again(law: Document) -> None:
    stood = amended(law, verified_on="2027-01-01")
    assert found(stood, stood) == []


def test_a_new_edition_proves_itself(law: Document) -> None:
    made, _ = amending.with_edition(law, 0, NewEdition(key="new", label=words()))
    assert found(law, made) == []
    place = "editions.2.provisions.{}.verification"
    both = [("verification-unproven", place.format(number)) for number in (1, 2)]
    # Neither what the copy says of itself nor what proved the earlier edition proves this one.
    assert found(law, amending.proved(made, 1, Proof("secondary"))) == both
    assert found(law, amending.proved(made, 1, Proof("secondary", on="2026-11-20"))) == both
    borrowed = amending.proved(made, 1, Proof("mirror_verified", {"ar": "نسخة", "en": "a copy"}, on="2026-01-01"))
    assert found(law, borrowed) == both
    assert found(law, amending.proved(made, 1, Proof("official_verified", NEW_WORDS, on="2026-11-20"))) == []


def test_a_provision_under_another_key_is_not_proved_by_that(law: Document) -> None:
    made = deepcopy(law)
    weak = made["editions"][0]["provisions"][1]
    weak.update(key="art-2-bis", verification="official_verified")
    assert found(law, made) == [("verification-unproven", "editions.1.provisions.2.verification")]
    weak["verification"] = "disputed"
    assert found(law, made) == []


def test_a_provision_that_joins_an_edition_may_share_the_proof_of_its_sisters(law: Document) -> None:
    stood = deepcopy(law)
    stood["editions"][0]["provisions"].pop(1)
    made = deepcopy(stood)
    made["editions"][0]["provisions"].append(provision_document("art-3"))
    assert found(stood, made) == []
    made["editions"][0]["provisions"][1]["verification"] = "official_verified"
    assert [code for code, _ in found(stood, made)] == ["verification-unproven"]


def test_of_something_new_any_proof_is_taken_but_the_words_of_a_copy(law: Document) -> None:
    assert found(None, law) == []
    assert found(None, amended(law, verified_against=dict(amending.NOT_COMPARED))) == UNPROVEN
