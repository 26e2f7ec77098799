"""Asking a provider: one request, one answer, bounded in time and size, to the very address that was checked."""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from quiz.interop.oidc.addresses import may_reach
from quiz.services.provider_faults import AWAY, UNSURE, Fault
from quiz.settings.environment import LOOPBACK
from quiz.settings.providers import Provider

PATIENCE_SECONDS = 5.0
AT_MOST_SECONDS = 10.0
MOST_BYTES = 256 * 1024
MOST_ADDRESSES = 4


@dataclass(frozen=True, slots=True)
class Asking:
    """A request: a form is sent where there is one."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    # Holds secrets of ours: never in a log.
    form: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    media_type: str
    body: bytes = field(repr=False)


Fetch = Callable[[Provider, Asking], Answer]
Resolve = Callable[[str, int], list[str]]


def check_address(provider: Provider, url: object) -> str:
    """Return an address that a provider's documents may name; raise Fault for any other.

    Https, or http on this machine where the provider is there; no name or password in it, no fragment, nothing that
    could end a line.
    """
    if not isinstance(url, str) or not 0 < len(url) <= 2000 or not url.isascii() or not url.isprintable():
        raise Fault(UNSURE, "an address is missing or no address")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        raise Fault(UNSURE, "an address cannot be read") from fault
    is_plain = not (parts.fragment or "@" in parts.netloc or "\\" in url or " " in url or "#" in url) and port != 0
    is_right = parts.scheme == "http" and host in LOOPBACK if provider.is_here else parts.scheme == "https"
    if not host or not is_plain or not is_right:
        raise Fault(UNSURE, "an address is of a kind that is not used")
    return url


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the machine knows them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise Fault(AWAY, "the host has no address") from fault
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def checked_addresses(provider: Provider, host: str, port: int, by: Resolve = resolve) -> list[str]:
    """Return the addresses of a host; raise Fault where one of them may not be reached.

    An internal provider is so under its own name only: other hosts that its documents name are public.
    """
    is_internal = provider.is_internal and host == urlsplit(provider.issuer).hostname
    found = by(host, port)
    if not found or not all(may_reach(one, is_here=provider.is_here, is_internal=is_internal) for one in found):
        raise Fault(UNSURE, "a host leads to an address that must not be reached")
    return found[:MOST_ADDRESSES]


@dataclass(frozen=True, slots=True)
class Client:
    """Fetches over a new connection each time; follows nothing, asks no proxy, keeps no cookie."""

    resolver: Resolve = resolve
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    at_most: float = AT_MOST_SECONDS

    def __call__(self, provider: Provider, asking: Asking) -> Answer:
        """Return the answer; raise Fault for none in time, for one too large, and for one that leads elsewhere."""
        parts = urlsplit(check_address(provider, asking.url))
        host, is_bare = parts.hostname or "", parts.scheme == "http"
        port = parts.port or (80 if is_bare else 443)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        opened = _connect(checked_addresses(provider, host, port, self.resolver), port)
        if not is_bare:
            opened = self.context.wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False)
        # A server that sends a byte every second is silent for none of them.
        is_cut = threading.Event()
        late = threading.Timer(self.at_most, _cut, [opened, is_cut])
        late.daemon = True
        late.start()
        try:
            if isinstance(opened, ssl.SSLSocket):
                opened.do_handshake()
            answer = _exchange(opened, parts.netloc, target, asking)
        except (OSError, HTTPException, ValueError) as fault:
            raise Fault(AWAY, f"no answer ({type(fault).__name__})") from fault
        finally:
            late.cancel()
            opened.close()
        if is_cut.is_set():
            raise Fault(AWAY, "no whole answer in time")
        return answer


def _connect(addresses: list[str], port: int) -> socket.socket:
    for address in addresses:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=PATIENCE_SECONDS)
    raise Fault(AWAY, "no address answers")


def _cut(opened: socket.socket, is_cut: threading.Event) -> None:
    is_cut.set()
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _exchange(opened: socket.socket, netloc: str, target: str, asking: Asking) -> Answer:
    connection = HTTPConnection("provider")
    # With a socket at hand it does not connect by itself, and so to nowhere else.
    connection.sock = opened
    connection.auto_open = 0
    headers = {
        "Host": netloc,
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **asking.headers,
    }
    if asking.form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request("GET" if asking.form is None else "POST", target, asking.form, headers)
    with connection.getresponse() as response:
        body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Fault(UNSURE, "an answer is too large")
    if 300 <= response.status < 400:
        raise Fault(UNSURE, "an answer leads elsewhere")
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise Fault(UNSURE, "an answer is packed")
    return Answer(response.status, response.headers.get_content_type(), body)
