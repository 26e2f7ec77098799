"""The act of signing a paper: a PAdES baseline signature appended to it, by a key in a file or in a token."""

import asyncio
import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from quiz.records.paper_signing import PrivateKey, SigningCertificate, SigningFailed, UnusableCertificate
from quiz.records.paper_verifying import read_paper
from quiz.settings.environment import Misconfigured
from quiz.settings.signing import Signing

FIELD = "Signature"
# What a reader that speaks aloud calls the field, which is seen on no page.
FIELD_WORDS = "التوقيع الإلكتروني Electronic signature"
TIMESTAMP_SECONDS = 10
_LARGEST_TIMESTAMP = 64 * 1024
# Room for the signature beside its certificates, and for what a time stamp brings.
_ROOM, _ROOM_FOR_TIME = 2048, 16 * 1024


@dataclass(frozen=True, slots=True)
class FileSigner:
    """Signs with a private key that was read from a file."""

    certificate: SigningCertificate
    key: PrivateKey = field(repr=False)
    timestamp_url: str = ""

    def sign(self, paper: bytes, at: datetime) -> bytes:
        """Return a paper with its signature appended; raise SigningFailed."""
        plain = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        signer = SimpleSigner(_plain(self.certificate), keys.PrivateKeyInfo.load(plain), _store(self.certificate))
        return _signed(paper, signer, self.certificate, at, self.timestamp_url)


class Pkcs11Signer:
    """Signs with a key that stays in a token: a card, or the hardware module of an authority."""

    def __init__(self, certificate: SigningCertificate, signing: Signing) -> None:
        if find_spec("pkcs11") is None:
            raise Misconfigured("SIGNING_PKCS11_MODULE needs the package python-pkcs11 (pip install 'amana[pkcs11]').")
        self.certificate = certificate
        self._signing = signing
        self._turn = threading.Lock()
        self._session: Any = None
        self._process = 0

    def sign(self, paper: bytes, at: datetime) -> bytes:
        """Return a paper with its signature appended, one at a time; raise SigningFailed."""
        from pkcs11.exceptions import PKCS11Error
        from pyhanko.sign.pkcs11 import PKCS11Signer

        with self._turn:
            try:
                signer = PKCS11Signer(
                    self._open(),
                    signing_cert=_plain(self.certificate),
                    ca_chain=[_asn1(one) for one in self.certificate.chain],
                    key_label=self._signing.pkcs11_key,
                    # Hashed here: not every token knows the mechanism that does both.
                    use_raw_mechanism=True,
                )
                return _signed(paper, signer, self.certificate, at, self._signing.timestamp_url)
            except PKCS11Error as fault:
                # A session that failed is not asked again: the token may have been away.
                self._session = None
                raise SigningFailed(f"the token does not sign: {type(fault).__name__} {fault}") from fault

    def _open(self) -> Any:
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import open_pkcs11_session

        # A session does not outlive a fork: the web process forks its workers from one that is ready.
        if self._session is None or self._process != os.getpid():
            found = self._signing
            criteria = TokenCriteria(label=found.pkcs11_token)
            self._session = open_pkcs11_session(found.pkcs11_module, token_criteria=criteria, user_pin=found.pkcs11_pin)
            self._process = os.getpid()
        return self._session


class _SignerAt(PdfSigner):
    """Signs at the moment of the deed, and not at one of its own."""

    def __init__(self, at: datetime, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._at = at

    def init_signing_session(self, *given: Any, **named: Any) -> PdfSigningSession:
        """Return the session of one signature, at that moment."""
        session = super().init_signing_session(*given, **named)
        session.system_time = self._at
        return session


class TimeServer(TimeStamper):
    """Asks a server for the time of a signature (RFC 3161)."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return what the server answers; raise OSError."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        asked = Request(self._url, req.dump(), headers)  # noqa: S310 - the setting allows http and https only
        return await asyncio.to_thread(self._answer, asked)

    def _answer(self, asked: Request) -> tsp.TimeStampResp:
        with urlopen(asked, timeout=TIMESTAMP_SECONDS) as reply:  # nosec B310 # noqa: S310 - https or http alone: the settings refuse others
            return tsp.TimeStampResp.load(reply.read(_LARGEST_TIMESTAMP))


def _signed(paper: bytes, signer: Signer, certificate: SigningCertificate, at: datetime, timestamp_url: str) -> bytes:
    if not certificate.is_valid_at(at):
        raise SigningFailed(f"the certificate is not valid at {at:%Y-%m-%d %H:%M}Z")
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=certificate.name,
        # Whoever changes anything afterwards is told by every reader that it was not allowed.
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    # Outside the page, as UA demands of what is not tagged; A allows no hidden field.
    place = SigFieldSpec(
        FIELD, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True), readable_field_name=FIELD_WORDS
    )
    stamper = TimeServer(timestamp_url) if timestamp_url else None
    held = sum(len(one.public_bytes(Encoding.DER)) for one in (certificate.leaf, *certificate.chain))
    room = 2 * (held + _ROOM + (_ROOM_FOR_TIME if stamper else 0))
    try:
        signing = _SignerAt(at, meta, signer, timestamper=stamper, new_field_spec=place)
        # The library runs a loop of its own, which it may not where the caller has one: in another thread nobody has.
        with ThreadPoolExecutor(1) as apart:
            made = apart.submit(
                signing.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(paper)), bytes_reserved=room
            ).result()
    except (OSError, URLError) as fault:
        raise SigningFailed(f"the time server does not answer: {type(fault).__name__}") from fault
    except Exception as fault:
        if type(fault).__module__.startswith("pkcs11"):
            raise
        raise SigningFailed(f"{type(fault).__name__}: {fault}") from fault
    content: bytes = made.getvalue()
    # A key that is not the one of the certificate, or a fault of a token, must not become a paper.
    if read_paper(content).fault is not None:
        raise SigningFailed("the signature that was made does not verify: is it the key of the certificate?")
    return content


def check_names(certificate: SigningCertificate) -> None:
    """Raise UnusableCertificate where a name in it cannot be compared with another (RFC 4518, 2.4)."""
    for one in (certificate.leaf, *certificate.chain):
        try:
            _ = _asn1(one).subject.hashable
        except ValueError as fault:
            raise UnusableCertificate(
                "holds a name of Arabic and Latin letters or digits in one value, which readers refuse"
            ) from fault


def _plain(certificate: SigningCertificate) -> asn1.Certificate:
    return _asn1(certificate.leaf)


def _asn1(certificate: Any) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def _store(certificate: SigningCertificate) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    for one in certificate.chain:
        store.register(_asn1(one))
    return store
