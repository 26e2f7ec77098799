"""`python -m bench`: measure the product as it is served, beside a bare view on the same server; print one table."""

import argparse
import json
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil  # type: ignore[import-untyped]
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bench import (
    auditing,
    bare,
    credentials,
    in_process,
    loading,
    loads,
    measuring,
    organisation,
    servers,
    stage,
    weights,
    writing,
)
from bench.report import Report

MOST_SECONDS = 270.0
QUIET_CORES = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: clients with the attempts of twenty answers each round takes, and rounds."""

    answers: dict[int, int]
    rounds: int
    journeys: dict[int, int]
    journey_seconds: float
    starts: int
    certificates: int
    organisations: tuple[int, ...]

    @property
    def learners(self) -> int:
        """How many people one server's measurement needs."""
        return max(self.answers.values()) + sum(self.journeys.values()) + 3


FULL = Plan({1: 10, 2: 12, 8: 24, 32: 64}, 3, {2: 80, 8: 80}, 8.0, 3, 20, organisation.SIZES)
QUICK = Plan({1: 4, 2: 4, 8: 12, 32: 32}, 1, {2: 8, 8: 16}, 3.0, 1, 6, organisation.SIZES[:1])


class Run:
    """One run: where its things are, how long it may take, and what it found."""

    def __init__(self, plan: Plan, names: list[str], postgresql: str | None, where: Path) -> None:
        self.plan = plan
        self.names = names
        self.postgresql = postgresql
        self.where = where
        self.report = Report()
        self._began = time.perf_counter()
        # What every server gets of the whole time; half a minute is for what is measured once.
        self._share = (MOST_SECONDS - 30) / len(names)
        self._ends = self._began + MOST_SECONDS

    def say(self, words: str) -> None:
        """Tell whoever waits what is going on."""
        print(f"[{time.perf_counter() - self._began:5.1f} s] {words}", file=sys.stderr, flush=True)

    def all(self) -> Report:
        """Measure everything."""
        conditions = self.report.conditions
        conditions["machine"] = f"{psutil.cpu_count()} processors, load {loads.load_average()} at the beginning"
        conditions["disk"] = servers.disk_of(self.where)
        conditions["database"] = "PostgreSQL" if self.postgresql else "SQLite, WAL, synchronous FULL"
        conditions["server"] = f"{' and '.join(self.names)}, {servers.WORKERS} workers x {servers.THREADS} threads"
        conditions["an answer"] = "POST, redirect, next page; exam, no script; one person an address, no thinking time"
        with ExitStack() as stack:
            url = stack.enter_context(stage.database_url(self.where, self.postgresql, "model"))
            self.say("making an organisation to measure on")
            model = stack.enter_context(stage.stage(url, self.where, self.plan.learners))
            model.works.database.engine.dispose()
            for place, name in enumerate(self.names):
                with self._copy(model, name) as copy:
                    self._ends = min(self._began + MOST_SECONDS, time.perf_counter() + self._share)
                    self._served(name, copy, is_first=place == 0)
            self._inside(model)
        conditions["machine"] += f", {loads.load_average()} at the end"
        busiest = max(float(str(load["others' cores"])) for load in self.report.loads)
        if busiest > QUIET_CORES:
            self.report.notes.append(
                f"other work took up to {busiest:.1f} processors: ratios hold, rates and times are too bad by as much"
            )
        conditions["took"] = f"{time.perf_counter() - self._began:.0f} s"
        return self.report

    @contextmanager
    def _copy(self, model: stage.Stage, name: str) -> Iterator[stage.Stage]:
        """Give each server a database in the same fresh state."""
        if self.postgresql is None:
            path = self.where / f"{name}.db"
            shutil.copy(self.where / "model.db", path)
            yield self._reopened(model, f"sqlite:///{path}")
            return
        with stage.database_url(self.where, self.postgresql, name) as url:
            admin = create_engine(make_url(self.postgresql).set(drivername="postgresql+psycopg"))
            with admin.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                made, source = make_url(url).database, make_url(model.url).database
                connection.execute(text(f"DROP DATABASE {made}"))
                connection.execute(text(f"CREATE DATABASE {made} TEMPLATE {source}"))
            admin.dispose()
            yield self._reopened(model, url)

    def _reopened(self, model: stage.Stage, url: str) -> stage.Stage:
        works = stage.works_of(url, self.where)
        return stage.Stage(url, self.where, model.emails, works)

    def _served(self, name: str, copy: stage.Stage, is_first: bool) -> None:
        """Measure everything that needs a server."""
        plan = self.plan
        with ExitStack() as stack:
            server = self._started(stack, name, copy)
            bare_url = stack.enter_context(stage.database_url(self.where, self.postgresql, f"bare-{name}"))
            bare.prepare(bare_url)
            floor = self._floor(stack, name, server, bare_url)
            people = loads.learners(server, copy.emails)
            answering = people[: max(plan.answers.values())]
            self.say(f"{name}: warming up")
            # So many at once that every worker reads what it then keeps.
            loads.answers_round(server, copy, answering[:8], 8)
            loads.bare_round(floor, bare_url, 8, 8)
            self._answers(name, server, floor, copy, bare_url, answering)
            self.report.add(name, "memory under load (PSS)", server.memory_bytes() / 2**20, "MiB", at_most=200)
            self._journeys(name, server, copy, people[len(answering) :])
            if is_first:
                self._weights(server, copy)
            for one in people:
                one.browser.close()
            copy.works.database.engine.dispose()

    def _started(self, stack: ExitStack, name: str, copy: stage.Stage) -> servers.Server:
        """Start a server as often as planned and keep the last; the moments of its first answers are figures."""
        alive, page = [], []
        for turn in range(self.plan.starts):
            self.say(f"{name}: starting")
            port = servers.free_port()
            command = servers.command_of(name, port)
            with ExitStack() as this:
                began = time.perf_counter()
                server = this.enter_context(
                    servers.running(command, copy.environ(port), port, self.where / f"{name}.log")
                )
                alive.append(servers.seconds_until(server, "/healthz", began))
                page.append(servers.seconds_until(server, "/sign-in", began))
                if turn == self.plan.starts - 1:
                    stack.push(this.pop_all())
        self.report.add(name, "start to the first /healthz", median(alive), "s")
        self.report.add(name, "start to the first page", median(page), "s", at_most=2)
        return server

    def _floor(self, stack: ExitStack, name: str, server: servers.Server, url: str) -> servers.Server:
        port = servers.free_port()
        floor = stack.enter_context(
            servers.running(
                servers.command_of_bare(server, port), {bare.DATABASE_URL: url}, port, self.where / f"bare-{name}.log"
            )
        )
        servers.seconds_until(floor, "/", time.perf_counter())
        return floor

    def _answers(
        self,
        name: str,
        server: servers.Server,
        floor: servers.Server,
        copy: stage.Stage,
        bare_url: str,
        people: list[loads.Learner],
    ) -> None:
        rounds: dict[tuple[int, str], list[loads.Round]] = {}
        for number in range(self.plan.rounds):
            for clients, attempts in self.plan.answers.items():
                if number and time.perf_counter() > self._ends - 40:
                    self.report.notes.append(f"{name}: no time for round {number + 1} of {clients} clients")
                    continue
                self.say(f"{name}: answers, round {number + 1}, {clients} clients")
                found = loads.answers_round(server, copy, people[:attempts], clients)
                rounds.setdefault((clients, name), []).append(found)
                least = loads.bare_round(floor, bare_url, clients, max(attempts, 20))
                rounds.setdefault((clients, f"bare view on {name}"), []).append(least)
        for (clients, what), found_rounds in rounds.items():
            floor_cpu = loads.middle(rounds[clients, f"bare view on {name}"], lambda one: one.cpu_ms)
            self.report.loads.append(_load(f"answers, {what}", clients, found_rounds, 2, floor_cpu))
        self._answer_figures(name, rounds)

    def _answer_figures(self, name: str, rounds: dict[tuple[int, str], list[loads.Round]]) -> None:
        alone, crowd = rounds[1, name], rounds[32, name]
        slowest = loads.middle(crowd, lambda one: one.percentile_ms(99))
        cpu = loads.middle(alone, lambda one: one.cpu_ms)
        floor = loads.middle(rounds[1, f"bare view on {name}"], lambda one: one.cpu_ms)
        add = self.report.add
        add(name, "answer, CPU of the server, 1 client", cpu, "ms", at_most=5)
        add(name, "answer, CPU as a multiple of the bare view's", cpu / floor, "x", at_most=4)
        add(name, "answer, p99 at 32 clients", slowest, "ms", at_most=250)
        add(name, "answers a second, 8 clients", loads.middle(rounds[8, name], lambda one: one.rate), "", at_least=250)

    def _journeys(self, name: str, server: servers.Server, copy: stage.Stage, people: list[loads.Learner]) -> None:
        first = 0
        for clients, count in self.plan.journeys.items():
            self.say(f"{name}: whole journeys, {clients} people")
            found = loads.journeys_round(
                server, copy, people[first : first + count], clients, self.plan.journey_seconds
            )
            first += count
            self.report.loads.append(_load(f"journeys, {name}", clients, [found.round], None, None))
            inner = loads.Round(clients, len(found.answers), found.answers, found.round.cost)
            self.report.add(name, f"journeys a second, {clients} people", found.round.rate, "", at_least=5)
            self.report.add(name, f"answer within journeys, p99, {clients} people", inner.percentile_ms(99), "ms")

    def _weights(self, server: servers.Server, copy: stage.Stage) -> None:
        self.say("weighing pages")
        found = weights.weigh(server, copy, copy.emails[-3], copy.emails[-2])
        add = self.report.add
        add("bytes", "scenario page, empty cache", found.scenario_cold / 1000, "kB")
        for path, size in found.files.items():
            add("bytes", f"  of which {path}", size / 1000, "kB")
        add("bytes", "scenario page, later", found.scenario_later / 1000, "kB")
        add("bytes", "whole journey, empty cache", found.journey_cold / 1000, "kB", at_most=300)
        add("bytes", "whole journey, warm cache", found.journey_pages / 1000, "kB", at_most=150)
        add("bytes", "requests of a journey, redirects counted", found.journey_requests, "")
        add("bytes", "files of ours fetched once", found.files_requests, "")

    def _inside(self, model: stage.Stage) -> None:
        self.say("inside this process: statements, marking, certificates")
        add = self.report.add
        asked = in_process.statements_of_an_answer(model, model.emails[-1])
        add("SQL", "statements of an answer", asked.statements, "", at_most=6)
        add("SQL", "commits of an answer", asked.commits, "", at_most=1)
        self.report.notes.append("statements of one answer:")
        self.report.notes += [f"  {number}. {one[:110]}" for number, one in enumerate(asked.words, 1)]
        mark, act = in_process.marking_microseconds(model, asked.attempt_id)
        add("engine", "marking one answer", mark, "us", at_most=100)
        for kind, microseconds in in_process.marking_by_kind().items():
            add("engine", f"  of which {kind}, over the shipped banks", microseconds, "us", at_most=100)
        add("engine", "accepting, marking and chaining one answer", act, "us")
        seconds = in_process.certificates_in_fresh_process(self.plan.certificates + 1)
        add("certificate", "first of a process", seconds[0] * 1000, "ms")
        add("certificate", "later ones, median", median(seconds[1:]) * 1000, "ms")
        add("certificate", "later ones a second", len(seconds[1:]) / sum(seconds[1:]), "")
        for what, milliseconds in credentials.credential_milliseconds().items():
            add("credential", what, milliseconds, "ms")
        signed = in_process.sign_certificates(self.plan.certificates)
        add("certificate", "made, signed and read again, median", median(signed) * 1000, "ms", at_most=150)
        self.say(f"statistics of {measuring.ATTEMPTS} attempts of {measuring.SCENARIOS} scenarios")
        cold, warm = measuring.statistics_seconds(self.where)
        what = f"{measuring.ATTEMPTS} first attempts of {measuring.SCENARIOS} scenarios"
        add("statistics", f"{what}, cold", cold, "s", at_most=5)
        add("statistics", f"{what}, kept", warm * 1000, "ms", at_most=300)
        self.say(f"loading a bank of {loading.SCENARIOS} scenarios")
        add(
            "loading",
            f"{loading.SCENARIOS} scenario files: check and publish",
            loading.loading_seconds(self.where),
            "s",
            at_most=10,
        )
        self.say(f"the editors' desk with {writing.SCENARIOS} scenarios")
        desk = writing.desk_times(self.where)
        add("desk", f"writing page, {writing.OPTIONS} options", desk.page, "ms", at_most=150)
        add("desk", "live answer to typing", desk.live, "ms", at_most=150)
        add("desk", "page of a search for a scenario", desk.find_scenario, "ms", at_most=50)
        add("desk", "search for a provision", desk.find_provision, "ms", at_most=50)
        add("desk", f"{writing.ENTRIES} entries of a file: checked and compared", desk.file_seconds, "s", at_most=10)
        self.say(f"the audit trail: {auditing.ENTRIES} entries")
        seal, walk = auditing.chain_seconds(self.where)
        add("audit", "10000 entries sealed", seal, "s", at_most=5)
        add("audit", "100000 links gone along", walk, "s", at_most=15)
        organisation.add_figures(add, self.say, self.where, self.plan.organisations)


def _load(
    what: str, clients: int, rounds: list[loads.Round], requests: int | None, floor_cpu: float | None
) -> dict[str, object]:
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
        "p99 ms": loads.middle(rounds, lambda one: one.percentile_ms(99)),
        "CPU ms": cpu,
        "of it database": loads.middle(rounds, lambda one: one.database_ms),
        "x bare": cpu / floor_cpu if floor_cpu else None,
        "others' cores": loads.middle(rounds, lambda one: one.others_cores),
    }


def _stopped(*_: object) -> None:
    raise SystemExit(143)


def main() -> int:
    """Measure, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of everything, under a minute")
    parser.add_argument("--server", choices=["gunicorn", "granian", "both"], default="gunicorn")
    parser.add_argument("--postgresql", metavar="URL", help="measure on this server, in databases that are dropped")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead of the table")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, _stopped)
    names = ["gunicorn", "granian"] if chosen.server == "both" else [chosen.server]
    with stage.temporary_folder() as where:
        report = Run(QUICK if chosen.quick else FULL, names, chosen.postgresql, where).all()
    print(json.dumps(report.document(), ensure_ascii=False, indent=1) if chosen.json else report.text())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
