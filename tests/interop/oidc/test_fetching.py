"""Asking a provider: to addresses that were checked, in bounded time and size, and nowhere else."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from quiz.interop.oidc.addresses import may_reach
from quiz.interop.oidc.fetching import MOST_BYTES, Asking, Client, check_address, checked_addresses
from quiz.services.provider_faults import AWAY, UNSURE, Fault
from tests.interop.oidc.fake import a_provider

PUBLIC, INTERNAL, HERE = a_provider(), a_provider(is_internal=True), a_provider(issuer="http://127.0.0.1:9000")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 - an address that must not be reached
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "2002:a00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2001:0:0:0:0:0:80ff:fffe",
    ],
)
def test_what_is_not_public_is_not_reached(address: str) -> None:
    assert not may_reach(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"])
def test_what_is_public_is_reached(address: str) -> None:
    assert may_reach(address)
    assert not may_reach(address, is_here=True)


@pytest.mark.parametrize(
    ("address", "internal"),
    [
        ("10.0.0.1", True),
        ("172.31.255.255", True),
        ("192.168.1.1", True),
        ("fd12::1", True),
        ("::ffff:10.0.0.1", True),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("fe80::1", False),
        ("fd00:ec2::254", False),
        ("0.0.0.0", False),  # noqa: S104
        ("172.32.0.1", True),
    ],
)
def test_internal_is_a_network_of_ones_own_and_never_this_machine(address: str, internal: bool) -> None:
    assert may_reach(address, is_internal=True) is internal


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_provider_on_this_machine_is_on_this_machine(address: str) -> None:
    assert may_reach(address, is_here=True)
    assert not may_reach("10.0.0.1", is_here=True)


def test_a_host_with_one_bad_address_is_bad() -> None:
    with pytest.raises(Fault, match="must not be reached"):
        checked_addresses(PUBLIC, "moj.example", 443, lambda *_: ["1.1.1.1", "127.0.0.1"])
    with pytest.raises(Fault):
        checked_addresses(PUBLIC, "moj.example", 443, lambda *_: [])
    assert checked_addresses(PUBLIC, "moj.example", 443, lambda *_: ["1.1.1.1"]) == ["1.1.1.1"]


def test_an_internal_provider_is_so_under_its_own_name_only() -> None:
    """Its documents must not lead to other machines of the network."""
    assert checked_addresses(INTERNAL, "moj.example", 443, lambda *_: ["10.0.0.1"]) == ["10.0.0.1"]
    with pytest.raises(Fault):
        checked_addresses(INTERNAL, "payroll.example", 443, lambda *_: ["10.0.0.1"])


@pytest.mark.parametrize(
    "url",
    [
        "http://moj.example/",
        "http://127.0.0.1/",
        "https://moj.example/#f",
        "https://a:b@moj.example/",
        "https://moj.example/a b",
        "https://moj.example/\r\nHost: evil.example",
        "https://moj.example/\\x",
        "https://[::1/",
        "https://moj.example:0/",
        "https://مثال.example/",
        "ftp://moj.example/",
        "//moj.example/",
        "",
        None,
        7,
        "https://moj.example/" + "a" * 2000,
    ],
)
def test_an_address_of_another_kind_is_not_asked(url: object) -> None:
    with pytest.raises(Fault) as refused:
        check_address(PUBLIC, url)
    assert refused.value.why == UNSURE


def test_a_provider_here_is_asked_here_alone() -> None:
    assert check_address(HERE, "http://127.0.0.1:9000/token")
    for url in ("http://moj.example/token", "https://moj.example/token"):
        with pytest.raises(Fault):
            check_address(HERE, url)


Answering = Callable[[socket.socket], None]


@contextmanager
def serving(answer: Answering) -> Iterator[int]:
    """A server that answers every connection as it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection, suppress(OSError):
                        asked.append(connection.recv(65536))
                        answer(connection)

        asked: list[bytes] = []
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def saying(head: str, body: bytes = b"{}") -> Answering:
    return lambda connection: connection.sendall(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body)


def until_it_hangs_up(*said: str) -> Answering:
    """Begin an answer, and say no more of it while anybody listens."""

    def answer(connection: socket.socket) -> None:
        connection.sendall("\r\n".join(said).encode())
        connection.recv(1)

    return answer


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_answer_comes_with_its_kind() -> None:
    with serving(saying("200 OK\r\nContent-Type: application/json; charset=utf-8", b'{"a": 1}')) as port:
        answer = Client()(HERE, Asking(f"http://127.0.0.1:{port}/a?b=c"))
    assert (answer.status, answer.media_type, answer.body) == (200, "application/json", b'{"a": 1}')


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (saying("302 Found\r\nLocation: http://127.0.0.1:5432/"), UNSURE),
        (saying("200 OK\r\nContent-Type: application/json", b"x" * (MOST_BYTES + 1)), UNSURE),
        (saying("200 OK\r\nContent-Encoding: gzip"), UNSURE),
        (saying("200 OK\r\n" + "\r\n".join(f"X-{one}: y" for one in range(150))), AWAY),
        (lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n"), AWAY),
        (lambda connection: None, AWAY),
    ],
)
def test_an_answer_that_is_none_has_an_end(answer: Answering, why: str) -> None:
    with serving(answer) as port, pytest.raises(Fault) as refused:
        Client()(HERE, Asking(f"http://127.0.0.1:{port}/"))
    assert refused.value.why == why


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    "answer",
    [
        until_it_hangs_up("HTTP/1.1 200 OK", "X-1: y", ""),
        until_it_hangs_up("HTTP/1.1 200 OK", "Content-Type: application/json", "", '{"a":'),
    ],
)
def test_half_an_answer_is_none_when_the_time_is_over(answer: Answering) -> None:
    """The whole has its limit, not only the silence between two bytes."""
    with serving(answer) as port, pytest.raises(Fault, match="no whole answer in time"):
        Client(at_most=0.2)(HERE, Asking(f"http://127.0.0.1:{port}/"))


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_it_connects_to_what_was_checked_and_asks_for_a_name_once() -> None:
    """A name that leads elsewhere the second time (DNS rebinding) is never asked a second time."""
    found = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def resolving(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(found)

    with serving(saying("200 OK\r\nContent-Type: application/json")) as port:
        assert Client(resolving)(HERE, Asking(f"http://localhost:{port}/")).status == 200
    assert asked == ["localhost"]


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_nobody_listening_is_a_provider_that_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(Fault) as refused:
        Client()(HERE, Asking(f"http://127.0.0.1:{port}/"))
    assert refused.value.why == AWAY


def test_certificates_are_asked_for_and_must_be_of_the_name() -> None:
    context = Client().context
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
