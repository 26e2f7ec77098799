"""How an installation is watched and stopped, as the operator says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import urlsplit

from quiz.settings.environment import Misconfigured, yes_or_no

# So long a proxy that asks every two seconds needs to see that this process wants no more.
_BEHIND_A_PROXY = 5
_SHORTEST_TOKEN = 24


@dataclass(frozen=True, slots=True)
class Operation:
    """What the operator chose about watching and stopping."""

    # A line for each request: which view, how long, how much; never the address.
    access_log: bool = False
    # From how many milliseconds on a statement is written down; None for none.
    slow_statement_ms: int | None = None
    # What whoever asks for /metrics must show; without it there is no such page, and nothing is counted.
    metrics_token: str = field(default="", repr=False)
    # Where a collector of OpenTelemetry is; everything else about traces is set as OpenTelemetry has it.
    traces_to: str = ""
    # For how many seconds a process that was told to stop still answers, while /readyz says that it does not want more.
    stop_delay: int = 0


def read_operation(environ: Mapping[str, str]) -> Operation:
    """Return what the environment says; raise Misconfigured."""
    stop_delay = _number("STOP_DELAY", environ, most=300)
    if stop_delay is None:
        stop_delay = _BEHIND_A_PROXY if environ.get("TRUSTED_PROXIES", "0") not in {"", "0"} else 0
    return Operation(
        access_log=yes_or_no("ACCESS_LOG", environ, False),
        metrics_token=_token("METRICS_TOKEN", environ),
        slow_statement_ms=_number("SLOW_STATEMENT_MS", environ, most=3_600_000),
        traces_to=_collector("OTEL_EXPORTER_OTLP_ENDPOINT", environ),
        stop_delay=stop_delay,
    )


def _collector(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "").strip()
    if not value or environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ""
    if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
        raise Misconfigured(f"{name} must be an http or https address.")
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.exporter.otlp.proto.http") is None:
        raise Misconfigured(f"{name} is set, and traces are not installed: pip install -r requirements/traces.txt.")
    return value


def _token(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "").strip()
    if value and (len(value) < _SHORTEST_TOKEN or not value.isascii() or len(set(value)) < 8):
        raise Misconfigured(f"{name} must be {_SHORTEST_TOKEN} or more random Latin letters, digits and signs.")
    return value


def _number(name: str, environ: Mapping[str, str], most: int) -> int | None:
    """Return a number, None where nothing is said; raise Misconfigured."""
    value = environ.get(name, "").strip()
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) > most:
        raise Misconfigured(f"{name} must be a whole number from 0 to {most}, not {value!r}.")
    return int(value)
