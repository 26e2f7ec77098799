"""Starting the servers to be measured, and what their processes cost: seconds to the first page, CPU, memory."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess  # nosec B404 # started by lists of words, never through a shell
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from sqlalchemy.engine import make_url

from bench.browser import SocketBrowser, Unexpected
from quiz.cli.serve import serving_command

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 4
_PATIENCE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1
# Below what Linux gives to outgoing connections, who would hold one between the asking and the listening.
_PORTS, _TRIED_PORTS = range(20_000, 32_000), 50
PRODUCT, BARE = "app:app", "bench.bare:app"


@dataclass(frozen=True, slots=True)
class Server:
    """One running server."""

    process: psutil.Process
    port: int
    log: Path

    def cpu_seconds(self) -> float:
        """Return the user and system time of all its processes so far, those that have ended included."""
        return sum(_cpu(process) for process in [self.process, *self.process.children(recursive=True)])

    def memory_bytes(self) -> int:
        """Return the proportional share of memory of all its processes."""
        return sum(one.memory_full_info().pss for one in [self.process, *self.process.children(recursive=True)])

    def own_bytes(self) -> list[int]:
        """Return, for each process that answers, the memory that it shares with no other."""
        return [one.memory_full_info().uss for one in self.process.children(recursive=True)]


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def database_cpu_seconds(url: str) -> float:
    """Return the time of the PostgreSQL processes that serve a database, 0 for a file."""
    if url.startswith("sqlite"):
        return 0.0
    name = make_url(url).database or ""
    titles = ((process, " ".join(process.info["cmdline"] or ())) for process in psutil.process_iter(["cmdline"]))
    return sum(_cpu(process) for process, title in titles if title.startswith("postgres:") and name in title)


def busy_seconds() -> float:
    """Return the time all processors of this machine have worked so far, or were kept from it by their host."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq + times.steal)


def free_port() -> int:
    """Return a port of this machine that nobody listens on, nor is given one for a connection of theirs meanwhile."""
    for port in secrets.SystemRandom().sample(_PORTS, _TRIED_PORTS):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise Unexpected("no port is free")


def _die_with_parent() -> None:
    # Even where this process is killed outright, no server of it stays behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def running(command: list[str], environ: Mapping[str, str], port: int, log: Path) -> Iterator[Server]:
    """Give a server that is stopped whatever happens; what it says goes to the log."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    with log.open("wb") as said:
        process = subprocess.Popen(  # nosec B603 # our own interpreter
            command,
            cwd=ROOT,
            env={**kept, **environ},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    try:
        yield Server(psutil.Process(process.pid), port, log)
    except Exception:
        # The log goes with the folder, and it says what the driver cannot.
        print(log.read_text()[-3000:], file=sys.stderr)
        raise
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(8)
    # Whatever it started is in its own group, and goes with it.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)


def command_of(name: str, port: int, app: str = PRODUCT) -> list[str]:
    """Return the command that serves an app: as the product is served, or by Granian as wide as that."""
    if name == "granian":
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--log-level", "warning", app,
        ]  # fmt: skip
    if app != PRODUCT:
        return serving_command(app, "127.0.0.1", port, WORKERS, THREADS)
    return [sys.executable, "-m", "quiz.cli", "serve", "--workers", str(WORKERS), "--threads", str(THREADS)]


def seconds_until(server: Server, path: str, started: float) -> float:
    """Return the seconds from a moment to the first good answer at an address."""
    while time.perf_counter() - started < _PATIENCE_SECONDS:
        if not server.process.is_running() or server.process.status() == psutil.STATUS_ZOMBIE:
            break
        browser = SocketBrowser(server.port)
        try:
            if browser.request("GET", path).status == 200:
                return time.perf_counter() - started
        except (OSError, Unexpected, ValueError):
            # Nobody listens yet; where the system joins the connection to itself it even says what was asked.
            time.sleep(0.005)
        finally:
            browser.close()
    raise Unexpected(f"no answer at {path}:\n{server.log.read_text()[-2000:]}")


def disk_of(path: Path) -> str:
    """Return the kind of file system a folder is on: on one in memory a commit costs nothing."""
    homes = [part for part in psutil.disk_partitions(all=True) if path.is_relative_to(part.mountpoint)]
    return str(max(homes, key=lambda part: len(part.mountpoint)).fstype) if homes else "unknown"
