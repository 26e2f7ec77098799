"""A provider of our own, in this process: it does everything right unless a test makes it do otherwise."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from quiz.interop.oidc.fetching import Answer, Asking
from quiz.interop.oidc.tokens import LOGOUT_EVENT, half_hash
from quiz.settings.providers import Provider
from tests.fixtures.settings import Clock

Key = RSAKey | ECKey | OKPKey
RSA = RSAKey.generate_key(2048, {"kid": "first"})
OTHER_RSA = RSAKey.generate_key(2048, {"kid": "second"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
OKP = OKPKey.generate_key("Ed25519", {"kid": "okp"})


def a_provider(key: str = "moj", **more: Any) -> Provider:
    values: dict[str, Any] = {
        "key": key,
        "issuer": f"https://{key}.example",
        "client_id": f"amana-{key}",
        "client_secret": "a secret of tests: &=+ü",
        "name_ar": {"moj": "وزارة العدل", "uaepass": "الهوية الرقمية"}.get(key, "جهة"),
        "name_en": {"moj": "Ministry of Justice", "uaepass": "UAE PASS"}.get(key, "A body"),
        "match": (("hr_number", "employee"), ("email", "email")),
    }
    return Provider(**{**values, **more})


def signed(header: dict[str, Any], claims: Any, key: Any) -> str:
    """Sign claims; the library's own doubts about old names are not the point here."""
    algorithms = ["RS256", "PS256", "ES256", "Ed25519", "RS512", "HS256"]
    body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    if header.get("alg") == "EdDSA":
        start = ".".join(_base64url(one) for one in (json.dumps(header).encode(), body))
        return f"{start}.{_base64url(key.get_op_key('sign').sign(start.encode()))}"
    return jws.serialize_compact(header, body, key, algorithms=algorithms)


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class FakeProvider:
    """One provider; `claims`, `header`, `document` and `answers` are what a test changes."""

    provider: Provider
    clock: Clock
    key: Key = field(default_factory=lambda: RSA)
    keys: list[Key] = field(default_factory=lambda: [RSA])
    document: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    make_token: Callable[["FakeProvider", dict[str, Any], dict[str, Any]], str] | None = None
    # Path → what is answered instead.
    answers: dict[str, Answer | Exception] = field(default_factory=dict)
    asked: list[Asking] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    names_itself: bool = True
    in_header: bool = True

    @property
    def issuer(self) -> str:
        return self.provider.issuer

    def paths(self) -> list[str]:
        return [urlsplit(one.url).path for one in self.asked]

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/me",
            "end_session_endpoint": f"{self.issuer}/end",
            "response_types_supported": ["code"],
            "authorization_response_iss_parameter_supported": self.names_itself,
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic" if self.in_header else "client_secret_post"
            ],
            **self.document,
        }

    def answer(self, asking: Asking) -> Answer:
        self.asked.append(asking)
        path = urlsplit(asking.url).path
        instead = self.answers.get(path)
        if isinstance(instead, Exception):
            raise instead
        if instead is not None:
            return instead
        if path == "/.well-known/openid-configuration":
            return a_json(self.discovery())
        if path == "/keys":
            return a_json({"keys": [{**one.as_dict(private=False), "use": "sig"} for one in self.keys]})
        if path == "/token":
            return self.exchange(asking)
        assert path == "/me", path
        assert asking.headers["Authorization"] == "Bearer an-access-token"
        return a_json({"sub": "subject-1", **self.user})

    def exchange(self, asking: Asking) -> Answer:
        form = dict(parse_qsl(asking.form or ""))
        known = self.codes.pop(form["code"], None)
        challenge = _base64url(hashlib.sha256(form["code_verifier"].encode()).digest())
        if known is None or challenge != known["code_challenge"] or form["redirect_uri"] != known["redirect_uri"]:
            return a_json({"error": "invalid_grant"}, 400)
        return a_json(
            {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.token(known["nonce"])}
        )

    def token(self, nonce: str) -> str:
        now = int(self.clock.now.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": self.provider.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "sid": "session-1",
            **self.claims,
        }
        alg = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}[self.key.key_type]
        header = {"alg": alg, "kid": self.key.kid, **self.header}
        claims.setdefault("at_hash", half_hash(header["alg"], "an-access-token"))
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.make_token is not None:
            return self.make_token(self, header, claims)
        return signed(header, claims, self.key)

    def sign_in(self, address: str, code: str = "code-1") -> str:
        """Do what a person does at the provider; return where the browser is sent back to, path and query."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == self.provider.client_id
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], **({"iss": self.issuer} if self.names_itself else {})}
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(back)}"

    def logout_token(self, **changed: Any) -> str:
        now = int(self.clock.now.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.provider.client_id,
            "iat": now,
            "exp": now + 120,
            "jti": "notice-1",
            "events": {LOGOUT_EVENT: {}},
            "sub": "subject-1",
            "sid": "session-1",
            **changed,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, "typ": "logout+jwt", **self.header}
        return signed(header, claims, self.key)


def a_json(content: Any, status: int = 200) -> Answer:
    return Answer(status, "application/json", json.dumps(content).encode())
