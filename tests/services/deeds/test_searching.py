"""A provision is found by its number or by any words of it, however they are spelled."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.reader import Reading
from quiz.language.numbers import plain_digits
from quiz.services import belonging, searching
from quiz.services.citing import CitationSummary
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from tests.builders import words
from tests.fixtures.people import SYSTEM, MakePerson, Someone

LAW = "eg-cybercrime/law-175-2018"
Refusal = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def editor(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR)


Find = Callable[..., list[CitationSummary]]


@pytest.fixture
def find(works: Works, editor: Someone) -> Find:
    """Search as an editor of a bank would."""

    def search(wanted: str, bank: str | None = "eg-cybercrime") -> list[CitationSummary]:
        with works.reading(editor.actor) as work:
            return list(searching.find_provisions(work, wanted, bank))

    return search


def addresses(found: list[CitationSummary]) -> list[str]:
    return [one.address for one in found]


def test_by_number_in_any_digits(find: Find) -> None:
    for wanted in ("20", "٢٠", "۲۰", "المادة 20", "مادة ٢٠", "article 20", " 20 ؟ "):
        assert addresses(find(wanted))[:1] == [f"{LAW}/art-20"], wanted


def test_a_number_is_not_found_within_a_longer_one(find: Find) -> None:
    # Every provision of a law says its year, and «2023» holds «20».
    for one in find("20"):
        said = " ".join(one.paraphrase.by_language.values())
        assert one.reference.number == "20" or re.search(r"\b20\b", plain_digits(said)), one.address
    assert find("175")


SPELLINGS = {
    "صلاحيّة": "صلاحية",  # marks
    "صلاحيه": "صلاحية",  # teh marbuta
    "الإختراق": "الاختراق",  # hamza
    "مسئولية": "مسؤولية",  # hamza on the other seat
    "مسوولية": "مسؤولية",  # and without it
    "الـمـواقـع": "المواقع",  # tatweel
    "SYSTEM": "system",
}


def test_by_words_in_another_spelling(find: Find) -> None:
    for other, wanted in SPELLINGS.items():
        assert set(addresses(find(other))) == set(addresses(find(wanted))) != set(), other


def test_what_is_joined_to_a_word_is_left_out_until_something_of_the_country_is_found(find: Find) -> None:
    # With the article these stand in texts of the other country alone.
    for wanted in ("الأقارب", "المساس", "والهدايا", "بالهدايا"):
        assert find(wanted, "eg-conduct")[0].address.startswith("eg-"), wanted


def test_by_english_words_and_by_words_that_stand_apart(find: Find) -> None:
    assert addresses(find("definitions"))[0] == f"{LAW}/art-1"
    both = find("gifts party", "eg-conduct")
    assert addresses(both)[:1] == ["eg-civil-service-regulations/pm-1216-2017/prohibition-party-gifts"]
    # Where nothing holds all of them, what holds the most does.
    assert set(addresses(find("gifts party zzz", "eg-conduct"))) & set(addresses(both))


def test_what_holds_the_very_words_comes_before_what_only_resembles_them(find: Find) -> None:
    found = [one for one in find("الهدايا", "eg-conduct") if one.address.startswith("eg-")]
    assert "الهدايا" in found[0].paraphrase.by_language["ar"] + found[0].title.by_language["ar"]


def test_the_country_of_the_bank_comes_first_and_the_past_last(find: Find) -> None:
    for bank, own in (("eg-conduct", "eg-"), ("ae-conduct", "ae-")):
        places = [one.address.startswith(own) for one in find("gift", bank)]
        assert places == sorted(places, reverse=True)
        assert set(places) == {True, False}
    found = find("res-15-2010", "ae-conduct")
    assert {(one.status, one.as_history) for one in found if one.as_history} == {("repealed", True)}
    mixed = find("القيم", "ae-conduct")
    own = [one.as_history for one in mixed if one.address.startswith("ae-")]
    assert own == sorted(own)
    assert set(own) == {True, False}


def test_a_repealed_article_of_the_number_comes_after_all_that_holds(find: Find) -> None:
    found = [one for one in find("المادة 1", "ae-conduct") if one.address.startswith("ae-")]
    past = [one.as_history for one in found]
    assert past == sorted(past)
    assert found[0].reference.number == "1"


def test_what_may_not_be_cited_is_never_found(find: Find, works: Works, reading: Reading, editor: Someone) -> None:
    words_of_it = "spokesperson"
    assert not [one for one in addresses(find(words_of_it, "eg-conduct")) if "social-media-spokesperson" in one]
    document = next(one.document for one in reading.instruments if one.document["key"] == "eg-cybercrime")
    assert addresses(find("20"))
    edition, *others = document["editions"]
    provisions = [{**one, "verification": "recall"} if one["key"] == "art-20" else one for one in edition["provisions"]]
    with works.writing(SYSTEM) as work:
        install_release(
            work, Release(({**document, "editions": [{**edition, "provisions": provisions}, *others]},), (), ())
        )
    assert not [one for one in addresses(find("20")) if "art-20" in one]
    with works.reading(editor.actor) as work:
        assert not searching.is_citable(work, f"{LAW}/art-20")
        assert searching.is_citable(work, f"{LAW}/art-21")
        assert not searching.is_citable(work, "")


def test_what_was_changed_is_found_as_it_stands_now(find: Find, works: Works, reading: Reading) -> None:
    document = next(one.document for one in reading.instruments if one.document["key"] == "eg-cybercrime")
    assert find("زمردة") == []
    edition, *others = document["editions"]
    provisions = [{**edition["provisions"][0], "title": words("زمردة")}, *edition["provisions"][1:]]
    with works.writing(SYSTEM) as work:
        install_release(
            work, Release(({**document, "editions": [{**edition, "provisions": provisions}, *others]},), (), ())
        )
    assert addresses(find("زمردة")) == [f"{LAW}/art-1"]


def test_nothing_is_found_where_nothing_is_asked(find: Find) -> None:
    for wanted in ("", "   ", "؟!", "-", "zzzz", "x" * 5_000):
        assert find(wanted) == []
    assert len(find("القانون")) == searching.MOST_FOUND


def test_a_query_is_read_up_to_its_two_hundredth_sign(find: Find) -> None:
    assert find(f"{'20 ' * 100}")[0].address == f"{LAW}/art-20"
    assert addresses(find("20" + " " * 198 + "definitions")) == addresses(find("20"))
    assert addresses(find("20" + " " * 187 + "definitions")) != addresses(find("20"))


def test_what_is_at_hand_is_not_found_again(works: Works, editor: Someone) -> None:
    held = [f"{LAW}/art-20", "no/such/place", "", "nonsense", f"{LAW}/art-20#99"]
    with works.reading(editor.actor) as work:
        found = searching.gather(work, held, "20", "eg-cybercrime")
        idle = searching.gather(work, held, "  ")
    assert addresses(list(found.at_hand)) == held[:1]
    assert found.unknown == tuple(held[1:])
    assert f"{LAW}/art-20" not in addresses(list(found.found))
    assert f"{LAW}/art-20#1" in addresses(list(found.found))
    assert idle.found == ()


def test_the_bank_of_a_provision_is_its_instruments_or_the_first_of_its_country(works: Works, editor: Someone) -> None:
    with works.reading(editor.actor) as work:
        banks = [
            belonging.bank_of_provision(work, address)
            for address in (
                f"{LAW}/art-20",
                "ae-hr-law/fdl-49-2022/art-26",
                "eg-media/law-180-2018/art-19",
                "no/such/one",
            )
        ]
        past = searching.past_editions(work)
        editions = dict(searching.list_editions(work))
    assert banks == ["eg-cybercrime", "ae-conduct", "eg-conduct", "eg-conduct"]
    assert past == {"ae-conduct/res-15-2010"}
    assert LAW in editions


def test_searching_is_for_editors_and_reviewers(works: Works, make_person: MakePerson, is_refused: Refusal) -> None:
    learner = make_person()
    with is_refused(Permission.BANK_SCENARIO_READ, learner), works.reading(learner.actor) as work:
        searching.find_provisions(work, "20")
