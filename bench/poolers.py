"""PgBouncer in front of a server of PostgreSQL: in transaction mode, with as few connections as one likes."""

import os
import shutil
import subprocess  # nosec B404 # started by lists of words, never through a shell
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from bench.clusters import PATIENCE_SECONDS, NoPrograms, a_folder, as_somebody, die_with_parent
from bench.servers import free_port

# Debian puts it where not everybody's PATH leads.
_PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))


@contextmanager
def pooler(port: int, **settings: Any) -> Iterator[int]:
    """Give the port of a pooler that hands on to a server on this machine; raise NoPrograms where there is none."""
    program = shutil.which("pgbouncer", path=_PLACES)
    if program is None:
        raise NoPrograms("no PgBouncer")
    with a_folder() as folder:
        listens = free_port()
        chosen = {
            "listen_addr": "127.0.0.1",
            "listen_port": listens,
            "unix_socket_dir": "",
            "auth_type": "any",
            "pool_mode": "transaction",
            # It waits fifteen seconds by itself once a server refused it.
            "server_login_retry": 1,
            **settings,
        }
        lines = "\n".join(f"{name} = {value}" for name, value in chosen.items())
        file = folder / "pgbouncer.ini"
        file.write_text(f"[databases]\n* = host=127.0.0.1 port={port} user=postgres\n[pgbouncer]\n{lines}\n")
        file.chmod(0o644)
        with (folder / "pgbouncer.log").open("wb") as said:
            process = subprocess.Popen(  # nosec B603 # the pooler itself
                [program, str(file)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
                **as_somebody(),
            )
        try:
            _wait(process, listens, folder / "pgbouncer.log")
            yield listens
        finally:
            process.kill()
            process.wait(5)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        with suppress(psycopg.OperationalError):
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=5).close()
            return
        if process.poll() is not None or time.monotonic() > end:
            raise NoPrograms(f"PgBouncer does not answer: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.05)
