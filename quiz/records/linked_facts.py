"""The facts as they are attached to the paper: JSON-LD, whose context stands inside it and is fetched from nowhere."""

from collections.abc import Mapping
from typing import Any

from quiz.records.facts import CompletionFacts, canonical, digest, to_document

NAME = "completion-facts.jsonld"
MIME_TYPE = "application/ld+json"
# Terms need an address that nobody else uses; this one needs no domain and is asked for by nobody.
VOCABULARY = "urn:uuid:6f0f5a1e-6c0b-4c39-9d5a-3f1f0c7d2e84#"
_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
_DAY = "http://www.w3.org/2001/XMLSchema#date"
_BY_LANGUAGE = ("organisation", "module_title", "label")
_TYPES = {"completed_at": _TIME, "pledged_at": _TIME, "completed_on": _DAY, "valid_until": _DAY}
# The order of editions is the one of the page.
_ORDERED = ("editions", "pledge_editions")

CONTEXT: dict[str, Any] = {
    "@vocab": VOCABULARY,
    **{term: {"@id": VOCABULARY + term, "@container": "@language"} for term in _BY_LANGUAGE},
    **{term: {"@id": VOCABULARY + term, "@type": kind} for term, kind in _TYPES.items()},
    **{term: {"@id": VOCABULARY + term, "@container": "@list"} for term in _ORDERED},
}


def attached(facts: CompletionFacts, address: str) -> bytes:
    """Return what is attached to a paper: the facts in their canonical form, with what makes them linked data.

    `address` is where the record is verified. Without the keys that begin with `@` it is the document whose
    digest is registered.
    """
    return canonical({"@context": CONTEXT, "@id": address, "@type": "CompletionRecord", **to_document(facts)})


def facts_digest(document: Mapping[str, Any]) -> str:
    """Return the digest of the facts in an attached document; raise TypeError where it has no canonical form."""
    return digest(facts_of(document))


def facts_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts alone, as the register holds them."""
    return {key: value for key, value in document.items() if not key.startswith("@")}
