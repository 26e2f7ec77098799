"""What `quiz doctor` says: one line for each thing it looked at, and never a secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from quiz.settings.environment import SECRETS

_SHORTEST_HIDDEN = 4


class State(StrEnum):
    """How something stands."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands, what was seen, and what is to be done."""

    what: str
    state: State
    seen: str
    do: str = ""


def ok(what: str, seen: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(what, State.OK, seen)


def warning(what: str, seen: str, do: str) -> Finding:
    """Return that something works and should be otherwise."""
    return Finding(what, State.WARNING, seen, do)


def wrong(what: str, seen: str, do: str) -> Finding:
    """Return that something does not work, or is open to others."""
    return Finding(what, State.WRONG, seen, do)


def secrets_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return every word that must not be printed: secrets as they are set, and the passwords in addresses."""
    found = set()
    for name, value in environ.items():
        if name in SECRETS or name.endswith(("_SECRET", "_PASSWORD", "_PIN", "_TOKEN", "_HEADERS")):
            found |= {value, *value.split(",")}
        password = _password(value)
        if password:
            found |= {password, unquote(password)}
    return tuple(sorted((one.strip() for one in found if len(one.strip()) >= _SHORTEST_HIDDEN), key=len, reverse=True))


def _password(value: str) -> str | None:
    try:
        return urlsplit(value).password if "://" in value else None
    except ValueError:
        return None


def without(secrets: tuple[str, ...], text: str) -> str:
    """Return a text in which no secret stands, on one line."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return " ".join(text.split())
