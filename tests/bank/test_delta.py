"""A module of nothing but what changed: its lines can be filled by any seed, its cards say what stands now."""

from copy import deepcopy
from typing import Any

import pytest

from quiz.bank.checks_modules import shortages
from quiz.bank.delta import MOST_DRAWN, delta_key, delta_module, trained_by
from quiz.bank.impact import ProvisionChange, provision_changes
from quiz.engine.document import read_instrument, read_module, read_scenario
from quiz.engine.instrument import Library
from quiz.engine.scenario import Scenario
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
MODEL = module_document(
    "model", behaviour="try_again", validity="P1Y", certainty=True, defaults={"assigned_to": "everyone", "due": "P20D"}
)


def at(place: str) -> str:
    return f"{LAW}/{EDITION}/{place}"


def law(*articles: str, **said: str) -> Document:
    made = [provision_document(one, paraphrase=words(said.get(one.replace("-", "_"), "نص"))) for one in articles]
    return instrument_document(LAW, edition_document(EDITION, *made))


def changed(before: Document, after: Document) -> list[ProvisionChange]:
    stood, stands = (Library.of((read_instrument(one),)) for one in (before, after))
    return [one for one in provision_changes(stood, stands, LAW) if one.is_asked_again]


def on(key: str, *articles: str, **changes: Any) -> Scenario:
    document = scenario_document(key, cites=[at(one) for one in articles], **changes)
    for option in document["options"]:
        option["cites"] = [at(articles[0])]
    return read_scenario(document)


def made(before: Document, after: Document, *scenarios: Scenario, model: Document = MODEL) -> Document:
    library = Library.of((read_instrument(after),))
    return delta_module("delta", changed(before, after), scenarios, library, model)


def lines(document: Document) -> list[tuple[str, int, list[str]]]:
    return [
        (line["bank"], line["count"], [one.rpartition("/")[2] for one in line["provisions"]])
        for line in document["blueprint"]
    ]


def test_only_what_changed_is_read_and_asked() -> None:
    before, after = law("art-1", "art-2"), law("art-1", "art-2", art_1="نص آخر")
    scenarios = (on("a", "art-1"), on("b", "art-1"), on("c", "art-1"), on("d", "art-2"))
    document = made(before, after, *scenarios)
    assert lines(document) == [("eg-cybercrime", 2, ["art-1"])]
    assert [(card["key"], card["body"]["ar"], card["cites"]) for card in document["lesson"]] == [
        ("art-1", "نص آخر", [at("art-1")])
    ]
    assert document["title"] == {"ar": "ما تغيّر في قانون", "en": "What changed in text"}
    module = read_module(document)
    assert (module.key, module.jurisdictions, module.behaviour) == ("delta", ("EG",), "try_again")
    assert (document["validity"], document["defaults"]) == ("P1Y", MODEL["defaults"])
    assert (module.certainty, module.time_limit, module.pledge, module.minutes) == (False, None, None, 5)


def test_its_rules_are_those_of_the_module_that_was_taken() -> None:
    before, after = law("art-1"), law("art-1", art_1="آخر")
    rule = {"score": "3/4", "and_every": [{"cites": at("art-1"), "score": "1/2"}]}
    document = made(before, after, on("a", "art-1"), model=module_document("exam", behaviour="exam", pass_rule=rule))
    assert (document["pass_rule"], document["behaviour"]) == ({"score": "3/4"}, "immediate_feedback")
    assert document["attempts"] == module_document("exam")["attempts"]
    assert "defaults" not in document


def test_each_of_a_few_provisions_is_asked_for_certain_and_no_line_is_promised_what_another_takes() -> None:
    before, after = law("art-1", "art-2"), law("art-1", "art-2", art_1="آخر", art_2="آخر")
    scenarios = (on("both", "art-1", "art-2"), on("one", "art-1"))
    document = made(before, after, *scenarios)
    module = read_module(document)
    assert shortages(module.blueprint, scenarios, Library.of((read_instrument(after),))) == []
    assert lines(document) == [("eg-cybercrime", 1, ["art-1"]), ("eg-cybercrime", 1, ["art-2"])]


def test_many_provisions_share_a_line_of_each_bank() -> None:
    names = [f"art-{number}" for number in range(1, 8)]
    before, after = law(*names), law(*names, **{name.replace("-", "_"): "آخر" for name in names})
    own = [on(f"s-{name}-{place}", name) for name in names for place in "abc"]
    other = [on(f"o-{name}", name, bank="eg-conduct") for name in names[:2]]
    assert lines(made(before, after, *own)) == [("eg-cybercrime", MOST_DRAWN, names)]
    assert lines(made(before, after, *own, *other)) == [
        ("eg-conduct", 2, names),
        ("eg-cybercrime", MOST_DRAWN // 2, names),
    ]


@pytest.mark.parametrize("changes", [{"sensitive": True}, {"jurisdiction": "AE"}])
def test_what_may_be_switched_off_or_is_of_another_country_asks_nothing(changes: Document) -> None:
    before, after = law("art-1"), law("art-1", art_1="آخر")
    assert made(before, after, on("a", "art-1", **changes))["blueprint"] == []
    assert trained_by(at("art-1"), "EG", [on("a", "art-1", **changes)]) == ()


def test_a_card_says_the_paragraphs_that_changed() -> None:
    before = law("art-1")
    parts = [{"key": "1", "paraphrase": words("أولى")}, {"key": "2", "paraphrase": words("ثانية")}]
    before["editions"][0]["provisions"][0]["parts"] = parts
    after = deepcopy(before)
    after["editions"][0]["provisions"][0]["parts"][1]["paraphrase"] = words("ثانية أخرى")
    (card,) = made(before, after, on("a", "art-1"))["lesson"]
    assert card["body"] == {"ar": "نص ثانية أخرى", "en": "text text"}


def test_a_key_is_never_too_long_and_names_the_version() -> None:
    assert delta_key(LAW, EDITION, 3) == "delta-eg-cybercrime-law-1-2020-3"
    long = delta_key("eg-civil-service-regulations", "a-rather-long-edition-of-nineteen-eighty", 12)
    assert len(long) <= 64
    assert long.endswith("-12")
