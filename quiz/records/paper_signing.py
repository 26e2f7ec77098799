"""What papers are signed with: a key and a certificate of the operator's, checked before anything is signed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID

from quiz.records.certificate_pdf import UnsettableName, check_name
from quiz.settings.environment import Misconfigured
from quiz.settings.signing import Signing

PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey
_SMALLEST_RSA_BITS = 2048
_SMALLEST_CURVE_BITS = 256


class SigningFailed(Exception):
    """A paper could not be signed at this moment; the message is for the operator and quotes nobody's name."""


class UnusableCertificate(ValueError):
    """A certificate cannot sign papers; the message says why, in words for the operator."""


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """A certificate that signs papers, and those above it, each issued by the next."""

    leaf: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the certificate, in hexadecimal."""
        return self.leaf.fingerprint(hashes.SHA256()).hex()

    @property
    def key_fingerprint(self) -> str:
        """Return the SHA-256 of its public key, which other certificates of the same key share."""
        plain = self.leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(plain).hexdigest()

    @property
    def name(self) -> str:
        """Return in whose name it signs: its common name, else its organisation."""
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
            found = self.leaf.subject.get_attributes_for_oid(kind)
            if found:
                return str(found[0].value)
        return self.leaf.subject.rfc4514_string()

    @property
    def pem(self) -> str:
        """Return the certificate and those above it, as a file of certificates has them."""
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in (self.leaf, *self.chain))

    @classmethod
    def from_pem(cls, pem: bytes) -> "SigningCertificate":
        """Return what a file of certificates holds, the one that signs first; raise UnusableCertificate."""
        try:
            leaf, *chain = x509.load_pem_x509_certificates(pem)
        except ValueError as fault:
            raise UnusableCertificate("holds no certificate in PEM") from fault
        return cls(leaf, tuple(chain))

    def is_valid_at(self, moment: datetime) -> bool:
        """Tell whether a moment lies within the days for which it was issued."""
        return self.leaf.not_valid_before_utc <= moment <= self.leaf.not_valid_after_utc


class PaperSigner(Protocol):
    """Signs papers; without a certificate it signs none, and says so by having none."""

    @property
    def certificate(self) -> SigningCertificate | None:
        """Return what papers are signed with."""

    def sign(self, paper: bytes, at: datetime) -> bytes:
        """Return a paper with its signature (PAdES baseline) appended; raise SigningFailed."""


@dataclass(frozen=True, slots=True)
class NullSigner:
    """Where no certificate is configured nothing is signed."""

    certificate: None = None

    def sign(self, paper: bytes, at: datetime) -> bytes:
        """Raise SigningFailed."""
        raise SigningFailed("no certificate is configured")


def signer_for(signing: Signing | None, now: datetime) -> PaperSigner:
    """Return the signer that the operator configured; raise Misconfigured where it could not sign at this moment."""
    if signing is None:
        return NullSigner()
    # What reads and writes PDFs takes half a second to load: only who signs waits for it.
    from quiz.records import pades

    key, certificate = _read(signing)
    _check(certificate, signing, now)
    try:
        pades.check_names(certificate)
    except UnusableCertificate as fault:
        raise Misconfigured(f"{_file_of(signing)} {fault}.") from fault
    if signing.pkcs11_module:
        return pades.Pkcs11Signer(certificate, signing)
    if key is None:
        raise Misconfigured("SIGNING_KEY_FILE is missing: papers are signed with a key and its certificate.")
    if _public(key.public_key()) != _public(certificate.leaf.public_key()):
        raise Misconfigured("SIGNING_CERTIFICATE_FILE is not the certificate of the key in SIGNING_KEY_FILE.")
    return pades.FileSigner(certificate, key, signing.timestamp_url)


def check_chain(certificate: SigningCertificate) -> None:
    """Raise UnusableCertificate where a certificate could be traced to nobody by those who know its chain."""
    leaf = certificate.leaf
    if leaf.issuer == leaf.subject:
        raise UnusableCertificate(
            "is self-signed, which readers refuse; have it issued by an authority, be it one of your own"
        )
    issued = leaf
    for above in certificate.chain:
        try:
            issued.verify_directly_issued_by(above)
        except (InvalidSignature, TypeError, ValueError) as fault:
            raise UnusableCertificate(
                "holds certificates in the wrong order: each has to be issued by the one after it"
            ) from fault
        issued = above


def _read(signing: Signing) -> tuple[PrivateKey | None, SigningCertificate]:
    if signing.key_file.endswith((".p12", ".pfx")):
        return _read_bundle(signing)
    key = _read_key(signing) if signing.key_file else None
    try:
        return key, SigningCertificate.from_pem(_bytes_of(signing.certificate_file, "SIGNING_CERTIFICATE_FILE"))
    except UnusableCertificate as fault:
        raise Misconfigured(f"SIGNING_CERTIFICATE_FILE {fault}.") from fault


def _read_key(signing: Signing) -> PrivateKey:
    content = _bytes_of(signing.key_file, "SIGNING_KEY_FILE")
    try:
        return _fit(load_pem_private_key(content, _password(signing)))
    except (TypeError, ValueError) as fault:
        raise Misconfigured(
            "SIGNING_KEY_FILE holds no private key in PEM that SIGNING_KEY_PASSWORD opens (leave it empty for none)."
        ) from fault


def _read_bundle(signing: Signing) -> tuple[PrivateKey, SigningCertificate]:
    content = _bytes_of(signing.key_file, "SIGNING_KEY_FILE")
    try:
        held = load_pkcs12(content, _password(signing))
    except ValueError as fault:
        raise Misconfigured("SIGNING_KEY_FILE is no PKCS#12 file that SIGNING_KEY_PASSWORD opens.") from fault
    if held.key is None or held.cert is None:
        raise Misconfigured("SIGNING_KEY_FILE has to hold a key and its certificate.")
    leaf = held.cert.certificate
    above = _in_order(leaf, [one.certificate for one in held.additional_certs])
    return _fit(held.key), SigningCertificate(leaf, above)


def _in_order(leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the certificates above one, nearest first; such files hold them in any order."""
    by_subject = {one.subject: one for one in others}
    found: list[x509.Certificate] = []
    above = by_subject.pop(leaf.issuer, None)
    while above is not None:
        found.append(above)
        above = by_subject.pop(above.issuer, None)
    return tuple(found)


def _fit(key: object) -> PrivateKey:
    if isinstance(key, EllipticCurvePrivateKey) and key.curve.key_size >= _SMALLEST_CURVE_BITS:
        return key
    if isinstance(key, RSAPrivateKey) and key.key_size >= _SMALLEST_RSA_BITS:
        return key
    raise Misconfigured("SIGNING_KEY_FILE has to hold an elliptic key (P-256 or larger) or RSA of 2048 bits or more.")


def _check(certificate: SigningCertificate, signing: Signing, now: datetime) -> None:
    file = _file_of(signing)
    leaf = certificate.leaf
    if now < leaf.not_valid_before_utc:
        raise Misconfigured(f"{file}: the certificate is not valid before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M}Z.")
    if now > leaf.not_valid_after_utc:
        raise Misconfigured(f"{file}: the certificate expired on {leaf.not_valid_after_utc:%Y-%m-%d %H:%M}Z.")
    try:
        check_chain(certificate)
    except UnusableCertificate as fault:
        raise Misconfigured(f"{file} {fault}.") from fault
    if not _may_sign(leaf):
        raise Misconfigured(f"{file}: the certificate was not issued for signing documents (key usage).")
    try:
        check_name(certificate.name)
    except UnsettableName as fault:
        raise Misconfigured(f"{file}: its name cannot be set in the typeface: {fault.characters}") from fault


def _file_of(signing: Signing) -> str:
    return "SIGNING_CERTIFICATE_FILE" if signing.certificate_file else "SIGNING_KEY_FILE"


def _may_sign(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _public(key: object) -> object:
    """Return what two public keys are compared by."""
    return key.public_numbers() if isinstance(key, EllipticCurvePublicKey | RSAPublicKey) else None


def _password(signing: Signing) -> bytes | None:
    return signing.key_password.encode() or None


def _bytes_of(path: str, setting: str) -> bytes:
    if not path:
        raise Misconfigured(f"{setting} is missing: papers are signed with a key and its certificate.")
    try:
        return Path(path).read_bytes()
    except OSError as fault:
        raise Misconfigured(f"{setting} cannot be read: {path} ({fault.strerror}).") from fault
