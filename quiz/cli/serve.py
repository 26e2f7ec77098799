"""`quiz serve` and `quiz work`: the web process, and the worker that empties the outbox."""

import os
import sys
from pathlib import Path

import click

from quiz.cli.opening import settings
from quiz.factory import create_app
from quiz.jobs import worker
from quiz.jobs.chores import sweep
from quiz.presentation import logs, metrics_folder
from quiz.settings.environment import LOOPBACK
from quiz.settings.operator import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, workers: int, threads: int) -> None:
    """Serve the pages with gunicorn."""
    found = settings()
    if found.demo and host not in LOOPBACK:
        raise click.UsageError("DEMO=1 has demo people with a known password: it is served on 127.0.0.1 only.")
    _hold_connections_for(threads)
    # glibc keeps what Argon2 frees in the arena of each thread; above this size it is given back at once.
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "1048576")
    share_figures(found)
    command = serving_command("app:app", host, found.port, workers, threads, 20 + found.operation.stop_delay)
    os.execv(sys.executable, command)  # nosec B606 # noqa: S606 - our own interpreter, no words from outside


def _hold_connections_for(threads: int) -> None:
    # One for each thread, one for what a thread writes beside, and one for what is noted after an answer or looked at.
    os.environ.setdefault("DATABASE_POOL_SIZE", str(threads + 2))


def serving_command(app: str, host: str, port: int, workers: int, threads: int, grace: int = 20) -> list[str]:
    """Return the command that serves an app (`module:name`) of the current folder; `grace` is in seconds."""
    return [
        sys.executable, "-m", "gunicorn", app, "--chdir", str(Path.cwd()), "--bind", f"{host}:{port}",
        "--workers", str(workers), "--threads", str(threads), "--worker-class", "quiz.presentation.serving.Worker",
        # Proxies are trusted by TRUSTED_PROXIES alone, and what they say is read by the product.
        "--forwarded-allow-ips", "",
        "--limit-request-line", "4094", "--limit-request-fields", "100", "--limit-request-field_size", "8190",
        "--graceful-timeout", str(grace), "--keep-alive", "5",
        "--log-level", "warning", "--logger-class", "quiz.presentation.serving.ServerLog", "--preload",
    ]  # fmt: skip


def share_figures(found: Settings) -> None:
    """Let the processes of this installation count together, where anybody is to be told."""
    if not found.operation.metrics_token:
        return
    try:
        metrics_folder.share(found.port)
    except metrics_folder.NotOurs as fault:
        name = metrics_folder.FOLDER
        raise click.UsageError(f"{fault} belongs to somebody else: set {name} to a folder of this user.") from fault


@click.command("work")
@click.option("--once", is_flag=True, help="do every chore once and stop")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def work(once: bool, threads: int) -> None:
    """Carry out what is due and do the chores, until stopped; several may run at once, on several machines."""
    logs.install()
    _hold_connections_for(threads)
    found = settings()
    share_figures(found)
    app = create_app(found)
    if once:
        click.echo(f"outbox: {sweep(app)} carried out")
        return
    worker.work(app, threads)
