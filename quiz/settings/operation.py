"""How an installation is watched and stopped, as the operator says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from quiz.settings.environment import Misconfigured, yes_or_no

# So long a proxy that asks every two seconds needs to see that this process wants no more.
_BEHIND_A_PROXY = 5


@dataclass(frozen=True, slots=True)
class Operation:
    """What the operator chose about watching and stopping."""

    # A line for each request: which view, how long, how much; never the address.
    access_log: bool = False
    # From how many milliseconds on a statement is written down; None for none.
    slow_statement_ms: int | None = None
    # For how many seconds a process that was told to stop still answers, while /readyz says that it does not want more.
    stop_delay: int = 0


def read_operation(environ: Mapping[str, str]) -> Operation:
    """Return what the environment says; raise Misconfigured."""
    stop_delay = _number("STOP_DELAY", environ, most=300)
    if stop_delay is None:
        stop_delay = _BEHIND_A_PROXY if environ.get("TRUSTED_PROXIES", "0") not in {"", "0"} else 0
    return Operation(
        access_log=yes_or_no("ACCESS_LOG", environ, False),
        slow_statement_ms=_number("SLOW_STATEMENT_MS", environ, most=3_600_000),
        stop_delay=stop_delay,
    )


def _number(name: str, environ: Mapping[str, str], most: int) -> int | None:
    """Return a number, None where nothing is said; raise Misconfigured."""
    value = environ.get(name, "").strip()
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) > most:
        raise Misconfigured(f"{name} must be a whole number from 0 to {most}, not {value!r}.")
    return int(value)
