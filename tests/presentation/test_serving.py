"""The worker of the web server: slow, silent and staying clients hold up nobody, and nothing broken is repeated."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from flask import Flask, request

from bench.malformed.judging import judge_of
from bench.malformed.people import NOBODY
from bench.malformed.sending import exchange
from bench.malformed.wire import FORM, Asked, Plain, broken
from quiz.presentation import stopping
from quiz.presentation.seldom import Seldom
from quiz.presentation.serving import MOST_A_MINUTE
from quiz.settings.operation import Operation

pytestmark = pytest.mark.enable_socket
THREADS = 2
# One process with two threads that reads what it is sent and says how much it was; with seconds shortened.
SERVER = f"""
import sys
from gunicorn.app.wsgiapp import run
from quiz.presentation import logs, serving
logs.install()
serving.HEAD_SECONDS = serving.BODY_SECONDS = 1.0
sys.argv = ["gunicorn", "tests.presentation.test_serving:app", "--bind", "fd://" + sys.argv[1],
            "--threads", "{THREADS}", "--worker-class", "quiz.presentation.serving.Worker", "--keep-alive", "3"]
run()
"""
GOOD = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab"


app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1000


app.extensions["settings"] = SimpleNamespace(operation=Operation(stop_delay=2))


@app.post("/")
def count() -> str:
    return str(len(request.get_data()))


@app.get("/stopping")
def tell() -> str:
    return f"told: {stopping.is_stopping()}"


@dataclass
class Served:
    port: int
    log: Path

    def open(self, said: bytes = b"") -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), 60)
        opened.sendall(said)
        return opened

    def seconds(self) -> float:
        """Return how long a good request takes now."""
        began = time.monotonic()
        assert read(self.open(GOOD)).endswith(b"2")
        return time.monotonic() - began


def read(opened: socket.socket) -> bytes:
    came = b""
    with closing(opened):
        while piece := opened.recv(65_536):
            came += piece
    return came


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Served, subprocess.Popen[bytes]]]:
    log = folder / "log"
    root = Path(__file__).parents[2]
    # Whoever asks before the server has started waits at a door that is open already.
    with socket.create_server(("127.0.0.1", 0)) as door, log.open("wb") as said:
        number = door.fileno()
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(number)], cwd=root, stdout=said, stderr=said, pass_fds=[number]
        )
        found = Served(door.getsockname()[1], log)
        found.seconds()
    try:
        yield found, process
    finally:
        process.terminate()
        process.wait(20)
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as (found, _):
        yield found


def test_who_is_told_to_stop_turns_unready_first_and_answers_until_that_was_seen(tmp_path: Path) -> None:
    ask = b"GET /stopping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with serving(tmp_path) as (found, process):
        assert read(found.open(ask)).endswith(b"told: False")
        process.terminate()
        # New connections are still taken, and say so, before any is refused.
        while (said := read(found.open(ask))).endswith(b"told: False"):
            continue
        assert said.endswith(b"told: True")
        assert found.seconds() < 2
        assert process.wait(20) == 0


def test_who_stays_after_the_answer_holds_up_nobody(served: Served) -> None:
    staying = [served.open(GOOD) for _ in range(10)]
    try:
        assert served.seconds() < 2  # gunicorn alone waits for them in its main loop, two seconds each
    finally:
        for one in staying:
            one.close()


def test_who_says_nothing_holds_up_nobody(served: Served) -> None:
    silent = [served.open() for _ in range(10 * THREADS)]
    try:
        assert served.seconds() < 2  # gunicorn alone waits with a thread, five seconds for each
        assert read(silent[0]) == b""
    finally:
        for one in silent:
            one.close()


@pytest.mark.parametrize("begun", [GOOD[:20], GOOD[:-1]], ids=["head", "body"])
def test_what_is_never_sent_to_its_end_is_hung_up_on(served: Served, begun: bytes) -> None:
    slow = [served.open(begun) for _ in range(2 * THREADS)]
    try:
        assert served.seconds() < 8
        answer = read(slow[0])
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    finally:
        for one in slow:
            one.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /link/a-token-nobody-may-read HTTP/x\r\n\r\n", 400),
        (b"GET /" + b"a" * 5_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: a-token-nobody-may-read\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nSCRIPT_NAME: /a-token-nobody-may-read\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nExpect: a-token-nobody-may-read\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_and_never_repeated(served: Served, sent: bytes, status: int) -> None:
    answer = read(served.open(sent))
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"nosniff" in answer
    assert answer.endswith(b"\r\n\r\nThis request could not be read.\n")
    log = served.log.read_text()
    assert "a-token-nobody-may-read" not in log
    assert '"message": "refused: broken request, ' in log


@pytest.mark.parametrize(
    "chunks", [b"-5\r\nhello\r\n", b"5\r\nhelloXX0\r\n\r\n", b"5 \r\nhello\r\n0\r\n\r\n", b"5\r\nhe", b""]
)
@pytest.mark.parametrize("connection", [b"close", b"keep-alive"])
def test_a_broken_chunk_is_the_senders_fault(served: Served, chunks: bytes, connection: bytes) -> None:
    opened = served.open(
        b"POST / HTTP/1.1\r\nHost: a\r\nConnection: " + connection + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    )
    opened.shutdown(socket.SHUT_WR)
    answer = read(opened)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert "error" not in served.log.read_text().lower()


def test_noise_on_the_wire_is_never_told_as_a_defect(served: Served, tmp_path: Path) -> None:
    judge = judge_of(frozenset({b"a-token-nobody-may-read"}), {}, frozenset(), tmp_path)
    for number in range(600):
        chance = Random(f"20261122:{number}")  # noqa: S311 - the same noise every time
        plain = Plain(NOBODY, "POST", b"/", (("Cookie", b"amana=a-token-nobody-may-read"),), b"a=b", FORM)
        asked = broken(chance, Asked(number, NOBODY, "wire", "/", b""), plain, served.port)
        judge(exchange(served.port, asked))
    judge.read_log(served.log.read_bytes())
    assert not judge.faults, judge.told()
    assert judge.statuses[200] > 30
    assert judge.statuses[400] > 100
    assert served.seconds() < 2


def test_a_flood_of_broken_requests_is_said_thirty_times_a_minute() -> None:
    now = [0.0]
    seldom = Seldom(MOST_A_MINUTE, lambda: now[0])
    assert sum(seldom.may_say() for _ in range(1000)) == 30
    now[0] = 61.0
    assert seldom.may_say()
