"""With what papers are signed, as the operator says."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

from quiz.settings.environment import Misconfigured


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


def read_signing(environ: Mapping[str, str]) -> Signing | None:
    """Return with what papers are signed, or None where nothing of it is set."""
    found = {one.name: environ.get(f"SIGNING_{one.name.upper()}", "") for one in fields(Signing)}
    if not any(found.values()):
        return None
    if found["timestamp_url"] and urlsplit(found["timestamp_url"]).scheme not in {"http", "https"}:
        raise Misconfigured(f"SIGNING_TIMESTAMP_URL must be an http or https address, not {found['timestamp_url']!r}.")
    if found["pkcs11_module"] and not (found["pkcs11_token"] and found["pkcs11_key"]):
        raise Misconfigured("SIGNING_PKCS11_MODULE needs SIGNING_PKCS11_TOKEN and SIGNING_PKCS11_KEY: their labels.")
    return Signing(**found)
