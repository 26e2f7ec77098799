"""What a printed record says of itself without any service: a signed line, short enough for a QR code of 28 mm.

It is a compact JSON Web Signature (RFC 7515, with Ed25519 of RFC 8037), written as digits, two for each character
(its code less 45, as SMART Health Cards do it): a QR code holds three digits in ten bits. It stands behind the `#` of
the address that verifies the record, and so is never sent to anybody by those who open the address.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from quiz.records import codes, qr
from quiz.records.credential import Issuer, verify_address
from quiz.records.encoding import base64url, from_base64url
from quiz.records.facts import CompletionFacts
from quiz.records.multikey import from_multikey, key_id
from quiz.records.signing import ALGORITHM, Signer, UnusableKey

# A module of the code is then 0.4 mm wide where the code is 28 mm: what the camera of any telephone reads from paper.
MOST_MODULES = 69
MOST_CHARACTERS = 2_000
_LOWEST = 45
_DIGITS = re.compile(r"(?:[0-9]{2})+", re.ASCII)
_CLAIMS = {"jti", "name", "sub", "nbf", "exp"}
_EPOCH = date(1970, 1, 1)
_DAY_SECONDS = 86_400


class UnreadableCode(ValueError):
    """A text that holds no signed line, or one that is not to be trusted; the message says why."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a signed line says: whose record of which module, from when to when, by which key."""

    code: str
    name: str
    module: str
    completed_on: date
    valid_until: date | None
    key_id: str


def offline_address(facts: CompletionFacts, name: str, code: str, issuer: Issuer, signer: Signer) -> str | None:
    """Return the address that verifies a record with the signed line behind it, or None where no QR code holds it.

    The programme stands in it by its Arabic title where there is room, and else by its key.
    """
    for module in (facts.module_title.in_language("ar")[0], facts.module_key):
        line = _digits(_signed(facts, name, code, module, signer))
        address = f"{verify_address(code, issuer)}#{line}"
        if qr.modules(address) <= MOST_MODULES:
            return address
    return None


def read_code(text: str, public_keys: Mapping[str, bytes]) -> Printed:
    """Return what a signed line says, from the address, the digits or the signature alone; raise UnreadableCode.

    `public_keys` are the keys of the issuer as PEM, by their names. Whether the record was revoked since, only the
    service tells.
    """
    token = _token(text)
    try:
        header, claims = (json.loads(from_base64url(part)) for part in token.split(".")[:2])
    except (ValueError, RecursionError) as fault:
        raise UnreadableCode("it holds no signed line") from fault
    if not isinstance(header, dict) or set(header) != {"alg", "kid"} or not isinstance(claims, dict):
        raise UnreadableCode("it holds no signed line")
    public_key = public_keys.get(header["kid"]) if isinstance(header["kid"], str) else None
    if public_key is None:
        raise UnreadableCode(
            f"it is signed with a key that is not given, or that its organisation trusts no longer: {header['kid']!r}"
        )
    try:
        jws.deserialize_compact(token, OKPKey.import_key(public_key), algorithms=[ALGORITHM])
    except (JoseError, ValueError) as fault:
        raise UnreadableCode("the signature is not of this line: somebody changed it") from fault
    return _printed(claims, header["kid"])


def public_keys_of(content: bytes) -> dict[str, bytes]:
    """Return the keys of a file by name: one in PEM, or those of an issuer's identifier document; raise UnusableKey."""
    if content.lstrip().startswith(b"-----"):
        return {key_id(content): content}
    try:
        methods = json.loads(content)["verificationMethod"]
        found = [from_multikey(method["publicKeyMultibase"]) for method in methods]
    except (KeyError, RecursionError, TypeError, ValueError) as fault:
        raise UnusableKey("there is neither a public key in PEM nor the document of an issuer") from fault
    return {key_id(public_key): public_key for public_key in found}


def _signed(facts: CompletionFacts, name: str, code: str, module: str, signer: Signer) -> str:
    if signer.public_key is None:
        raise UnusableKey("there is no key to sign with")
    claims: dict[str, Any] = {"jti": code, "name": name, "sub": module, "nbf": _seconds(facts.completed_on)}
    if facts.valid_until:
        claims["exp"] = _seconds(facts.valid_until + timedelta(days=1)) - 1
    content = ".".join(_part(one) for one in ({"alg": ALGORITHM, "kid": key_id(signer.public_key)}, claims))
    return f"{content}.{base64url(signer.sign(content.encode()))}"


def _printed(claims: dict[str, Any], key: str) -> Printed:
    """Return what is said; days are those of the record, whatever the zone of whoever reads."""
    days = [claims.get("nbf"), claims.get("exp", 0)]
    code, name, module = claims.get("jti"), claims.get("name"), claims.get("sub")
    if (
        not set(claims) <= _CLAIMS
        or any(type(one) is not int or not 0 <= one < 253_402_300_800 for one in days)
        or not (isinstance(code, str) and isinstance(name, str) and isinstance(module, str))
    ):
        raise UnreadableCode("it is signed, and yet no line of a record")
    completed_on, until = (datetime.fromtimestamp(one, UTC).date() for one in days)
    return Printed(codes.display(code), name, module, completed_on, until if "exp" in claims else None, key)


def _seconds(day: date) -> int:
    return (day - _EPOCH).days * _DAY_SECONDS


def _part(value: dict[str, Any]) -> str:
    return base64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _digits(token: str) -> str:
    return "".join(f"{ord(character) - _LOWEST:02}" for character in token)


def _token(text: str) -> str:
    line = text.strip().rpartition("#")[2]
    if len(line) > MOST_CHARACTERS:
        raise UnreadableCode("it is too long")
    if not _DIGITS.fullmatch(line):
        return line
    return "".join(chr(int(line[place : place + 2]) + _LOWEST) for place in range(0, len(line), 2))
