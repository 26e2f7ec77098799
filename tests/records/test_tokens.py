"""Signing with a key that stays in a token, tried with SoftHSM; where it is missing the test is skipped by name."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from quiz.language.locale import ARABIC
from quiz.records.certificate_pdf import render
from quiz.records.paper_signing import SigningFailed, signer_for
from quiz.records.paper_verifying import judge, read_paper
from quiz.settings.signing import Signing
from tests.authorities import Authority, Issued
from tests.fixtures.settings import NOW

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
CODE = "3WW6P9D8KS862"


@pytest.fixture
def module() -> str:
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed: tokens are not tried")
    found = [one for one in (os.environ.get("SOFTHSM2_MODULE", ""), *MODULES) if one and Path(one).exists()]
    if not found or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2 is not installed: tokens are not tried")
    return found[0]


@pytest.fixture
def issued() -> Issued:
    return Authority().issue()


@pytest.fixture
def signing(module: str, issued: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signing:
    """A token with the key of a certificate."""
    (tmp_path / "tokens").mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    key = tmp_path / "key.pk8"
    key.write_bytes(issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    tool = ["softhsm2-util", "--module", module]
    pins = ["--so-pin", "12345678", "--pin", "1234"]
    subprocess.run([*tool, "--init-token", "--free", "--label", "records", *pins], check=True, capture_output=True)
    what = ["--token", "records", "--label", "seal", "--id", "01", "--pin", "1234"]
    subprocess.run([*tool, "--import", str(key), *what], check=True, capture_output=True)
    certificate = issued.write(tmp_path)["certificate_file"]
    return Signing(
        certificate_file=certificate,
        pkcs11_module=module,
        pkcs11_token="records",
        pkcs11_key="seal",
        pkcs11_pin="1234",
    )


def test_a_key_in_a_token_signs_and_what_it_signed_verifies(facts, wordings, issued: Issued, signing: Signing) -> None:
    paper = render(facts, "هناء", None, f"https://amana.example/verify/{CODE}", CODE, ARABIC, wordings)
    signer = signer_for(signing, NOW)
    known = {issued.certificate.fingerprint: issued.certificate}
    for _ in range(2):
        assert judge(read_paper(signer.sign(paper, NOW)), known).problems == ()
    missing = signer_for(Signing(**{**_settings(signing), "pkcs11_key": "another"}), NOW)
    with pytest.raises(SigningFailed):
        missing.sign(paper, NOW)


def _settings(signing: Signing) -> dict[str, str]:
    return {name: getattr(signing, name) for name in Signing.__dataclass_fields__}
