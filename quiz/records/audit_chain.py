"""The chain over the audit trail: the one byte form of an entry, its link, and keys that follow one another."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from quiz.records.facts import canonical

# What the first link follows.
BEGINNING = "0" * 64
KEY_BYTES = 32
_DERIVED_FOR = b"amana audit chain key 1"
_NAMED_FOR = b"amana audit key id 1"
_LINKED_FOR = "amana audit link 1"
_LARGEST_INTEGER = 2**53 - 1


class UnusableAuditKey(ValueError):
    """A file holds no key for the chain; the message says what is wrong, and nothing of the key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed or a refusal, as it stands in the trail."""

    id: int
    at: datetime
    actor: str
    deed: str
    target_kind: str
    target_id: str
    was_allowed: bool
    because: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain: its number from 1, the entry that stands there, and what binds it to the one before."""

    number: int
    entry_id: int
    entry_digest: str
    sealed_at: datetime
    key_id: str
    link: str


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The key that seals, and all that ever did, by their ids; none of them is ever shown."""

    sealing: str
    keys: Mapping[str, bytes]
    is_derived: bool

    def __repr__(self) -> str:
        return f"KeyRing({self.sealing})"

    @classmethod
    def of(cls, key: bytes, older: Iterable[bytes] = (), is_derived: bool = False) -> "KeyRing":
        """Return the ring of a key and of those before it."""
        return cls(key_id(key), {key_id(one): one for one in (*older, key)}, is_derived)


def key_id(key: bytes) -> str:
    """Return the name of a key, 16 hexadecimal digits, which tells nothing of it."""
    return hmac.new(key, _NAMED_FOR, hashlib.sha256).hexdigest()[:16]


def derived_key(secret: str) -> bytes:
    """Return the key of an installation that has none of its own: HKDF-SHA-256 (RFC 5869) of its secret."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=_DERIVED_FOR).derive(secret.encode())


def read_key(path: Path) -> bytes:
    """Return the key of a file: 32 bytes or more in hexadecimal; raise UnusableAuditKey."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError as fault:
        raise UnusableAuditKey(f"{path} cannot be read ({fault.strerror})") from fault
    except UnicodeDecodeError as fault:
        raise UnusableAuditKey(f"{path} is no text in hexadecimal") from fault
    if not re.fullmatch("(?:[0-9a-fA-F]{2}){32,}", text) or len(set(text)) < 8:
        raise UnusableAuditKey(f"{path} must hold 32 random bytes or more in hexadecimal (openssl rand -hex 32)")
    return bytes.fromhex(text)


def ring_of(
    secret: str, key_file: Path | None, older: Iterable[Path] = (), older_secrets: Iterable[str] = ()
) -> KeyRing:
    """Return the keys that the operator set; those derived from secrets stay readable. Raise UnusableAuditKey."""
    derived = derived_key(secret)
    before = [*map(read_key, older), *map(derived_key, older_secrets)]
    if key_file is None:
        return KeyRing.of(derived, before, is_derived=True)
    return KeyRing.of(read_key(key_file), [derived, *before])


def written_moment(moment: datetime) -> str:
    """Return a moment in its one form: UTC, to the microsecond, with Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def entry_document(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain data, as it goes into the digest and leaves the house."""
    return {
        "id": _plain(entry.id),
        "at": written_moment(entry.at),
        "actor": entry.actor,
        "deed": entry.deed,
        "target_kind": entry.target_kind,
        "target_id": entry.target_id,
        "was_allowed": entry.was_allowed,
        "because": entry.because,
        "details": _plain(entry.details),
    }


def entry_digest(entry: Entry) -> str:
    """Return the SHA-256 of the one byte form of an entry (RFC 8785), in hexadecimal."""
    return hashlib.sha256(canonical(entry_document(entry))).hexdigest()


def link_of(key: bytes, previous: str, number: int, entry_id: int, digest: str, sealed_at: datetime) -> str:
    """Return the HMAC-SHA-256 that binds a number, an entry and a moment to the link before, in hexadecimal."""
    said = [_LINKED_FOR, str(number), previous, str(entry_id), digest, written_moment(sealed_at), key_id(key)]
    return hmac.new(key, "\n".join(said).encode(), hashlib.sha256).hexdigest()


def seal(ring: KeyRing, last: tuple[int, str], entries: Iterable[Entry], now: datetime) -> list[Link]:
    """Return the links of entries that follow a number and its link, in the order given."""
    number, previous = last
    key = ring.keys[ring.sealing]
    made = []
    for entry in entries:
        number += 1
        digest = entry_digest(entry)
        previous = link_of(key, previous, number, entry.id, digest, now)
        made.append(Link(number, entry.id, digest, now, ring.sealing, previous))
    return made


def _plain(value: Any) -> Any:
    """Return a value without what has no one form everywhere: fractions and very large numbers become text."""
    match value:
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case None | bool() | str():
            return value
        case int() if abs(value) <= _LARGEST_INTEGER:
            return value
        case int() | float():
            # One database gives back 1.0 as 1, another as it was written.
            return f"number {value:.17g}" if isinstance(value, float) else f"number {value}"
    return str(value)
