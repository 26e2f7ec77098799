"""Signing a paper: what is signed by which key, and every setting that is refused before anything is signed."""

import asyncio
import io
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import keys, tsp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP192R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper

from quiz.language.locale import ARABIC
from quiz.records import pades
from quiz.records.certificate_pdf import render
from quiz.records.pades import FileSigner
from quiz.records.paper_signing import NullSigner, SigningCertificate, SigningFailed, signer_for
from quiz.records.paper_verifying import judge, read_paper
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings
from quiz.settings.signing import Signing
from tests.authorities import YEAR, Authority, new_key, time_stamping
from tests.fixtures.settings import NOW

CODE = "3WW6P9D8KS862"


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def paper(facts, wordings) -> Callable[[str | None], bytes]:
    def made(signer: str | None = None) -> bytes:
        return render(facts, "هناء", None, f"https://amana.example/verify/{CODE}", CODE, ARABIC, wordings, signer)

    return made


def test_a_signed_paper_is_whole_and_tells_who_signed_it_and_when(paper, authority) -> None:
    issued = authority.issue()
    signed = issued.signer.sign(paper(), NOW)
    reading = judge(read_paper(signed), {issued.certificate.fingerprint: issued.certificate})
    assert reading.problems == ()
    assert reading.signer == "الجهة، ختم الشهادات"
    assert reading.signed_at == NOW


def test_a_signature_is_appended_and_changes_nothing_before_it(paper, authority) -> None:
    unsigned = paper()
    assert authority.issue().signer.sign(unsigned, NOW).startswith(unsigned)


def test_a_signed_paper_still_follows_the_standards_and_names_its_field(paper, authority) -> None:
    with pikepdf.open(io.BytesIO(authority.issue().signer.sign(paper(), NOW))) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["pdfuaid:part"] == "1"
        (field,) = pdf.Root.AcroForm.Fields
        assert "Electronic signature" in str(field.TU)
        # Printed, not hidden (PDF/A), and outside the page (PDF/UA).
        assert int(field.F) & 4
        assert not int(field.F) & 2
        assert all(float(edge) < 0 for edge in field.Rect)
        assert field.V.SubFilter == "/ETSI.CAdES.detached"
        assert pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1
        assert "/StructTreeRoot" in pdf.Root
        assert "completion-facts.jsonld" in pdf.attachments


def test_another_reader_finds_the_signature_valid(paper, authority, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(authority.issue().signer.sign(paper(), NOW))
    told = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told


def test_without_settings_nothing_is_signed() -> None:
    signer = signer_for(None, NOW)
    assert signer.certificate is None
    with pytest.raises(SigningFailed):
        NullSigner().sign(b"", NOW)


def test_a_key_and_its_certificate_sign_from_files(paper, authority, tmp_path: Path) -> None:
    issued = authority.issue()
    signer = signer_for(Signing(**issued.write(tmp_path)), NOW)
    assert signer.certificate == issued.certificate
    assert read_paper(signer.sign(paper(), NOW)).fingerprint == issued.certificate.fingerprint


def test_a_bundle_holds_both_and_opens_with_its_password(paper, authority, tmp_path: Path) -> None:
    issued = authority.issue()
    leaf, chain = issued.certificate.leaf, issued.certificate.chain
    # What has nothing to do with the certificate may stand in such a file as well.
    held = [Authority("Another root").root, *chain]
    bundle = serialize_key_and_certificates(b"x", issued.key, leaf, held, BestAvailableEncryption(b"word"))
    file = tmp_path / "seal.p12"
    file.write_bytes(bundle)
    signer = signer_for(Signing(key_file=str(file), key_password="word"), NOW)
    assert signer.certificate == issued.certificate
    assert read_paper(signer.sign(paper(), NOW)).fault is None
    with pytest.raises(Misconfigured, match="SIGNING_KEY_PASSWORD"):
        signer_for(Signing(key_file=str(file), key_password="other"), NOW)


def test_a_key_behind_a_password_opens(authority, tmp_path: Path) -> None:
    issued = authority.issue()
    named = issued.write(tmp_path)
    shut = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word"))
    Path(named["key_file"]).write_bytes(shut)
    assert signer_for(Signing(**named, key_password="word"), NOW).certificate
    with pytest.raises(Misconfigured, match="SIGNING_KEY_FILE holds no private key"):
        signer_for(Signing(**named), NOW)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"begins": NOW - 2 * YEAR, "ends": NOW - timedelta(days=1)}, "expired on 2026-11-20 09:00Z"),
        ({"begins": NOW + timedelta(days=1)}, "not valid before 2026-11-22 09:00Z"),
        ({"usage": ("key_encipherment",)}, "not issued for signing"),
        ({"words": "李 Seal"}, "cannot be set in the typeface: 李"),
        ({"words": "ختم الجهة Seal"}, "Arabic and Latin letters or digits in one value"),
        ({"words": "ختم الجهة 2026"}, "Arabic and Latin letters or digits in one value"),
    ],
)
def test_a_certificate_that_could_not_sign_is_refused_at_start(authority, tmp_path: Path, changes, told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        signer_for(Signing(**authority.issue(**changes).write(tmp_path)), NOW)


def test_a_key_of_another_certificate_is_refused_at_start(authority, tmp_path: Path) -> None:
    issued = authority.issue()
    issued.key = new_key()
    with pytest.raises(Misconfigured, match="not the certificate of the key"):
        signer_for(Signing(**issued.write(tmp_path)), NOW)


def test_a_certificate_without_an_authority_or_with_another_one_is_refused(authority, tmp_path: Path) -> None:
    issued = authority.issue()
    alone = SigningCertificate(authority.root)
    issued.certificate, issued.key = alone, authority.key
    with pytest.raises(Misconfigured, match="self-signed"):
        signer_for(Signing(**issued.write(tmp_path)), NOW)
    wrong = authority.issue()
    wrong.certificate = SigningCertificate(wrong.certificate.leaf, (Authority().root,))
    with pytest.raises(Misconfigured, match="wrong order"):
        signer_for(Signing(**wrong.write(tmp_path)), NOW)


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 1024), generate_private_key(SECP192R1())])  # noqa: S505
def test_a_key_that_is_too_small_is_refused(authority, tmp_path: Path, key) -> None:
    issued = authority.issue()
    issued.key = key
    with pytest.raises(Misconfigured, match="2048 bits or more"):
        signer_for(Signing(**issued.write(tmp_path)), NOW)


def test_files_that_are_not_there_or_hold_something_else_are_named(authority, tmp_path: Path) -> None:
    named = authority.issue().write(tmp_path)
    for changes, told in (
        ({"certificate_file": ""}, "SIGNING_CERTIFICATE_FILE is missing"),
        ({"key_file": ""}, "SIGNING_KEY_FILE is missing"),
        ({"key_file": str(tmp_path / "none.pem")}, "SIGNING_KEY_FILE cannot be read"),
        ({"certificate_file": named["key_file"]}, "holds no certificate in PEM"),
        ({"key_file": named["certificate_file"]}, "holds no private key in PEM"),
    ):
        with pytest.raises(Misconfigured, match=told):
            signer_for(Signing(**{**named, **changes}), NOW)


def test_a_certificate_that_expires_while_running_signs_no_more(paper, authority) -> None:
    issued = authority.issue(ends=NOW)
    with pytest.raises(SigningFailed, match="not valid at"):
        issued.signer.sign(paper(), NOW + timedelta(minutes=1))


def test_a_signature_that_does_not_verify_becomes_no_paper(paper, authority) -> None:
    issued = authority.issue()
    with pytest.raises(SigningFailed, match="does not verify"):
        FileSigner(issued.certificate, new_key()).sign(paper(), NOW)


def test_a_token_without_its_package_is_refused_at_start(authority, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(pades, "find_spec", lambda _: None)
    named = authority.issue().write(tmp_path)["certificate_file"]
    token = {"pkcs11_module": "/lib/token.so", "pkcs11_token": "t", "pkcs11_key": "k"}
    with pytest.raises(Misconfigured, match="python-pkcs11"):
        signer_for(Signing(certificate_file=named, **token), NOW)


@pytest.fixture
def time_server(authority) -> Iterator[tuple[str, list[str]]]:
    """A server of this machine that tells the time of a signature, and what it was asked with."""
    own = rsa.generate_private_key(65537, 2048)
    stamping = authority.issue("Time", usage=("digital_signature",), purpose=time_stamping(), key=own)
    key = keys.PrivateKeyInfo.load(stamping.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    stamper = DummyTimeStamper(pades._plain(stamping.certificate), key, pades._store(stamping.certificate))
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.headers["Content-Type"])
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = asyncio.run(stamper.async_request_tsa_response(tsp.TimeStampReq.load(body))).dump()
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


@pytest.mark.enable_socket
def test_a_server_is_asked_for_the_time_where_one_is_named(paper, authority, tmp_path: Path, time_server) -> None:
    url, asked = time_server
    signed = signer_for(Signing(**authority.issue().write(tmp_path), timestamp_url=url), NOW).sign(paper(), NOW)
    assert read_paper(signed).fault is None
    assert set(asked) == {"application/timestamp-query"}
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    kinds = [one["type"].native for one in signature.signer_info["unsigned_attrs"]]
    assert kinds == ["signature_time_stamp_token"]


@pytest.mark.enable_socket
def test_a_time_server_that_is_away_is_told_and_nothing_is_signed(paper, authority, tmp_path: Path) -> None:
    # Nobody listens at the port that is kept for nobody.
    signing = Signing(**authority.issue().write(tmp_path), timestamp_url="http://127.0.0.1:9/")
    with pytest.raises(SigningFailed, match="time server does not answer"):
        signer_for(signing, NOW).sign(paper(), NOW)


def test_secrets_of_a_signer_are_told_to_no_log(authority, tmp_path: Path) -> None:
    signing = Signing(key_password="a word", pkcs11_pin="1234")
    assert "a word" not in repr(signing)
    assert "1234" not in repr(signing)
    assert "key=" not in repr(authority.issue().signer)


def test_settings_name_the_files() -> None:
    environ = {"SECRET_KEY": "a key for tests only: 0123456789abcdef"}
    assert Settings.from_environ(environ).signing is None
    found = Settings.from_environ({**environ, "SIGNING_KEY_FILE": "k.pem", "SIGNING_CERTIFICATE_FILE": "c.pem"})
    assert found.signing == Signing(key_file="k.pem", certificate_file="c.pem")
    with pytest.raises(Misconfigured, match="SIGNING_TIMESTAMP_URL"):
        Settings.from_environ({**environ, "SIGNING_TIMESTAMP_URL": "file:///etc/passwd"})
    with pytest.raises(Misconfigured, match="SIGNING_PKCS11_TOKEN"):
        Settings.from_environ({**environ, "SIGNING_PKCS11_MODULE": "/lib/token.so"})
