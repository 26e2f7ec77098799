"""The product as it is served, beside a bare view on the same server: single answers, whole journeys, memory, start."""

import time
from contextlib import ExitStack
from statistics import median

from bench import bare, loads, servers, stage, weights
from bench.run import POSTGRESQL, SQLITE, Run

# Milliseconds within which 99 of 100 answers of 32 people at once are to be there.
_SLOWEST = {SQLITE: 250, POSTGRESQL: 150}
_PLACE_OF_P99 = 99


def measure(run: Run) -> None:
    """Measure on each database."""
    for engine in run.engines:
        _Measured(run, engine).all()


class _Measured:
    """One database behind the product's own server, and another behind the bare view's."""

    def __init__(self, run: Run, engine: str) -> None:
        self.run, self.plan, self.report = run, run.plan, run.report
        self.engine, self.postgresql = engine, run.engines[engine]
        self.name = f"{engine}, {run.server}"

    def say(self, words: str) -> None:
        self.run.say(f"{self.name}: {words}")

    def add(self, what: str, value: float, unit: str, **aim: float) -> None:
        self.report.add(self.name, what, value, unit, **aim)

    def all(self) -> None:
        """Make an organisation, start both servers, and measure everything."""
        where, short = self.run.where, self.engine.lower()
        with ExitStack() as stack:
            self.say("making an organisation to measure on")
            url = stack.enter_context(stage.database_url(where, self.postgresql, f"load-{short}"))
            stood = stack.enter_context(stage.stage(url, where, self.plan.learners))
            server = self._started(stack, stood)
            self.add("memory of a further process, idle", _further_mib(server), "MiB", at_most=60)
            bare_url = stack.enter_context(stage.database_url(where, self.postgresql, f"bare-{short}"))
            bare.prepare(bare_url)
            floor = self._floor(stack, bare_url)
            people = loads.learners(server, stood.emails)
            answering = people[: max(self.plan.answers.values())]
            self.say("warming up")
            # So many at once that every process reads what it then keeps.
            loads.answers_round(server, stood, answering[:8], 8)
            loads.bare_round(floor, bare_url, 8, 8)
            self._answers(server, floor, stood, bare_url, answering)
            self.add("memory of all processes under load (PSS)", server.memory_bytes() / 2**20, "MiB", at_most=200)
            self.add("memory of a further process under load", _further_mib(server), "MiB", at_most=60)
            self._journeys(server, stood, people[len(answering) :])
            if self.engine == SQLITE:
                self._weights(server, stood)
            for one in people:
                one.browser.close()

    def _started(self, stack: ExitStack, stood: stage.Stage) -> servers.Server:
        """Start a server as often as planned and keep the last; the moments of its first answers are figures."""
        alive, page = [], []
        for turn in range(self.plan.starts):
            self.say("starting")
            port = servers.free_port()
            command, log = servers.command_of(self.run.server, port), self.run.where / f"{self.engine}.log"
            with ExitStack() as this:
                began = time.perf_counter()
                server = this.enter_context(servers.running(command, stood.environ(port), port, log))
                alive.append(servers.seconds_until(server, "/healthz", began))
                page.append(servers.seconds_until(server, "/sign-in", began))
                if turn == self.plan.starts - 1:
                    stack.push(this.pop_all())
        self.add("start to the first /healthz", median(alive), "s")
        self.add("start to the first page", median(page), "s", at_most=2)
        return server

    def _floor(self, stack: ExitStack, url: str) -> servers.Server:
        port, log = servers.free_port(), self.run.where / f"bare-{self.engine}.log"
        command = servers.command_of(self.run.server, port, servers.BARE)
        floor = stack.enter_context(servers.running(command, {bare.DATABASE_URL: url}, port, log))
        servers.seconds_until(floor, "/", time.perf_counter())
        return floor

    def _answers(
        self,
        server: servers.Server,
        floor: servers.Server,
        stood: stage.Stage,
        bare_url: str,
        people: list[loads.Learner],
    ) -> None:
        """Let people answer, and as many the bare view right after: what else the machine does then meets both."""
        found: dict[int, list[loads.Round]] = {clients: [] for clients in self.plan.answers}
        least: dict[int, list[loads.Round]] = {clients: [] for clients in self.plan.answers}
        for number in range(self.plan.rounds):
            for clients, attempts in self.plan.answers.items():
                self.say(f"answers, round {number + 1}, {clients} clients")
                found[clients].append(loads.answers_round(server, stood, people[:attempts], clients))
                least[clients].append(loads.bare_round(floor, bare_url, clients, max(attempts, 20)))
        for clients in self.plan.answers:
            floor_cpu = loads.middle(least[clients], lambda one: one.cpu_ms)
            self.report.loads.append(load(f"answers, {self.name}", clients, found[clients], 2, floor_cpu))
            self.report.loads.append(load(f"bare view, {self.name}", clients, least[clients], 2, floor_cpu))
        alone, floor_alone = found[1], least[1]
        cpu, floor_cpu = (loads.middle(rounds, lambda one: one.cpu_ms) for rounds in (alone, floor_alone))
        slowest = loads.middle(found[32], lambda one: one.percentile_ms(_PLACE_OF_P99))
        rate = loads.middle(found[8], lambda one: one.rate)
        floor_rate = loads.middle(least[8], lambda one: one.rate)
        self.add("answer, CPU of server and database, 1 client", cpu, "ms")
        self.add("answer, CPU as a multiple of the bare view's", cpu / floor_cpu, "x", at_most=3)
        self.add("answer, p99 at 32 clients", slowest, "ms", at_most=_SLOWEST[self.engine])
        self.add("answers a second, 8 clients", rate, "", at_least=400)
        self.add("  of what the bare view gives there", rate / floor_rate, "")

    def _journeys(self, server: servers.Server, stood: stage.Stage, people: list[loads.Learner]) -> None:
        first = 0
        for clients, count in self.plan.journeys.items():
            self.say(f"whole journeys, {clients} people")
            these = people[first : first + count]
            found = loads.journeys_round(server, stood, these, clients, self.plan.journey_seconds)
            first += count
            self.report.loads.append(load(f"journeys, {self.name}", clients, [found.round], None, None))
            inner = loads.Round(clients, len(found.answers), found.answers, found.round.cost)
            self.add(f"journeys a second, {clients} people", found.round.rate, "", at_least=5)
            self.add(f"  answer within them, p99, {clients} people", inner.percentile_ms(_PLACE_OF_P99), "ms")

    def _weights(self, server: servers.Server, stood: stage.Stage) -> None:
        self.say("weighing pages")
        found = weights.weigh(server, stood, stood.emails[-3], stood.emails[-2])
        add = self.report.add
        add("bytes", "scenario page, empty cache", found.scenario_cold / 1000, "kB")
        for path, size in found.files.items():
            add("bytes", f"  of which {path}", size / 1000, "kB")
        add("bytes", "scenario page, later", found.scenario_later / 1000, "kB")
        add("bytes", "whole journey, empty cache", found.journey_cold / 1000, "kB", at_most=300)
        add("bytes", "whole journey, warm cache", found.journey_pages / 1000, "kB", at_most=150)
        add("bytes", "requests of a journey, redirects counted", found.journey_requests, "")
        add("bytes", "files of ours fetched once", found.files_requests, "")


def _further_mib(server: servers.Server) -> float:
    """Return what one more process would take: the memory that the largest of them shares with none."""
    return max(server.own_bytes()) / 2**20


def load(
    what: str, clients: int, rounds: list[loads.Round], requests: int | None, floor_cpu: float | None
) -> dict[str, object]:
    """Return a line of the table of loads: medians over the rounds."""
    cpu = loads.middle(rounds, lambda one: one.cpu_ms)
    rate = loads.middle(rounds, lambda one: one.rate)
    return {
        "load": what,
        "clients": clients,
        "rounds": len(rounds),
        "done": sum(one.done for one in rounds),
        "a second": rate,
        "requests/s": rate * requests if requests else None,
        "p50 ms": loads.middle(rounds, lambda one: one.percentile_ms(50)),
        "p95 ms": loads.middle(rounds, lambda one: one.percentile_ms(95)),
        "p99 ms": loads.middle(rounds, lambda one: one.percentile_ms(_PLACE_OF_P99)),
        "CPU ms": cpu,
        "of it database": loads.middle(rounds, lambda one: one.database_ms),
        "x bare": cpu / floor_cpu if floor_cpu else None,
        "others' cores": loads.middle(rounds, lambda one: one.others_cores),
    }
