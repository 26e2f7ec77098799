"""Base64 as it stands in addresses: without its last signs (RFC 7515, 2)."""

import base64
import re

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


def base64url(content: bytes) -> str:
    """Return some bytes as text."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of a text; raise ValueError where it is none, or writes them in another way than we do."""
    if not _ALPHABET.fullmatch(text):
        raise ValueError("a character that is not of base64url")
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(content) != text:
        raise ValueError("bits that say nothing are not zero")
    return content
