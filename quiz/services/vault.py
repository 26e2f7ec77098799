"""Sealing what must be read again but not be readable in the database: secrets of apps that show codes."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class Unopenable(Exception):
    """What was sealed was sealed with another key, for somebody else, or was changed."""


@dataclass(frozen=True, slots=True)
class Vault:
    """AES-256-GCM under a key of its own, drawn from the operator's secret (HKDF-SHA-256, RFC 5869)."""

    key: bytes = field(repr=False)
    # Those before it: they open what they sealed, and seal nothing.
    old: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, secret: str, *old: str) -> "Vault":
        """Return the vault of an operator's `SECRET_KEY`, and of those that came before it."""
        return cls(_derived(secret), tuple(map(_derived, old)))

    def seal(self, content: bytes, whose: str, chance: Callable[[int], bytes]) -> str:
        """Return the sealed form as text; it opens for the same owner only."""
        nonce = chance(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(self.key).encrypt(nonce, content, whose.encode())).decode()

    def open(self, sealed: str, whose: str) -> bytes:
        """Return what was sealed; raise Unopenable."""
        content = base64.b64decode(sealed)
        for key in (self.key, *self.old):
            try:
                return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], whose.encode())
            except InvalidTag:
                continue
        raise Unopenable(whose)

    def seal_anew(self, sealed: str, whose: str, chance: Callable[[int], bytes]) -> str:
        """Return the same sealed under today's key: as it is where that opens it; raise Unopenable."""
        try:
            Vault(self.key).open(sealed, whose)
        except Unopenable:
            return self.seal(self.open(sealed, whose), whose, chance)
        return sealed


def _derived(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"amana/sealed/1").derive(secret.encode())
