"""The real server on a database of its own: started, killed and started again as an operator's machine would."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.error import URLError

from argon2 import PasswordHasher

from bench.servers import free_port
from quiz.access.actor import Actor, Role
from quiz.db.connection import connect
from quiz.engine.text import Text
from quiz.services import people
from quiz.services.tools import MemoryMailer, Tools, system_clock
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, Someone

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_SECONDS = 60


@dataclass
class Server:
    """`quiz serve` over a demonstration in a folder, and a door to the same database for what a test must know."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    host: str = "127.0.0.1"
    python: str = sys.executable
    # Where it is started, and so what is imported: the sources, or any folder where it was installed.
    home: Path = ROOT
    settings: dict[str, str] = field(default_factory=dict)
    _made: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DEMO": "1",
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "DATABASE_URL": f"sqlite:///{self.folder / 'amana.db'}",
            "MAIL_URL": f"file:{self.folder / 'mail'}",
            "SECRET_KEY": "a key for these tests only: 0123456789abcdef",
            **self.settings,
        }

    def shell(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run the shell of the product to its end, with other settings where some are named."""
        return subprocess.run(
            [self.python, "-m", "quiz.cli", *words],
            cwd=self.home,
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def command(self, *words: str) -> None:
        """Run a command of the shell that must not fail."""
        done = self.shell(*words)
        assert done.returncode == 0, done.stderr[-2000:]

    def start(self) -> None:
        """Serve, and return once it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.python, "-m", "quiz.cli", "serve", "--workers", "2"],
                cwd=self.home,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        last = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self.is_ready():
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-3000:]
            assert time.monotonic() < last, "the server did not answer in time"
            time.sleep(0.05)

    @contextmanager
    def serving(self) -> Iterator[Self]:
        """Serve, and leave nothing running whatever happens; at the end nothing was logged as a defect."""
        try:
            self.start()
            yield self
        finally:
            self.stop()
            self.works.database.engine.dispose()
        assert "Traceback" not in self.log(), self.log()[-3000:]

    def stop(self) -> None:
        """End the server, where it runs, as an operator's machine does."""
        if self.process is not None:
            self.kill(signal.SIGTERM)

    def is_ready(self) -> bool:
        with suppress(URLError, OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the server and all its workers at once, in the middle of whatever they do."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(timeout=30)
        self.process = None

    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    @cached_property
    def works(self) -> Works:
        """The same database, for making people and for knowing the right answers."""
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        tools = Tools(system_clock, os.urandom, hasher, MemoryMailer(), self.url)
        return Works(connect(self.environment["DATABASE_URL"]), tools)

    def works_at(self, moment: datetime) -> Works:
        """The same door, through which it is another time."""
        return replace(self.works, tools=replace(self.works.tools, clock=lambda: moment))

    @cached_property
    def unit(self) -> str:
        with self.works.writing(SYSTEM) as work:
            return people.add_unit(work, Text({"ar": "إدارة التجربة", "en": "Trial department"}), "EG")

    def person(self, *modules: str, roles: Sequence[Role] = (), extra_time: int = 0) -> Someone:
        """Make somebody new by the deeds that make real people."""
        self._made += 1
        email, name, unit = f"e2e-{self.port}-{self._made}@amana.example", "هناء عبد الله رضا", self.unit
        with self.works.writing(SYSTEM) as work:
            public_id = people.provision_person(
                work, f"E2E-{self.port}-{self._made}", email, name, unit, "Hanaa Abdallah Reda", extra_time
            )
            people.set_first_password(work, public_id, PASSWORD)
            for role in roles:
                people.grant_role(work, public_id, role, unit if role is Role.MANAGER else None)
            for module in modules:
                people.assign_module(work, public_id, module)
            learner = people.learner_actor(work, public_id)
        return Someone(
            public_id, email, name, Actor(learner.name, learner.person_id, frozenset({Role.LEARNER, *roles}))
        )
