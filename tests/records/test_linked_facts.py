"""The attached facts as linked data: every field survives expansion, and nothing is fetched for it."""

import json
from datetime import date

import pytest
from pyld import jsonld

from quiz.records.facts import digest, to_document
from quiz.records.linked_facts import VOCABULARY, attached, facts_digest, facts_of

ADDRESS = "https://amana.example/verify/3WW6-P9D8-KS862"


def no_network(url, options):
    raise AssertionError(f"asked for {url}")


@pytest.fixture
def expanded(facts):
    (node,) = jsonld.expand(json.loads(attached(facts, ADDRESS)), {"documentLoader": no_network})
    return node


def test_every_field_has_an_address_of_its_own(facts, expanded):
    stated = {name for name, value in to_document(facts).items() if value is not None}
    assert {key.removeprefix(VOCABULARY) for key in expanded} == stated | {"@id", "@type"}
    assert expanded["@id"] == ADDRESS
    assert expanded["@type"] == [f"{VOCABULARY}CompletionRecord"]


def test_words_have_their_language_and_days_their_type(facts, expanded):
    titles = {one["@language"]: one["@value"] for one in expanded[f"{VOCABULARY}module_title"]}
    assert titles == facts.module_title.by_language
    (day,) = expanded[f"{VOCABULARY}completed_on"]
    assert day["@type"].endswith("#date")
    assert date.fromisoformat(day["@value"]) == facts.completed_on
    (editions,) = expanded[f"{VOCABULARY}editions"]
    addresses = [one[f"{VOCABULARY}address"][0]["@value"] for one in editions["@list"]]
    assert addresses == [one.address for one in facts.editions]


def test_without_what_makes_it_linked_it_is_the_registered_document(facts):
    document = json.loads(attached(facts, ADDRESS))
    assert facts_of(document) == to_document(facts)
    assert facts_digest(document) == digest(to_document(facts))
