"""A Redis of one's own on this machine: in memory alone, and stopped, held still and let go as one likes."""

import shutil
import signal
import subprocess  # nosec B404 # started by lists of words, never through a shell
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis

from bench.clusters import PATIENCE_SECONDS, NoPrograms, a_folder, as_somebody, die_with_parent
from bench.servers import free_port


class RedisServer:
    """One server; what it holds is gone when it stops."""

    def __init__(self, program: str, folder: Path) -> None:
        """Take the program and where its log goes; nothing is started."""
        self._program, self._folder = program, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.client = redis.Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=5)

    def start(self) -> None:
        """Start it and wait until it answers; raise NoPrograms where it does not."""
        with (self._folder / "redis.log").open("ab") as said:
            self._process = subprocess.Popen(  # nosec B603 # the server itself
                [self._program, "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
                **as_somebody(),
            )
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(redis.RedisError):
                self.client.ping()
                return
            if self._process.poll() is not None or time.monotonic() > end:
                raise NoPrograms("Redis does not answer")
            time.sleep(0.02)

    def stop(self) -> None:
        """Let it end, without a word to who is connected."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(5)
            self._process = None

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """Let it take connections and answer none: the system does the one for it, and nobody the other."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Give a server that runs; raise NoPrograms where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        raise NoPrograms("no Redis")
    with a_folder() as folder:
        server = RedisServer(program, folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            server.client.close()
