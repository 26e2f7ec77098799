"""The worker of the web server: gunicorn's with threads, that waits long for nobody and repeats nothing it was sent.

Slow senders are met by the proxy in front, which hands requests over whole; these bounds keep a thread from being
held for good where there is none, or where it lets something through.
"""

import gc
import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import TConn, ThreadWorker
from werkzeug.exceptions import ClientDisconnected

from quiz.presentation import stopping
from quiz.presentation.logs import Line
from quiz.presentation.seldom import Seldom
from quiz.settings.operator import Settings

# Seconds until a request must have come whole, its head first; and until its answer must have been taken.
HEAD_SECONDS, BODY_SECONDS, ANSWER_SECONDS = 10.0, 60.0, 300.0
# How long, and how many at once, may leave their side open once they were answered.
LEAVING_SECONDS, MOST_LEAVING = 2.0, 200
MOST_A_MINUTE = 30
log = logging.getLogger("quiz.serving")


class Body:
    """What a request brings, read as it comes; broken or cut off it is the sender's fault, and never taken as whole."""

    def __init__(self, stream: Any, length: int) -> None:
        """Take the stream of the server, and how many bytes were said to come (0 where it comes in chunks)."""
        self._stream = stream
        self._left = length

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or all."""
        return self._read(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        """Return a line."""
        return self._read(self._stream.readline, size)

    def readlines(self, _hint: int = -1) -> list[bytes]:
        """Return all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _read(self, read: Callable[[int | None], bytes], size: int) -> bytes:
        try:
            got = read(None if size < 0 else size)
        except ParseException as fault:
            raise ClientDisconnected() from fault
        self._left -= len(got)
        # The server waits for all that was asked for: less of it is the end, and so is no end of a line.
        is_short = not got or ((size < 0 or len(got) < size) and not got.endswith(b"\n"))
        if self._left > 0 and size != 0 and is_short:
            raise ClientDisconnected()
        return got


class Connection(TConn):  # type: ignore[misc] # gunicorn tells no types
    """A connection that is let go without anybody waiting for the other side."""

    let_go: Callable[[socket.socket], None]

    def close(self, graceful: bool = False) -> None:
        """Close it; gracefully, so that what was said last is still read there, is left to the worker."""
        if graceful:
            self.let_go(self.sock)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc] # as above
    """Meets every connection so."""

    wsgi: Callable[..., Iterable[bytes]]
    alive: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ends: dict[TConn, float] = {}
        self._leaving: deque[tuple[float, socket.socket]] = deque()
        self._broken = Seldom(MOST_A_MINUTE)
        self._stop_delay = 0
        self._leaves_at: float | None = None

    def init_process(self) -> None:
        """Begin; what was loaded before this process was made is shared with the others, and not collected."""
        gc.freeze()
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the product, and let it read what comes through a stream that tells faults of the sender apart."""
        super().load_wsgi()
        product = self.wsgi
        settings: Settings | None = getattr(product, "extensions", {}).get("settings")
        self._stop_delay = settings.operation.stop_delay if settings else 0

        def reading(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            is_chunked = "HTTP_TRANSFER_ENCODING" in environ
            length = "0" if is_chunked else environ.get("CONTENT_LENGTH") or "0"
            environ["wsgi.input"] = Body(environ["wsgi.input"], int(length))
            return product(environ, start)

        self.wsgi = reading

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Turn unready when told to stop, and stop once whoever sends requests here had time to see it.

        Requests are taken until then: the sockets stay open as long as this process holds them, whatever the one above
        does with its own. A service manager may tell every process, and the one above tells it once more.
        """
        stopping.begin()
        if not self._stop_delay:
            super().handle_exit(sig, frame)
        elif self._leaves_at is None:
            self._leaves_at = time.monotonic() + self._stop_delay

    def accept(self, listener: socket.socket) -> None:
        """Take a connection in; a thread is spent on it once something was said."""
        try:
            client, address = listener.accept()
        except OSError:
            return
        self.nr_conns += 1
        connection = Connection(self.cfg, client, address, listener.getsockname())
        connection.let_go = self._let_go
        connection.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(connection)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def handle(self, conn: TConn) -> Any:
        """Read a request and answer it, until its time is over."""
        self._ends[conn] = time.monotonic() + HEAD_SECONDS
        try:
            return super().handle(conn)
        finally:
            self._ends.pop(conn, None)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer a request whose head was read."""
        self._ends[conn] = time.monotonic() + BODY_SECONDS
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Tell whether more may be asked; behind a body that is broken nothing is, and it was answered already."""
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except ParseException:
            return False

    def murder_pending(self) -> None:
        """Close what said nothing, and hang up on who takes too long; the main loop asks at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        if self.alive and self._leaves_at is not None and now >= self._leaves_at:
            self.alive = False
        for connection, end in list(self._ends.items()):
            if now < end:
                continue
            # What is read ends here; an answer that is being written has its time until nothing is taken any more.
            way = socket.SHUT_RD if now < end + ANSWER_SECONDS - BODY_SECONDS else socket.SHUT_RDWR
            with suppress(OSError):
                connection.sock.shutdown(way)
        while self._leaving and (now > self._leaving[0][0] or len(self._leaving) > MOST_LEAVING):
            self._leave(self._leaving.popleft()[1])

    def _let_go(self, client: socket.socket) -> None:
        """Say that nothing more is said, and let the main loop see when the other side has gone.

        Gunicorn itself waits for that in its main loop, where one client that stays holds up all others (2 s each).
        """
        try:
            client.shutdown(socket.SHUT_WR)
            client.setblocking(False)
            self.poller.register(client, EVENT_READ, self._drain)
        except (OSError, ValueError):
            client.close()
            return
        self._leaving.append((time.monotonic() + LEAVING_SECONDS, client))

    def _drain(self, client: socket.socket) -> None:
        try:
            if client.recv(65_536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._leave(client)

    def _leave(self, client: socket.socket) -> None:
        with suppress(KeyError, ValueError):
            self.poller.unregister(client)
        client.close()

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what is no request with one line, and write down of what sort it was, never what it said."""
        if not isinstance(exc, ParseException) or isinstance(exc, _OURS):
            # Gunicorn would tell the address that was asked for.
            log.error("a request broke off outside of the product", exc_info=exc)
            with suppress(OSError):
                util.write_error(client, 500, "Internal Server Error", "")
            return
        if self._broken.may_say():
            log.warning("refused: broken request, %s", type(exc).__name__)
        with suppress(OSError):
            client.sendall(_refusal(exc))


class ServerLog(Logger):  # type: ignore[misc] # as above
    """The log of the web server itself, in the form that ours has."""

    def setup(self, cfg: Any) -> None:
        """Make its log ready."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Line())


# What the product itself was about to say wrongly.
_OURS = (InvalidResponseHeader, InvalidResponseHeaderName)


def _refusal(fault: Exception) -> bytes:
    status = "400 Bad Request"
    if isinstance(fault, LimitRequestLine):
        status = "414 URI Too Long"
    if isinstance(fault, LimitRequestHeaders):
        status = "431 Request Header Fields Too Large"
    body = b"This request could not be read.\n"
    head = (
        f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\nX-Content-Type-Options: nosniff\r\n"
        f"Cache-Control: no-store\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
