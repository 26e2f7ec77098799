"""Public keys as Multikey (`z6Mk…`) and as JWK, and base58 as both are written in credentials.

Multikey is that of W3C Controlled Identifiers 1.0, section 2.2.2: the prefix 0xed01 of an Ed25519 key and its 32 bytes,
in base58-btc after a `z` (Multibase).
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from quiz.records.encoding import base64url
from quiz.records.signing import UnusableKey, fingerprint, read_public_key

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_ED25519 = b"\xed\x01"
_KEY_BYTES = 32
# As many characters of a key's fingerprint as name it; people compare the whole of it.
KEY_ID_LENGTH = 16


def multibase(content: bytes) -> str:
    """Return some bytes in base58-btc, with the `z` that says so."""
    number, digits = int.from_bytes(content, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _ALPHABET[rest] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + "1" * zeros + digits


def from_multibase(text: str, length: int) -> bytes:
    """Return the bytes of a text in base58-btc that are so many; raise ValueError for anything else."""
    # Reckoning with large numbers takes long: what cannot be so many bytes is not read at all.
    if not text.startswith("z") or len(text) > 2 * length + 1 or any(one not in _VALUES for one in text[1:]):
        raise ValueError("not in base58-btc, or of another length")
    number = 0
    for character in text[1:]:
        number = number * 58 + _VALUES[character]
    if number.bit_length() > 8 * length:
        raise ValueError("of another length")
    content = number.to_bytes(length, "big")
    if multibase(content) != text:
        raise ValueError("of another length")
    return content


def multikey(public_key: bytes) -> str:
    """Return a public key in PEM as Multikey; raise UnusableKey."""
    return multibase(_ED25519 + _raw(public_key))


def from_multikey(text: str) -> bytes:
    """Return the public key of a Multikey as PEM; raise UnusableKey."""
    try:
        content = from_multibase(text, len(_ED25519) + _KEY_BYTES)
    except ValueError as fault:
        raise UnusableKey("there is no Multikey") from fault
    if not content.startswith(_ED25519):
        raise UnusableKey("the Multikey is of another kind than Ed25519")
    key = Ed25519PublicKey.from_public_bytes(content.removeprefix(_ED25519))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_id(public_key: bytes) -> str:
    """Return the name of a public key in PEM: the first 16 characters of its fingerprint; raise UnusableKey."""
    return fingerprint(public_key)[:KEY_ID_LENGTH]


def jwk(public_key: bytes) -> dict[str, str]:
    """Return a public key in PEM as JSON Web Key (RFC 8037); raise UnusableKey."""
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url(_raw(public_key)), "alg": "Ed25519", "use": "sig"}


def _raw(public_key: bytes) -> bytes:
    return read_public_key(public_key).public_bytes(Encoding.Raw, PublicFormat.Raw)
