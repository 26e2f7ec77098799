"""A browser without scripts on a plain socket: cookies, forms, redirects, and a count of every byte that came."""

import gzip
import html
import re
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol
from urllib.parse import urlencode, urljoin, urlsplit

Fields = Sequence[tuple[str, str]]
REDIRECTS = (301, 302, 303, 307, 308)
# Servers close what was idle for five seconds; a connection near that age is left, so that no request meets its end.
_IDLE_SECONDS = 3.0
_TIMEOUT_SECONDS = 30.0

_HIDDEN = re.compile(rb'<input[^>]*type="hidden"[^>]*>')
_NAME = re.compile(rb'name="([^"]*)"')
_VALUE = re.compile(rb'value="([^"]*)"')
_LINKED = re.compile(rb'<link[^>]*rel="(?:stylesheet|icon|modulepreload|preload)"[^>]*>')
_HREF = re.compile(rb'href="([^"]+)"')
_SCRIPT = re.compile(rb'<script[^>]*src="([^"]+)"')
_MODULE = re.compile(rb'data-module="([a-z-]+)"')
_URL = re.compile(rb'url\("?([^")]+)"?\)')
_IMPORT = re.compile(rb'(?:from|import)\s*\(?["\'](\.[^"\']+\.js)["\']')


class Unexpected(Exception):
    """An answer that no browser should have got: the measurement is worth nothing."""


@dataclass
class Reply:
    """One answer: where it came from, what it says, and what it weighed on the wire."""

    path: str
    status: int
    headers: Mapping[str, str]
    raw: bytes
    wire_bytes: int

    @cached_property
    def body(self) -> bytes:
        """The content, unpacked."""
        return gzip.decompress(self.raw) if self.headers.get("content-encoding") == "gzip" else self.raw

    def hidden(self, action: str) -> list[tuple[str, str]]:
        """Return the hidden fields of the form that goes to an address; raise Unexpected where there is none."""
        start = self.body.find(f'action="{action}"'.encode())
        if start < 0:
            raise Unexpected(f"{self.path} ({self.status}) has no form that goes to {action}")
        form = self.body[start : self.body.find(b"</form>", start)]
        return [(_attribute(_NAME, tag), _attribute(_VALUE, tag)) for tag in _HIDDEN.findall(form)]

    def assets(self) -> list[str]:
        """Return the addresses of our own files that a browser with scripts would fetch for this answer."""
        kind = self.headers.get("content-type", "")
        found: Iterable[bytes]
        if "text/html" in kind:
            scripts = _SCRIPT.findall(self.body)
            modules = dict.fromkeys(_MODULE.findall(self.body))
            started = [b"%s/components/%s.js" % (src.rpartition(b"/")[0], name) for src in scripts for name in modules]
            links = (_HREF.search(tag) for tag in _LINKED.findall(self.body))
            found = [link[1] for link in links if link] + scripts + started
        elif "css" in kind:
            found = _URL.findall(self.body)
        elif "javascript" in kind:
            found = _IMPORT.findall(self.body)
        else:
            found = []
        return [urljoin(self.path, address.decode()) for address in dict.fromkeys(found)]


def _attribute(pattern: re.Pattern[bytes], tag: bytes) -> str:
    found = pattern.search(tag)
    return html.unescape(found[1].decode()) if found else ""


class Browser(Protocol):
    """What a journey needs: over a socket, or inside this process."""

    requests: int

    def request(self, method: str, path: str, fields: Fields = ()) -> Reply:
        """Send one request and return its answer, redirects not followed."""


@dataclass
class Cookies:
    """The cookies of one browser, by name."""

    held: dict[str, str] = field(default_factory=dict)

    def keep(self, line: str) -> None:
        """Take one Set-Cookie line."""
        name, _, value = line.partition(";")[0].partition("=")
        self.held[name.strip()] = value.strip()

    def header(self) -> str:
        """Return the Cookie line, or nothing where there is none."""
        held = "; ".join(f"{name}={value}" for name, value in self.held.items())
        return f"Cookie: {held}\r\n" if held else ""


class SocketBrowser:
    """One person at one address: a connection that is kept alive, gzip accepted."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self.requests = 0
        self.wire_bytes = 0
        self._port = port
        self._address = address
        self._cookies = Cookies()
        self._socket: socket.socket | None = None
        self._used_at = 0.0
        self._left = b""

    @property
    def cookies(self) -> Mapping[str, str]:
        """What this browser would send, by name."""
        return self._cookies.held

    def move(self, port: int) -> None:
        """Go on at another port of the same service, with the cookies of before."""
        self.close()
        self._port = port

    def close(self) -> None:
        """Give the connection back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def freshen(self) -> None:
        """Leave a connection that the server is about to close, and open a new one."""
        if self._socket is None or time.perf_counter() - self._used_at > _IDLE_SECONDS:
            self.close()
            # Any 127.x address is this machine: each person has one of their own, as the limits on tries expect.
            self._socket = socket.create_connection(
                ("127.0.0.1", self._port), _TIMEOUT_SECONDS, source_address=(self._address, 0)
            )
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._left = b""

    def request(self, method: str, path: str, fields: Fields = ()) -> Reply:
        """Send one request and return its answer, redirects not followed."""
        self.freshen()
        assert self._socket is not None
        body = urlencode(fields).encode() if method == "POST" else b""
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        self._socket.sendall(
            (
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAccept-Encoding: gzip\r\n"
                f"{self._cookies.header()}{form if method == 'POST' else ''}\r\n"
            ).encode()
            + body
        )
        reply = self._reply(path)
        self._used_at = time.perf_counter()
        self.requests += 1
        self.wire_bytes += reply.wire_bytes
        return reply

    def _reply(self, path: str) -> Reply:
        head, _, self._left = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                self._cookies.keep(value.strip())
            headers[name.lower()] = value.strip()
        raw, weight = self._content(headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(path, int(lines[0].split(" ", 2)[1]), headers, raw, len(head) + 4 + weight)

    def _content(self, headers: Mapping[str, str]) -> tuple[bytes, int]:
        if headers.get("transfer-encoding") == "chunked":
            return self._chunks()
        length = int(headers.get("content-length", "0"))
        while len(self._left) < length:
            self._left += self._receive()
        raw, self._left = self._left[:length], self._left[length:]
        return raw, length

    def _chunks(self) -> tuple[bytes, int]:
        raw, weight = b"", 0
        while True:
            line, _, self._left = self._until(b"\r\n").partition(b"\r\n")
            size = int(line.partition(b";")[0], 16)
            while len(self._left) < size + 2:
                self._left += self._receive()
            raw, self._left = raw + self._left[:size], self._left[size + 2 :]
            weight += len(line) + 2 + size + 2
            if size == 0:
                return raw, weight

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._left:
            self._left += self._receive()
        return self._left

    def _receive(self) -> bytes:
        assert self._socket is not None
        received = self._socket.recv(262_144)
        if not received:
            raise Unexpected("the server closed the connection in the middle of an answer")
        return received


def follow(browser: Browser, reply: Reply, most: int = 5) -> Reply:
    """Return the page that a chain of redirects ends at; raise Unexpected where it is not a page."""
    while reply.status in REDIRECTS and most:
        where = urlsplit(urljoin(reply.path, reply.headers["location"]))
        reply = browser.request("GET", where.path + (f"?{where.query}" if where.query else ""))
        most -= 1
    if reply.status != 200:
        raise Unexpected(f"{reply.path} answered {reply.status}")
    return reply


def get(browser: Browser, path: str) -> Reply:
    """Return the page at an address."""
    return follow(browser, browser.request("GET", path))


def post(browser: Browser, page: Reply, action: str, fields: Fields = ()) -> Reply:
    """Send a form of a page with its hidden fields, and return the page it leads to."""
    return follow(browser, browser.request("POST", action, [*page.hidden(action), *fields]))


class ScriptedBrowser(SocketBrowser):
    """A browser with scripts and a cache: it also fetches the files of ours that a page refers to, each once."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        super().__init__(port, address)
        self.kept: dict[str, int] = {}

    def request(self, method: str, path: str, fields: Fields = ()) -> Reply:
        """Send one request and fetch what its answer refers to."""
        reply = super().request(method, path, fields)
        for asset in reply.assets():
            if asset not in self.kept:
                self.kept[asset] = 0
                self.kept[asset] = self.request("GET", asset).wire_bytes
        return reply
