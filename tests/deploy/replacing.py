"""Processes that are started and stopped as a service manager would, and a learner's browser before nginx."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from select import select
from threading import Event, Thread
from time import monotonic
from urllib.parse import urlencode, urlsplit

from bench.browser import Cookies, Fields, Reply
from tests.deploy.proxy import NAME, Proxy

STARTS_WITHIN_SECONDS = 60.0


@dataclass(frozen=True)
class Version:
    """One version of the product: its interpreter, where it is started, and what it needs to be found."""

    python: str
    home: Path
    settings: dict[str, str] = field(default_factory=dict)


@dataclass
class Manager:
    """Runs one process a port, and starts each anew by the version that is the newest by then."""

    folder: Path
    settings: dict[str, str]
    version: Version
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: list[tuple[int, str]] = field(default_factory=list)

    def start(self, port: int) -> None:
        """Start a process; it answers by and by."""
        environment = {**os.environ, **self.settings, **self.version.settings, "PORT": str(port)}
        with (self.folder / f"{port}.log").open("ab") as log:
            self.running[port] = subprocess.Popen(
                [self.version.python, "-m", "quiz.cli", "serve", "--workers", "1", "--threads", "4"],
                cwd=self.version.home,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started.append((port, self.version.python))

    def restart(self, port: int) -> None:
        """Tell a process to stop, wait until it has, and start another."""
        process = self.running[port]
        process.terminate()
        assert process.wait(timeout=40) == 0
        self.start(port)

    def shell(self, port: int, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the newest version to its end."""
        environment = {**os.environ, **self.settings, **self.version.settings, "PORT": str(port)}
        command = [self.version.python, "-m", "quiz.cli", *words]
        return subprocess.run(
            command, cwd=self.version.home, env=environment, capture_output=True, text=True, timeout=90, check=False
        )

    def wait_for(self, port: int, path: str = "/readyz") -> None:
        """Return once a process says at an address that all is well."""
        last = monotonic() + STARTS_WITHIN_SECONDS
        while not is_well(port, path, self.settings["BASE_URL"]):
            assert self.running[port].poll() is None, self.log(port)
            assert monotonic() < last, self.log(port)
            Event().wait(0.1)

    def log(self, port: int) -> str:
        return (self.folder / f"{port}.log").read_text()

    @contextmanager
    def listening(self, before: Callable[[int], None] = lambda _: None) -> Iterator[str]:
        """Let a script restart a port by an address, which is given without it; nothing is left running."""
        manager = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                before(int(self.path[1:]))
                manager.restart(int(self.path[1:]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            for process in self.running.values():
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=30)


def is_well(port: int, path: str, base_url: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", path, headers={"Host": urlsplit(base_url).hostname or ""})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


class Browser:
    """A learner's browser: it keeps its connection, and opens another where the other side has hung up meanwhile."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.held = Cookies()
        self.answers: list[int] = []
        self._connection: HTTPSConnection | None = None

    @property
    def cookies(self) -> dict[str, str]:
        return self.held.held

    def request(self, method: str, path: str, fields: Fields = ()) -> Reply:
        """Ask, and take what comes; whatever breaks off is not asked again."""
        connection = self._fresh()
        headers = {
            "Host": NAME,
            "Referer": f"https://{NAME}/",
            "Cookie": "; ".join("=".join(i) for i in self.cookies.items()),
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(fields) if method == "POST" else None, headers)
        answer = connection.getresponse()
        raw = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.held.keep(line)
        self.answers.append(answer.status)
        said = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(path, answer.status, said, raw, len(raw))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _fresh(self) -> HTTPSConnection:
        held = self._connection
        if held is None or held.sock is None or has_hung_up(held.sock):
            if held is not None:
                held.close()
            self._connection = held = self.proxy.connect()
        return held


def has_hung_up(opened: socket.socket) -> bool:
    readable, _, _ = select([opened], [], [], 0)
    return bool(readable)


def roll(proxy: Proxy, restart: str, ports: list[int]) -> subprocess.CompletedProcess[str]:
    """Run the script that is shipped."""
    script = Path(__file__).resolve().parents[2] / "deploy" / "nginx" / "roll.sh"
    environment = {
        **os.environ,
        "PEERS": str(proxy.peers_file),
        "RELOAD": " ".join(proxy.command("-s", "reload")),
        "RESTART": f"curl --silent --show-error --fail --max-time 60 {restart}/%s",
        "NAME": NAME,
    }
    command = ["bash", str(script), *map(str, ports)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)


def sources(home: Path) -> Version:
    """The version that stands in a folder of sources."""
    return Version(sys.executable, home)
