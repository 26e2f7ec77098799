"""A zip that somebody sent, opened without trusting it: weighed before it is taken apart, and unpacked by bounds."""

import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MIB = 1024 * 1024

_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
_END = b"PK\x05\x06"
_END_OF_LARGE = b"PK\x06\x07"
_END_RECORD = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 0xFFFF
# What one entry takes in the list of contents, with a long name and the extra fields of any tool.
_BYTES_AN_ENTRY = 400
_ENCRYPTED = 0x1 | 0x40
_IN_UTF8 = 0x800
_LONGEST_NAME = 200
_PIECE = 64 * 1024
# Whatever zipfile and zlib may say of bytes that were not written by a zip program.
_BREAKAGE = (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a zip may hold: entries, bytes of all of them unpacked, and how far they may swell."""

    entries: int
    together: int
    times: int


class Refused(Exception):
    """A zip, or an entry of it, that is not read: a code and the values its sentence needs."""

    def __init__(self, code: str, /, **values: str) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


def open_zip(content: bytes, limits: Limits) -> ZipFile:
    """Return the zip of these bytes, or raise Refused; its list of contents is weighed before it is read."""
    if not content.startswith(_BEGINNINGS):
        raise Refused("not-a-zip")
    if len(content) > limits.together:
        raise Refused("zip-too-large", most=str(limits.together // MIB))
    _weigh_contents(content, limits)
    try:
        opened = ZipFile(BytesIO(content))
    except UnicodeDecodeError as error:
        raise Refused("zip-name-encoding") from error
    except _BREAKAGE as error:
        raise Refused("zip-broken") from error
    unpacked = sum(info.file_size for info in opened.infolist())
    if unpacked > limits.together:
        raise Refused("zip-too-large", most=str(limits.together // MIB))
    if unpacked > MIB and unpacked > limits.times * len(content):
        raise Refused("zip-swells", most=str(limits.times))
    return opened


def _weigh_contents(content: bytes, limits: Limits) -> None:
    """Refuse a list of contents that would take long to read, before anything reads it."""
    place = content.rfind(_END, max(0, len(content) - _LONGEST_COMMENT - _END_RECORD.size))
    if place < 0 or place + _END_RECORD.size > len(content):
        raise Refused("zip-broken")
    _, disk, first_disk, _, entries, size, _, _ = _END_RECORD.unpack_from(content, place)
    if disk or first_disk:
        raise Refused("zip-broken")
    is_large = content[max(0, place - 20) : place].startswith(_END_OF_LARGE)
    if is_large or entries > limits.entries or size > limits.entries * _BYTES_AN_ENTRY:
        raise Refused("zip-too-many", most=str(limits.entries))


def unpack(opened: ZipFile, info: ZipInfo, most: int) -> bytes:
    """Return the bytes of an entry, or raise Refused; never more than `most` of them are unpacked."""
    return b"".join(pieces(opened, info, most))


def pieces(opened: ZipFile, info: ZipInfo, most: int) -> Iterator[bytes]:
    """Yield the bytes of an entry piece by piece, or raise Refused where it is too large or cannot be read."""
    if info.flag_bits & _ENCRYPTED:
        raise Refused("zip-encrypted")
    # The other methods unpack a piece whole, however large it becomes.
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Refused("zip-method")
    if info.file_size > most:
        raise Refused("file-too-large", most=str(most // 1024))
    try:
        with opened.open(info) as entry:
            # zipfile reads no further than the size that was looked at.
            while piece := entry.read(_PIECE):
                yield piece
    except _BREAKAGE as error:
        raise Refused("zip-broken-entry") from error


def name_of(info: ZipInfo) -> str:
    """Return the name of an entry in NFC, or raise Refused for one that could lead elsewhere or cannot be read."""
    name = info.orig_filename
    if not name.isascii() and not info.flag_bits & _IN_UTF8:
        # Some programs write UTF-8 without saying so; what else it may be, nobody can tell.
        try:
            name = name.encode("cp437").decode()
        except UnicodeError as error:
            raise Refused("zip-name-encoding") from error
    name = unicodedata.normalize("NFC", name).removeprefix("./")
    steps = name.removesuffix("/").split("/")
    if not name.isprintable() or len(name) > _LONGEST_NAME or "\\" in name or ":" in name:
        raise Refused("zip-name")
    if any(step in {"", ".", ".."} for step in steps):
        raise Refused("zip-name")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("zip-link")
    return name


def shown_name(info: ZipInfo) -> str:
    """Return the name of an entry as it can be shown, whatever it holds."""
    name = "".join(character if character.isprintable() else "?" for character in info.orig_filename)
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of files by name; the same files in the same order give the same bytes."""
    into = BytesIO()
    with ZipFile(into, "w") as packed:
        for name, content in files:
            info = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            packed.writestr(info, content, ZIP_DEFLATED, 9)
    return into.getvalue()
