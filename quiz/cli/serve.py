"""`quiz serve` and `quiz work`: the web process, and the worker that empties the outbox."""

import os
import signal
import sys
import threading
from pathlib import Path

import click

from quiz.cli.opening import settings
from quiz.factory import create_app
from quiz.jobs.sweeps import run, sweep
from quiz.presentation import logs
from quiz.settings.environment import LOOPBACK


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, workers: int, threads: int) -> None:
    """Serve the pages with gunicorn."""
    found = settings()
    if found.demo and host not in LOOPBACK:
        raise click.UsageError("DEMO=1 has demo people with a known password: it is served on 127.0.0.1 only.")
    # glibc keeps what Argon2 frees in the arena of each thread; above this size it is given back at once.
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "1048576")
    os.execv(  # nosec B606 # noqa: S606 - our own interpreter, no words from outside
        sys.executable,
        [
            sys.executable, "-m", "gunicorn", "app:app", "--chdir", str(Path.cwd()), "--bind", f"{host}:{found.port}",
            "--workers", str(workers), "--threads", str(threads), "--worker-class", "quiz.presentation.serving.Worker",
            # Proxies are trusted by TRUSTED_PROXIES alone, and what they say is read by the product.
            "--forwarded-allow-ips", "",
            "--limit-request-line", "4094", "--limit-request-fields", "100", "--limit-request-field_size", "8190",
            "--graceful-timeout", "20", "--keep-alive", "5", "--log-level", "warning", "--preload",
        ],
    )  # fmt: skip


@click.command("work")
@click.option("--once", is_flag=True, help="sweep once and stop")
def work(once: bool) -> None:
    """Empty the outbox and write the end of attempts out of time, until stopped."""
    logs.install()
    app = create_app(settings())
    stop = threading.Event()
    if once:
        click.echo(f"outbox: {sweep(app)} carried out")
        return
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    run(app, stop)
