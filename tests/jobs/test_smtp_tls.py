"""Mail over STARTTLS: nothing is said to a server whose certificate is not of its name and of a known authority."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bench.servers import free_port
from quiz.services.tools import SmtpMailer, system_clock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Taking:
    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(bytes(envelope.content or b""))
        return "250 taken"


def certificate(folder: Path, address: str) -> Path:
    """A certificate that vouches for itself, for one address, with its key in the same file."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post.example")])
    now = system_clock()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{address}.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return path


@contextmanager
def serving(post: Taking, pem: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    port = free_port()
    running = Controller(post, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True)
    running.start()
    try:
        yield port
    finally:
        running.stop()


def message() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "amana@amana.example", "hana@amana.example", "invitation"
    mail.set_content("a link that opens an account")
    return mail


def test_a_server_that_its_authority_vouches_for_gets_the_mail(tmp_path: Path) -> None:
    post, pem = Taking(), certificate(tmp_path, "127.0.0.1")
    with serving(post, pem) as port:
        SmtpMailer(f"smtp+tls://127.0.0.1:{port}", context=ssl.create_default_context(cafile=pem)).send(message())
    assert len(post.taken) == 1


@pytest.mark.parametrize("of", ["nobody known", "another address"])
def test_a_server_that_nobody_vouches_for_gets_no_mail(tmp_path: Path, of: str) -> None:
    post, pem = Taking(), certificate(tmp_path, "127.0.0.1" if of == "nobody known" else "127.0.0.9")
    known = ssl.create_default_context(cafile=None if of == "nobody known" else pem)
    with serving(post, pem) as port, pytest.raises(ssl.SSLCertVerificationError):
        SmtpMailer(f"smtp+tls://127.0.0.1:{port}", context=known).send(message())
    assert post.taken == []


def test_unless_told_otherwise_a_certificate_is_needed() -> None:
    context = SmtpMailer("smtp+tls://post.example").context
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
