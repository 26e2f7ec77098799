"""The keys of the demonstration: made once, of nobody real, and named so that whoever reads a signature knows it."""

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from quiz.settings.operator import DEMO_CREDENTIAL_KEY, DEMO_SIGNING_KEY

# The Arabic name and the English organisation of a certificate: one value holds one direction (RFC 4518, 2.4).
SEAL = ("ختم عرض توضيحي لا جهة حقيقية", "Demonstration seal, no real body")
AUTHORITY = ("سلطة تصديق لعرض توضيحي", "Demonstration authority, no real body")
_YEARS_10 = timedelta(days=3652)
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def make_keys(folder: Path, now: datetime) -> None:
    """Make what the demonstration signs credentials and papers with, as far as a folder has none of it.

    The key of the authority is kept nowhere: nothing else is ever issued by it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / DEMO_CREDENTIAL_KEY).exists():
        key = Ed25519PrivateKey.generate()
        _keep(folder / DEMO_CREDENTIAL_KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if not (folder / DEMO_SIGNING_KEY).exists():
        _keep(folder / DEMO_SIGNING_KEY, _bundle(now))


def _bundle(now: datetime) -> bytes:
    """Return key and certificates as one file, so that they always belong together."""
    above, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    root = _issue(AUTHORITY, above, above, now, ("key_cert_sign", "crl_sign"))
    leaf = _issue(SEAL, key, above, now, ("digital_signature", "content_commitment"))
    return pkcs12.serialize_key_and_certificates(None, key, leaf, [root], NoEncryption())


def _issue(
    words: tuple[str, str],
    key: EllipticCurvePrivateKey,
    by: EllipticCurvePrivateKey,
    now: datetime,
    usages: tuple[str, ...],
) -> x509.Certificate:
    is_root = key is by
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(words))
        .issuer_name(_name(AUTHORITY))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that is set back a little must not make it too young to sign.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS_10)
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), critical=True)
        .add_extension(x509.KeyUsage(**{one: one in usages for one in _USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    return builder.sign(by, hashes.SHA256())


def _name(words: tuple[str, str]) -> x509.Name:
    kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    return x509.Name([x509.NameAttribute(kind, word) for kind, word in zip(kinds, words, strict=True)])


def _keep(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all; one that stands by then stays."""
    # Made readable by nobody else from its first byte.
    handle, written = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.link(written, path)
    except FileExistsError:
        # Another process was quicker: what it may have signed with already stays.
        return
    finally:
        Path(written).unlink()
