"""A module of nothing but what an amendment changed: what each provision says now, and scenarios about these alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from quiz.bank.checks_modules import shortages
from quiz.bank.impact import ProvisionChange
from quiz.engine.instrument import Library, Provision
from quiz.engine.module import SelectionRule
from quiz.engine.scenario import BANKS, Scenario
from quiz.engine.selection import matches_provision
from quiz.engine.text import LANGUAGES, Text
from quiz.engine.upgrades import CURRENT_FORMAT, upgraded

Document = dict[str, Any]

# Up to so many provisions each has a line of its own, so that each is asked for certain.
MOST_LINES = 6
EACH = 2
MOST_DRAWN = 12
LONGEST_KEY = 64
FEWEST_MINUTES = 5
# Neither teaches somebody who is to be asked once more and counted.
_NOT_THESE, _TEACHES = {"exam", "practice"}, "immediate_feedback"

_TITLE = {"ar": "ما تغيّر في {}", "en": "What changed in {}"}
_SUMMARY = {
    "ar": "نصوص تغيّرت بعد أن أُتمّ التدريب عليها: خلاصة كل منها كما هي الآن، ومواقف عنها وحدها. "
    "وشهادة الإتمام القائمة تبقى صالحة إلى موعدها.",
    "en": "Provisions that changed after the training on them was completed: what each says now, and situations "
    "about these alone. A completion record that is held stays valid until its date.",
}


def delta_key(instrument: str, edition: str, number: int) -> str:
    """Return the key of the module that asks what a version of an instrument changed."""
    end = f"-{number}"
    return f"delta-{instrument}-{edition}"[: LONGEST_KEY - len(end)].rstrip("-") + end


def trained_by(address: str, country: str, scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """Return the scenarios of a country that train a provision; a sensitive one may be switched off."""
    return tuple(
        one
        for one in scenarios
        if one.jurisdiction == country and not one.sensitive and matches_provision(one, address)
    )


def delta_module(
    key: str,
    changes: Sequence[ProvisionChange],
    scenarios: Sequence[Scenario],
    library: Library,
    model: Mapping[str, Any],
) -> Document:
    """Return the document of a module about some changes of one instrument, with the rules of the module `model`.

    Its blueprint is empty where no scenario trains any of them.
    """
    instrument = changes[0].held[0]
    country = instrument.jurisdiction
    blueprint = _blueprint([change.address for change in changes], country, scenarios, library)
    lesson = _lesson(changes, country)
    held = upgraded("module", dict(model))
    drawn = sum(line["count"] for line in blueprint)
    return {
        "format": CURRENT_FORMAT["module"],
        "key": key,
        "title": _filled(_TITLE, instrument.title),
        "summary": dict(_SUMMARY),
        "minutes": max(FEWEST_MINUTES, len(lesson) + 2 * drawn),
        "jurisdictions": [country],
        "lesson": lesson,
        "blueprint": blueprint,
        "behaviour": _TEACHES if held["behaviour"] in _NOT_THESE else held["behaviour"],
        "certainty": False,
        "pass_rule": {"score": held["pass_rule"]["score"]},
        "attempts": dict(held["attempts"]),
        "time_limit": None,
        "validity": held["validity"],
        "minimum_verification": held["minimum_verification"],
        **({"defaults": dict(held["defaults"])} if held.get("defaults") else {}),
    }


def _filled(sentence: Mapping[str, str], title: Text) -> dict[str, str]:
    return {
        language: sentence[language].format(title.by_language[language])
        for language in LANGUAGES
        if language in title.by_language
    }


def _lesson(changes: Sequence[ProvisionChange], country: str) -> list[Document]:
    cards: dict[str, Document] = {}
    for change in changes:
        _, edition, provision = change.held
        key = (
            provision.key if provision.key not in cards else f"{edition.key}-{provision.key}"[:LONGEST_KEY].rstrip("-")
        )
        cards[key] = {
            "key": key,
            "title": provision.title.document(),
            "body": _said(provision, change.stood[2] if change.stood else None),
            "cites": [change.address],
            "jurisdictions": [country],
        }
    return list(cards.values())


def _said(now: Provision, was: Provision | None) -> dict[str, str]:
    """Return what a provision says now, and after it those of its paragraphs that are not what they were."""
    stood = {part.key: part.paraphrase for part in was.parts} if was else {}
    told = [now.paraphrase, *(part.paraphrase for part in now.parts if part.paraphrase != stood.get(part.key))]
    return {
        language: " ".join(one.by_language[language] for one in told if language in one.by_language)
        for language in LANGUAGES
        if language in now.paraphrase.by_language
    }


def _blueprint(
    addresses: Sequence[str], country: str, scenarios: Sequence[Scenario], library: Library
) -> list[Document]:
    """Return lines that can be filled whatever the seed: of few provisions each its own, of many one for each bank."""
    trained = (one for address in addresses for one in trained_by(address, country, scenarios))
    pool = list({one.key: one for one in trained}.values())
    banks = [bank for bank in BANKS if any(one.bank == bank for one in pool)]
    about = [(address,) for address in addresses] if len(addresses) <= MOST_LINES else [tuple(addresses)]
    most = EACH if len(addresses) <= MOST_LINES else MOST_DRAWN // max(1, len(banks))
    lines = [
        SelectionRule(bank, min(most, _count(pool, bank, some)), provisions=some, jurisdictions=(country,))
        for some in about
        for bank in banks
        if _count(pool, bank, some)
    ]
    while short := shortages(lines, pool, library):
        place, found = short[0]
        # Another line takes the same scenarios first: this one asks for what is left to it.
        fewer = [SelectionRule(lines[place].bank, found, provisions=lines[place].provisions, jurisdictions=(country,))]
        lines[place : place + 1] = fewer if found > 0 else []
    return [
        {"bank": line.bank, "count": line.count, "provisions": list(line.provisions), "jurisdictions": [country]}
        for line in lines
    ]


def _count(pool: Sequence[Scenario], bank: str, addresses: Sequence[str]) -> int:
    return sum(one.bank == bank and any(matches_provision(one, address) for address in addresses) for one in pool)
