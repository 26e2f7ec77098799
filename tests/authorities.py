"""Authorities of the tests, and certificates that they issue for signing papers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from quiz.records.pades import FileSigner
from quiz.records.paper_signing import PrivateKey, SigningCertificate
from tests.fixtures.settings import NOW

YEAR = timedelta(days=365)
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass
class Issued:
    """A certificate with its key and those above it."""

    key: PrivateKey
    certificate: SigningCertificate

    @property
    def signer(self) -> FileSigner:
        return FileSigner(self.certificate, self.key)

    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def write(self, folder: Path) -> dict[str, str]:
        """Write key and certificates as files; return the settings that name them."""
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        key.write_bytes(self.key_pem())
        certificate.write_text(self.certificate.pem)
        return {"key_file": str(key), "certificate_file": str(certificate)}


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


@dataclass
class Authority:
    """A root that issues certificates."""

    words: str = "Root of the tests"
    key: EllipticCurvePrivateKey = field(default_factory=new_key)

    def __post_init__(self) -> None:
        self.root = self._issue(self.words, self.key, NOW - YEAR, NOW + 10 * YEAR, ("key_cert_sign",), is_root=True)

    def issue(
        self,
        words: str = "الجهة، ختم الشهادات",
        begins: datetime = NOW - YEAR,
        ends: datetime = NOW + YEAR,
        usage: tuple[str, ...] = ("digital_signature", "content_commitment"),
        purpose: x509.ObjectIdentifier | None = None,
        key: PrivateKey | None = None,
    ) -> Issued:
        """Return a certificate for signing papers, with a key of its own."""
        key = key or new_key()
        leaf = self._issue(words, key, begins, ends, usage, purpose=purpose)
        return Issued(key, SigningCertificate(leaf, (self.root,)))

    def _issue(
        self,
        words: str,
        key: PrivateKey,
        begins: datetime,
        ends: datetime,
        usage: tuple[str, ...],
        is_root: bool = False,
        purpose: x509.ObjectIdentifier | None = None,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(words))
            .issuer_name(_name(self.words))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(is_root, None), critical=True)
            .add_extension(x509.KeyUsage(**{one: one in usage for one in USAGES}), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        return builder.sign(self.key, hashes.SHA256())


def time_stamping() -> x509.ObjectIdentifier:
    return ExtendedKeyUsageOID.TIME_STAMPING
