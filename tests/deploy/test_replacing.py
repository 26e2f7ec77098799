"""A deployment in the middle of attempts: every process is replaced while people answer, and no answer is lost."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from threading import Event, Thread

import pytest

from bench.journeys import begin, sign_in
from bench.servers import free_port
from bench.stage import SCENARIOS, Stage, database_url, stage
from tests.deploy.conftest import ROOT
from tests.deploy.proxy import NAME, Proxy
from tests.deploy.replacing import Browser, Manager, Version, roll, sources

SETTINGS = {
    "BASE_URL": f"https://{NAME}",
    "TRUSTED_HOSTS": NAME,
    "TRUSTED_PROXIES": "1",
    "STOP_DELAY": "1",
    "SECRET_KEY": "a key for these tests only: 0123456789abcdef",
}
SEATS, PEOPLE = 2, 60


class Seat(Thread):
    """A place where one person after the other takes their attempt, in a hurry, until it was enough."""

    def __init__(self, place: Stage, proxy: Proxy, emails: Iterable[str], enough: Event) -> None:
        super().__init__(daemon=True)
        self.place, self.proxy, self.emails, self.enough = place, proxy, emails, enough
        self.statuses: list[int] = []
        self.shares: list[Fraction | None] = []
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            for email in self.emails:
                self.take(email)
                if self.enough.is_set():
                    return
            raise AssertionError("there were too few people for so long a time")
        except BaseException as fault:
            self.fault = fault

    def take(self, email: str) -> None:
        browser = Browser(self.proxy)
        try:
            sign_in(browser, email)
            sitting = begin(browser, self.place)
            for number, place in enumerate(sitting.key, 1):
                sitting.answer(number, place.right)
                self.enough.wait(0.1)
            sitting.hand_in()
        finally:
            self.statuses += browser.answers
            browser.close()
        self.shares.append(self.place.share(sitting.attempt_id))


@contextmanager
def learners(place: Stage, proxy: Proxy) -> Iterator[list[Seat]]:
    """People who answer as long as this lasts, and end the attempt they are in."""
    enough = Event()
    seats = [Seat(place, proxy, place.emails[number::SEATS], enough) for number in range(SEATS)]
    for seat in seats:
        seat.start()
    try:
        yield seats
    finally:
        enough.set()
        for seat in seats:
            seat.join(timeout=60)


@pytest.mark.postgresql
def test_everybody_goes_on_while_the_processes_are_replaced(
    postgresql_server: str, installed: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    ports = [free_port(), free_port()]
    proxy = Proxy(tmp_path / "nginx", ports)
    proxy.write()
    home = tmp_path / "home"
    home.mkdir()
    with database_url(tmp_path, postgresql_server, "replacing") as url, stage(url, tmp_path, PEOPLE) as place:
        settings = {**SETTINGS, "DATABASE_URL": url, "MAIL_URL": f"file:{tmp_path / 'mail'}"}
        manager, taken_out = Manager(tmp_path, settings, sources(ROOT)), []

        def note(port: int) -> None:
            lines = proxy.peers_file.read_text().splitlines()
            taken_out.append((port, [line.split()[1] for line in lines if line.endswith(" down;")]))

        with manager.listening(note) as restart, proxy.serving():
            for port in ports:
                manager.start(port)
            for port in ports:
                manager.wait_for(port)
            with learners(place, proxy) as seats:
                # The new version is the wheel; nothing of the sources is left in it.
                manager.version = Version(installed[0], home, installed[1])
                rolled = roll(proxy, restart, ports)
            assert rolled.returncode == 0, rolled.stderr
            assert " down;" not in proxy.peers_file.read_text()
    # nginx knew of each before it was told to stop, and of nobody else.
    assert taken_out == [(port, [f"127.0.0.1:{port}"]) for port in ports]
    assert [port for port, python in manager.started if python == installed[0]] == ports
    assert [seat.fault for seat in seats] == [None] * SEATS
    for seat in seats:
        # Every answer that was given stands, and the whole attempt with it.
        assert set(seat.shares) == {Fraction(1)}
        assert {status // 100 for status in seat.statuses} == {2, 3}
    asked = re.findall(r" (POST|GET) (\d+) \S+ peer=(\S+)", (proxy.folder / "access.log").read_text())
    answers = [peer for method, _, peer in asked if method == "POST"]
    assert len(answers) > SEATS * SCENARIOS
    assert {status[0] for _, status, _ in asked} == {"2", "3"}
    # Each process was sent answers, one at a time.
    assert {f"127.0.0.1:{port}" for port in ports} <= set(answers)
    for port in ports:
        assert "Traceback" not in manager.log(port)
