"""The operator's settings: read once from the environment, validated, never guessed."""

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

    @property
    def is_https(self) -> bool:
        """Tell whether the public address is https; cookies follow it."""
        return self.base_url.startswith("https://")

    @property
    def cookie_prefix(self) -> str:
        """Return `__Host-` where the browser will accept it."""
        return "__Host-" if self.is_https else ""

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
