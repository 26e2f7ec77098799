"""Proofs of the issuer: `eddsa-rdfc-2022` inside a document, and the same document as a token (VC-JOSE-COSE).

The first is that of W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2: Ed25519 over SHA-256 of the canonical
options of the proof, followed by SHA-256 of the canonical document.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from quiz.records.credential import Document, Issuer, moment
from quiz.records.encoding import base64url
from quiz.records.linked_data import canonical_quads
from quiz.records.multikey import key_id, multibase
from quiz.records.signing import ALGORITHM, Signer, UnusableKey

SUITE = "eddsa-rdfc-2022"
SIGNATURE_BYTES = 64
TOKEN_TYPE = "vc+jwt"  # nosec B105 # noqa: S105 - the type of a token, and no secret


def with_proof(document: Document, issuer: Issuer, signer: Signer, now: datetime) -> Document:
    """Return a document with its proof; raise UnusableKey where there is nothing to sign with."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(now),
        "verificationMethod": issuer.method(key_id(_public(signer))),
        "proofPurpose": "assertionMethod",
    }
    signature = signer.sign(signed_bytes(document, options))
    return {**document, "proof": {**options, "proofValue": multibase(signature)}}


def signed_bytes(document: Document, options: Document) -> bytes:
    """Return what a proof signs, of a document and of the options of the proof, both without a signature."""
    parts = ({"@context": document["@context"], **options}, document)
    return b"".join(hashlib.sha256(canonical_quads(part)).digest() for part in parts)


def as_token(document: Document, issuer: Issuer, signer: Signer, now: datetime) -> str:
    """Return a document as a signed token; its claims are the fields, and those that Open Badges 3.0, 8.2.4 names."""
    header = {"alg": ALGORITHM, "kid": issuer.method(key_id(_public(signer))), "typ": TOKEN_TYPE, "cty": "vc"}
    valid_from, valid_until = document["validFrom"], document.get("validUntil")
    claims: dict[str, Any] = {
        **document,
        "iss": issuer.id,
        "jti": document["id"],
        "iat": _number(moment(now)),
        "nbf": _number(valid_from),
    }
    if valid_until:
        claims["exp"] = _number(valid_until)
    content = f"{_part(header)}.{_part(claims)}"
    return f"{content}.{base64url(signer.sign(content.encode()))}"


def _public(signer: Signer) -> bytes:
    if signer.public_key is None:
        raise UnusableKey("there is no key to sign with")
    return signer.public_key


def _number(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _part(value: Document) -> str:
    return base64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
