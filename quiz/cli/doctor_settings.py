"""What `quiz doctor` sees in the settings: what is no setting, what is weak, and what contradicts something else."""

import math
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from secrets import compare_digest, token_urlsafe
from urllib.parse import urlsplit

from quiz.cli.doctor_findings import Finding, ok, warning, wrong
from quiz.services.tools import mailer_for
from quiz.settings.environment import LOOPBACK, SECRETS, Misconfigured
from quiz.settings.operator import Settings
from quiz.settings.signing import Signing

# Every name that is read, but for those of providers, which tell unknown ones themselves.
KNOWN = frozenset(
    {
        *SECRETS,
        *(f"{name}_FILE" for name in SECRETS),
        *(f"SIGNING_{one.name.upper()}" for one in fields(Signing)),
        *("BASE_URL", "PORT", "DEMO", "TRUSTED_HOSTS", "TRUSTED_PROXIES", "PASSWORD_SIGN_IN", "STOP_DELAY"),
        *("CREDENTIAL_KEY_FILE", "AUDIT_KEY_FILE", "AUDIT_OLD_KEY_FILES", "AUDIT_TIP_FOLDER", "REPLICA_LAG_SECONDS"),
        *("DATABASE_POOLER", "DATABASE_POOL_SIZE", "DATABASE_POOL_WAIT_SECONDS", "ACCESS_LOG", "SLOW_STATEMENT_MS"),
        *("OIDC_PROVIDERS", "SAML_PROVIDERS", "REDIS_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SDK_DISABLED"),
    }
)
_ALIKE = 0.84
# A secret of fewer bits can be tried out.
_FEWEST_BITS = 128


def read(environ: Mapping[str, str]) -> tuple[Settings | None, list[Finding]]:
    """Return the settings, or None with everything that is wrong in them."""
    faults: list[str] = []
    left, settings = dict(environ), None
    while settings is None:
        try:
            settings = Settings.from_environ(left)
        except Misconfigured as fault:
            if str(fault) in faults:
                break
            faults.append(str(fault))
            _go_on(left, str(fault))
    if faults:
        return None, [wrong("settings", one, "nothing starts before; README.md says what is set how") for one in faults]
    return settings, [ok("settings", "well-formed")]


def _go_on(left: dict[str, str], fault: str) -> None:
    """Leave out the setting that a fault begins with: it hides those behind it."""
    named = re.match(r"[A-Z][A-Z0-9_]+", fault)
    for name in {named[0], named[0].removesuffix("_FILE"), f"{named[0]}_FILE"} if named else ():
        left.pop(name, None)
        if name == "SECRET_KEY":
            left[name] = token_urlsafe(48)


def names(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Tell of names that are nearly those of settings: what is misspelt says nothing."""
    found = False
    for name in sorted(set(environ) - KNOWN):
        like = get_close_matches(name, KNOWN, 1, _ALIKE)
        if like and name.isupper():
            found = True
            yield warning("settings: names", f"{name} is read by nobody", f"was {like[0]} meant? Otherwise remove it")
    if not found:
        yield ok("settings: names", "none is misspelt")


def contradictions(settings: Settings) -> Iterator[Finding]:
    """Tell of settings that do not go together."""
    told = [*_proxies(settings), *_mails(settings), *_others(settings)]
    yield from told
    if not told:
        yield ok("settings: together", "none contradicts another")


def _proxies(settings: Settings) -> Iterator[Finding]:
    host = urlsplit(settings.base_url).hostname or ""
    trusted = settings.trusted_hosts
    if not any(host == one or (one.startswith(".") and f".{host}".endswith(one)) for one in trusted):
        seen = f"TRUSTED_HOSTS does not name {host}, the host of BASE_URL"
        yield wrong("settings: hosts", seen, "add it: until then every link in a mail leads to an error")
    if settings.is_https and not settings.trusted_proxies:
        yield warning(
            "settings: proxies",
            "BASE_URL is https and TRUSTED_PROXIES is 0, though quiz serve itself speaks no TLS",
            "set TRUSTED_PROXIES to the number of proxies in front: otherwise everybody has the proxy's address, and "
            "limits for one address hold for all",
        )
    if settings.trusted_proxies and host in LOOPBACK:
        yield warning(
            "settings: proxies",
            "TRUSTED_PROXIES is set and BASE_URL is of this machine",
            "set BASE_URL to the address people use, or TRUSTED_PROXIES=0: who is not behind a proxy can lie about "
            "where they come from",
        )
    if settings.trusted_proxies and not settings.operation.stop_delay:
        yield warning("settings: stopping", "STOP_DELAY is 0 behind a proxy", "leave it out: five seconds are usual")


def _mails(settings: Settings) -> Iterator[Finding]:
    try:
        mailer_for(settings.mail_url)
    except ValueError:
        yield wrong("settings: mail", "MAIL_URL begins with none of file:, smtp:// and smtp+tls://", "mend MAIL_URL")
        return
    parts = urlsplit(settings.mail_url)
    if parts.scheme == "file" and settings.is_https:
        yield warning("settings: mail", "mails are written into a folder and sent to nobody", "set MAIL_URL to smtp…")
    if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        what = "a password and mails go" if parts.password else "mails go"
        yield warning("settings: mail", f"{what} to {parts.hostname} without TLS", "use smtp+tls:// in MAIL_URL")


def _others(settings: Settings) -> Iterator[Finding]:
    if settings.demo:
        yield warning("settings: demo", "DEMO=1: people with a known password", "leave DEMO out where people work")
    if settings.secret_key in settings.old_secret_keys:
        yield warning("settings: secrets", "SECRET_KEY stands in OLD_SECRET_KEYS as well", "remove it there")
    if not settings.audit_key_file:
        yield warning(
            "settings: audit",
            "AUDIT_KEY_FILE is not set: the chain over the trail hangs on SECRET_KEY",
            "openssl rand -hex 32 into a file of its own, and name it",
        )
    if not settings.audit_tip_folder:
        yield warning(
            "settings: audit",
            "AUDIT_TIP_FOLDER is not set: a trail that was cut off at its end is not found out",
            "name a folder, best on another machine (docs/audit.md)",
        )


def secrets(settings: Settings) -> Iterator[Finding]:
    """Tell whether secrets are strong and used for one thing each; what they are is not told."""
    weak = False
    for name, value in (("SECRET_KEY", settings.secret_key), ("METRICS_TOKEN", settings.operation.metrics_token)):
        if value and _bits(value) < _FEWEST_BITS:
            weak = True
            do = "make another: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            yield warning("secrets: strength", f"{name} looks as if it could be guessed", do)
    if settings.operation.metrics_token and _same(settings.operation.metrics_token, settings.secret_key):
        weak = True
        yield wrong("secrets: strength", "METRICS_TOKEN is SECRET_KEY", "make another token: it leaves this machine")
    if not weak:
        yield ok("secrets: strength", "long and mixed enough")


def _bits(value: str) -> float:
    """Return how many bits a word of such signs can hold at most, by how often each comes."""
    counts = [value.count(one) for one in set(value)]
    return -sum(count * math.log2(count / len(value)) for count in counts)


def modes(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Tell which files of secrets and keys others of this machine can read."""
    paths = {name: environ[name] for name in sorted(environ) if name.endswith("_FILE") and name in KNOWN}
    paths |= {name: value for name, value in environ.items() if name.endswith("_CLIENT_SECRET_FILE")}
    paths |= {f"AUDIT_OLD_KEY_FILES {place}": str(path) for place, path in enumerate(settings.audit_old_key_files, 1)}
    paths.pop("SIGNING_CERTIFICATE_FILE", None)
    if settings.database_url.startswith("sqlite") and "///" in settings.database_url:
        paths["the database"] = settings.database_url.partition("///")[2].partition("?")[0]
    found = False
    for name, text in paths.items():
        path = Path(text)
        mode = path.stat().st_mode if text and path.is_file() else 0
        if mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
            found = True
            seen = f"{name}: others may read or write it (mode {stat.S_IMODE(mode):04o})"
            is_secret = name != "the database" or mode & (stat.S_IWOTH | stat.S_IWGRP)
            yield (wrong if is_secret else warning)("secrets: files", seen, f"chmod 600 {path}")
    if not found:
        yield ok("secrets: files", f"{len(paths)} files, closed to others")


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())
