"""The operator's settings: read once from the environment, validated, never guessed."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
WEAK_SECRETS = frozenset({"secret", "changeme", "dev", "development", "password", "amana"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# What a demonstration keeps beside its database; `quiz demo` makes the keys, and nothing else does.
DEMO_SECRET = "demo-secret"  # noqa: S105 - the name of a file
DEMO_CREDENTIAL_KEY = "demo-credential-key.pem"
DEMO_SIGNING_KEY = "demo-signing-key.p12"


class Misconfigured(Exception):
    """The environment does not hold what the product needs; the message is one clear line for the operator."""


def folder(name: str) -> Path:
    """Return `content`, `translations` or `static`, which stand beside the package."""
    return ROOT / name


@dataclass(frozen=True, slots=True)
class Signing:
    """With what papers are signed: a key and its certificate in files, or a key in a token and its certificate."""

    key_file: str = ""
    certificate_file: str = ""
    key_password: str = field(default="", repr=False)
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    pkcs11_key: str = ""
    pkcs11_pin: str = field(default="", repr=False)
    timestamp_url: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody else who knows people, by OpenID Connect: where they are, how we are known there, whom we find how."""

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
class Settings:
    """Everything the operator chooses; the organisation's own choices are kept in the database."""

    database_url: str
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    port: int = 8000
    mail_url: str = "file:instance/mail"
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    demo: bool = False
    password_memory_kib: int = 19456
    password_rounds: int = 2
    # A PEM file with the Ed25519 key of the organisation: it signs credentials, and packs of evidence (which say where
    # they are not signed); without it there are no credentials. A demonstration signs with keys of its own.
    credential_key_file: Path | None = None
    signing: Signing | None = None
    # The key of the chain over the audit trail, in hexadecimal, and those before it; without it one is derived from the
    # secret. Tips of the chain go into the folder, which is best kept where whoever holds the database cannot write.
    audit_key_file: Path | None = None
    audit_old_key_files: tuple[Path, ...] = ()
    audit_tip_folder: Path | None = None
    providers: tuple[Provider, ...] = ()
    password_sign_in: bool = True

    @property
    def is_https(self) -> bool:
        """Tell whether the public address is https; cookies follow it."""
        return self.base_url.startswith("https://")

    @property
    def cookie_prefix(self) -> str:
        """Return `__Host-` where the browser will accept it."""
        return "__Host-" if self.is_https else ""

    def provider(self, key: str | None) -> Provider | None:
        """Return the provider of identities that the operator named so."""
        return next((one for one in self.providers if one.key == key), None)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings of an environment; raise Misconfigured with one line an operator can act on."""
        demo = environ.get("DEMO", "") == "1"
        port = _port(environ.get("PORT", "8000"))
        base_url = environ.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
        host = urlsplit(base_url).hostname or ""
        if urlsplit(base_url).scheme not in {"http", "https"} or not host:
            raise Misconfigured(f"BASE_URL must be an http or https address, not {base_url!r}.")
        if demo and host not in LOOPBACK:
            raise Misconfigured("DEMO=1 has demo people with a known password: it runs on 127.0.0.1 only.")
        database_url = environ.get("DATABASE_URL", "sqlite:///instance/amana.db")
        beside = demo_folder(database_url) if demo else None
        providers = _providers(environ)
        password_sign_in = _yes_or_no("PASSWORD_SIGN_IN", environ, True)
        if not password_sign_in and not providers:
            raise Misconfigured("PASSWORD_SIGN_IN=0 leaves nobody a way in: name a provider in OIDC_PROVIDERS.")
        return cls(
            database_url=database_url,
            secret_key=_secret(environ.get("SECRET_KEY", ""), beside),
            base_url=base_url,
            port=port,
            mail_url=environ.get("MAIL_URL", "file:instance/mail"),
            trusted_hosts=_words(environ.get("TRUSTED_HOSTS", "")) or (host,),
            trusted_proxies=int(environ.get("TRUSTED_PROXIES", "0") or "0"),
            demo=demo,
            credential_key_file=_file("CREDENTIAL_KEY_FILE", environ) or _demo_credential_key(beside),
            signing=_signing(environ) or _demo_signing(beside),
            audit_key_file=_file("AUDIT_KEY_FILE", environ),
            audit_old_key_files=_files("AUDIT_OLD_KEY_FILES", environ),
            audit_tip_folder=_folder("AUDIT_TIP_FOLDER", environ),
            providers=providers,
            password_sign_in=password_sign_in,
        )


def demo_folder(database_url: str) -> Path:
    """Return where a demonstration keeps its secret and its keys: beside its database, or in `instance`."""
    scheme, _, path = database_url.partition("///")
    return Path(path.partition("?")[0]).parent if scheme == "sqlite:" and path else Path("instance")


def _demo_credential_key(beside: Path | None) -> Path | None:
    """Return the key that `quiz demo` made, None where it has made none."""
    path = beside / DEMO_CREDENTIAL_KEY if beside else None
    return path if path and path.is_file() else None


def _demo_signing(beside: Path | None) -> Signing | None:
    path = beside / DEMO_SIGNING_KEY if beside else None
    return Signing(key_file=str(path)) if path and path.is_file() else None


def _signing(environ: Mapping[str, str]) -> Signing | None:
    """Return with what papers are signed, or None where nothing of it is set."""
    found = {one.name: environ.get(f"SIGNING_{one.name.upper()}", "") for one in fields(Signing)}
    if not any(found.values()):
        return None
    if found["timestamp_url"] and urlsplit(found["timestamp_url"]).scheme not in {"http", "https"}:
        raise Misconfigured(f"SIGNING_TIMESTAMP_URL must be an http or https address, not {found['timestamp_url']!r}.")
    if found["pkcs11_module"] and not (found["pkcs11_token"] and found["pkcs11_key"]):
        raise Misconfigured("SIGNING_PKCS11_MODULE needs SIGNING_PKCS11_TOKEN and SIGNING_PKCS11_KEY: their labels.")
    return Signing(**found)


_PER_PROVIDER = (
    *("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE", "NAME_AR", "NAME_EN", "SCOPES", "MATCH"),
    *("ACR", "STRONG_ACR", "MAX_AGE", "LOGOUT", "INTERNAL"),
)


def _providers(environ: Mapping[str, str]) -> tuple[Provider, ...]:
    """Return who else knows people; raise Misconfigured for what is missing, doubled, unknown or cannot be."""
    keys = _words(environ.get("OIDC_PROVIDERS", ""))
    for key in keys:
        if not re.fullmatch(r"[a-z][a-z0-9]{0,30}", key):
            raise Misconfigured(f"OIDC_PROVIDERS: {key!r} must be of small Latin letters and digits, a letter first.")
    known = {"OIDC_PROVIDERS", *(f"OIDC_{key.upper()}_{name}" for key in keys for name in _PER_PROVIDER)}
    for name in sorted(environ):
        if name.startswith("OIDC_") and name not in known:
            raise Misconfigured(f"{name} is no setting, or of a provider that OIDC_PROVIDERS does not name.")
    found = tuple(_provider(key, environ) for key in keys)
    for values, what in ((keys, "names"), ([one.issuer for one in found], "issuers")):
        if len(set(values)) < len(values):
            raise Misconfigured(f"OIDC_PROVIDERS: two providers have the same {what}.")
    return found


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
        match=tuple(_rule(f"{start}_MATCH", rule) for rule in _words(found["MATCH"])),
        acr=tuple(found["ACR"].split()),
        strong_acr=tuple(found["STRONG_ACR"].split()),
        max_age=int(found["MAX_AGE"]) if found["MAX_AGE"] else None,
        offers_sign_out=_yes_or_no(f"{start}_LOGOUT", environ, False),
        is_internal=_yes_or_no(f"{start}_INTERNAL", environ, False),
    )


def _issuer(name: str, value: str) -> str:
    parts = urlsplit(value)
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[\s\x00-\x1f\\?#]", value))
    if not parts.hostname or not is_plain or not (parts.scheme == "https" or is_here):
        raise Misconfigured(f"{name} must be a plain https address (http only on this machine), not {value!r}.")
    return value


def _client_secret(start: str, value: str, environ: Mapping[str, str]) -> str:
    path = _file(f"{start}_CLIENT_SECRET_FILE", environ)
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


def _yes_or_no(name: str, environ: Mapping[str, str], default: bool) -> bool:
    value = environ.get(name, "").strip()
    if value not in {"", "0", "1"}:
        raise Misconfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value == "1" if value else default


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _file(name: str, environ: Mapping[str, str]) -> Path | None:
    value = environ.get(name, "")
    if value and not Path(value).is_file():
        raise Misconfigured(f"{name} must be the path of a file, and {value!r} is none.")
    return Path(value) if value else None


def _files(name: str, environ: Mapping[str, str]) -> tuple[Path, ...]:
    found = (_file(name, {name: one}) for one in _words(environ.get(name, "")))
    return tuple(one for one in found if one is not None)


def _folder(name: str, environ: Mapping[str, str]) -> Path | None:
    value = environ.get(name, "")
    if value and not Path(value).is_dir():
        raise Misconfigured(f"{name} must be the path of a folder that is there, and {value!r} is none.")
    return Path(value) if value else None


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Misconfigured(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _secret(value: str, beside: Path | None) -> str:
    if beside and not value:
        return _demo_secret(beside)
    if len(value) < 32 or value.lower() in WEAK_SECRETS or len(set(value)) < 8:
        raise Misconfigured(
            "SECRET_KEY is missing or weak: set it to 32 or more random characters "
            "(python -c 'import secrets; print(secrets.token_urlsafe(48))')."
        )
    return value


def _demo_secret(beside: Path) -> str:
    """Return the secret of this demo installation, made once and kept beside its database."""
    path = beside / DEMO_SECRET
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text().strip()
