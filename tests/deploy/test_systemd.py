"""The units: systemd itself reads them, and finds little that they could do beside their work."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.conftest import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("amana[-@]*.*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
# Of ten; systemd calls what is below four and a half well kept.
MOST_EXPOSED = 1.5


def asked(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Ask systemd's own reader of units; where there is none, nothing was asked."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd on this machine: its units were not read by it")
    clean = {**os.environ, "SYSTEMD_LOG_LEVEL": "warning", "SYSTEMD_COLORS": "0"}
    return subprocess.run([program, *map(str, words)], env=clean, capture_output=True, text=True, check=False)


def test_the_shell_of_root_has_what_the_services_have(tmp_path: Path) -> None:
    quiz = tmp_path / "bin" / "quiz"
    quiz.parent.mkdir()
    quiz.write_text('#!/bin/sh\necho "$@"\nenv\n')
    quiz.chmod(0o755)
    script = (UNITS[0].parent / "amana").read_text().replace("/opt/amana", str(tmp_path))
    script = script.replace("/etc/amana/amana.env", str(UNITS[0].parent / "amana.env"))
    (tmp_path / "amana").write_text(script)
    done = subprocess.run(["sh", tmp_path / "amana", "db", "check"], capture_output=True, text=True, check=True)
    words, *lines = done.stdout.splitlines()
    assert words == "db check"
    said = dict(line.split("=", 1) for line in lines if "=" in line)
    assert said["BASE_URL"] == "https://amana.example"
    for unit in SERVICES:
        for name, place in re.findall(r"^LoadCredential=(\w+):(\S+)$", unit.read_text(), re.MULTILINE):
            assert said[f"{name.upper()}_FILE"] == place


@pytest.fixture
def laid(tmp_path: Path) -> list[Path]:
    """The units as they are laid on a server, but for where the product is."""
    quiz = tmp_path / "opt" / "amana" / "bin" / "quiz"
    quiz.parent.mkdir(parents=True)
    quiz.write_text("#!/bin/sh\n")
    quiz.chmod(0o755)
    found = []
    for path in UNITS:
        if path.suffix in {".service", ".timer"}:
            text = path.read_text().replace("/opt/amana", str(tmp_path / "opt" / "amana"))
            found.append(tmp_path / path.name.replace("@.", "@8001."))
            found[-1].write_text(text)
    return found


def test_systemd_reads_them_without_a_word(laid: list[Path]) -> None:
    read = asked("verify", "--man=no", "--recursive-errors=no", *laid)
    ours = [line for line in read.stderr.splitlines() if "amana" in line]
    assert (read.returncode, ours) == (0, [])


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_little_is_left_to_them(path: Path) -> None:
    judged = asked("security", "--offline=yes", "--no-pager", path)
    (exposure,) = re.findall(r"Overall exposure level for \S+: ([0-9.]+)", judged.stdout)
    assert float(exposure) <= MOST_EXPOSED, judged.stdout


def test_a_process_has_time_to_stop() -> None:
    (stop_delay,) = re.findall(r"^STOP_DELAY=(\d+)$", (UNITS[0].parent / "amana.env").read_text(), re.MULTILINE)
    app = (UNITS[0].parent / "amana-app@.service").read_text()
    (patience,) = re.findall(r"^TimeoutStopSec=(\d+)$", app, re.MULTILINE)
    assert int(patience) > int(stop_delay) + 20
    # The one above tells its processes; told by systemd as well they would stop at once.
    assert "KillMode=mixed" in app


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_secrets_come_as_credentials(path: Path) -> None:
    text = path.read_text()
    loaded = dict(re.findall(r"^LoadCredential=(\w+):(\S+)$", text, re.MULTILINE))
    (line,) = re.findall(r"^Environment=(SECRET_KEY_FILE=.*)$", text, re.MULTILINE)
    assert [word.partition("=%d/")[::2] for word in line.split()] == [(f"{n.upper()}_FILE", n) for n in loaded]
    assert all(place.startswith("/etc/amana/secrets/") for place in loaded.values())
