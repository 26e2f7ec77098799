"""What tokens must say to be believed: OpenID Connect Core 1.0, 3.1.3.7, and Back-Channel Logout 1.0, 2.6."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from quiz.interop.oidc.reading import Claims, seconds, word
from quiz.services.provider_faults import UNSURE, WEAK, Fault
from quiz.settings.providers import Provider

SKEW_SECONDS = 60
# A token is fresh: made for this sign-in, or for a logout of this moment.
OLDEST_SECONDS = 600
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True)
class Ended:
    """What a logout token says: who or what session has ended, and how long the token may be shown."""

    subject: str | None
    sid: str | None
    token_id: str
    expires_at: datetime


def check_identity(
    provider: Provider, claims: Claims, header: Mapping[str, Any], nonce: str, access_token: str | None, now: datetime
) -> str:
    """Return the subject of an identity token; raise Fault where it is not for us, not of now, or not good enough."""
    _need(str(header.get("typ", "JWT")).lower() in {"jwt", "application/jwt"}, "the token is of another kind")
    _need("events" not in claims, "the token is of another kind")
    _need_meant_for_us(provider, claims, now)
    _need(compare_digest(_bytes(claims.get("nonce")), nonce.encode()), "the nonce is another")
    subject = word(claims, "sub")
    _need(subject is not None and subject.isascii(), "there is no subject")
    if "at_hash" in claims and access_token is not None:
        expected = half_hash(str(header["alg"]), access_token)
        _need(compare_digest(_bytes(claims["at_hash"]), expected.encode()), "the access token is another")
    _need_strong_enough(provider, claims, now)
    return str(subject)


def check_fresh(claims: Claims, since: datetime, now: datetime) -> None:
    """Raise Fault where the provider does not say, by `auth_time`, that it asked the person anew since a moment."""
    signed_in_at = seconds(claims, "auth_time")
    earliest, latest = since.timestamp() - SKEW_SECONDS, now.timestamp() + SKEW_SECONDS
    if signed_in_at is None or not earliest <= signed_in_at <= latest:
        raise Fault(WEAK, "the person was not asked anew there")


def check_logout(provider: Provider, claims: Claims, header: Mapping[str, Any], now: datetime) -> Ended:
    """Return what has ended by a logout token; raise Fault where it is none, not for us, or not of now."""
    # Explicitly, as ASVS 5.0, 10.5.5 asks: a token of any other use must not end a sign-in.
    _need(str(header.get("typ")).lower() in {"logout+jwt", "application/logout+jwt"}, "the token is of another kind")
    expires_at = _need_meant_for_us(provider, claims, now)
    events = claims.get("events")
    _need(isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict), "it is not about logging out")
    _need("nonce" not in claims, "a token for signing in is none for logging out")
    subject, sid, token_id = word(claims, "sub"), word(claims, "sid"), word(claims, "jti")
    _need(token_id is not None and (subject is not None or sid is not None), "it does not say what has ended")
    _need(("sub" in claims) == (subject is not None) and ("sid" in claims) == (sid is not None), "it is garbled")
    return Ended(subject, sid, str(token_id), datetime.fromtimestamp(expires_at, UTC))


def is_strong(provider: Provider, claims: Claims) -> bool:
    """Tell whether the provider says, in a word that the operator named, that two factors were used."""
    return word(claims, "acr") in provider.strong_acr


def half_hash(algorithm: str, text: str) -> str:
    """Return the left half of a text's hash, as at_hash has it (OpenID Connect Core 1.0, 3.1.3.6)."""
    hashed = hashlib.sha512 if algorithm in {"EdDSA", "Ed25519"} else hashlib.sha256
    digest = hashed(text.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Fault(UNSURE, otherwise)


def _need_meant_for_us(provider: Provider, claims: Claims, now: datetime) -> float:
    """Check issuer, audience and times; return when the token ends."""
    _need(claims.get("iss") == provider.issuer, "the issuer is another")
    audience = claims.get("aud")
    meant_for = audience if isinstance(audience, list) else [audience]
    _need(provider.client_id in meant_for, "it is for somebody else")
    _need(len(meant_for) == 1 or "azp" in claims, "it is for several, and does not say for whom")
    _need(claims.get("azp", provider.client_id) == provider.client_id, "it was given to somebody else")
    moment, made, ends = now.timestamp(), seconds(claims, "iat"), seconds(claims, "exp")
    if made is None or ends is None:
        raise Fault(UNSURE, "it does not say when it was made, or until when it holds")
    _need(moment < ends + SKEW_SECONDS, "it holds no longer")
    _need(moment - OLDEST_SECONDS <= made <= moment + SKEW_SECONDS, "it was not made now")
    begins = seconds(claims, "nbf") if "nbf" in claims else made
    _need(begins is not None and begins <= moment + SKEW_SECONDS, "it does not hold yet")
    return ends


def _need_strong_enough(provider: Provider, claims: Claims, now: datetime) -> None:
    if provider.acr and word(claims, "acr") not in provider.acr:
        raise Fault(WEAK, "the person signed in there in another way than is asked for")
    if provider.max_age is None:
        return
    signed_in_at = seconds(claims, "auth_time")
    if signed_in_at is None or signed_in_at + provider.max_age + SKEW_SECONDS < now.timestamp():
        raise Fault(WEAK, "the person signed in there too long ago")


def _bytes(value: object) -> bytes:
    return value.encode(errors="replace") if isinstance(value, str) else b""
