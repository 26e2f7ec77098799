"""Driving a server with several people at once, and what that cost it."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from statistics import median, quantiles

import psutil  # type: ignore[import-untyped]

from bench.browser import Reply, SocketBrowser, Unexpected, follow
from bench.journeys import Sitting, begin, sign_in, whole_journey
from bench.servers import Server, busy_seconds, database_cpu_seconds
from bench.stage import SCENARIOS, Stage

Turn = Callable[[], Sequence[float]]


@dataclass
class Cost:
    """What a stretch of time cost: seconds by the clock, and seconds of processors by who used them."""

    wall: float = 0.0
    server: float = 0.0
    database: float = 0.0
    driver: float = 0.0
    others: float = 0.0


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a load: how many things were done, how long each took, what they cost together."""

    clients: int
    done: int
    seconds: Sequence[float]
    cost: Cost

    @property
    def rate(self) -> float:
        """Things done a second."""
        return self.done / self.cost.wall

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor for each, the database's included."""
        return (self.cost.server + self.cost.database) / self.done * 1000

    @property
    def database_ms(self) -> float:
        """Milliseconds of processor for each in a database server."""
        return self.cost.database / self.done * 1000

    def percentile_ms(self, percent: int) -> float:
        """Milliseconds within which so many percent were done."""
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1] * 1000

    @property
    def others_cores(self) -> float:
        """How many processors other work on the machine took meanwhile."""
        return self.cost.others / self.cost.wall


def middle(rounds: Sequence[Round], figure: Callable[[Round], float]) -> float:
    """Return the median of a figure over rounds."""
    return median(figure(one) for one in rounds)


@contextmanager
def watched(server: Server, url: str) -> Iterator[Cost]:
    """Measure what happens inside the block."""
    cost = Cost()
    before = (time.perf_counter(), server.cpu_seconds(), database_cpu_seconds(url), time.process_time(), busy_seconds())
    yield cost
    after = (time.perf_counter(), server.cpu_seconds(), database_cpu_seconds(url), time.process_time(), busy_seconds())
    cost.wall, cost.server, cost.database, cost.driver, busy = (
        end - start for start, end in zip(before, after, strict=True)
    )
    cost.others = max(0.0, busy - cost.server - cost.database - cost.driver)


def drive(turns: Sequence[Turn], clients: int, until: float | None = None) -> list[float]:
    """Let so many people take the turns one after the other without thinking; return how long each thing took.

    No turn is begun after the moment `until`; the first error ends the whole.
    """
    waiting: SimpleQueue[Turn] = SimpleQueue()
    for turn in turns:
        waiting.put(turn)
    seconds: list[float] = []
    errors: list[Exception] = []

    def person() -> None:
        while not errors and (until is None or time.perf_counter() < until):
            try:
                turn = waiting.get_nowait()
            except Empty:
                return
            try:
                seconds.extend(turn())
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=person, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return seconds


@dataclass
class Learner:
    """Somebody with an address of their own, signed in once and for all rounds."""

    email: str
    browser: SocketBrowser
    is_signed_in: bool = False
    sitting: Sitting | None = None


def learners(server: Server, emails: Sequence[str], first: int = 0) -> list[Learner]:
    """Return people, each with a browser at an address of this machine that nobody else has."""
    return [
        Learner(email, SocketBrowser(server.port, f"127.{1 + place // 62500}.{place // 250 % 250}.{place % 250 + 2}"))
        for place, email in enumerate(emails, first)
    ]


def _prepare(learner: Learner, stage: Stage) -> Sequence[float]:
    """Bring somebody to the first place of a fresh attempt; what was answered before is handed in, not passed."""
    if not learner.is_signed_in:
        sign_in(learner.browser, learner.email)
        learner.is_signed_in = True
    if learner.sitting is not None:
        learner.sitting.hand_in()
    learner.sitting = begin(learner.browser, stage)
    return ()


def _twenty_answers(learner: Learner) -> Sequence[float]:
    """Answer every place wrongly where that is possible, so that another attempt may follow."""
    sitting = learner.sitting
    if sitting is None:
        raise Unexpected("nothing was begun")
    learner.browser.freshen()
    for number, place in enumerate(sitting.key, 1):
        sitting.answer(number, place.wrong or place.right)
    return sitting.seconds


def answers_round(server: Server, stage: Stage, people: Sequence[Learner], clients: int) -> Round:
    """Have everybody answer twenty places, so many at a time; signing in and beginning are not measured."""
    drive([partial(_prepare, one, stage) for one in people], 4)
    with watched(server, stage.url) as cost:
        seconds = drive([partial(_twenty_answers, one) for one in people], clients)
    return Round(clients, len(people) * SCENARIOS, seconds, cost)


def bare_round(server: Server, url: str, clients: int, turns: int) -> Round:
    """Have as many answers given to the bare view: POST, redirect, GET."""

    def turn(browser: SocketBrowser) -> Sequence[float]:
        return [_bare_answer(browser, number) for number in range(SCENARIOS)]

    browsers = [SocketBrowser(server.port) for _ in range(turns)]
    try:
        with watched(server, url) as cost:
            seconds = drive([partial(turn, one) for one in browsers], clients)
    finally:
        for browser in browsers:
            browser.close()
    return Round(clients, turns * SCENARIOS, seconds, cost)


def _bare_answer(browser: SocketBrowser, number: int) -> float:
    started = time.perf_counter()
    reply: Reply = browser.request("POST", "/rows", [("learner", "somebody"), ("choice", str(number))])
    if reply.status != 303:
        raise Unexpected(f"the bare view answered {reply.status}")
    follow(browser, reply)
    return time.perf_counter() - started


@dataclass
class Journeys:
    """A round of whole journeys, and how long each answer took within it."""

    round: Round
    answers: list[float] = field(default_factory=list)


def journeys_round(
    server: Server, stage: Stage, people: Sequence[Learner], clients: int, most_seconds: float
) -> Journeys:
    """Have people walk the whole way, so many at a time; those begun within the time are let finish."""
    answers: list[float] = []

    def turn(learner: Learner, mistakes: int) -> Sequence[float]:
        started = time.perf_counter()
        answers.extend(whole_journey(learner.browser, stage, learner.email, mistakes).seconds)
        learner.browser.close()
        return [time.perf_counter() - started]

    turns = [partial(turn, one, place % 3) for place, one in enumerate(people)]
    with watched(server, stage.url) as cost:
        seconds = drive(turns, clients, time.perf_counter() + most_seconds)
    return Journeys(Round(clients, len(seconds), seconds, cost), answers)


def load_average() -> str:
    """Return the load of the machine over one, five and fifteen minutes."""
    return " ".join(f"{one:.2f}" for one in psutil.getloadavg())
