"""A pack of files that proves itself: a ZIP with a manifest of digests, signed where there is a key."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from quiz.records import signing
from quiz.records.facts import canonical
from quiz.records.signing import Signer, UnusableKey

FORMAT = 1
MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public-key.pem"
# As much as a pack may unfold to; the largest of ours has a hundredth of it.
MOST_BYTES = 256 * 1024 * 1024
_UNSIGNED = {"signed": False, "why": "no key was set"}


class NotAPack(ValueError):
    """A file is no pack of ours: no ZIP, damaged, far too large, or without a readable manifest."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with a pack: a code, and the file it is about."""

    code: str
    file: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: faults, the facts of the manifest, and the fingerprint of the key that signed, if any."""

    faults: tuple[Fault, ...]
    manifest: Mapping[str, Any]
    fingerprint: str | None


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def manifest_of(files: Mapping[str, bytes], facts: Mapping[str, Any], signer: Signer) -> bytes:
    """Return the manifest in its one byte form: facts, the digest and size of every file, and whether it is signed."""
    held = dict(files)
    signature: dict[str, Any] = dict(_UNSIGNED)
    if signer.public_key is not None:
        held[PUBLIC_KEY] = signer.public_key
        signature = {
            "signed": True,
            "algorithm": signing.ALGORITHM,
            "file": SIGNATURE,
            "public_key": PUBLIC_KEY,
            "fingerprint": signing.fingerprint(signer.public_key),
        }
    listed = {name: {"sha256": sha256(content), "bytes": len(content)} for name, content in held.items()}
    return canonical({**facts, "format": FORMAT, "files": listed, "signature": signature})


def seal(files: Mapping[str, bytes], facts: Mapping[str, Any], signer: Signer, made_at: datetime) -> tuple[bytes, str]:
    """Return a pack of files as ZIP, and the digest of its manifest; `made_at` is what the ZIP says of its files.

    The same files, facts and key make the same bytes.
    """
    manifest = manifest_of(files, facts, signer)
    held = {**files, MANIFEST: manifest}
    if signer.public_key is not None:
        held |= {PUBLIC_KEY: signer.public_key, SIGNATURE: signer.sign(manifest)}
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        for name in sorted(held):
            entry = ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, held[name])
    return into.getvalue(), sha256(manifest)


def check(content: bytes, key: bytes | None = None) -> Checked:
    """Return what is wrong with a pack: digests, signature, files that are missing or too many; raise NotAPack.

    `key` is the public key that the signature must be of, as somebody got it from the organisation itself. Without it
    the key in the pack is taken, which proves only that all files come from whoever holds that key.
    """
    files = _unpacked(content)
    raw = files.pop(MANIFEST)
    manifest = _read(raw)
    signature = files.pop(SIGNATURE, None)
    faults = [] if canonical(manifest) == raw else [Fault("manifest-rewritten", MANIFEST)]
    listed: Mapping[str, Any] = manifest["files"]
    faults += [Fault("missing", name) for name in listed if name not in files]
    faults += [Fault("not-listed", name) for name in files if name not in listed]
    faults += [Fault("changed", name) for name in listed if name in files and not _is(listed[name], files[name])]
    found, fingerprint = _signature(manifest, raw, signature, files, key)
    return Checked((*sorted(faults, key=lambda one: (one.file, one.code)), *found), manifest, fingerprint)


def _is(listed: Any, content: bytes) -> bool:
    return isinstance(listed, dict) and listed == {"sha256": sha256(content), "bytes": len(content)}


def _signature(
    manifest: Mapping[str, Any], raw: bytes, signature: bytes | None, files: Mapping[str, bytes], key: bytes | None
) -> tuple[list[Fault], str | None]:
    said = manifest.get("signature")
    if said == _UNSIGNED and signature is None:
        return [Fault("not-signed", MANIFEST)], None
    public_key = files.get(PUBLIC_KEY)
    if signature is None:
        return [Fault("missing", SIGNATURE)], None
    if public_key is None:
        return [Fault("missing", PUBLIC_KEY)] if PUBLIC_KEY not in manifest["files"] else [], None
    try:
        if key is not None and signing.fingerprint(key) != signing.fingerprint(public_key):
            return [Fault("another-key", PUBLIC_KEY)], None
        if not signing.is_signed(raw, signature, public_key):
            return [Fault("signature-wrong", SIGNATURE)], None
        return [], signing.fingerprint(public_key)
    except UnusableKey:
        return [Fault("key-unreadable", PUBLIC_KEY)], None


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise NotAPack("it would unfold to far more than any pack of ours")
            if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
                raise NotAPack("a file in it is packed in another way than ours")
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names) or MANIFEST not in names:
                raise NotAPack(f"it has no {MANIFEST}, or a file twice")
            return {entry.filename: _content(archive, entry) for entry in entries}
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, zlib.error) as fault:
        if isinstance(fault, NotAPack):
            raise
        raise NotAPack("it is no ZIP file, or a damaged one") from fault


def _content(archive: ZipFile, entry: ZipInfo) -> bytes:
    with archive.open(entry) as opened:
        # What an entry says of its size may be less than it unfolds to.
        found = opened.read(entry.file_size + 1)
    if len(found) > entry.file_size:
        raise NotAPack("a file in it is larger than it says")
    return found


def _read(raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw, parse_float=_no_fraction)
        canonical(manifest)
    except (ValueError, TypeError, AttributeError, RecursionError) as fault:
        raise NotAPack(f"{MANIFEST} cannot be read") from fault
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        raise NotAPack(f"{MANIFEST} is of another kind")
    return manifest  # type: ignore[no-any-return]


def _no_fraction(text: str) -> float:
    raise ValueError(f"{text} is no whole number")
