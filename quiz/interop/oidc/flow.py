"""The code flow with PKCE, seen from here: where a browser is sent, and what is made of what it brings back."""

import hashlib
import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

from quiz.interop.oidc.directory import Directory, Metadata
from quiz.interop.oidc.fetching import Asking
from quiz.interop.oidc.reading import Claims, read_answer, read_object, seconds, word
from quiz.interop.oidc.tokens import check_fresh, check_identity, is_strong
from quiz.services.identities import Vouched
from quiz.services.provider_faults import AWAY, DECLINED, UNSURE, WEAK, Fault
from quiz.settings.providers import Provider

# What a provider tells a browser went wrong (RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6).
_ERRORS = {
    "access_denied": DECLINED,
    "interaction_required": WEAK,
    "login_required": WEAK,
    "server_error": AWAY,
    "temporarily_unavailable": AWAY,
    "unmet_authentication_requirements": WEAK,
}
IsLinked = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a provider and back: its state goes through the address, the browser's secret through a cookie.

    Verifier and nonce are reckoned from both, so that neither has to be kept, and another browser has neither.
    """

    state: str
    secret: str

    @property
    def nonce(self) -> str:
        """Return what the identity token must say."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Return what proves at the token endpoint that the code was asked for here (RFC 7636)."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """Return the verifier's S256 challenge."""
        return _base64url(hashlib.sha256(self.verifier.encode()).digest())

    def _derived(self, what: str) -> str:
        return _base64url(hmac.digest(self.secret.encode(), f"{what}:{self.state}".encode(), "sha256"))


def authorization_address(
    provider: Provider, metadata: Metadata, way: Way, returns_to: str, language: str, is_proof: bool = False
) -> str:
    """Return where the browser goes to sign in, for a proof even if a session there would do without asking."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": returns_to,
        "scope": " ".join(provider.scopes),
        "state": way.state,
        "nonce": way.nonce,
        "code_challenge": way.challenge,
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    if provider.acr:
        asked["acr_values"] = " ".join(provider.acr)
    if provider.max_age is not None:
        asked["max_age"] = str(provider.max_age)
    if is_proof:
        asked |= {"prompt": "login", "max_age": "0"}
    return _with_query(metadata.authorization_endpoint, asked)


def sign_out_address(provider: Provider, endpoint: str, returns_to: str, state: str) -> str:
    """Return where the browser goes to end its session at the provider (RP-Initiated Logout 1.0)."""
    asked = {"client_id": provider.client_id, "post_logout_redirect_uri": returns_to, "state": state}
    return _with_query(endpoint, asked)


def check_issuer(provider: Provider, metadata: Metadata, brought: Mapping[str, str]) -> None:
    """Raise Fault where an answer says that it is another provider's, or does not say whose (RFC 9207)."""
    if ("iss" in brought or metadata.names_itself) and brought.get("iss") != provider.issuer:
        raise Fault(UNSURE, "the answer is of another issuer")


def brought_code(brought: Mapping[str, str]) -> str:
    """Return the code that a browser brings; raise Fault where it brings an error, or nothing of use."""
    error = brought.get("error")
    if error is not None:
        raise Fault(_ERRORS.get(error, UNSURE), "the provider answered with an error")
    code = brought.get("code", "")
    if not 0 < len(code) <= 4096 or not code.isascii() or not code.isprintable():
        raise Fault(UNSURE, "there is no code")
    return code


def vouched_for(
    directory: Directory,
    way: Way,
    code: str,
    returns_to: str,
    now: datetime,
    is_linked: IsLinked,
    proved_since: datetime | None = None,
) -> Vouched:
    """Exchange a code and return whom the provider vouches for; raise Fault where it does so in no good order.

    With `proved_since` it must say that it asked the person anew since that moment.
    """
    provider, metadata = directory.provider, directory.metadata(now)
    asking = _token_request(provider, metadata, way, code, returns_to)
    answer = directory.fetch(provider, asking)
    if answer.status in {400, 401, 403}:
        raise Fault(UNSURE, f"the code was not taken: status {answer.status}")
    given = read_answer(answer, "token")
    access_token = _access_token(given)
    header, claims = directory.open(given.get("id_token"), now)
    subject = check_identity(provider, claims, header, way.nonce, access_token, now)
    if proved_since is not None:
        check_fresh(claims, proved_since, now)
    found_by = _found_by(provider, claims)
    if found_by is None and provider.match and access_token and not is_linked(provider.issuer, subject):
        found_by = _found_by(provider, _user_info(directory, metadata, access_token, subject))
    return Vouched(
        provider=provider.key,
        issuer=provider.issuer,
        subject=subject,
        found_by=found_by,
        sid=word(claims, "sid"),
        is_strong=is_strong(provider, claims),
        signed_in_at=_signed_in_at(claims),
    )


def _signed_in_at(claims: Claims) -> datetime | None:
    found = seconds(claims, "auth_time")
    return datetime.fromtimestamp(found, UTC) if found is not None else None


def _token_request(provider: Provider, metadata: Metadata, way: Way, code: str, returns_to: str) -> Asking:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": returns_to,
        "code_verifier": way.verifier,
    }
    if metadata.is_secret_in_header:
        # Both are form-encoded first (RFC 6749, 2.3.1).
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
        headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        return Asking(metadata.token_endpoint, headers, urlencode(form))
    form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    return Asking(metadata.token_endpoint, {}, urlencode(form))


def _access_token(given: Mapping[str, Any]) -> str | None:
    token = given.get("access_token")
    is_bearer = str(given.get("token_type", "")).lower() == "bearer"
    if isinstance(token, str) and is_bearer and token.isascii() and token.isprintable() and len(token) <= 16 * 1024:
        return token
    return None


def _user_info(directory: Directory, metadata: Metadata, access_token: str, subject: str) -> Claims:
    """Return what the provider says beside the token; nothing where it says it of somebody else (Core, 5.3.4)."""
    if metadata.userinfo_endpoint is None:
        return {}
    asking = Asking(metadata.userinfo_endpoint, {"Authorization": f"Bearer {access_token}"})
    answer = directory.fetch(directory.provider, asking)
    claims = read_object(answer.body) if answer.status == 200 and answer.media_type == "application/json" else {}
    return claims if claims.get("sub") == subject else {}


def _found_by(provider: Provider, claims: Claims) -> tuple[str, str] | None:
    """Return the first of the operator's rules whose claim is there; an e-mail address only where it was verified."""
    for by, claim in provider.match:
        value = word(claims, claim)
        if value is not None and (by != "email" or claims.get("email_verified") is True):
            return by, value
    return None


def _with_query(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
