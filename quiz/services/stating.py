"""What a completion record states, of attempt, module and signature; made at issue, and made again to compare."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from quiz.engine.completion import valid_until
from quiz.engine.text import Text
from quiz.language.dates import hijri
from quiz.records.facts import CompletionFacts, EditionFact
from quiz.services.errors import NotFound
from quiz.services.pinned import PinnedModule
from quiz.services.stored_attempts import StoredAttempt

PLEDGE_FORMAT = 1


def pledge_document(pinned: PinnedModule, editions: tuple[str, ...]) -> dict[str, Any]:
    """Return what a pledge binds to: the exact Arabic words, and the editions of the person's country."""
    pledge = pinned.module.pledge
    if pledge is None:
        raise NotFound("pledge")
    return {
        "format": PLEDGE_FORMAT,
        "confirm": pledge.confirm.by_language["ar"],
        "undertake": pledge.undertake.by_language["ar"],
        "editions": list(editions),
    }


def state_facts(
    stored: StoredAttempt,
    serial: str,
    organisation: Text,
    zone: str,
    completed_at: datetime,
    signature: Mapping[str, Any] | None,
    editions: tuple[str, ...],
    name_commitment: str,
    latin_name_commitment: str | None,
) -> CompletionFacts:
    """Return the facts of a completion; `editions` are those of the person's country, pledged or not."""
    completed_on = completed_at.astimezone(ZoneInfo(zone)).date()
    until = valid_until(stored.pinned.module, completed_on)
    return CompletionFacts(
        serial=serial,
        organisation=organisation,
        module_key=stored.pinned.module.key,
        module_version=stored.pinned.number,
        module_title=stored.pinned.module.title,
        module_digest=stored.pinned.digest,
        editions=_edition_facts(stored, editions),
        pass_score=str(stored.pinned.module.pass_rule.score),
        pledge_digest=signature["digest"] if signature else None,
        pledge_editions=tuple(signature["editions"]) if signature else (),
        pledged_at=datetime.fromisoformat(signature["signed_at"]) if signature else None,
        completed_at=completed_at,
        completed_on=completed_on,
        zone=zone,
        hijri=_hijri(completed_on),
        valid_until=until,
        valid_until_hijri=_hijri(until),
        attempt_digest=stored.attempt.last_digest,
        name_commitment=name_commitment,
        latin_name_commitment=latin_name_commitment,
    )


def _edition_facts(stored: StoredAttempt, pledged: tuple[str, ...]) -> tuple[EditionFact, ...]:
    addresses = dict.fromkeys(pledged)
    for slot in stored.attempt.slots:
        if slot.scored:
            addresses.update(dict.fromkeys(cite.edition_address for cite in slot.scenario.cites if not cite.as_history))
    facts = []
    for address in addresses:
        edition = stored.pinned.library.find_edition(address)
        if edition is not None:
            label = {
                language: f"{edition[0].title.in_language(language)[0]} – {edition[1].label.in_language(language)[0]}"
                for language in ("ar", "en")
            }
            facts.append(EditionFact(address, Text(label), edition[1].status.value))
    return tuple(facts)


def _hijri(day: date) -> str | None:
    found = hijri(day)
    return "{:04}-{:02}-{:02}".format(*found) if found else None
