"""What a provider says of itself, and its keys: asked for when needed, kept for a while, never asked for too often."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from quiz.interop.oidc.fetching import Asking, Fetch, check_address
from quiz.interop.oidc.reading import read_answer, words
from quiz.interop.oidc.signatures import NoSuchKey, open_token, read_header, usable_keys
from quiz.services.provider_faults import AWAY, UNSURE, Fault
from quiz.settings.providers import Provider

KEPT = timedelta(hours=1)
# A provider that is away for a while is still known by what it said last.
STALE = timedelta(hours=24)
# After a failure nobody waits for the same again, and keys that nobody knows are asked for once.
PAUSE = timedelta(seconds=15)
KEYS_PAUSE = timedelta(seconds=30)
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What of a provider's own document is used (OpenID Connect Discovery 1.0, section 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    is_secret_in_header: bool
    # The answer to the browser says whose it is (RFC 9207).
    names_itself: bool


@dataclass(slots=True)
class Directory:
    """One provider, as this process knows it."""

    provider: Provider
    fetch: Fetch
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _metadata: tuple[datetime, Metadata] | None = None
    _keys: tuple[datetime, list[dict[str, Any]]] | None = None
    _failed_at: datetime | None = None
    _keys_asked_at: datetime | None = None

    def metadata(self, now: datetime) -> Metadata:
        """Return what the provider says of itself; raise Fault where it does not, or says what cannot be."""
        with self._lock:
            return self._current_metadata(now)

    def open(self, token: object, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return header and claims of a token that a key of the provider signed.

        Where no key at hand did, the keys are asked for again, though not more often than twice a minute: anybody
        can send a token of an unknown key.
        """
        header = read_header(token)
        with self._lock:
            keys = self._current_keys(now)
        try:
            return header, open_token(str(token), keys)
        except NoSuchKey:
            with self._lock:
                if self._keys_asked_at is None or now >= self._keys_asked_at + KEYS_PAUSE:
                    self._keys_asked_at = now
                    self._fetch_keys(now)
                # Somebody else may have asked while this one waited.
                newer = self._current_keys(now)
            if newer is keys:
                raise
            return header, open_token(str(token), newer)

    def _current_metadata(self, now: datetime) -> Metadata:
        if self._metadata is not None and now < self._metadata[0] + KEPT:
            return self._metadata[1]
        try:
            self._metadata = (now, self._asked(_well_known(self.provider.issuer), "discovery", now, self._read))
        except Fault:
            if self._metadata is None or now >= self._metadata[0] + STALE:
                raise
        return self._metadata[1]

    def _current_keys(self, now: datetime) -> list[dict[str, Any]]:
        if self._keys is not None and now < self._keys[0] + KEPT:
            return self._keys[1]
        return self._fetch_keys(now)

    def _fetch_keys(self, now: datetime) -> list[dict[str, Any]]:
        keys = self._asked(self._current_metadata(now).jwks_uri, "keys", now, usable_keys)
        self._keys = (now, keys)
        return keys

    def _read(self, document: Mapping[str, Any]) -> Metadata:
        return read_metadata(self.provider, document)

    def _asked(self, url: str, what: str, now: datetime, read: Callable[[Mapping[str, Any]], _Read]) -> _Read:
        """Ask for a document and read it; after a failure, nobody asks for a while."""
        if self._failed_at is not None and now < self._failed_at + PAUSE:
            raise Fault(AWAY, "the provider did not answer well a moment ago")
        try:
            found = read(read_answer(self.fetch(self.provider, Asking(url)), what))
        except Fault:
            self._failed_at = now
            raise
        self._failed_at = None
        return found


def read_metadata(provider: Provider, document: Mapping[str, Any]) -> Metadata:
    """Return what is used of a discovery document; raise Fault where it is another's, or not fit for this."""
    if document.get("issuer") != provider.issuer:
        raise Fault(UNSURE, "the discovery document is of another issuer")
    if "response_types_supported" in document and "code" not in words(document, "response_types_supported"):
        raise Fault(UNSURE, "the provider does not know the code flow")
    methods = words(document, "token_endpoint_auth_methods_supported") or ("client_secret_basic",)
    if not {"client_secret_basic", "client_secret_post"} & {*methods}:
        raise Fault(UNSURE, "the provider takes no client secret")
    return Metadata(
        authorization_endpoint=check_address(provider, document.get("authorization_endpoint")),
        token_endpoint=check_address(provider, document.get("token_endpoint")),
        jwks_uri=check_address(provider, document.get("jwks_uri")),
        userinfo_endpoint=_optional(provider, document, "userinfo_endpoint"),
        end_session_endpoint=_optional(provider, document, "end_session_endpoint"),
        is_secret_in_header="client_secret_basic" in methods,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _optional(provider: Provider, document: Mapping[str, Any], name: str) -> str | None:
    return check_address(provider, document[name]) if document.get(name) is not None else None


def _well_known(issuer: str) -> str:
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"
