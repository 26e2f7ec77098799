"""The credential of a completion: Open Badges 3.0 over the Verifiable Credentials Data Model 2.0, from frozen facts.

The fields that Open Badges types as a single string hold Arabic and then English, since its schema takes no map of
languages. The holder stands in it by name: it is made for the holder alone, when the holder asks for it, and is kept
nowhere; what is kept has the salted commitments of the facts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from quiz.engine.text import Text
from quiz.records import codes
from quiz.records.credential_words import DESCRIPTION, EVIDENCE, PASSED, PLEDGED, RESULT, STATUSES
from quiz.records.facts import CompletionFacts, EditionFact
from quiz.records.linked_data import CREDENTIALS, OPEN_BADGES

CONTEXTS = [CREDENTIALS, OPEN_BADGES]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues, by the public address of the installation: `https://host` is `did:web:host`."""

    base_url: str

    @property
    def id(self) -> str:
        """Return the decentralised identifier of the address (did:web), under which the public keys stand."""
        parts = urlsplit(self.base_url)
        path = "".join(f":{quote(part, safe='')}" for part in parts.path.split("/") if part)
        return f"did:web:{parts.netloc.lower().replace(':', '%3A')}{path}"

    def method(self, key_id: str) -> str:
        """Return the address of one of the issuer's keys."""
        return f"{self.id}#{key_id}"

    def profile(self, name: Text) -> Document:
        """Return the issuer as it stands in a credential."""
        return {"id": self.id, "type": ["Profile"], "name": both(name), "url": self.base_url}


@dataclass(frozen=True, slots=True)
class Place:
    """Where it can be read whether a record was revoked: a list, and a place in it."""

    list_number: int
    index: int


@dataclass(frozen=True, slots=True)
class Held:
    """A record in the hands of its holder: the facts, the names they were made with, the code, the place."""

    facts: CompletionFacts
    name: str
    latin_name: str | None
    code: str
    place: Place


def unsigned(held: Held, issuer: Issuer) -> Document:
    """Return the credential without a proof: the same document for the same record and issuer."""
    facts = held.facts
    until = ends_at(facts)
    document = {
        "@context": CONTEXTS,
        "id": UUID(facts.serial).urn,
        "type": TYPES,
        "name": both(facts.module_title),
        "description": both(DESCRIPTION, "\n\n"),
        "issuer": issuer.profile(facts.organisation),
        "validFrom": moment(facts.completed_at),
        "validUntil": moment(until) if until else None,
        "awardedDate": moment(facts.completed_at),
        "credentialSubject": _subject(held, issuer),
        "credentialStatus": status_entry(held.place, issuer),
        "evidence": [
            {
                "id": verify_address(held.code, issuer),
                "type": ["Evidence"],
                "name": both(EVIDENCE),
            }
        ],
    }
    return {name: value for name, value in document.items() if value is not None}


def verify_address(code: str, issuer: Issuer) -> str:
    """Return the page on which anybody reads the state of a record."""
    return f"{issuer.base_url}/verify/{codes.display(code)}"


def status_address(list_number: int, issuer: Issuer) -> str:
    """Return where a list of states is served."""
    return f"{issuer.base_url}/status/{list_number}"


def status_entry(place: Place, issuer: Issuer) -> Document:
    """Return where a verifier looks whether the credential was revoked (Bitstring Status List 1.0, section 2.1)."""
    address = status_address(place.list_number, issuer)
    return {
        "id": f"{address}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(place.index),
        "statusListCredential": address,
    }


def ends_at(facts: CompletionFacts) -> datetime | None:
    """Return the last second of the last civil day on which a record is valid, in UTC."""
    if facts.valid_until is None:
        return None
    midnight = datetime.combine(facts.valid_until + timedelta(days=1), time(), ZoneInfo(facts.zone))
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def moment(value: datetime) -> str:
    """Return a moment in UTC, to the second, as the data model writes it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def both(text: Text, between: str = " – ") -> str:
    """Return a text in Arabic and then in English, or in the one language it has."""
    found = [text.by_language[language] for language in ("ar", "en") if text.by_language.get(language)]
    return between.join(dict.fromkeys(found))


def _subject(held: Held, issuer: Issuer) -> Document:
    names = [held.name, *([held.latin_name] if held.latin_name and held.latin_name != held.name else [])]
    described = _urn(issuer, held.facts, "result")
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"} for name in names
        ],
        "licenseNumber": codes.display(held.code),
        "achievement": _achievement(held.facts, issuer, described),
        "result": [{"type": ["Result"], "resultDescription": described, "status": "Completed"}],
    }


def _achievement(facts: CompletionFacts, issuer: Issuer, described: str) -> Document:
    return {
        "id": _urn(issuer, facts, "achievement"),
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "humanCode": facts.module_key,
        "version": str(facts.module_version),
        "name": both(facts.module_title),
        "description": both(DESCRIPTION, "\n\n"),
        "criteria": {"narrative": "\n\n".join(_criteria(facts, language) for language in ("ar", "en"))},
        "otherIdentifier": [
            {
                "type": "IdentifierEntry",
                "identifier": f"sha256:{facts.module_digest}",
                "identifierType": "ext:digest",
            }
        ],
        "resultDescription": [
            {"id": described, "type": ["ResultDescription"], "name": both(RESULT), "resultType": "Status"}
        ],
    }


def _criteria(facts: CompletionFacts, language: str) -> str:
    """Return in Markdown what the holder had to do, with the editions that it was about."""
    score = f"{Fraction(facts.pass_score) * 100}%"
    passed = PASSED.by_language[language] % {"share": score}
    editions = [f"- {_edition(one, language)}" for one in facts.editions]
    pledged = ["", PLEDGED.by_language[language]] if facts.pledge_digest else []
    return "\n".join([passed, "", *editions, *pledged])


def _edition(edition: EditionFact, language: str) -> str:
    status = STATUSES.get(edition.status)
    label = edition.label.in_language(language)[0]
    return f"{label} ({status.by_language[language]})" if status else label


def _urn(issuer: Issuer, facts: CompletionFacts, what: str) -> str:
    """Return a name that is the same wherever it is reckoned: of the issuer, the module, its version and content."""
    module = f"{facts.module_key}/{facts.module_version}/{facts.module_digest}"
    return uuid5(NAMESPACE_URL, f"{issuer.id}/{module}/{what}").urn
