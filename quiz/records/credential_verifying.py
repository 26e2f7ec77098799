"""What is true of a credential that somebody hands in: its proof, its key, each field, and what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from quiz.engine.text import Text
from quiz.records.credential import Document, Issuer
from quiz.records.credential_reading import Read
from quiz.records.linked_data import NotCanonical
from quiz.records.multikey import from_multibase, from_multikey
from quiz.records.proofs import SIGNATURE_BYTES, SUITE, TOKEN_TYPE, signed_bytes
from quiz.records.signing import ALGORITHM, UnusableKey, is_signed


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key of the issuer for as long as it signed; the one that signs now has no end.

    From `distrusted_since` on somebody else may have it, and what it signed is believed no more, whatever its day.
    """

    key_id: str
    multikey: str
    began_at: datetime
    ended_at: datetime | None = None
    distrusted_since: datetime | None = None
    because: Text | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """A credential as it was made under a name that its record had before, and until when it was made so."""

    document: Document
    until: datetime


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found: faults by code, the fields that say something else than the record, and what signed when.

    Faults: `proof-unreadable`, `proof-wrong`, `key-unknown`, `key-out-of-time`, `key-distrusted`, `other-issuer`,
    `record-unknown`, `record-differs`, `name-corrected`, `not-yet-valid`, `expired`, `revoked`. None at all: everything
    in it is true at this moment. `name-corrected` says that the record ran under the name that it gives when it was
    signed, and runs under another one since.
    `differing` are JSON pointers (RFC 6901), such as `/credentialSubject/identifier/0/identityHash`.
    """

    faults: tuple[str, ...]
    differing: tuple[str, ...] = ()
    key_id: str | None = None
    signed_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Tell whether nothing is wrong with it."""
        return not self.faults

    @property
    def is_genuine(self) -> bool:
        """Tell whether it says what the issuer signed, whatever became of the record since."""
        return set(self.faults) <= {"name-corrected", "not-yet-valid", "expired", "revoked"}


@dataclass(frozen=True, slots=True)
class _Signature:
    key_id: str | None
    signed_at: datetime | None
    faults: tuple[str, ...]


def check(
    handed_in: Read,
    expected: Document | None,
    keys: Sequence[KnownKey],
    issuer: Issuer,
    now: datetime,
    is_revoked: bool = False,
    formers: Sequence[Former] = (),
) -> Findings:
    """Return what is true of a credential; whatever it holds, nothing is raised.

    `expected` is the credential as the frozen facts make it, or None where no record, or none that is whole, has its
    code. It is compared field by field: a signature does not cover what the contexts do not define. Whether it gives a
    name of before is told of what was truly signed alone: nobody learns such a name by trying.
    """
    signature = _check_token(handed_in, keys, issuer) if handed_in.token else _check_proof(handed_in, keys, issuer)
    faults = list(signature.faults)
    differing: tuple[str, ...] = ()
    if expected is None:
        faults.append("record-unknown")
    else:
        differing = (*differences(expected, handed_in.document), *_differing_claims(handed_in, expected))
        if not signature.faults and any(_was_made(handed_in, signature.signed_at, one) for one in formers):
            faults.append("name-corrected")
        elif differing:
            faults.append("record-differs")
        faults += _timely(expected, now)
    if is_revoked:
        faults.append("revoked")
    return Findings(tuple(faults), differing, signature.key_id, signature.signed_at)


def _was_made(handed_in: Read, signed_at: datetime | None, former: Former) -> bool:
    if signed_at is None or signed_at > former.until:
        return False
    return not differences(former.document, handed_in.document) and not _differing_claims(handed_in, former.document)


def differences(expected: Any, found: Any, at: str = "") -> tuple[str, ...]:
    """Return where a document says something else, less or more than another, as JSON pointers."""
    return tuple(_differences(expected, found, at))


def _differences(expected: Any, found: Any, at: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted(expected.keys() | found.keys()):
            place = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in expected and name in found:
                yield from _differences(expected[name], found[name], place)
            else:
                yield place
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(one, other, f"{at}/{number}")
    elif type(expected) is not type(found) or expected != found:
        yield at


def _differing_claims(handed_in: Read, expected: Document) -> tuple[str, ...]:
    if handed_in.claims is None:
        return ()
    claims = {"iss": expected["issuer"]["id"], "jti": expected["id"], "nbf": _seconds(expected["validFrom"])}
    if "validUntil" in expected:
        claims["exp"] = _seconds(expected["validUntil"])
    return differences(claims, {name: value for name, value in handed_in.claims.items() if name != "iat"})


def _timely(expected: Document, now: datetime) -> list[str]:
    if now < datetime.fromisoformat(expected["validFrom"]):
        return ["not-yet-valid"]
    until = expected.get("validUntil")
    # The last second belongs to it.
    return ["expired"] if until and int(now.timestamp()) > _seconds(until) else []


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _check_proof(handed_in: Read, keys: Sequence[KnownKey], issuer: Issuer) -> _Signature:
    options = dict(handed_in.proof or {})
    value = options.pop("proofValue", None)
    created = _moment(options.get("created"))
    if (
        set(options) != {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"}
        or options["type"] != "DataIntegrityProof"
        or options["cryptosuite"] != SUITE
        or options["proofPurpose"] != "assertionMethod"
        or not isinstance(value, str)
        or created is None
    ):
        return _Signature(None, created, ("proof-unreadable",))
    key, faults = _known(options["verificationMethod"], created, keys, issuer)
    if key is None:
        return _Signature(None, created, tuple(faults))
    try:
        signature = from_multibase(value, SIGNATURE_BYTES)
        is_right = is_signed(signed_bytes(handed_in.document, options), signature, from_multikey(key.multikey))
    except (NotCanonical, UnusableKey, ValueError):
        is_right = False
    return _Signature(key.key_id, created, (*faults, *(() if is_right else ("proof-wrong",))))


def _check_token(handed_in: Read, keys: Sequence[KnownKey], issuer: Issuer) -> _Signature:
    header, claims = handed_in.header or {}, handed_in.claims or {}
    issued = claims.get("iat")
    signed_at = _from_seconds(issued)
    if (
        set(header) != {"alg", "kid", "typ", "cty"}
        or header["alg"] != ALGORITHM
        or header["typ"] != TOKEN_TYPE
        or signed_at is None
    ):
        return _Signature(None, signed_at, ("proof-unreadable",))
    key, faults = _known(header["kid"], signed_at, keys, issuer)
    if key is None:
        return _Signature(None, signed_at, tuple(faults))
    try:
        public = OKPKey.import_key(from_multikey(key.multikey))
        jws.deserialize_compact(handed_in.token or "", public, algorithms=[ALGORITHM])
    except (JoseError, UnusableKey, ValueError):
        faults.append("proof-wrong")
    return _Signature(key.key_id, signed_at, tuple(faults))


def _known(
    method: object, signed_at: datetime, keys: Sequence[KnownKey], issuer: Issuer
) -> tuple[KnownKey | None, list[str]]:
    """Return the key of an address, with the faults of being used out of its time or trusted no longer, if so."""
    if not isinstance(method, str) or not method.startswith(f"{issuer.id}#"):
        return None, ["other-issuer"]
    own = [one for one in keys if issuer.method(one.key_id) == method]
    if not own:
        return None, ["key-unknown"]
    # Who stole a key dates what it signs as they like, and nothing of a credential is kept to compare with.
    faults = ["key-distrusted"] if own[0].distrusted_since else []
    for one in own:
        # A credential says when it was signed to the second only.
        if int(one.began_at.timestamp()) <= signed_at.timestamp() and (
            one.ended_at is None or signed_at <= one.ended_at
        ):
            return one, faults
    return own[0], ["key-out-of-time", *faults]


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str) or len(text) != len("2026-11-21T09:00:00Z") or not text.endswith("Z"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _from_seconds(number: object) -> datetime | None:
    # Up to the year 9999, which is the last a moment can be of.
    if type(number) is not int or not 0 <= number < 253_402_300_800:
        return None
    return datetime.fromtimestamp(number, UTC)
