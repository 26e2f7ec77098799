"""Who else knows people: providers of identities, by OpenID Connect and by SAML 2.0, as the operator names them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from quiz.settings import environment
from quiz.settings.environment import LOOPBACK, Misconfigured, words, yes_or_no


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody else who knows people, by OpenID Connect: where they are, how we are known there, whom we find how."""

    protocol: ClassVar[str] = "oidc"

    key: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name_ar: str
    name_en: str
    scopes: tuple[str, ...] = ("openid", "email")
    # Pairs of what a person is found by (`hr_number` or `email`) and the claim that holds it, the first that is there.
    match: tuple[tuple[str, str], ...] = ()
    # One of these contexts is asked for and needed; of those in `strong_acr` it is known that two factors were used.
    acr: tuple[str, ...] = ()
    strong_acr: tuple[str, ...] = ()
    max_age: int | None = None
    offers_sign_out: bool = False
    # Their host has an address of the operator's own network.
    is_internal: bool = False

    @property
    def is_here(self) -> bool:
        """Tell whether they run on this machine: only then do we speak to it, and without encryption."""
        return urlsplit(self.issuer).scheme == "http"


@dataclass(frozen=True, slots=True)
class SamlProvider:
    """Somebody else who knows people, by SAML 2.0: what they say of themselves stands in a file."""

    protocol: ClassVar[str] = "saml"
    # Signing out there is not spoken of.
    offers_sign_out: ClassVar[bool] = False

    key: str
    metadata_file: Path
    name_ar: str
    name_en: str
    # The end of the name of the format that their subjects have.
    name_id: str = "persistent"
    # As with `Provider`; the second of a pair is the name of an attribute, or `NameID`.
    match: tuple[tuple[str, str], ...] = ()
    # One of these classes is asked for and needed; of those in `strong_context` it is known that two factors were used.
    context: tuple[str, ...] = ()
    strong_context: tuple[str, ...] = ()

    @property
    def strong_acr(self) -> tuple[str, ...]:
        """Return the contexts that mean two factors, by the name that both protocols' providers have here."""
        return self.strong_context


_NAMES = ("persistent", "emailAddress", "unspecified")
_PER_SAML_PROVIDER = ("METADATA_FILE", "NAME_AR", "NAME_EN", "NAME_ID", "MATCH", "CONTEXT", "STRONG_CONTEXT")
_PER_PROVIDER = (
    *("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE", "NAME_AR", "NAME_EN", "SCOPES", "MATCH"),
    *("ACR", "STRONG_ACR", "MAX_AGE", "LOGOUT", "INTERNAL"),
)


def read_providers(environ: Mapping[str, str]) -> tuple[Provider, ...]:
    """Return who else knows people; raise Misconfigured for what is missing, doubled, unknown or cannot be."""
    keys = _keys("OIDC", _PER_PROVIDER, environ)
    found = tuple(_provider(key, environ) for key in keys)
    for values, what in ((keys, "names"), ([one.issuer for one in found], "issuers")):
        if len(set(values)) < len(values):
            raise Misconfigured(f"OIDC_PROVIDERS: two providers have the same {what}.")
    return found


def _keys(start: str, names: tuple[str, ...], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of the providers of one protocol; raise Misconfigured where a setting is of none of them."""
    keys = words(environ.get(f"{start}_PROVIDERS", ""))
    for key in keys:
        if not re.fullmatch(r"[a-z][a-z0-9]{0,30}", key):
            raise Misconfigured(
                f"{start}_PROVIDERS: {key!r} must be of small Latin letters and digits, a letter first."
            )
    known = {f"{start}_PROVIDERS", *(f"{start}_{key.upper()}_{name}" for key in keys for name in names)}
    for name in sorted(environ):
        if name.startswith(f"{start}_") and name not in known:
            raise Misconfigured(f"{name} is no setting, or of a provider that {start}_PROVIDERS does not name.")
    return keys


def read_saml_providers(environ: Mapping[str, str]) -> tuple[SamlProvider, ...]:
    """Return who else knows people by SAML; their files are read where they are used."""
    keys = _keys("SAML", _PER_SAML_PROVIDER, environ)
    if len(set(keys)) < len(keys):
        raise Misconfigured("SAML_PROVIDERS: two providers have the same names.")
    return tuple(_saml_provider(key, environ) for key in keys)


def _saml_provider(key: str, environ: Mapping[str, str]) -> SamlProvider:
    start = f"SAML_{key.upper()}"
    found = {name: environ.get(f"{start}_{name}", "").strip() for name in _PER_SAML_PROVIDER}
    for name in ("METADATA_FILE", "NAME_AR", "NAME_EN"):
        if not found[name]:
            raise Misconfigured(f"{start}_{name} is missing.")
    name_id = found["NAME_ID"] or _NAMES[0]
    if name_id not in _NAMES:
        raise Misconfigured(f"{start}_NAME_ID must be one of {', '.join(_NAMES)}, not {name_id!r}.")
    return SamlProvider(
        key=key,
        metadata_file=environment.file(f"{start}_METADATA_FILE", environ) or Path(),
        name_ar=found["NAME_AR"],
        name_en=found["NAME_EN"],
        name_id=name_id,
        match=tuple(_saml_rule(f"{start}_MATCH", rule) for rule in words(found["MATCH"])),
        context=tuple(found["CONTEXT"].split()),
        strong_context=tuple(found["STRONG_CONTEXT"].split()),
    )


def _saml_rule(name: str, text: str) -> tuple[str, str]:
    by, _, attribute = text.partition(":")
    if by in {"hr_number", "email"} and attribute:
        return by, attribute
    raise Misconfigured(f"{name} holds {text!r}: it may hold hr_number:ATTRIBUTE and email:ATTRIBUTE.")


def _provider(key: str, environ: Mapping[str, str]) -> Provider:
    start = f"OIDC_{key.upper()}"
    found = {name: environ.get(f"{start}_{name}", "").strip() for name in _PER_PROVIDER}
    for name in ("ISSUER", "CLIENT_ID", "NAME_AR", "NAME_EN"):
        if not found[name]:
            raise Misconfigured(f"{start}_{name} is missing.")
    scopes = tuple(found["SCOPES"].split()) or ("openid", "email")
    if "openid" not in scopes:
        raise Misconfigured(f"{start}_SCOPES must hold openid.")
    if found["MAX_AGE"] and not re.fullmatch(r"[0-9]{1,6}", found["MAX_AGE"]):
        raise Misconfigured(f"{start}_MAX_AGE must be a number of seconds, not {found['MAX_AGE']!r}.")
    return Provider(
        key=key,
        issuer=_issuer(f"{start}_ISSUER", found["ISSUER"]),
        client_id=found["CLIENT_ID"],
        client_secret=_client_secret(start, found["CLIENT_SECRET"], environ),
        name_ar=found["NAME_AR"],
        name_en=found["NAME_EN"],
        scopes=scopes,
        match=tuple(_rule(f"{start}_MATCH", rule) for rule in words(found["MATCH"])),
        acr=tuple(found["ACR"].split()),
        strong_acr=tuple(found["STRONG_ACR"].split()),
        max_age=int(found["MAX_AGE"]) if found["MAX_AGE"] else None,
        offers_sign_out=yes_or_no(f"{start}_LOGOUT", environ, False),
        is_internal=yes_or_no(f"{start}_INTERNAL", environ, False),
    )


def _issuer(name: str, value: str) -> str:
    parts = urlsplit(value)
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[\s\x00-\x1f\\?#]", value))
    if not parts.hostname or not is_plain or not (parts.scheme == "https" or is_here):
        raise Misconfigured(f"{name} must be a plain https address (http only on this machine), not {value!r}.")
    return value


def _client_secret(start: str, value: str, environ: Mapping[str, str]) -> str:
    path = environment.file(f"{start}_CLIENT_SECRET_FILE", environ)
    if bool(value) == bool(path):
        raise Misconfigured(f"{start}_CLIENT_SECRET or {start}_CLIENT_SECRET_FILE must be set, and not both.")
    secret = path.read_text(encoding="utf-8").strip() if path else value
    if not secret:
        raise Misconfigured(f"{start}_CLIENT_SECRET_FILE holds nothing.")
    return secret


def _rule(name: str, text: str) -> tuple[str, str]:
    by, _, claim = text.partition(":")
    if text == "email" or (by == "hr_number" and claim):
        return by, claim or "email"
    raise Misconfigured(f"{name} holds {text!r}: it may hold hr_number:CLAIM, and email where e-mail may decide.")
