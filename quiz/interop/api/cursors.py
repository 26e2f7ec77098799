"""Where a page of the API begins, as a word that nobody else can read or make: keys of tables are our own business.

It is sealed with AES-SIV, which gives the same word for the same key (so that a page keeps its ETag), and bound to the
address and the filters it was given with.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class BadCursor(ValueError):
    """It was not given out here, or with other filters."""


def seal(secret: str, bound_to: Sequence[str], key: Sequence[int]) -> str:
    """Return the word of a key."""
    sealed = _cipher(secret).encrypt(",".join(map(str, key)).encode(), _bound(bound_to))
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(secret: str, bound_to: Sequence[str], word: str) -> tuple[int, ...]:
    """Return the key of a word; raise BadCursor."""
    try:
        sealed = urlsafe_b64decode(word + "=" * (-len(word) % 4))
        said = _cipher(secret).decrypt(sealed, _bound(bound_to))
    except (Error, ValueError, InvalidTag) as fault:
        raise BadCursor from fault
    return tuple(int(one) for one in said.decode().split(","))


def _cipher(secret: str) -> AESSIV:
    # 64 bytes: AES-256, half of them for each of its two keys (RFC 5297).
    return AESSIV(hashlib.sha512(b"amana-api-cursor:" + secret.encode()).digest())


def _bound(words: Sequence[str]) -> list[bytes]:
    return [word.encode() for word in words if word]
