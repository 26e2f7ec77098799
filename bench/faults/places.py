"""What an installation stands on where that is to be hurt: a small disk, a clock that can be set."""

import os
import shutil
import subprocess  # nosec B404 # programs of the system, never through a shell
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from bench.faults.clocked import CLOCK

# Room for the database, its log of writes, and for an hour of answers.
DISK_MIB = 400
_BLOCK = b"\0" * 65536


class NotHere(Exception):
    """What is to be hurt cannot be had on this machine; says why."""


class Disk:
    """A small file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no room on it."""
        with self._filler.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(_BLOCK)

    def make_room(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(mebibytes: int = DISK_MIB) -> Iterator[Disk]:
    """Give a small file system, which goes in the end. Raise NotHere where this user may mount none."""
    folder = Path(mkdtemp(prefix="amana-disk-"))
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    try:
        if mount is None or unmount is None or os.geteuid() != 0:
            raise NotHere("only root mounts a file system")
        words = [mount, "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=755", "tmpfs", str(folder)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # nosec B603 # the system's own
        if done.returncode:
            raise NotHere(f"no file system is mounted: {done.stderr.strip()}")
        try:
            yield Disk(folder)
        finally:
            subprocess.run([unmount, "--lazy", str(folder)], check=False)  # nosec B603 # the system's own
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Clock:
    """The clock of the processes that go by it: so many seconds beside the one of this machine."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.environ = {CLOCK: str(file)}
        self.set(0)

    def set(self, seconds: int) -> None:
        """Let it go so many seconds ahead of the right time, or behind."""
        made = self._file.with_suffix(".new")
        made.write_text(f"{seconds}")
        # At once: whoever reads it meanwhile finds one or the other.
        made.replace(self._file)
