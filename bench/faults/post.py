"""A mail server that counts what it takes by Message-ID, and that can be told to hang."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.servers import free_port


class Post:
    """What came, and whether it answers: while it hangs, every talk stands still at the mail itself."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self._goes = threading.Event()
        self._goes.set()

    def hang(self) -> None:
        """Take no mail and say nothing, until told to go on."""
        self._goes.clear()

    def go_on(self) -> None:
        """Answer again."""
        self._goes.set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or stand still and break off when it is over."""
        if not self._goes.is_set():
            while not self._goes.is_set():
                await asyncio.sleep(0.02)
            if isinstance(server.transport, asyncio.WriteTransport):
                server.transport.abort()
            return "421 broken off"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.taken[str(message_from_bytes(content)["Message-ID"])] += 1
        return "250 taken"


@contextmanager
def post() -> Iterator[tuple[Post, str]]:
    """Give a mail server and its address; it goes in the end."""
    handler, port = Post(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, f"smtp://127.0.0.1:{port}"
    finally:
        handler.go_on()
        controller.stop()
