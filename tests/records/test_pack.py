"""A pack of files proves itself: every byte of it is held by the manifest, and the manifest by the key."""

import json
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from quiz.records import pack, signing
from quiz.records.pack import NotAPack, check, seal
from quiz.records.signing import Ed25519Signer, NobodySigns, UnusableKey, signer_of
from tests.leaves import changed, leaves

MADE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FILES = {"evidence.json": b'{"a":1}', "README.txt": "اقرأ".encode(), "evidence.pdf": b"%PDF-1.7\n" + bytes(200)}
FACTS = {"made_at": "2026-11-21T09:00:00Z", "scope": {"kind": "organisation"}}
SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
SEALED, DIGEST = seal(FILES, FACTS, SIGNER, MADE)


def unpacked(content):
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files):
    into = BytesIO()
    with ZipFile(into, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return into.getvalue()


def faults(content, key=None):
    return [(one.code, one.file) for one in check(content, key).faults]


def test_a_signed_pack_holds_and_names_its_key():
    found = check(SEALED)
    assert found.faults == ()
    assert found.fingerprint == signing.fingerprint(SIGNER.public_key)
    assert found.manifest["files"]["evidence.json"] == {"sha256": pack.sha256(FILES["evidence.json"]), "bytes": 7}
    assert found.manifest["scope"] == {"kind": "organisation"}
    assert pack.sha256(unpacked(SEALED)["manifest.json"]) == DIGEST
    assert set(unpacked(SEALED)) == {*FILES, "manifest.json", "manifest.sig", "public-key.pem"}


def test_the_same_files_make_the_same_pack():
    assert seal(FILES, FACTS, SIGNER, MADE)[0] == SEALED


@given(st.data())
def test_one_changed_bit_in_any_file_is_found(data):
    files = unpacked(SEALED)
    name = data.draw(st.sampled_from(sorted(files)))
    place = data.draw(st.integers(0, len(files[name]) - 1))
    changed = bytearray(files[name])
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        assert check(packed({**files, name: bytes(changed)})).faults
    except NotAPack:
        assert name == "manifest.json"


def test_each_place_of_the_manifest_that_is_changed_is_found():
    files = unpacked(SEALED)
    manifest = json.loads(files["manifest.json"])
    for path in leaves(manifest):
        # Written in the one form, so that nothing but the signature can tell.
        made = {**files, "manifest.json": pack.canonical(changed(manifest, path))}
        try:
            assert "signature-wrong" in {code for code, _ in faults(packed(made))}, path
        except NotAPack:
            assert path == ("format",)


@given(st.integers(0, len(SEALED) - 1), st.integers(0, 7))
def test_one_changed_bit_of_the_pack_itself_is_found_or_says_nothing_else(place, bit):
    changed = bytearray(SEALED)
    changed[place] ^= 1 << bit
    try:
        found = check(bytes(changed))
    except NotAPack:
        return
    # What the ZIP says beside its files, such as their hour, is in no manifest.
    assert found.faults or unpacked(bytes(changed)) == unpacked(SEALED)


@given(st.binary(max_size=200))
def test_what_is_no_pack_is_said_to_be_none(content):
    with pytest.raises(NotAPack):
        check(content)


def test_a_pack_cut_short_is_none():
    for length in range(0, len(SEALED), 97):
        with pytest.raises(NotAPack):
            check(SEALED[:length])


def test_files_that_are_missing_or_too_many_are_named():
    files = unpacked(SEALED)
    assert faults(packed({**files, "more.txt": b""})) == [("not-listed", "more.txt")]
    del files["evidence.pdf"]
    assert faults(packed(files)) == [("missing", "evidence.pdf")]


@pytest.mark.parametrize("name", ["manifest.sig", "public-key.pem"])
def test_a_signature_cannot_be_taken_off(name):
    files = unpacked(SEALED)
    del files[name]
    assert faults(packed(files)) == [("missing", name)]


def test_a_pack_without_a_key_says_so_and_does_not_hold():
    sealed, _ = seal(FILES, FACTS, NobodySigns(), MADE)
    assert set(unpacked(sealed)) == {*FILES, "manifest.json"}
    assert json.loads(unpacked(sealed)["manifest.json"])["signature"]["signed"] is False
    assert faults(sealed) == [("not-signed", "manifest.json")]
    assert check(sealed).fingerprint is None


def test_a_pack_of_somebody_else_is_found_by_the_key_that_one_has():
    forged, _ = seal(FILES, FACTS, OTHER, MADE)
    assert faults(forged) == []
    assert faults(forged, SIGNER.public_key) == [("another-key", "public-key.pem")]
    assert faults(SEALED, SIGNER.public_key) == []
    files = {**unpacked(SEALED), "manifest.sig": OTHER.sign(unpacked(SEALED)["manifest.json"])}
    assert faults(packed(files)) == [("signature-wrong", "manifest.sig")]


def test_a_manifest_written_in_another_form_is_found_though_it_says_the_same():
    files = unpacked(seal(FILES, FACTS, NobodySigns(), MADE)[0])
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"])).encode()
    assert ("manifest-rewritten", "manifest.json") in faults(packed(files))


def test_what_unfolds_to_too_much_is_not_unfolded(monkeypatch):
    monkeypatch.setattr(pack, "MOST_BYTES", 100)
    with pytest.raises(NotAPack):
        check(SEALED)


def test_the_key_comes_from_a_file(tmp_path: Path):
    path = tmp_path / "key.pem"
    path.write_bytes(SIGNER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert signer_of(path).public_key == SIGNER.public_key
    assert signer_of(None).public_key is None


def test_a_file_without_a_usable_key_is_refused(tmp_path: Path):
    path = tmp_path / "key.pem"
    with pytest.raises(UnusableKey, match="cannot be read"):
        signer_of(path)
    path.write_text("no key")
    with pytest.raises(UnusableKey, match="no private key"):
        signer_of(path)
    path.write_bytes(X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(UnusableKey, match="another kind"):
        signer_of(path)
    with pytest.raises(UnusableKey):
        NobodySigns().sign(b"")


def test_openssl_verifies_the_signature(tmp_path: Path):
    for name, content in unpacked(SEALED).items():
        (tmp_path / name).write_bytes(content)
    command = "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig"
    run = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    (tmp_path / "manifest.json").write_bytes(b"{}")
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 1
