"""The operator's settings: read once from the environment, validated, never guessed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from quiz.settings import environment
from quiz.settings.database import Reach, read_reach
from quiz.settings.environment import LOOPBACK, Misconfigured, words, yes_or_no
from quiz.settings.operation import Operation, read_operation
from quiz.settings.providers import Provider, SamlProvider, read_providers, read_saml_providers
from quiz.settings.signing import Signing, read_signing

ROOT = Path(__file__).resolve().parents[2]
# What stands beside the package in the sources stands in it where it was installed from a wheel.
_SHIPPED = Path(__file__).resolve().parents[1] / "shipped"
WEAK_SECRETS = frozenset({"secret", "changeme", "dev", "development", "password", "amana"})
# What a demonstration keeps beside its database; `quiz demo` makes the keys, and nothing else does.
DEMO_SECRET = "demo-secret"  # nosec B105 # noqa: S105 - the name of a file
DEMO_CREDENTIAL_KEY = "demo-credential-key.pem"
DEMO_SIGNING_KEY = "demo-signing-key.p12"


def folder(name: str) -> Path:
    """Return `content`, `translations`, `static` or a file beside them, of an installed wheel or of the sources."""
    return (_SHIPPED if _SHIPPED.is_dir() else ROOT) / name


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator chooses; the organisation's own choices are kept in the database."""

    # Not shown, as the mail server's: a password may stand in it.
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    # Those before it: what they sealed, signed and chained is still read, and goes over to the new one where it can.
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    reach: Reach = field(default_factory=Reach)
    base_url: str = "http://127.0.0.1:8000"
    port: int = 8000
    mail_url: str = field(default="file:instance/mail", repr=False)
    # Where workers are told of what is due: a file, PostgreSQL or Redis; nothing where there is none to tell.
    queue_url: str = field(default="", repr=False)
    # Where all processes count together who asks how often; empty where each counts for itself.
    redis_url: str = field(default="", repr=False)
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
    saml_providers: tuple[SamlProvider, ...] = ()
    password_sign_in: bool = True
    operation: Operation = field(default_factory=Operation)

    @property
    def is_https(self) -> bool:
        """Tell whether the public address is https; cookies follow it."""
        return self.base_url.startswith("https://")

    @property
    def cookie_prefix(self) -> str:
        """Return `__Host-` where the browser will accept it."""
        return "__Host-" if self.is_https else ""

    @property
    def all_providers(self) -> tuple[Provider | SamlProvider, ...]:
        """Return the providers of identities, whatever they speak, in the order of their buttons."""
        return (*self.providers, *self.saml_providers)

    def provider(self, key: str | None) -> Provider | SamlProvider | None:
        """Return the provider of identities that the operator named so."""
        return next((one for one in self.all_providers if one.key == key), None)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings of an environment; raise Misconfigured with one line an operator can act on."""
        environ = environment.with_files(environ)
        demo = environ.get("DEMO", "") == "1"
        port = environment.port(environ.get("PORT", "8000"))
        base_url = environ.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
        host = urlsplit(base_url).hostname or ""
        if urlsplit(base_url).scheme not in {"http", "https"} or not host:
            raise Misconfigured(f"BASE_URL must be an http or https address, not {base_url!r}.")
        if urlsplit(base_url).scheme == "http" and host not in LOOPBACK:
            raise Misconfigured("BASE_URL must be https: without it passwords and cookies can be read on the way.")
        if demo and host not in LOOPBACK:
            raise Misconfigured("DEMO=1 has demo people with a known password: it runs on 127.0.0.1 only.")
        database_url = environ.get("DATABASE_URL", "sqlite:///instance/amana.db")
        beside = demo_folder(database_url) if demo else None
        providers, saml_providers = read_providers(environ), read_saml_providers(environ)
        for key in {one.key for one in providers} & {one.key for one in saml_providers}:
            raise Misconfigured(f"SAML_PROVIDERS: {key!r} is a provider in OIDC_PROVIDERS already.")
        password_sign_in = yes_or_no("PASSWORD_SIGN_IN", environ, True)
        if not password_sign_in and not (providers or saml_providers):
            raise Misconfigured(
                "PASSWORD_SIGN_IN=0 leaves nobody a way in: name a provider in OIDC_PROVIDERS or SAML_PROVIDERS."
            )
        return cls(
            database_url=database_url,
            secret_key=_secret(environ.get("SECRET_KEY", ""), beside),
            old_secret_keys=words(environ.get("OLD_SECRET_KEYS", "")),
            reach=read_reach(database_url, environ),
            base_url=base_url,
            port=port,
            mail_url=environ.get("MAIL_URL", "file:instance/mail"),
            queue_url=_queue_url(environ.get("QUEUE_URL", ""), database_url),
            redis_url=environment.redis_url("REDIS_URL", environ),
            trusted_hosts=words(environ.get("TRUSTED_HOSTS", "")) or (host,),
            trusted_proxies=environment.number("TRUSTED_PROXIES", environ, 0, range(11)),
            demo=demo,
            credential_key_file=environment.file("CREDENTIAL_KEY_FILE", environ) or _demo_credential_key(beside),
            signing=read_signing(environ) or _demo_signing(beside),
            audit_key_file=environment.file("AUDIT_KEY_FILE", environ),
            audit_old_key_files=environment.files("AUDIT_OLD_KEY_FILES", environ),
            audit_tip_folder=environment.folder("AUDIT_TIP_FOLDER", environ),
            providers=providers,
            saml_providers=saml_providers,
            password_sign_in=password_sign_in,
            operation=read_operation(environ),
        )


def _queue_url(value: str, database_url: str) -> str:
    """Return where the queue is: beside the database's file, or in the database, unless the operator says otherwise."""
    scheme = (value or database_url).partition(":")[0].partition("+")[0]
    if scheme not in {"sqlite", "postgresql", "postgres", "redis", "rediss"}:
        raise Misconfigured("QUEUE_URL must begin with sqlite:///, postgresql://, redis:// or rediss://.")
    if value:
        return value
    return f"{database_url.partition('?')[0]}-queue" if scheme == "sqlite" else database_url


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
