"""Programs of an installation: started, killed outright, stopped as a system does it, and started again."""

import ctypes
import os
import signal
import subprocess  # nosec B404 # started by lists of words, never through a shell
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil  # type: ignore[import-untyped]

from bench.servers import ROOT

PATIENCE_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class NeverReady(Exception):
    """A program did not come up; says its last words."""


@dataclass(slots=True)
class Program:
    """One program: what starts it, where it says what, and which address answers once it is ready."""

    name: str
    command: list[str]
    environ: Mapping[str, str]
    log: Path
    ready: str | None = None
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def is_running(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def process(self) -> psutil.Process | None:
        """Return what runs of it, None where nothing does."""
        return psutil.Process(self._process.pid) if self._process is not None and self.is_running else None

    def begin(self) -> None:
        """Start it, and wait for nothing."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(  # nosec B603 # our own programs and the servers beside them
                self.command, cwd=ROOT, env={**kept, **self.environ}, stdin=subprocess.DEVNULL, stdout=said,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it is ready; raise NeverReady."""
        self.begin()
        self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until its address answers well; raise NeverReady."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.ready is not None and not _answers(self.ready):
            if not self.is_running or time.monotonic() > end:
                raise NeverReady(f"{self.name}: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill it with all its processes, in the middle of whatever they do."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE_SECONDS)

    def kill_children(self) -> None:
        """Kill the processes that it has started, and not itself."""
        if self._process is not None:
            for child in psutil.Process(self._process.pid).children():
                with suppress(psutil.NoSuchProcess):
                    child.kill()

    def stop(self) -> None:
        """Stop it as a system does: told to end, and given the time to."""
        if self._process is None:
            return
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE_SECONDS)
        self.kill()


def _answers(address: str) -> bool:
    with suppress(URLError, OSError), urlopen(address, timeout=2) as answer:  # nosec B310 # of this machine
        return bool(answer.status == 200)
    return False


def _die_with_parent() -> None:
    # Even where this process is killed outright, nothing of it stays behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
