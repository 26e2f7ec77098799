"""A request as bytes: as a well-meaning client would write it, and as none does."""

from dataclasses import dataclass, replace
from random import Random

from bench.malformed import garbage

Header = tuple[str, bytes]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it goes over the wire: who asks, what is wrong with it, its bytes, and how they are sent."""

    number: int
    who: str
    how: str
    place: str
    data: bytes
    # The bytes may be sent in pieces; whoever ends halfway closes their side.
    pieces: int = 1
    has_body: bool = True


@dataclass(frozen=True, slots=True)
class Plain:
    """A request before it is written: what a well-meaning client would send."""

    who: str
    method: str
    target: bytes
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    kind: str = ""

    def written(
        self, port: int, *, host: bytes = b"", length: bytes | None = None, version: bytes = b"HTTP/1.1"
    ) -> bytes:
        """Return the bytes of it; the connection is closed after the answer."""
        lines = [self.method.encode("latin-1") + b" " + self.target + b" " + version]
        lines += [b"Host: " + (host or f"127.0.0.1:{port}".encode()), b"Connection: close"]
        if self.kind:
            lines.append(b"Content-Type: " + self.kind.encode("utf-8"))
        if self.body or self.method in {"POST", "PUT", "PATCH"}:
            lines.append(b"Content-Length: " + (str(len(self.body)).encode() if length is None else length))
        lines += [name.encode("latin-1") + b": " + held for name, held in self.headers]
        return b"\r\n".join([*lines, b"", b""]) + self.body


def broken(chance: Random, asked: Asked, plain: Plain, port: int) -> Asked:
    """Return a request that is no HTTP, or hardly: framing, lines, versions, hosts, more than one at once."""
    body = plain.body or garbage.encoded(chance, [("a", garbage.word(chance))])
    post = replace(plain, method="POST", body=body, kind=plain.kind or FORM)
    whole = post.written(port)
    head, _, rest = whole.partition(b"\r\n\r\n")
    chunked = head.replace(b"Content-Length: " + str(len(body)).encode(), b"Transfer-Encoding: chunked") + b"\r\n\r\n"
    place = chance.randrange(len(whole))
    get = replace(plain, method="GET", body=b"")
    once = get.written(port)
    alive = once.replace(b"Connection: close\r\n", b"")
    ways: dict[str, bytes] = {
        "cut": whole[:place],
        "bit": whole[:place] + bytes([chance.randrange(256)]) + whole[place + 1 :],
        "bytes put in": whole[:place] + chance.choice(garbage.RAW) + whole[place:],
        "length": post.written(port, length=chance.choice(_LENGTHS)),
        "two lengths": head + b"\r\nContent-Length: 3\r\n\r\n" + rest,
        "chunks": chunked + chance.choice(_CHUNKS),
        "length and chunks": head + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chance.choice(_CHUNKS),
        "coding": chunked.replace(b"chunked", chance.choice(_CODINGS)),
        "line": b"GET /" + b"a" * chance.choice((4_000, 5_000, 70_000)) + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        "header": replace(get, headers=(("X", b"y" * chance.choice(_SIZES)),)).written(port),
        "folded": once.replace(b"\r\n\r\n", b"\r\nX: y\r\n z\r\n\r\n"),
        "no colon": once.replace(b"\r\n\r\n", b"\r\n" + chance.choice(_NO_COLON) + b"\r\n\r\n"),
        "bare LF": once.replace(b"\r\n", b"\n"),
        "bare CR": once.replace(b"\r\n", b"\r"),
        "version": chance.choice((get.written(port, version=chance.choice(_VERSIONS)), b"GET /\r\n")),
        "host": get.written(port, host=chance.choice(_HOSTS)),
        "no host": once.replace(f"Host: 127.0.0.1:{port}\r\n".encode(), b""),
        "two hosts": once.replace(b"Connection", b"Host: evil.example\r\nConnection", 1),
        "absolute": replace(get, target=b"http://evil.example" + get.target).written(port),
        "method": replace(get, method=chance.choice(_METHODS)).written(port),
        "many at once": alive * chance.choice((2, 5, 30)) + once,
        "one behind a body": whole.replace(b"Connection: close\r\n", b"") + once + chance.choice(garbage.RAW),
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(90),
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + chance.randbytes(40),
        "PROXY": b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + once,
        "noise": chance.randbytes(chance.choice((1, 40, 5_000))),
        "nothing": b"",
        "empty lines": b"\r\n" * chance.choice((1, 3, 5_000)) + once,
        "after the end": once + chance.randbytes(300),
    }  # fmt: skip
    how = chance.choice(sorted(ways))
    return replace(asked, how=f"wire: {how}", data=ways[how], pieces=chance.choice((1, 1, 1, 3)))


_CHUNKS = (
    b"5\r\nhello\r\n0\r\n\r\n",
    b"zz\r\nhello\r\n0\r\n\r\n",
    b"-5\r\nhello\r\n",
    b"5\r\nhello",
    b"5;" + b"x=y;" * 3000 + b"\r\nhello\r\n0\r\n\r\n",
    b"ffffffffffffffffffff\r\nhello\r\n",
    b"5\nhello\n0\n\n",
    b"0\r\nX: y\r\n\r\n",
    b"0\r\n" + b"X: y\r\n" * 3000 + b"\r\n",
    b"",
    b"\r\n\r\n",
    b"5\r\nhelloXX0\r\n\r\n",
    b"00000000000000000000000005\r\nhello\r\n0\r\n\r\n",
    b"1\r\na\r\n" * 3000 + b"0\r\n\r\n",
    b"5 \r\nhello\r\n0\r\n\r\n",
)
_LENGTHS = (b"0", b"-1", b"9" * 9, b"9" * 30, b"1e3", b"", b"5, 6", b"+7", b"0x5", b"\xd9\xa3")
_CODINGS = (b"gzip", b"chunked, gzip", b"identity", b"\xff", b" chunked", b"x" * 900)
_NO_COLON = (b"X", b": y", b"X : y", b"X\x00: y", b"\xff: y")
_VERSIONS = (b"HTTP/0.9", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9.9", b"HTTP/1.10", b"http/1.1", b"X", b"")
_HOSTS = (
    b" ",
    b"evil.example",
    b"127.0.0.1:99999",
    b"127.0.0.1@evil",
    b"[::1",
    b"\xff",
    b"a" * 900,
    b"127.0.0.1, b",
    b"localhost",
    b"/",
)
_METHODS = ("G" * 50, "GET\x00", "G ET", "", "<b>", "PRI", "\xff", "SELECT")
_SIZES = (8_100, 9_000, 300_000)
