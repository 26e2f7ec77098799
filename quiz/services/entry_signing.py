"""What stands in a link that lets somebody in, signed: one that was forged or altered is never looked up."""

import hmac
import struct
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ASKED, TASK, HANDED = "asked", "task", "handed"
PURPOSES = (ASKED, TASK, HANDED)
NONCE_BYTES = 16
_FORMAT = 1
# Form, purpose, row, person, end in seconds since 1970, what chance gave; behind it the signature.
_LAYOUT = struct.Struct(f">BB16s16sQ{NONCE_BYTES}s")
_SIGNATURE_BYTES = 32
# A multiple of three, so that base64 has no padding and no bits to spare: a token is written in one way only.
_BYTES = _LAYOUT.size + _SIGNATURE_BYTES
LETTERS = _BYTES * 4 // 3


@dataclass(frozen=True, slots=True)
class EntryClaims:
    """What a link says: which row it is, whose, for what, and until when (to the second)."""

    link: str
    person: str
    purpose: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class EntryKey:
    """HMAC-SHA-256 under a key of its own, drawn from the operator's secret (HKDF-SHA-256, RFC 5869)."""

    key: bytes = field(repr=False)
    # Those before it: what they signed is still read.
    old: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, secret: str, *old: str) -> "EntryKey":
        """Return the key of an operator's `SECRET_KEY`, with those of the secrets before it."""
        return cls(_derived(secret), tuple(map(_derived, old)))

    def sign(self, claims: EntryClaims, nonce: bytes) -> str:
        """Return the token of a link; `nonce` is 16 bytes of chance."""
        said = _LAYOUT.pack(
            _FORMAT,
            PURPOSES.index(claims.purpose),
            bytes.fromhex(claims.link),
            bytes.fromhex(claims.person),
            int(claims.ends.timestamp()),
            nonce,
        )
        return urlsafe_b64encode(said + _signature(self.key, said)).decode()

    def read(self, token: str) -> EntryClaims | None:
        """Return what a link says, or None where not every bit of it was written here."""
        if len(token) != LETTERS or not token.isascii():
            return None
        try:
            raw = b64decode(token, altchars=b"-_", validate=True)
        except ValueError:
            return None
        if urlsafe_b64encode(raw).decode() != token:
            # Written in another way: with the letters of the other alphabet.
            return None
        said, signature = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
        if not any(hmac.compare_digest(signature, _signature(key, said)) for key in (self.key, *self.old)):
            return None
        form, purpose, link, person, ends, _ = _LAYOUT.unpack(said)
        if form != _FORMAT or purpose >= len(PURPOSES):
            return None
        return EntryClaims(link.hex(), person.hex(), PURPOSES[purpose], datetime.fromtimestamp(ends, UTC))

    def code_digest(self, code: str) -> str:
        """Return what is stored of a code that is typed: nobody without the key can try codes on it."""
        return _code_digest(self.key, code)

    def code_digests(self, code: str) -> tuple[str, ...]:
        """Return what may be stored of a code, under this key or those before it."""
        return tuple(_code_digest(key, code) for key in (self.key, *self.old))


def _code_digest(key: bytes, code: str) -> str:
    return hmac.digest(key, b"code:" + code.encode(), "sha256").hex()


def _signature(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, b"link:" + said, "sha256")


def _derived(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"amana/entry-links/1").derive(secret.encode())
