"""Whether a token was signed by one of a provider's keys; what it says is judged elsewhere."""

from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, deserialize_compact

from quiz.interop.oidc.reading import read_object
from quiz.services.provider_faults import UNSURE, Fault

# Algorithm → kind of key, its curve, and the fields of it that are used. Nothing else verifies: no `none`, no secret.
ALGORITHMS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "RS256": ("RSA", None, ("n", "e")),
    "PS256": ("RSA", None, ("n", "e")),
    "ES256": ("EC", "P-256", ("crv", "x", "y")),
    "EdDSA": ("OKP", "Ed25519", ("crv", "x")),
    "Ed25519": ("OKP", "Ed25519", ("crv", "x")),
}
MOST_LETTERS = 64 * 1024
MOST_KEYS = 20
MOST_TRIED = 4
_SHORTEST_RSA, _LONGEST_RSA = 2048, 8192


class _Registry(JWSRegistry):
    max_header_length = 16 * 1024
    # RFC 9864 gives EdDSA over Ed25519 a name of its own; the old one is what most providers still write.
    algorithms = {  # noqa: RUF012 - as the library declares it
        **{name: JWSRegistry.algorithms[name] for name in ("RS256", "PS256", "ES256", "Ed25519")},
        "EdDSA": JWSRegistry.algorithms["Ed25519"],
    }


_REGISTRY = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


class NoSuchKey(Fault):
    """None of the keys at hand signed this; there may be newer ones."""


def read_header(token: object) -> dict[str, Any]:
    """Return the header of a compact token; raise Fault for what is none, or of an algorithm that is not taken."""
    if not isinstance(token, str) or len(token) > MOST_LETTERS or not token.isascii() or token.count(".") != 2:
        raise Fault(UNSURE, "there is no token")
    part = token.partition(".")[0]
    try:
        header = read_object(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError as fault:
        raise Fault(UNSURE, "the header of a token cannot be read") from fault
    if header.get("alg") not in ALGORITHMS:
        raise Fault(UNSURE, "a token is signed in a way that is not taken")
    if "crit" in header or not isinstance(header.get("kid", ""), str):
        raise Fault(UNSURE, "the header of a token asks for what is not known here")
    return header


def usable_keys(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the keys of a key set that may sign."""
    found = document.get("keys")
    if not isinstance(found, list):
        raise Fault(UNSURE, "the keys are no list")
    return [one for one in found[:MOST_KEYS] if isinstance(one, dict) and one.get("use", "sig") == "sig"]


def open_token(token: str, keys: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a token says that one of the keys signed; raise NoSuchKey where none did."""
    header = read_header(token)
    kind, curve, names = ALGORITHMS[header["alg"]]
    fitting = [
        {"kty": kind, **{name: key.get(name) for name in names}}
        for key in keys
        if key.get("kty") == kind
        and key.get("crv") == curve
        and key.get("alg", header["alg"]) == header["alg"]
        and ("kid" not in header or key.get("kid") == header["kid"])
    ]
    for key in fitting[:MOST_TRIED]:
        try:
            return read_object(deserialize_compact(token, _made(key), registry=_REGISTRY).payload)
        except (JoseError, ValueError, TypeError):
            continue
    raise NoSuchKey(UNSURE, "no key at hand signed the token")


def _made(key: dict[str, Any]) -> RSAKey | ECKey | OKPKey:
    if key["kty"] == "RSA":
        # Looked at before it is taken: too short says little, too long takes for ever.
        length = len(urlsafe_b64decode(str(key["n"]) + "==")) * 8
        if not _SHORTEST_RSA <= length <= _LONGEST_RSA:
            raise ValueError("a key of a length that is not taken")
        return RSAKey.import_key(key)
    return ECKey.import_key(key) if key["kty"] == "EC" else OKPKey.import_key(key)
