"""nginx as it is shipped: what it passes on and as whom, what it repeats and what never."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bench.servers import free_port
from tests.deploy.proxy import NAME, Proxy

Seen = list[tuple[str, str, dict[str, str]]]


def answer(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "2")
    handler.end_headers()
    handler.wfile.write(b"ok")


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    # As a process that is killed in the middle of its work.
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


@contextmanager
def peer(does: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[int, Seen]]:
    """Something that listens as a process of the product does, and keeps what it was asked."""
    seen: Seen = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append((self.command, self.path, dict(self.headers)))
            does(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1], seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def before(folder: Path, *ports: int) -> Iterator[Proxy]:
    proxy = Proxy(folder, list(ports))
    proxy.write()
    with proxy.serving():
        yield proxy


def test_it_takes_what_is_shipped(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path, [free_port(), free_port()])
    proxy.write()
    tried = subprocess.run(proxy.command("-t"), capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


def test_what_a_browser_claims_of_its_way_is_dropped(tmp_path: Path) -> None:
    with peer(answer) as (port, seen), before(tmp_path, port, free_port()) as proxy:
        claimed = {"X_Forwarded_For": "10.9.9.9", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example"}
        for _ in range(2):
            proxy.ask("GET", "/", Forwarded="for=10.9.9.9", X_Request_ID="mine-and-mine-alone", **claimed)
    (_, _, first), (_, _, second) = seen
    assert (first["Host"], first["X-Forwarded-For"], first["X-Forwarded-Proto"]) == (NAME, "127.0.0.1", "https")
    assert not {"X-Forwarded-Host", "Forwarded"} & set(first)
    assert first["X-Request-ID"] != second["X-Request-ID"] != "mine-and-mine-alone"
    assert len(first["X-Request-ID"]) == 32
    log = (tmp_path / "access.log").read_text()
    assert first["X-Request-ID"] in log
    assert "peer=127.0.0.1" in log


def test_what_was_sent_and_not_answered_is_asked_again_only_where_that_does_nothing(tmp_path: Path) -> None:
    with peer(hang_up) as (dying, lost), peer(answer) as (well, seen), before(tmp_path, dying, well) as proxy:
        posted = [proxy.ask("POST", "/answer", b"x=1")[0].status for _ in range(2)]
        # Which of the two is asked first is nginx's choice; what was lost was told, and came to nobody else.
        assert sorted(posted) == [200, 502]
        assert [len(lost), len(seen)] == [1, 1]
        assert proxy.ask("GET", "/page")[0].status == 200


def test_what_reached_nobody_goes_to_the_next(tmp_path: Path) -> None:
    with peer(answer) as (well, seen), before(tmp_path, free_port(), well) as proxy:
        assert [proxy.ask("POST", "/answer", b"x=1")[0].status for _ in range(4)] == [200] * 4
        assert len(seen) == 4


def test_where_nobody_answers_a_page_says_so_in_arabic(tmp_path: Path) -> None:
    with before(tmp_path, free_port(), free_port()) as proxy:
        found, page = proxy.ask("GET", "/learn/")
        assert found.status == 502
        assert found.headers["Retry-After"] == "30"
        assert "ما حُفظ من إجاباتك باقٍ كما هو" in page.decode()
        assert proxy.ask("GET", "/away.html")[0].status == 404


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_what_watches_is_not_for_strangers(path: str, tmp_path: Path) -> None:
    with peer(answer) as (port, seen), before(tmp_path, port, free_port()) as proxy:
        assert proxy.ask("GET", path)[0].status == 404
        assert proxy.ask("GET", "/healthz")[0].status == 200
        assert len(seen) == 1


def test_sizes_and_names(tmp_path: Path) -> None:
    with peer(answer) as (port, seen), before(tmp_path, port, free_port()) as proxy:
        assert proxy.ask("POST", "/edit/files", bytes(16 * 1024 * 1024 + 4096))[0].status == 200
        assert proxy.ask("POST", "/edit/files", b"", Content_Length=str(18 * 1024 * 1024))[0].status == 413
        with socket.create_connection(("127.0.0.1", proxy.plain_port), 10) as plain:
            plain.sendall(f"GET /learn/?a=b HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
            assert b"Location: https://amana.example/learn/?a=b" in plain.recv(4096)
        with socket.create_connection(("127.0.0.1", proxy.plain_port), 10) as other:
            other.sendall(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
            assert other.recv(4096) == b""
    assert len(seen) == 1
