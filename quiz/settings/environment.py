"""What a setting of the environment may say, and what is wrong with it in one line."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Each of these may stand in a file instead, named by the same setting with `_FILE` behind it.
SECRETS = (
    *("SECRET_KEY", "OLD_SECRET_KEYS", "DATABASE_URL", "DATABASE_REPLICA_URL", "MAIL_URL", "QUEUE_URL"),
    *("REDIS_URL", "SIGNING_KEY_PASSWORD", "SIGNING_PKCS11_PIN", "METRICS_TOKEN"),
)


class Misconfigured(Exception):
    """The environment does not hold what the product needs; the message is one clear line for the operator."""


def with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the secrets that stand in files; raise Misconfigured where one is said twice."""
    found = dict(environ)
    for name in SECRETS:
        path = file(f"{name}_FILE", environ)
        if path is None:
            continue
        if environ.get(name):
            raise Misconfigured(f"{name} or {name}_FILE must be set, and not both.")
        try:
            found[name] = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise Misconfigured(f"{name}_FILE cannot be read.") from fault
        if not found[name]:
            raise Misconfigured(f"{name}_FILE holds nothing.")
    return found


def yes_or_no(name: str, environ: Mapping[str, str], default: bool) -> bool:
    """Return whether a setting says 1; raise Misconfigured where it says neither 1 nor 0."""
    value = environ.get(name, "").strip()
    if value not in {"", "0", "1"}:
        raise Misconfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value == "1" if value else default


def number(name: str, environ: Mapping[str, str], default: int, among: range) -> int:
    """Return the whole number that a setting says; raise Misconfigured where it is none of those that may be."""
    value = environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) in among):
        raise Misconfigured(f"{name} must be a whole number from {among[0]} to {among[-1]}, not {value!r}.")
    return int(value)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list with commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def file(name: str, environ: Mapping[str, str]) -> Path | None:
    """Return the file that a setting names, None where it names none; raise Misconfigured where none is there."""
    value = environ.get(name, "")
    if value and not Path(value).is_file():
        raise Misconfigured(f"{name} must be the path of a file, and {value!r} is none.")
    return Path(value) if value else None


def files(name: str, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the files that a setting names, with commas between them."""
    found = (file(name, {name: one}) for one in words(environ.get(name, "")))
    return tuple(one for one in found if one is not None)


def folder(name: str, environ: Mapping[str, str]) -> Path | None:
    """Return the folder that a setting names, None where it names none; raise Misconfigured where none is there."""
    value = environ.get(name, "")
    if value and not Path(value).is_dir():
        raise Misconfigured(f"{name} must be the path of a folder that is there, and {value!r} is none.")
    return Path(value) if value else None


def redis_url(name: str, environ: Mapping[str, str]) -> str:
    """Return the address of a Redis, nothing where none is named; raise Misconfigured where it can be none."""
    value = environ.get(name, "").strip()
    try:
        parts = urlsplit(value)
        place = parts.path if parts.scheme == "unix" else parts.hostname
        is_one = bool(place) and parts.scheme in {"redis", "rediss", "unix"} and parts.port != 0
    except ValueError:
        is_one = False
    if value and not is_one:
        # What was said is not: a password may stand in it.
        raise Misconfigured(f"{name} must be redis://host:port/number, rediss://host:port/number or unix:///path.")
    return value


def port(text: str) -> int:
    """Return the number of a port; raise Misconfigured."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Misconfigured(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)
