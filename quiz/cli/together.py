"""`make run`: the web process and the worker side by side, stopped together."""

import signal
import subprocess  # nosec B404 # started by lists of words, never through a shell
import sys


def main() -> int:
    """Run `quiz serve` and `quiz work` until one ends or somebody stops them; return the exit status."""
    command = [sys.executable, "-m", "quiz.cli"]
    processes = [subprocess.Popen([*command, "serve"]), subprocess.Popen([*command, "work"])]  # nosec B603 # noqa: S603 - our own interpreter, no words from outside

    def stop(*_: object) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    status = processes[0].wait()
    stop()
    processes[1].wait()
    return 0 if status in {-signal.SIGTERM, -signal.SIGINT, 130, 143} else status


if __name__ == "__main__":
    raise SystemExit(main())
