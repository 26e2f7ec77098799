"""Sending bytes as they are, and reading whatever comes back until the other side closes."""

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bench.malformed.wire import Asked

# Nobody who asks and says no more may be kept waiting longer than this.
PATIENCE_SECONDS = 30.0
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
_BODILESS = {204, 304}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of those that came back: 0 where it is none that can be read."""

    status: int
    head: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: the answers, and whether the other side was still silent when patience ended."""

    asked: Asked
    answers: tuple[Answer, ...]
    hung: bool
    seconds: float


def exchange(port: int, asked: Asked) -> Outcome:
    """Send a request and return what came back; this side says no more once it is sent."""
    began = time.perf_counter()
    # Each from an address of many: what is counted by address is not what is tried here, but for every tenth.
    place = asked.number % 3_000 if asked.number % 10 else 0
    address = (f"127.8.{place // 250}.{place % 250 + 2}", 0)
    came, hung = b"", False
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS, source_address=address) as connection:
        # It may be turned away before it is said to the end.
        with suppress(OSError):
            _send(connection, asked)
        try:
            while piece := connection.recv(262_144):
                came += piece
        except TimeoutError:
            hung = True
        except OSError:
            pass
    return Outcome(asked, tuple(answers_of(came, asked.has_body)), hung, time.perf_counter() - began)


def _send(connection: socket.socket, asked: Asked) -> None:
    size = max(1, len(asked.data) // asked.pieces)
    for start in range(0, len(asked.data), size):
        connection.sendall(asked.data[start : start + size])
        if asked.pieces > 1:
            time.sleep(0.002)
    if asked.how.startswith("wire"):
        connection.shutdown(socket.SHUT_WR)


def answers_of(came: bytes, has_body: bool) -> Iterator[Answer]:
    """Give the answers one after the other; what is none is given with the status 0."""
    while came:
        found = _STATUS.match(came)
        head, mark, rest = came.partition(b"\r\n\r\n")
        if found is None or not mark:
            yield Answer(0, b"", came)
            return
        status = int(found[1])
        if 100 <= status < 200:
            came = rest
            continue
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        body = rest
        # What could not be read was not known to ask for a head alone, and is answered with a body all the same.
        is_head = not has_body and not rest
        if is_head or status in _BODILESS:
            body = b""
        elif b"transfer-encoding: chunked" in head.lower():
            body = _chunks(rest)
        elif length:
            body = rest[: int(length[1])]
        yield Answer(status, head, _unpacked(head, body))
        # Behind a chunked answer nothing follows that is looked for: those are the last of their connection.
        came = rest[len(body) :] if length or is_head or status in _BODILESS else b""


def _chunks(rest: bytes) -> bytes:
    body = b""
    while rest:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line.partition(b";")[0] or b"0", 16)
        if size == 0:
            break
        body, rest = body + rest[:size], rest[size + 2 :]
    return body


def _unpacked(head: bytes, body: bytes) -> bytes:
    if b"content-encoding: gzip" in head.lower():
        with suppress(OSError, EOFError):
            return gzip.decompress(body)
    return body


def send_all(
    port: int, numbers: Sequence[int], make: Callable[[int], Asked], take: Callable[[Outcome], None], senders: int
) -> None:
    """Send the requests of these numbers, so many at a time, and hand over what came of each."""
    waiting = iter(numbers)
    lock = threading.Lock()
    errors: list[Exception] = []

    def sender() -> None:
        while not errors:
            with lock:
                number = next(waiting, None)
            if number is None:
                return
            try:
                outcome = exchange(port, make(number))
            except Exception as error:
                errors.append(error)
                return
            with lock:
                take(outcome)

    threads = [threading.Thread(target=sender, daemon=True) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
