"""Citations resolve to the very place they name, and a text falls back to Arabic and says so."""

from dataclasses import replace

import pytest

from quiz.engine.instrument import Citation, Figure, Part, Verification
from quiz.engine.text import Text
from tests.builders import ADDRESS, a_library, a_provision, a_text

WHOLE = Figure("whole", "fine", 1, 2, currency="EGP")
OF_PART = Figure("of-part", "imprisonment", 1, unit="year")
PROVISION = replace(
    a_provision(),
    paraphrase=a_text("المادة كلها"),
    figures=(WHOLE,),
    parts=(Part("1", a_text("الفقرة الأولى")), Part("2", a_text("الفقرة الثانية"), figures=(OF_PART,))),
)
LIBRARY = a_library(PROVISION)


def test_a_citation_finds_its_provision_and_says_what_stands_there() -> None:
    cited = LIBRARY.find(Citation(ADDRESS, as_history=True))
    assert cited is not None
    assert (cited.instrument.key, cited.edition.key, cited.provision.key) == ("eg-conduct", "code-2019", "integrity")
    assert cited.part is None
    assert cited.paraphrase == a_text("المادة كلها")
    assert cited.citation.as_history


def test_a_part_is_cited_in_its_own_words() -> None:
    cited = LIBRARY.find(Citation(f"{ADDRESS}#2"))
    assert cited is not None
    assert cited.part is not None
    assert (cited.part.key, cited.paraphrase) == ("2", a_text("الفقرة الثانية"))


@pytest.mark.parametrize(
    "address",
    ["eg-conduct/code-2019/nothing", "eg-conduct/code-2020/integrity", "other/code-2019/integrity", f"{ADDRESS}#3"],
)
def test_what_is_not_there_is_not_found(address: str) -> None:
    assert LIBRARY.find(Citation(address)) is None


def test_figures_are_those_of_the_part_else_of_the_provision_and_of_all_parts_for_the_whole() -> None:
    found = {address: LIBRARY.find(Citation(address)) for address in (ADDRESS, f"{ADDRESS}#1", f"{ADDRESS}#2")}
    figures = [cited.figures for cited in found.values() if cited is not None]
    assert figures == [(WHOLE, OF_PART), (WHOLE,), (OF_PART,)]
    assert (OF_PART.maximum, OF_PART.currency, OF_PART.felony, OF_PART.either_or) == (None, None, None, False)


def test_an_edition_is_found_by_instrument_and_edition_together() -> None:
    found = LIBRARY.find_edition("eg-conduct/code-2019")
    assert found is not None
    assert (found[0].key, found[1].key) == ("eg-conduct", "code-2019")
    assert LIBRARY.find_edition("eg-conduct/code-2020") is None
    assert LIBRARY.find_edition("code-2019") is None


def test_a_citation_knows_its_provision_its_part_and_its_edition() -> None:
    part = Citation(f"{ADDRESS}#2")
    assert (part.provision_address, part.part_key, part.edition_address) == (ADDRESS, "2", "eg-conduct/code-2019")
    assert Citation(ADDRESS).part_key is None
    assert not Citation(ADDRESS).as_history
    assert Citation(ADDRESS).provision_address == ADDRESS


def test_proof_is_ordered_and_nothing_weaker_than_secondary_is_published() -> None:
    strengths = [word.strength for word in Verification]
    assert strengths == sorted(set(strengths), reverse=True)
    assert [word for word in Verification if word.may_be_published] == list(Verification)[:3]


def test_a_reader_gets_their_language_or_arabic_and_is_told_which() -> None:
    both, arabic_only = Text({"ar": "أمانة", "en": "trust"}), Text({"ar": "أمانة", "en": ""})
    assert both.in_language("en") == ("trust", "en")
    assert both.in_language("ar") == ("أمانة", "ar")
    assert arabic_only.in_language("en") == ("أمانة", "ar")
    # A draft may begin in English; nobody is shown nothing where there are words.
    assert Text({"ar": "", "en": "trust"}).in_language("ar") == ("trust", "en")
    assert Text({}).in_language("en") == ("", "ar")


def test_equal_texts_are_one_key_whatever_the_order_of_languages() -> None:
    one, other = Text({"ar": "أ", "en": "a"}), Text({"en": "a", "ar": "أ"})
    assert len({one, other}) == 1
    assert list(one.document()) == ["ar", "en"] == list(other.document())
