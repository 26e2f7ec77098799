"""What a completion record states, its one byte form, and names as commitments that can be erased."""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from quiz.engine.text import Text

FORMAT = 1
PASSED = "passed"
SHORTEST_SALT = 16

# Above this an integer is no longer exact for readers that know only double precision (RFC 8785, 3.2.2.3).
_LARGEST_INTEGER = 2**53 - 1
_DOMAIN = b"amana completion name 1"


class UnreadableFacts(ValueError):
    """A document that does not state a completion in a format we know."""


@dataclass(frozen=True, slots=True)
class EditionFact:
    """An edition the training was about: its address, its name, and its status on that day."""

    address: str
    label: Text
    status: str


@dataclass(frozen=True, slots=True)
class CompletionFacts:
    """Exactly what a completion record states; people stand in it as salted commitments only.

    Moments are aware and in UTC, to the microsecond; days are those of `zone`. The Umm al-Qura dates are
    written `1448-06-11` and were computed at issue, since the table may change. `pass_score` is an exact
    fraction as text.
    """

    serial: str
    organisation: Text
    module_key: str
    module_version: int
    module_title: Text
    module_digest: str
    editions: tuple[EditionFact, ...]
    pass_score: str
    completed_at: datetime
    completed_on: date
    zone: str
    valid_until: date | None
    attempt_digest: str
    name_commitment: str
    latin_name_commitment: str | None = None
    hijri: str | None = None
    valid_until_hijri: str | None = None
    pledge_digest: str | None = None
    pledge_editions: tuple[str, ...] = ()
    pledged_at: datetime | None = None
    outcome: str = PASSED
    format: int = FORMAT

    def __post_init__(self) -> None:
        for moment in (self.completed_at, self.pledged_at):
            if moment is not None and moment.utcoffset() != UTC.utcoffset(None):
                raise ValueError("the moments of facts are aware and in UTC")
        if (self.pledge_digest is None) != (self.pledged_at is None):
            raise ValueError("a pledge has a digest and a moment, or neither")
        if type(self.completed_on) is not date:
            raise ValueError("a record is completed on a day")


def to_document(facts: CompletionFacts) -> dict[str, Any]:
    """Return the facts as plain data: strings, integers, lists, mappings and nulls."""
    return {field.name: _plain(getattr(facts, field.name)) for field in fields(facts)}


def from_document(document: Mapping[str, Any]) -> CompletionFacts:
    """Return the facts of a document; raise UnreadableFacts where it states less, more or something else."""
    if document.get("format") != FORMAT:
        raise UnreadableFacts(f"format {document.get('format')!r}")
    if set(document) != {field.name for field in fields(CompletionFacts)}:
        raise UnreadableFacts("fields missing or unknown")
    try:
        facts = CompletionFacts(**{**document, **_read(document)})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableFacts(str(error)) from error
    if to_document(facts) != document:
        raise UnreadableFacts("a field is written in another form")
    return facts


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the one byte form of a document: RFC 8785, for data without fractions of a number.

    Keys are sorted by UTF-16 code units, nothing is spaced, text is UTF-8. A float raises TypeError, since
    how it is written differs between languages; so does an integer that double precision cannot hold.
    """
    return json.dumps(_sorted(document), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def commit(value: str, salt: bytes) -> str:
    """Return the SHA-256 of a name and its salt, in hexadecimal: it states the name without telling it.

    Names are few enough to be tried one after the other, so the bare digest of a name would tell it. The salt
    stands with the name and is erased with it; what is left says nothing, and the facts keep their digest.
    Every part is preceded by its length, so that no two pairs of value and salt are the same bytes.
    """
    if len(salt) < SHORTEST_SALT:
        raise ValueError(f"a salt has at least {SHORTEST_SALT} bytes")
    parts = (_DOMAIN, salt, unicodedata.normalize("NFC", value).encode())
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


def opens(commitment: str, value: str, salt: bytes) -> bool:
    """Tell whether a commitment is the one of this name and salt; the time taken tells nothing."""
    return hmac.compare_digest(commitment.encode(), commit(value, salt).encode())


def _plain(value: object) -> object:
    match value:
        case Text():
            return value.document()
        case EditionFact():
            return {"address": value.address, "label": value.label.document(), "status": value.status}
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
    return value


def _read(document: Mapping[str, Any]) -> dict[str, object]:
    """Return the fields that a document holds in another form."""
    until, pledged = document["valid_until"], document["pledged_at"]
    return {
        "organisation": Text(dict(document["organisation"])),
        "module_title": Text(dict(document["module_title"])),
        "editions": tuple(
            EditionFact(one["address"], Text(dict(one["label"])), one["status"]) for one in document["editions"]
        ),
        "completed_at": datetime.fromisoformat(document["completed_at"]),
        "completed_on": date.fromisoformat(document["completed_on"]),
        "valid_until": until and date.fromisoformat(until),
        "pledge_editions": tuple(document["pledge_editions"]),
        "pledged_at": pledged and datetime.fromisoformat(pledged),
    }


def _sorted(value: Any) -> Any:
    match value:
        case Mapping():
            # A key that is no text has no encode: it fails here rather than being written as one.
            return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
        case list() | tuple():
            return [_sorted(one) for one in value]
        case None | bool() | str():
            return value
        case int() if abs(value) <= _LARGEST_INTEGER:
            return value
    raise TypeError(f"{type(value).__name__} has no canonical form here")
