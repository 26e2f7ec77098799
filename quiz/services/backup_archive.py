"""The one file that a backup is: a ZIP of parts with a sealed manifest, so that what was cut or changed is refused."""

import hashlib
import hmac
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from quiz.db.copies import SQLITE, Readable, pieces
from quiz.records.facts import canonical

MANIFEST, KEYS = "manifest.json", "keys/"
_KIND, _FORMAT = "amana-backup", 1
# More makes it hardly smaller and much slower.
_LEVEL = 3
_LARGEST_MANIFEST = 4 * 1024 * 1024
# What reading an archive raises that is not what it was.
_BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


class BrokenBackup(Exception):
    """A file is no backup that can be trusted; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class BackupKey:
    """Seals manifests: HMAC-SHA-256 under a key of its own, drawn from the operator's secret (HKDF, RFC 5869)."""

    key: bytes = field(repr=False)
    old: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, secret: str, *old: str) -> "BackupKey":
        """Return the key of an operator's `SECRET_KEY`, with those of the secrets before it."""
        return cls(_derived(secret), tuple(map(_derived, old)))

    def seal(self, stated: Mapping[str, Any]) -> str:
        """Return the seal of a manifest."""
        return _mac(self.key, stated)

    def is_ours(self, stated: Mapping[str, Any], seal: str) -> bool:
        """Tell whether one of our secrets sealed a manifest."""
        return any(hmac.compare_digest(_mac(key, stated).encode(), seal.encode()) for key in (self.key, *self.old))


def _derived(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"amana/backup/1").derive(secret.encode())


def _mac(key: bytes, stated: Mapping[str, Any]) -> str:
    return hmac.new(key, canonical(stated), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """A file in the archive: how long it is, unpacked, and its digest."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What a backup says of itself.

    `taken_at` is the moment that the copy shows, `last_link` the end of the audit chain in it (number and link), `tip`
    the same signed, as tips are that leave the house.
    """

    product: str
    schema: str
    engine: str
    taken_at: str
    rows: Mapping[str, int]
    last_link: tuple[int, str] | None
    tip: Mapping[str, Any] | None
    parts: tuple[Part, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return what is sealed."""
        return {"kind": _KIND, "format": _FORMAT, **asdict(self), "rows": dict(self.rows), "parts": [
            asdict(part) for part in self.parts
        ], "last_link": list(self.last_link) if self.last_link else None}  # fmt: skip


class Writer:
    """Writes an archive, part by part."""

    def __init__(self, into: IO[bytes]) -> None:
        self._zip = ZipFile(into, "w", allowZip64=True)
        self._parts: list[Part] = []

    def add(self, name: str, content: Readable) -> None:
        """Add a part as it comes."""
        digest, size = hashlib.sha256(), 0
        entry = ZipInfo(name)
        # What PostgreSQL writes is packed already.
        entry.compress_type = ZIP_DEFLATED if name == SQLITE else ZIP_STORED
        entry._compresslevel = _LEVEL  # type: ignore[attr-defined]
        entry.external_attr = 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=True) as into:
            for piece in pieces(content):
                digest.update(piece)
                size += len(piece)
                into.write(piece)
        self._parts.append(Part(name, size, digest.hexdigest()))

    def abandon(self) -> None:
        """Let go of what was begun; what comes out of it is of no use to anybody."""
        with suppress(*_BROKEN):
            self._zip.close()

    def end(self, stated: Stated, key: BackupKey) -> Stated:
        """Write the manifest, sealed, and end the archive; return it with its parts."""
        whole = Stated(**{**_fields(stated), "parts": tuple(self._parts)})
        document = {**whole.document(), "seal": key.seal(whole.document())}
        entry = ZipInfo(MANIFEST)
        entry.external_attr = 0o600 << 16
        self._zip.writestr(entry, json.dumps(document, ensure_ascii=False, indent=1))
        self._zip.close()
        return whole


def _fields(stated: Stated) -> dict[str, Any]:
    return {name: getattr(stated, name) for name in Stated.__dataclass_fields__}


class Archive:
    """A backup that is read; what it hands out was looked at from its first byte to its last."""

    def __init__(self, path: Path) -> None:
        """Read what it says of itself; raise BrokenBackup, or OSError where it cannot be opened."""
        self._file = path.open("rb")
        try:
            self._read_manifest(path.name)
        except BaseException:
            self._file.close()
            raise

    def _read_manifest(self, name: str) -> None:
        try:
            self._zip = ZipFile(self._file)
        except _BROKEN as fault:
            raise BrokenBackup(f"{name} was changed or cut off, or is no backup") from fault
        self.document = self._manifest()
        self.stated = _read(self.document)
        names = [MANIFEST, *(part.name for part in self.stated.parts)]
        if sorted(names) != sorted(self._zip.namelist()):
            raise BrokenBackup("the archive holds other files than its manifest names")

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()

    def is_ours(self, key: BackupKey) -> bool:
        """Tell whether one of our secrets sealed it."""
        stated = {name: value for name, value in self.document.items() if name != "seal"}
        return key.is_ours(stated, str(self.document["seal"]))

    def check(self) -> None:
        """Compare every part with its digest; raise BrokenBackup."""
        for part in self.stated.parts:
            with self.open(part.name) as content:
                for _ in pieces(content):
                    pass

    @contextmanager
    def open(self, name: str) -> Iterator["Checked"]:
        """Give the bytes of a part; whoever reads to the end is told where they are others than were written."""
        part = next(part for part in self.stated.parts if part.name == name)
        try:
            content = self._zip.open(name)
        except _BROKEN as fault:
            raise BrokenBackup(f"{name} was changed or cut off") from fault
        with content:
            yield Checked(part, content)

    def _manifest(self) -> dict[str, Any]:
        try:
            entry = self._zip.getinfo(MANIFEST)
            if entry.file_size > _LARGEST_MANIFEST:
                raise BrokenBackup("the manifest is too long to be one")
            found = json.loads(self._zip.read(entry))
        except KeyError as fault:
            raise BrokenBackup("there is no manifest in it: it is no backup") from fault
        except _BROKEN as fault:
            raise BrokenBackup("the manifest was changed or cut off") from fault
        if not isinstance(found, dict) or found.get("kind") != _KIND:
            raise BrokenBackup("it is no backup")
        if found.get("format") != _FORMAT:
            raise BrokenBackup("it was made by a version of another form; restore it with that one")
        return found


def _read(document: Mapping[str, Any]) -> Stated:
    try:
        link = document["last_link"]
        stated = Stated(
            product=str(document["product"]),
            schema=str(document["schema"]),
            engine=str(document["engine"]),
            taken_at=str(document["taken_at"]),
            rows={str(name): int(count) for name, count in document["rows"].items()},
            last_link=(int(link[0]), str(link[1])) if link else None,
            tip=document["tip"],
            parts=tuple(Part(str(one["name"]), int(one["bytes"]), str(one["sha256"])) for one in document["parts"]),
        )
        if {**stated.document(), "seal": document["seal"]} != document or not isinstance(document["seal"], str):
            raise BrokenBackup("the manifest says more or less than one does")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
        raise BrokenBackup("the manifest cannot be read") from fault
    return stated


class Checked:
    """The bytes of a part as they are read, held against what the manifest says of them."""

    def __init__(self, part: Part, content: IO[bytes]) -> None:
        self._part = part
        self._content = content
        self._digest = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Return some bytes; raise BrokenBackup at the end of what is not what was written."""
        try:
            piece = self._content.read(size)
        except _BROKEN as fault:
            raise BrokenBackup(f"{self._part.name} was changed or cut off") from fault
        self._digest.update(piece)
        self._size += len(piece)
        is_over = self._size > self._part.bytes
        if is_over or (not piece and not self._is_whole()):
            raise BrokenBackup(f"{self._part.name} was changed or cut off: its digest is another")
        return piece

    def _is_whole(self) -> bool:
        return self._size == self._part.bytes and hmac.compare_digest(self._digest.hexdigest(), self._part.sha256)
