"""What an amendment does, told before anybody does it: each way a provision can change, and everything it reaches."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from quiz.bank import amending
from quiz.bank.amending import NewEdition, Proof
from quiz.bank.impact import Impact, Staleness, Touch, impact
from quiz.engine.document import read_instrument, read_module, read_scenario
from quiz.engine.instrument import Library
from tests.builders import (
    edition_document,
    instrument_document,
    module_document,
    provision_document,
    scenario_document,
    words,
)

Document = dict[str, Any]
LAW, EDITION = "eg-cybercrime", "law-1-2020"
FINE = {"key": "fine", "what": "fine", "min": 1, "max": 2, "currency": "EGP"}
PARTS = [{"key": "1", "paraphrase": words("أولى")}, {"key": "2", "paraphrase": words("ثانية"), "figures": [FINE]}]


def at(place: str, edition: str = EDITION) -> str:
    return f"{LAW}/{edition}/{place}"


@pytest.fixture
def law() -> Document:
    """A law of four articles: plain, with paragraphs, with a figure, and one nobody rests on."""
    articles = (
        provision_document("art-1"),
        provision_document("art-2", parts=deepcopy(PARTS)),
        provision_document("art-3", figures=[dict(FINE)]),
        provision_document("art-4"),
    )
    return instrument_document(LAW, edition_document(EDITION, *articles))


def a_scenario(key: str, *cites: Any, options: tuple[str, ...] = (), **changes: Any) -> Document:
    document = scenario_document(key, cites=list(cites), **changes)
    for option in document["options"]:
        option["cites"] = list(options or [cite if isinstance(cite, str) else cite["at"] for cite in cites])
    return document


SCENARIOS = (
    a_scenario("on-1", at("art-1")),
    a_scenario("on-2-1", at("art-2#1")),
    a_scenario("on-2", at("art-2")),
    a_scenario("by-option", at("art-1"), options=(at("art-3"),)),
    a_scenario("past", {"at": at("art-3"), "as": "history"}, options=(at("art-4"),)),
)
COMPARED = {"edition": f"{LAW}/{EDITION}", "cites": [at("art-1")], "verdict": "same", "note": words()}
ABROAD = a_scenario("abroad", "ae-conduct/code/pledge-1", compare=[COMPARED], bank="ae-conduct", jurisdiction="AE")
CARD = {"key": "card", "title": words(), "body": words(), "cites": [at("art-3")]}
MODULES = (
    module_document("by-lines", blueprint=[{"bank": LAW, "count": 1, "provisions": [at("art-2#1")]}], pledge=None),
    module_document("by-lesson", blueprint=[{"bank": "ae-conduct", "count": 1}], lesson=[CARD], pledge=None),
    module_document(
        "by-pledge",
        blueprint=[{"bank": "eg-conduct", "count": 1}],
        pledge={"confirm": words(), "undertake": words(), "editions": [f"{LAW}/{EDITION}"], "required": True},
    ),
    module_document("by-bank", blueprint=[{"bank": LAW, "count": 1}], pledge=None),
    module_document(
        "by-rule",
        blueprint=[{"bank": "eg-conduct", "count": 1}],
        pass_rule={"score": "1/2", "and_every": [{"cites": at("art-4"), "score": "1/2"}]},
        pledge=None,
    ),
)


def told(before: Document, after: Document, **more: Any) -> Impact:
    scenarios = [read_scenario(one) for one in (*SCENARIOS, ABROAD)]
    modules = [read_module({key: value for key, value in one.items() if value is not None}) for one in MODULES]
    return impact(Library.of((read_instrument(before),)), [after], scenarios, modules, **more)


def touches(found: Impact) -> dict[str, set[str]]:
    return {change.address.rpartition("/")[2]: {one.value for one in change.touches} for change in found.provisions}


def stale(found: Impact) -> dict[str, str]:
    return {one.scenario.key: one.kind.value for one in found.scenarios}


def ways(found: Impact) -> dict[str, list[str]]:
    return {one.module.key: [way.value for way in one.ways] for one in found.modules}


def article(document: Document, key: str, edition: int = 0) -> Document:
    return next(one for one in document["editions"][edition]["provisions"] if one["key"] == key)


def test_what_does_not_change_touches_nothing(law: Document) -> None:
    assert told(law, deepcopy(law)) == Impact((), (), ())


AMENDMENTS: dict[str, tuple[Callable[[Document], Any], dict[str, set[str]], dict[str, str], dict[str, list[str]]]] = {
    "an article says something else": (
        lambda law: article(law, "art-1").update(paraphrase=words("نص آخر")),
        {"art-1": {"wording"}},
        {"on-1": "reworded", "by-option": "reworded", "abroad": "reworded"},
        {"by-lesson": ["pool"], "by-pledge": ["pledge"], "by-bank": ["pool"]},
    ),
    "an article gets another number": (
        lambda law: article(law, "art-1")["reference"].update(number="1 bis"),
        {"art-1": {"wording"}},
        {"on-1": "reworded", "by-option": "reworded", "abroad": "reworded"},
        {"by-lesson": ["pool"], "by-pledge": ["pledge"], "by-bank": ["pool"]},
    ),
    "a paragraph changes, and only who cites it or the whole is concerned": (
        lambda law: article(law, "art-2")["parts"][1].update(paraphrase=words("نص آخر")),
        {"art-2": {"wording"}},
        {"on-2": "reworded"},
        {"by-lines": ["lines"], "by-pledge": ["pledge"], "by-bank": ["pool"]},
    ),
    "a paragraph goes": (
        lambda law: article(law, "art-2")["parts"].pop(0),
        {"art-2": {"wording"}},
        {"on-2-1": "gone", "on-2": "reworded"},
        {"by-lines": ["lines", "pool"], "by-pledge": ["pledge"], "by-bank": ["pool"]},
    ),
    "a fine rises": (
        lambda law: article(law, "art-3")["figures"][0].update(max=5),
        {"art-3": {"figures"}},
        {"by-option": "reworded", "past": "reworded"},
        {"by-lesson": ["lesson"], "by-pledge": ["pledge"], "by-bank": ["pool"]},
    ),
    "an article goes": (
        lambda law: law["editions"][0]["provisions"].pop(0),
        {"art-1": {"removed"}},
        {"on-1": "gone", "by-option": "gone", "abroad": "gone"},
        {"by-lesson": ["pool"], "by-pledge": ["pledge"], "by-bank": ["pool"]},
    ),
    "the edition is repealed: who cites it as past is right to": (
        lambda law: law["editions"][0].update(status="repealed"),
        {f"art-{number}": {"status"} for number in (1, 2, 3, 4)},
        {
            "on-1": "repealed", "on-2-1": "repealed", "on-2": "repealed", "by-option": "repealed", "past": "repealed",
            "abroad": "repealed",
        },
        {
            "by-lines": ["lines", "pool"], "by-lesson": ["lesson", "pool"], "by-pledge": ["pledge"],
            "by-bank": ["pool"], "by-rule": ["lines"],
        },
    ),
    "the proof of an article turns out to be none": (
        lambda law: article(law, "art-1").update(verification="disputed"),
        {"art-1": {"verification"}},
        {"on-1": "proof-too-weak", "by-option": "proof-too-weak", "abroad": "proof-too-weak"},
        {"by-lesson": ["pool"], "by-bank": ["pool", "proof"]},
    ),
    "an article is proved less than a module asks for": (
        lambda law: article(law, "art-1").update(verification="secondary"),
        {"art-1": {"verification"}},
        {},
        {"by-bank": ["proof"]},
    ),
    "an article is proved better": (
        lambda law: article(law, "art-1").update(verification="official_verified"),
        {"art-1": {"verification"}},
        {},
        {},
    ),
    "a new article is more of what a bank is drawn from": (
        lambda law: law["editions"][0]["provisions"].append(provision_document("art-5")),
        {"art-5": {"added"}},
        {},
        {"by-pledge": ["pledge"], "by-bank": ["bank"]},
    ),
    "a new article that binds nobody is no more to learn": (
        lambda law: law["editions"][0]["provisions"].append(provision_document("art-5", binds_conduct=False)),
        {"art-5": {"added"}},
        {},
        {"by-pledge": ["pledge"]},
    ),
    "an article nobody rests on": (
        lambda law: article(law, "art-4").update(title=words("عنوان آخر")),
        {"art-4": {"wording"}},
        {"past": "reworded"},
        {"by-pledge": ["pledge"], "by-bank": ["pool"], "by-rule": ["lines"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("amendment", AMENDMENTS)
def test_each_amendment_tells_exactly_what_it_reaches(law: Document, amendment: str) -> None:
    change, provisions, scenarios, modules = AMENDMENTS[amendment]
    after = deepcopy(law)
    change(after)
    found = told(law, after)
    assert touches(found) == provisions
    assert stale(found) == scenarios
    assert ways(found) == modules


def test_what_no_page_shows_of_a_provision_touches_nothing(law: Document) -> None:
    after = deepcopy(law)
    article(after, "art-1").update(topics=["privacy"], source=words("آخر"), review_due="2029-01-01")
    after["editions"][0].update(label=words("اسم آخر"))
    assert told(law, after) == Impact((), (), ())


def test_the_gravest_reason_is_the_reason_and_every_place_has_its_own(law: Document) -> None:
    after = deepcopy(law)
    article(after, "art-1").update(paraphrase=words("نص آخر"))
    after["editions"][0]["provisions"].pop(2)
    (found,) = [one for one in told(law, after).scenarios if one.scenario.key == "by-option"]
    assert found.kind is Staleness.GONE
    assert found.places == ((at("art-1"), Staleness.REWORDED), (at("art-3"), Staleness.GONE))


def test_what_was_stale_before_is_not_made_so_by_this(law: Document) -> None:
    before = deepcopy(law)
    before["editions"][0].update(status="repealed")
    before["editions"][0]["provisions"].pop(0)
    after = deepcopy(before)
    article(after, "art-4").update(title=words("آخر"))
    assert stale(told(before, after)) == {"past": "reworded"}


def test_what_the_organisation_adopted_goes_on_counting(law: Document) -> None:
    after = deepcopy(law)
    article(after, "art-1").update(verification="secondary")
    assert ways(told(law, after, adopted=frozenset({at("art-1")}))) == {}


def test_a_module_names_the_scenarios_it_draws(law: Document) -> None:
    after = deepcopy(law)
    article(after, "art-1").update(verification="disputed", paraphrase=words("آخر"))
    found = {one.module.key: one for one in told(law, after).modules}
    assert (found["by-bank"].stale, found["by-bank"].uncounted) == (("on-1", "by-option"), ("on-1", "by-option"))
    assert (found["by-lesson"].stale, found["by-lesson"].uncounted) == (("abroad",), ())


@pytest.fixture
def successor(law: Document) -> Document:
    """The law with a new edition that repeals the old one: one article changed, one left out, one new."""
    made, _ = amending.with_edition(law, 0, NewEdition("law-2-2026", words("جديد"), repeals=True))
    made = amending.proved(made, 1, Proof("mirror_verified", words("قوبل"), on="2026-11-20"))
    article(made, "art-1", 1).update(paraphrase=words("نص آخر"))
    provisions = made["editions"][1]["provisions"]
    provisions.pop(3)
    provisions.append(provision_document("art-9"))
    return made


def test_of_a_new_edition_only_what_it_says_otherwise_is_asked_again(law: Document, successor: Document) -> None:
    found = told(law, successor)
    new = {change.address: change for change in found.provisions if Touch.ADDED in change.touches}
    assert {address.rpartition("/")[2]: change.follows for address, change in new.items()} == {
        "art-1": at("art-1"),
        "art-2": at("art-2"),
        "art-3": at("art-3"),
        "art-9": None,
    }
    assert [change.address for change in found.asked_again] == [at("art-1", "law-2-2026"), at("art-9", "law-2-2026")]
    assert set(stale(found).values()) == {"repealed"}
    assert ways(found)["by-bank"] == ["pool", "bank"]


def test_nothing_is_asked_again_that_cannot_be_taught(law: Document, successor: Document) -> None:
    for changes in ({"binds_conduct": False}, {"sensitive": True}, {"verification": "recall"}):
        after = deepcopy(successor)
        article(after, "art-1", 1).update(changes)
        assert [change.address for change in told(law, after).asked_again] == [at("art-9", "law-2-2026")]
    successor["editions"][1]["status"] = "draft"
    assert told(law, successor).asked_again == ()


def test_a_draft_that_comes_into_force_is_new_to_everybody(law: Document) -> None:
    before = deepcopy(law)
    before["editions"][0]["status"] = "draft"
    assert [change.address for change in told(before, law).asked_again] == [at(f"art-{n}") for n in (1, 2, 3, 4)]
    for status in ("unknown", "repealed"):
        before["editions"][0]["status"] = status
        assert told(before, law).asked_again == ()


def test_a_fine_that_rises_is_asked_again_and_a_better_proof_is_not(law: Document) -> None:
    after = deepcopy(law)
    article(after, "art-3")["figures"][0].update(max=9)
    article(after, "art-1").update(verification="official_verified")
    assert [change.address for change in told(law, after).asked_again] == [at("art-3")]
