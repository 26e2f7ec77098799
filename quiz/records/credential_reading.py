"""Reading a credential that somebody hands in: JSON or token, weighed before anything is reckoned over it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from quiz.records.credential import CONTEXTS, TYPES, Document
from quiz.records.encoding import from_base64url

MOST_BYTES = 64 * 1024
# Ours has 4 levels, 13 objects and a dozen fields in the largest; the canonical form of many like nodes takes for ever.
MOST_DEPTH, MOST_OBJECTS, MOST_FIELDS, MOST_ENTRIES = 8, 40, 24, 4
_CLAIMS = ("iss", "jti", "iat", "nbf", "exp")


class Unreadable(ValueError):
    """What was handed in is no credential that could be ours; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Read:
    """A credential as it was handed in: its fields, and either its proof or the parts of its token."""

    document: Document
    proof: Document | None = None
    header: Document | None = None
    claims: Document | None = None
    token: str | None = None


def read(content: bytes) -> Read:
    """Return what was handed in, as JSON or as token; raise Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("too-large")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as fault:
        raise Unreadable("not-text") from fault
    return _from_json(text) if text.startswith("{") else _from_token(text)


def _from_json(text: str) -> Read:
    document = _weighed(_parsed(text))
    proof = document.pop("proof", None)
    if not isinstance(proof, dict):
        raise Unreadable("no-proof")
    _check_kind(document)
    return Read(document, proof=proof)


def _from_token(text: str) -> Read:
    parts = text.split(".")
    if len(parts) != 3:
        raise Unreadable("not-a-credential")
    try:
        header, payload = (from_base64url(part).decode() for part in parts[:2])
    except ValueError as fault:
        raise Unreadable("not-a-credential") from fault
    document = _weighed(_parsed(payload))
    claims = {name: document.pop(name) for name in _CLAIMS if name in document}
    _check_kind(document)
    return Read(document, header=_weighed(_parsed(header)), claims=claims, token=text)


def _parsed(text: str) -> Document:
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_refuse)
    except Unreadable:
        raise
    except (RecursionError, ValueError) as fault:
        raise Unreadable("not-json") from fault
    if not isinstance(found, dict):
        raise Unreadable("not-a-credential")
    return found


def _once(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) != len(pairs):
        # One reader takes the first of two, another the last: what was signed would depend on who reads.
        raise Unreadable("field-twice")
    return found


def _refuse(_text: str) -> NoReturn:
    raise Unreadable("number-not-whole")


def _check_kind(document: Document) -> None:
    if document.get("@context") != CONTEXTS:
        raise Unreadable("other-contexts")
    if document.get("type") != TYPES:
        raise Unreadable("other-kind")


def _weighed(document: Document) -> Document:
    """Return a document that is small enough to be reckoned over; raise Unreadable."""
    objects = 0
    for depth, name, value in _walk(document):
        objects += isinstance(value, dict)
        if depth > MOST_DEPTH or objects > MOST_OBJECTS:
            raise Unreadable("too-deep" if depth > MOST_DEPTH else "too-many-parts")
        if (isinstance(value, dict) and len(value) > MOST_FIELDS) or (
            isinstance(value, list) and len(value) > MOST_ENTRIES
        ):
            raise Unreadable("too-many-parts")
        # Words of linked data itself would let a document say in other ways what it says.
        if (name.startswith("@") and not (name == "@context" and depth == 1)) or (
            isinstance(value, str) and value.startswith(("_:", "@"))
        ):
            raise Unreadable("other-contexts")
    return document


def _walk(document: Document) -> Iterator[tuple[int, str, Any]]:
    waiting: list[tuple[int, str, Any]] = [(0, "", document)]
    while waiting:
        depth, name, value = waiting.pop()
        yield depth, name, value
        if isinstance(value, dict):
            waiting += [(depth + 1, key, one) for key, one in value.items()]
        elif isinstance(value, list):
            waiting += [(depth + 1, "", one) for one in value]
