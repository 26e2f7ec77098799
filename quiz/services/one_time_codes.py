"""Codes that an app shows for half a minute (TOTP, RFC 6238): what they are, and which of them may be taken."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# How many steps the clock of a phone may be off, either way.
DRIFT = 1


def step_of(moment: datetime) -> int:
    """Return the number of the half minute of a moment, since 1970."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """Return the six digits of a step (RFC 4226 with SHA-1, which is what apps know)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def taken_step(secret: bytes, typed: str, moment: datetime, last: int | None) -> int | None:
    """Return the step whose code was typed, if it is near the moment and later than the last one taken."""
    now = step_of(moment)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        # All are compared, so that the time does not tell which one it was.
        if hmac.compare_digest(code_at(secret, step).encode(), typed.encode()) and (last is None or step > last):
            found = step
    return found


def typed_form(secret: bytes) -> str:
    """Return the secret as it is typed into an app: base32, in groups of four."""
    letters = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def address(secret: bytes, account: str, issuer: str) -> str:
    """Return what the QR code of a secret holds (the form that apps read, `otpauth://totp/…`)."""
    label = quote(f"{issuer}:{account}")
    given = {"secret": base64.b32encode(secret).decode().rstrip("="), "issuer": issuer}
    return f"otpauth://totp/{label}?{urlencode(given, quote_via=quote)}"
