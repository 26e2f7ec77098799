"""A manager who reads reports while a replica is hurt, and who writes down every page that did not come."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.browser import SocketBrowser, Unexpected, get, post
from bench.faults.learners import Doors
from bench.stage import PASSWORD

_PAUSE_SECONDS = 0.1
_PAGE = "/manage/"


class Reader(threading.Thread):
    """One manager in one browser."""

    def __init__(self, email: str, doors: Doors) -> None:
        super().__init__(daemon=True, name=email)
        self.pages = 0
        self.refused: list[str] = []
        self._browser = SocketBrowser(doors.ports[0], "127.3.0.2")
        self._reads = threading.Event()
        self._is_over = threading.Event()
        self._turn = threading.Lock()
        page = get(self._browser, "/sign-in")
        post(self._browser, page, "/sign-in", [("email", email), ("password", PASSWORD)])

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read meanwhile, one page after the other; at the end the last one has come."""
        self._reads.set()
        try:
            yield
        finally:
            self._reads.clear()
            with self._turn:
                self._browser.close()

    def run(self) -> None:
        """Read whenever it is to, until told to end."""
        while not self._is_over.is_set():
            with self._turn:
                if self._reads.is_set():
                    self._read()
            time.sleep(_PAUSE_SECONDS)

    def _read(self) -> None:
        try:
            get(self._browser, _PAGE)
            self.pages += 1
        except (OSError, Unexpected, ValueError) as refused:
            self.refused.append(str(refused))
            self._browser.close()

    def end(self) -> None:
        """Let it end after what it is reading."""
        self._is_over.set()
        if self.is_alive():
            self.join()
        self._browser.close()
