"""Signing what leaves the house with the key of the organisation (Ed25519, RFC 8032), and checking such signatures."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

ALGORITHM = "Ed25519"
log = logging.getLogger(__name__)


class UnusableKey(ValueError):
    """A file holds no key that can be used here; the message says what is wrong, and nothing of the key."""


class Signer(Protocol):
    """Puts the organisation's name under some bytes, or is nobody."""

    @property
    def public_key(self) -> bytes | None:
        """Return the key to check with, as PEM; None where nothing is signed."""

    def sign(self, content: bytes) -> bytes:
        """Return the signature of some bytes."""


@dataclass(frozen=True, slots=True)
class NobodySigns:
    """Stands where the operator named no key."""

    @property
    def public_key(self) -> None:
        """Return that there is no key."""
        return None

    def sign(self, content: bytes) -> bytes:
        """Raise, since whoever asks has to look at the public key first."""
        raise UnusableKey("there is no key to sign with")


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs with a private key that only this process holds."""

    key: Ed25519PrivateKey

    @property
    def public_key(self) -> bytes:
        """Return the key to check with, as PEM."""
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, content: bytes) -> bytes:
        """Return a signature of 64 bytes."""
        return self.key.sign(content)


class FileSigner:
    """Signs with the key of a file, and with another one as soon as the file holds another.

    A file that holds no usable key any more is told of in the log, and the last good key goes on.
    """

    def __init__(self, path: Path) -> None:
        """Read the file; raise UnusableKey."""
        self._path = path
        self._held = (_state_of(path), signer_of(path))

    @property
    def public_key(self) -> bytes | None:
        """Return the key to check with, as PEM."""
        return self.at_present().public_key

    def sign(self, content: bytes) -> bytes:
        """Return the signature of some bytes; who names the key beside it takes both from `at_present`."""
        return self.at_present().sign(content)

    def at_present(self) -> Signer:
        """Return who signs now: one whose key stays the same."""
        state = _state_of(self._path)
        if state != self._held[0]:
            signer = self._held[1]
            try:
                signer = signer_of(self._path)
            except UnusableKey as fault:
                log.error("the key stays as it was: %s", fault)
            self._held = (state, signer)
        return self._held[1]


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def watching(path: Path | None) -> Signer:
    """Return who signs with the private key that stands in a file at the time, or nobody; raise UnusableKey."""
    return NobodySigns() if path is None else FileSigner(path)


def at_present(signer: Signer) -> Signer:
    """Return a signer whose key stays the same, so that what names the key is signed with it."""
    return signer.at_present() if isinstance(signer, FileSigner) else signer


def signer_of(path: Path | None) -> Signer:
    """Return who signs with the private key in a PEM file, or nobody; raise UnusableKey."""
    if path is None:
        return NobodySigns()
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as fault:
        raise UnusableKey(f"{path} cannot be read ({fault.strerror})") from fault
    except (TypeError, ValueError, UnsupportedAlgorithm) as fault:
        raise UnusableKey(f"{path} holds no private key in PEM without a passphrase") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(f"{path} holds a key of another kind than {ALGORITHM}")
    return Ed25519Signer(key)


def read_public_key(public_key: bytes) -> Ed25519PublicKey:
    """Return the key of a PEM file; raise UnusableKey."""
    try:
        key = load_pem_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise UnusableKey("there is no public key in PEM") from fault
    if not isinstance(key, Ed25519PublicKey):
        raise UnusableKey(f"the key is of another kind than {ALGORITHM}")
    return key


def fingerprint(public_key: bytes) -> str:
    """Return the SHA-256 of a public key in DER, in hexadecimal, by which people compare keys; raise UnusableKey."""
    return hashlib.sha256(
        read_public_key(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def is_signed(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Tell whether a signature is that of a key over exactly these bytes; raise UnusableKey."""
    try:
        read_public_key(public_key).verify(signature, content)
    except InvalidSignature:
        return False
    return True
