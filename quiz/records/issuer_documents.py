"""What the issuer publishes of itself: the document of its identifier, its profile, and its keys as JSON Web Keys.

A key that signs no more stays in all of them: what it signed in its time is still to be checked with it. One that is
trusted no longer stands in none, so that verifiers of others refuse whatever it signed.
"""

from collections.abc import Sequence

from quiz.engine.text import Text
from quiz.records.credential import CONTEXTS, Document, Issuer
from quiz.records.credential_verifying import KnownKey
from quiz.records.multikey import from_multikey, jwk

_IDENTIFIERS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def identifier_document(issuer: Issuer, keys: Sequence[KnownKey]) -> Document:
    """Return the document of the issuer's identifier (did:web, served at `/.well-known/did.json`)."""
    methods = {
        one.key_id: {
            "id": issuer.method(one.key_id),
            "type": "Multikey",
            "controller": issuer.id,
            "publicKeyMultibase": one.multikey,
        }
        for one in keys
        if one.distrusted_since is None
    }
    return {
        "@context": _IDENTIFIERS,
        "id": issuer.id,
        "verificationMethod": list(methods.values()),
        "assertionMethod": [method["id"] for method in methods.values()],
    }


def profile(issuer: Issuer, name: Text) -> Document:
    """Return the issuer as a Profile of Open Badges 3.0."""
    return {"@context": CONTEXTS, **issuer.profile(name)}


def key_set(issuer: Issuer, keys: Sequence[KnownKey]) -> Document:
    """Return the keys as a set (RFC 7517), named as tokens name them."""
    found = {
        one.key_id: {**jwk(from_multikey(one.multikey)), "kid": issuer.method(one.key_id)}
        for one in keys
        if one.distrusted_since is None
    }
    # Readers pass over members they do not know (RFC 7517, section 5); our own page says more by it.
    distrusted = sorted({issuer.method(one.key_id) for one in keys if one.distrusted_since})
    return {"keys": list(found.values()), **({"distrusted": distrusted} if distrusted else {})}
