"""The canonical form of linked data (JSON-LD 1.1, RDFC-1.0), over contexts that are installed and never fetched."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pyld import jsonld

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FILES = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "open-badges-3.0.3.json"}
_FOLDER = Path(__file__).parent / "contexts"


class NotCanonical(ValueError):
    """A document has no canonical form over the contexts that are installed."""


def canonical_quads(document: dict[str, Any]) -> bytes:
    """Return the one byte form of what a document says, as N-Quads; raise NotCanonical.

    What the contexts do not define is left out of it in silence: whoever checks a signature compares every field too.
    The time grows with nodes that are alike, and so does not suit documents of strangers that nobody weighed before.
    """
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    try:
        quads: str = jsonld.normalize(document, options)
    except (jsonld.JsonLdError, AttributeError, KeyError, RecursionError, TypeError, ValueError) as fault:
        raise NotCanonical(type(fault).__name__) from fault
    return quads.encode()


@cache
def context(address: str) -> dict[str, Any]:
    """Return the context of an address; raise NotCanonical where it is none of ours."""
    if address not in _FILES:
        raise NotCanonical("a context that is not ours")
    found: dict[str, Any] = json.loads((_FOLDER / _FILES[address]).read_text(encoding="utf-8"))
    return found


def _load(address: str, _options: object = None) -> dict[str, Any]:
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": context(address),
    }
