"""What a file is at sight, by its bytes alone; names and types that come with it can say anything."""

import re
from enum import StrEnum

from quiz.records import codes

# A reader of PDF looks for its sign within the first kilobyte.
_PDF_WITHIN = 1024
_LONGEST_ADDRESS = 4_000
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_ADDRESS = re.compile(r"(?:https?://\S+|[\w.:-]*)/verify/([^/?#\s]{1,60})(?:#((?:[0-9]{2}){1,1000}))?", re.ASCII)
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


class Kind(StrEnum):
    """What somebody brought; the first two can be checked, none of the others."""

    PAPER = "paper"
    CREDENTIAL = "credential"
    EMPTY = "empty"
    PICTURE = "picture"
    ARCHIVE = "archive"
    BINARY = "binary"
    TEXT = "text"


def kind_of(content: bytes) -> Kind:
    """Return what a file is; JSON and tokens of whatever sort count as credentials."""
    if not content.strip():
        return Kind.EMPTY
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return Kind.PAPER
    if (
        content.startswith(_PICTURES)
        or content[4:8] == b"ftyp"
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    ):
        return Kind.PICTURE
    if content.startswith(_ARCHIVES):
        return Kind.ARCHIVE
    text = _text(content)
    if text is None or "\x00" in text:
        return Kind.BINARY
    return Kind.CREDENTIAL if text.startswith(("{", "[")) or is_token(text) else Kind.TEXT


def is_token(text: str) -> bool:
    """Tell whether a text has the three parts of a token, broken over lines or not."""
    return _TOKEN.fullmatch("".join(text.split())) is not None


def find_address(content: bytes) -> tuple[str, str] | None:
    """Return the code and the signed line behind it in the address of a record or in a bare code; None in all else.

    The code in an address is as it stands there, which may be with a slip; the line may be empty.
    """
    if len(content) > _LONGEST_ADDRESS or (text := _text(content)) is None:
        return None
    found = _ADDRESS.fullmatch(text)
    if found:
        return found[1], found[2] or ""
    code = codes.normalise(text)
    return (codes.display(code), "") if code else None


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None
