"""Keys never reach the browser: a whole attempt is walked, and every byte that was sent is searched.

The bank of this test is the shipped one in disguise: every key and every ruling is replaced by a word that occurs
nowhere else, so that finding one is proof and not chance.
"""

import copy
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import template_rendered
from werkzeug.test import TestResponse

from quiz.access.actor import Actor
from quiz.bank.reader import Reading
from quiz.engine.extremes import least_sound, soundest
from quiz.engine.question_types import registry as question_types
from quiz.engine.question_types.branching import walk
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from quiz.services.viewing import SlotSummary
from tests.fixtures.people import MakePerson
from tests.pages import RoleClient
from tests.web.learning import EXAM, MODULE, Learner, sent_for

Open = Callable[..., RoleClient]
# A topic that no scenario of this bank has: so the blueprint draws the disguised ones and no other.
TOPIC = "post-employment"
# What a page says only of an answer that was judged.
TELLING = (
    "credit",
    "is_best",
    '"correct"',
    "soundness",
    "--best",
    "--good",
    "--partly",
    "--care",
    "ruling",
    "key_rating",
)


def mask(*parts: str) -> str:
    return "z" + hashlib.sha256("/".join(parts).encode()).hexdigest()[:12]


def arabic_mask(*parts: str) -> str:
    """A word of Arabic letters: Latin ones would be set apart, and a leak of them might look different."""
    digits = hashlib.sha256("/".join(parts).encode()).hexdigest()[:12]
    return "".join("ضظغذثخصقفشسيبل"[int(digit, 16) % 14] for digit in digits) + "ظ"


@dataclass(frozen=True)
class Secrets:
    """What must not be seen of one scenario: never, or not before it is ruled."""

    option_keys: frozenset[str]
    later: frozenset[str]


def choosable(scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Everything that may be chosen, whatever the kind calls it."""
    found: list[dict[str, Any]] = scenario.get("options") or scenario.get("passages") or []
    return found or [choice for node in scenario["nodes"] for choice in node["choices"]]


def marked(part: Any, keys: Mapping[str, str]) -> Any:
    """The same part of a document, its passages under other keys."""
    if isinstance(part, str):
        return re.sub(r"\[\[([a-z0-9-]+):", lambda found: f"[[{keys[found[1]]}:", part)
    if isinstance(part, dict):
        return {name: marked(one, keys) for name, one in part.items()}
    return [marked(one, keys) for one in part] if isinstance(part, list) else part


def disguised(document: Mapping[str, Any]) -> tuple[dict[str, Any], str, Secrets]:
    scenario = copy.deepcopy(dict(document))
    key = mask(document["key"])
    scenario["key"], scenario["topics"], scenario["sensitive"] = key, [TOPIC], False
    keys: dict[str, str] = {}
    later = {key}
    for option in choosable(scenario):
        keys[option["key"]] = option["key"] = mask(document["key"], option["key"])
        # What came of a choice is shown with the next turn; why it is sound or not only at the end.
        for name in ("ruling",) if "nodes" in scenario else ("ruling", "consequence"):
            if option.get(name):
                words = {"ar": arabic_mask(option["key"], name), "en": mask(option["key"], name)}
                option[name] = {language: f"{word}. {option[name][language]}" for language, word in words.items()}
                later |= set(words.values())
    for node in scenario.get("nodes", ()):
        keys[node["key"]] = mask(document["key"], node["key"])
    for node in scenario.get("nodes", ()):
        node["key"] = keys[node["key"]]
        for choice in node["choices"]:
            choice["next"] = keys.get(choice["next"])
    if scenario.get("key_ratings"):
        scenario["key_ratings"] = {keys[option]: rating for option, rating in scenario["key_ratings"].items()}
    if scenario.get("key_choice"):
        scenario["key_choice"] = {pick: keys[option] for pick, option in scenario["key_choice"].items()}
    if scenario.get("key_order"):
        scenario["key_order"] = [keys[option] for option in scenario["key_order"]]
    if scenario.get("passages"):
        scenario["exhibit"] = marked(scenario["exhibit"], keys)
    for comparison in scenario.get("compare") or []:
        words = {"ar": arabic_mask(key, comparison["edition"]), "en": mask(key, comparison["edition"])}
        comparison["note"] = {language: f"{word}. {comparison['note'][language]}" for language, word in words.items()}
        later |= set(words.values())
    return scenario, key, Secrets(frozenset(keys.values()), frozenset(later))


@pytest.fixture
def secrets(works: Works, reading: Reading) -> dict[str, Secrets]:
    """Publish the disguised bank and the two modules over it; return what is secret, by scenario key."""
    scenarios, found = [], {}
    for source in reading.scenarios:
        if source.document["bank"] == "eg-conduct":
            assert TOPIC not in source.document["topics"]
            scenario, key, secret = disguised(source.document)
            scenarios.append(scenario)
            found[key] = secret
    blueprint = [
        {"bank": "eg-conduct", "count": 2, "topics": [TOPIC], "kinds": [kind]} for kind in question_types.names()
    ]
    modules = [
        {**source.document, "key": f"disguised-{source.document['key']}", "blueprint": blueprint}
        for source in reading.modules
    ]
    with works.writing(Actor.system("tests")) as work:
        install_release(work, Release((), scenarios, modules))
    return found


@pytest.fixture(params=["ar", "en"])
def taker(
    request: pytest.FixtureRequest, secrets: object, browser: Open, make_person: MakePerson, works: Works
) -> Learner:
    someone = make_person(modules=tuple(f"disguised-{module}" for module in (MODULE, EXAM)))
    return Learner(browser(someone, request.param), someone, works)


def sent_by(client: RoleClient) -> Iterator[tuple[str, str]]:
    """Everything that was sent since the last look: where, and the whole of it with headers and cookies."""
    responses, client.seen = client.seen, []
    for response in responses:
        yield response.request.path, _whole(response)


def _whole(response: TestResponse) -> str:
    return f"{response.headers}\n{response.get_data(as_text=True)}"


def betrayals(client: RoleClient, words: frozenset[str]) -> list[str]:
    return [f"{word} on {path}" for path, whole in sent_by(client) for word in sorted(words) if word in whole]


def own_words(page: str) -> list[str]:
    """Which telling words stand in the part of a page that is about the scenario."""
    main = page[page.index("<main") : page.index("</main>")]
    return [word for word in TELLING if word in main]


def _bare(key: str) -> str:
    """The key as the document has it: a choice's own, without its node's."""
    return key.rpartition("/")[2]


def test_while_learning_nothing_is_told_before_the_answer_and_no_key_after_it(
    taker: Learner, secrets: Mapping[str, Secrets]
) -> None:
    taker.client.get("/learn/")
    attempt_id = taker.begin(f"disguised-{MODULE}")
    slots = taker.stored(attempt_id).attempt.slots
    keys = frozenset(key for secret in secrets.values() for key in secret.option_keys)
    assert {slot.scenario.key for slot in slots} <= set(secrets)
    for slot in slots:
        still_secret = keys | {word for one in slots[slot.number - 1 :] for word in secrets[one.scenario.key].later}
        page = taker.page(attempt_id, slot.number)
        assert own_words(page.response.get_data(as_text=True)) == []
        refused = taker.answer(attempt_id, slot.number, {"order": ""}, status=422)
        assert own_words(refused.response.get_data(as_text=True)) in ([], ["--care"])
        assert betrayals(taker.client, still_secret) == []
        response = (soundest if slot.number % 2 else least_sound)(slot.scenario)
        turns = sent_for(slot, response)
        for sent in turns[:-1]:
            taker.answer(attempt_id, slot.number, sent)
            taker.page(attempt_id, slot.number)
        assert betrayals(taker.client, still_secret) == []
        taker.answer(attempt_id, slot.number, turns[-1])
        told = _whole(taker.page(attempt_id, slot.number).response)
        # The words are there once they may be: so the search above would have found them.
        language = 0 if taker.client.language == "ar" else 1
        met = walk(slot.scenario, response.sequence) if slot.scenario.nodes else None
        shown = [key for node in met for key in node.leads] if met else slot.option_order
        rulings = [(arabic_mask, mask)[language](_bare(key), "ruling") for key in shown]
        assert all(word in told for word in rulings)
        # The key of the scenario stands in the links that ask about it.
        still_secret = keys | {word for one in slots[slot.number :] for word in secrets[one.scenario.key].later}
        assert betrayals(taker.client, frozenset(still_secret)) == []
    taker.client.get(f"/learn/attempts/{attempt_id}/result")
    for slot in slots:
        taker.page(attempt_id, slot.number, "?review=1")
    assert betrayals(taker.client, keys) == []


def test_an_exam_tells_nothing_until_it_is_handed_in_and_no_key_after_it(
    taker: Learner, secrets: Mapping[str, Secrets]
) -> None:
    attempt_id = taker.begin(f"disguised-{EXAM}")
    slots = taker.stored(attempt_id).attempt.slots
    everything = frozenset(word for secret in secrets.values() for word in (*secret.option_keys, *secret.later))
    for slot in slots:
        taker.answer(attempt_id, slot.number, {"order": ""}, status=422)
        for sent in sent_for(slot, least_sound(slot.scenario)):
            taker.answer(attempt_id, slot.number, sent)
        page = taker.page(attempt_id, slot.number, "?review=1").response.get_data(as_text=True)
        assert own_words(page) == []
    taker.client.get(f"/learn/attempts/{attempt_id}/check")
    taker.client.get("/learn/")
    assert betrayals(taker.client, everything) == []
    taker.finish(attempt_id)
    result = taker.client.get(f"/learn/attempts/{attempt_id}/result")
    for address in result.links("review=1") + result.links("/reread/"):
        taker.client.get(address)
    keys = frozenset(key for secret in secrets.values() for key in secret.option_keys)
    assert betrayals(taker.client, keys) == []


def test_the_order_of_options_says_nothing(taker: Learner, secrets: object) -> None:
    attempt_id = taker.begin(f"disguised-{MODULE}")
    for slot in taker.stored(attempt_id).attempt.slots:
        page = taker.page(attempt_id, slot.number)
        written = [option.key for option in slot.scenario.options]
        assert sorted(slot.option_order) == sorted(written)
        values = [field["value"] for field in page.soup.select("main input[name=choice]")]
        if slot.scenario.kind == "branching":
            assert values == sorted(values, key=int)
        else:
            assert values == [str(place) for place in range(len(values))]


def test_even_the_template_is_given_nothing_before_the_answer(taker: Learner, secrets: object) -> None:
    """What a template does not have it cannot show by mistake."""
    given: list[SlotSummary] = []

    def note(_app: object, context: dict[str, Any], **_: object) -> None:
        if isinstance(context.get("slot"), SlotSummary):
            given.append(context["slot"])

    with template_rendered.connected_to(note, taker.client.app):
        attempt_id = taker.begin(f"disguised-{EXAM}")
        for slot in taker.stored(attempt_id).attempt.slots:
            taker.answer(attempt_id, slot.number)
            taker.page(attempt_id, slot.number, "?review=1")
    assert len(given) == 2 * 2 * len(question_types.names())
    for summary in given:
        assert (summary.soundness, summary.citations, summary.comparisons) == (None, (), ())
        assert all((turn.ruling, turn.soundness, turn.elsewhere) == (None, None, ()) for turn in summary.turns)
        for option in summary.options:
            told = (option.is_best, option.soundness, option.key_rating, option.ruling, option.consequence)
            assert told == (False, None, None, None, None)
            assert option.key_place is None
            assert option.citations == ()
