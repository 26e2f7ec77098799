"""The folder in which the processes of an installation count together, on one machine; nothing is counted here."""

import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir

# Memory that looks like a folder: what is counted is written thousands of times a second, and is worth no disk.
_MEMORY = Path("/dev/shm")  # nosec B108 # noqa: S108 - whose the folder in it is, is looked at
# The name that the library of Prometheus reads when it is loaded.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class NotOurs(Exception):
    """The folder belongs to another user; the message names it."""


def share(port: int) -> None:
    """Name the folder for this process and those that it becomes or begins, and clear what none alive is in."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(gettempdir())
    folder = Path(os.environ.get(FOLDER) or place / f"amana-metrics-{os.getuid()}-{port}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise NotOurs(str(folder))
    os.environ[FOLDER] = str(folder)
    forget_dead(folder)


def forget_dead(folder: Path, pattern: str = "*.db") -> None:
    """Remove what processes left that are no more."""
    for path in folder.glob(pattern):
        found = re.search(r"_(\d+)\.db$", path.name)
        if found is None:
            continue
        try:
            os.kill(int(found[1]), 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):
                path.unlink()
        except PermissionError:
            # It is somebody else's, and there.
            continue
