"""A whole installation in processes of its own: a database, web processes, workers, a mail server, and learners."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.clusters import Cluster, a_folder, make_primary, make_replica
from bench.faults.clocked import CLOCK
from bench.faults.learners import Doors, Learner
from bench.faults.places import Clock, Disk, small_disk
from bench.faults.post import Post, post
from bench.faults.programs import Program
from bench.faults.reader import Reader
from bench.redis_server import RedisServer, redis_server
from bench.servers import PRODUCT, command_of, free_port
from bench.stage import MODULE, PASSWORD, Stage, stage, temporary_folder
from quiz.access.actor import Actor, Role
from quiz.db.queries import people as queries
from quiz.engine.text import Text
from quiz.services import factors, people
from quiz.services.unit_of_work import UnitOfWork, Works

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
ENGINES = (SQLITE, POSTGRESQL)
CLOCKED = "bench.faults.clocked:app"
_SYSTEM = Actor.system("bench")
# A department and its learners; more would only wait for one another on this machine.
LEARNERS = 4
# What is committed is on the disk, as an operator's server has it.
_SAFELY = {"fsync": "on"}


@dataclass
class Installation:
    """One installation while it runs, and a door to its database beside it."""

    engine: str
    folder: Path
    stage: Stage
    apps: list[Program]
    workers: list[Program]
    post: Post
    cluster: Cluster | None
    doors: Doors
    # What some installations stand on beside that, to be hurt: its names, and each.
    has: frozenset[str] = frozenset()
    disk: Disk | None = None
    queue: RedisServer | None = None
    clock: Clock | None = None
    replica: Cluster | None = None
    reader: Reader | None = None
    learners: list[Learner] = field(default_factory=list)
    _unit: str | None = None
    _made: int = 0

    @property
    def works(self) -> Works:
        """The database as the product's own deeds see it."""
        return self.stage.works

    @property
    def programs(self) -> Sequence[Program]:
        """All processes of the product."""
        return [*self.apps, *self.workers]

    def newcomer(self) -> str:
        """Provision somebody who has the module to take, which a mail tells them; return their address."""
        with self.works.writing(_SYSTEM) as work:
            if self._unit is None:
                self._unit = people.add_unit(work, Text({"ar": "إدارة الأعطال", "en": "Faults department"}), "EG")
            self._made += 1
            email = f"fault{self._made:05}@bench.example"
            person = people.provision_person(
                work, f"F-{self._made:05}", email, "مريم عبد الله السيد حسن", self._unit, "Mariam Abdallah Hassan"
            )
            people.set_first_password(work, person, PASSWORD)
            people.assign_module(work, person, MODULE)
            self._tell(work, email)
        return email

    def assign_again(self, email: str) -> None:
        """Give somebody who has passed the module once more, for a new cycle; a mail tells them."""
        with self.works.writing(_SYSTEM) as work:
            people.assign_module(work, self._tell(work, email), MODULE)

    @staticmethod
    def _tell(work: UnitOfWork, email: str) -> str:
        """Ask for a mail to somebody in the transaction that changes something of theirs; return their public id."""
        row = queries.find_person_by_email(work.session, email)
        if row is None:
            raise LookupError(email)
        factors.tell(work, row, "password-changed")
        return row.public_id

    def troubles(self) -> int:
        """Return how often somebody met trouble so far."""
        return sum(len(one.book.troubles) for one in self.learners)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let a manager read reports meanwhile, who is to get every page."""
        if self.reader is None:
            email = self.newcomer()
            with self.works.writing(_SYSTEM) as work:
                people.grant_role(work, self._tell(work, email), Role.MANAGER, self._unit)
            self.reader = Reader(email, self.doors)
            self.reader.start()
        with self.reader.reading():
            yield

    def learn(self, many: int = LEARNERS, kind: type[Learner] = Learner, same: str | None = None) -> list[Learner]:
        """Let so many more people begin to learn, or one person in so many browsers."""
        begun = [
            kind(same or self.newcomer(), self.stage, self.doors, len(self.learners) + place, self.assign_again)
            for place in range(many)
        ]
        self.learners += begun
        for one in begun:
            one.start()
        return begun

    def wait_answers(self, since: float, patience: float = 60.0) -> float:
        """Wait until each learner has had an answer acknowledged since a moment; return the seconds until the first."""
        end = time.monotonic() + patience
        first = 0.0
        while True:
            after = [one.last_at for one in self.learners if one.last_at > since]
            first = first or (min(after) - since if after else 0.0)
            if len(after) == len(self.learners):
                return first
            if time.monotonic() > end:
                quiet = [one for one in self.learners if one.last_at <= since]
                raise TimeoutError(f"no answers any more: {[one.book.troubles[-3:] for one in quiet]}")
            time.sleep(0.01)


@contextmanager
def _database(engine: str, folder: Path, is_small: bool) -> Iterator[tuple[str, Cluster | None]]:
    """Give an empty database: a file, or one on a server of its own that may be hurt. Raise NoPrograms."""
    if engine == SQLITE:
        yield f"sqlite:///{folder / 'amana.db'}", None
        return
    with a_folder(folder if is_small else None) as place:
        cluster = make_primary(place, **_SAFELY)
        try:
            cluster.start()
            cluster.run("CREATE DATABASE amana TEMPLATE template0 ENCODING 'UTF8'")
            yield cluster.url("amana"), cluster
        finally:
            cluster.stop()


@contextmanager
def _replica(primary: Cluster | None) -> Iterator[Cluster | None]:
    if primary is None:
        yield None
        return
    found = make_replica(primary, primary.folder.parent / "replica")
    try:
        found.start()
        yield found
    finally:
        found.stop()


@contextmanager
def installation(engine: str, needs: frozenset[str] = frozenset(), apps: int = 2) -> Iterator[Installation]:
    """Give a running installation; everything of it goes in the end.

    `needs` are the things it stands on beside the usual: `disk`, `queue`, `clock`, `replica`. Raise NotHere or
    NoPrograms where one cannot be had here.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        disk = stack.enter_context(small_disk()) if "disk" in needs else None
        url, cluster = stack.enter_context(_database(engine, disk.folder if disk else folder, disk is not None))
        found = stack.enter_context(stage(url, folder, 0))
        handler, address = stack.enter_context(post())
        ports = [free_port() for _ in range(apps)]
        environ = {**found.environ(ports[0]), "MAIL_URL": address}
        clock = Clock(folder / "clock") if "clock" in needs else None
        queue, replica = None, None
        if "queue" in needs:
            queue = stack.enter_context(redis_server())
            environ["QUEUE_URL"] = queue.url
        if "replica" in needs:
            replica = stack.enter_context(_replica(cluster))
            environ["DATABASE_REPLICA_URL"] = replica.url("amana") if replica else ""
        environ |= clock.environ if clock else {}
        made = Installation(
            engine, folder, found,
            [_app(folder, port, {**environ, "PORT": str(port)}) for port in ports],
            [_worker(folder, environ)],
            handler, cluster, Doors(ports), has=needs, disk=disk, queue=queue, clock=clock, replica=replica,
        )  # fmt: skip
        try:
            for program in made.programs:
                program.begin()
            for program in made.programs:
                program.wait_ready()
            yield made
        finally:
            for learner in made.learners:
                learner.leave()
            if made.reader is not None:
                made.reader.end()
            for program in made.programs:
                program.kill()


def _app(folder: Path, port: int, environ: Mapping[str, str]) -> Program:
    ready = f"http://127.0.0.1:{port}/readyz"
    command = command_of("gunicorn", port, CLOCKED if CLOCK in environ else PRODUCT)
    return Program(f"app-{port}", command, environ, folder / f"app-{port}.log", ready)


def _worker(folder: Path, environ: Mapping[str, str]) -> Program:
    module = CLOCKED.partition(":")[0] if CLOCK in environ else "quiz.cli"
    return Program("worker", [sys.executable, "-m", module, "work", "--threads", "2"], environ, folder / "worker.log")
