"""The version before the newest migration, on its schema: while processes are replaced both serve."""

import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from bench.browser import SocketBrowser
from bench.journeys import whole_journey
from bench.servers import free_port
from bench.stage import database_url, stage
from quiz.db import schema
from tests.deploy.conftest import ROOT
from tests.deploy.replacing import Manager, Version, sources

# What the set-up makes, and no commit holds.
MADE = ("static/vendor", "static/fonts", "quiz/records/contexts")
MOST_COMMITS = 10


def git(*words: str) -> bytes | None:
    """Ask for something of the history; None where it is not at hand."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def before_the_newest_migration() -> list[str]:
    """Return the commits whose code does not know the newest migration, the newest first."""
    (newest,) = (Path(schema.MIGRATIONS) / "versions").glob(f"{schema.head()}_*.py")
    added = (git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest)) or b"").decode().strip()
    # Where it is not committed yet, what is committed is the version before.
    commits = git("log", "--first-parent", f"-{MOST_COMMITS}", "--format=%H", f"{added}^" if added else "HEAD")
    if not commits:
        # A clone without its history: what migrations do is then judged by tests/db/test_expanding.py alone.
        pytest.skip("the history is not at hand: the version before was not run on the newest schema")
    return commits.decode().split()


def code_before(into: Path) -> Version:
    """Lay the newest code that does not know the newest migration, and that starts: not every commit is a release."""
    for number, commit in enumerate(before_the_newest_migration()):
        home = lay(commit, into / str(number))
        if subprocess.run([sys.executable, "-c", "import quiz.cli"], cwd=home, capture_output=True).returncode == 0:
            return sources(home)
    raise AssertionError(f"none of {MOST_COMMITS} commits before the newest migration starts")


def lay(commit: str, into: Path) -> Path:
    """Lay the sources of a commit into a folder, and what the set-up makes beside them."""
    packed = git("archive", "--format=tar", commit, "app.py", "quiz", "static", "translations", "content")
    assert packed is not None
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(into, filter="data")
    for name in MADE:
        shutil.copytree(ROOT / name, into / name, dirs_exist_ok=True)
    for made in (ROOT / "translations").rglob("*.mo"):
        shutil.copyfile(made, into / made.relative_to(ROOT))
    return into


@pytest.mark.postgresql
def test_a_learner_goes_the_whole_way_by_the_version_before(postgresql_server: str, tmp_path: Path) -> None:
    old = code_before(tmp_path / "old")
    versions = {path.name[:3] for path in (old.home / "quiz/db/migrations/versions").glob("*.py")}
    assert max(versions) < schema.head()
    with database_url(tmp_path, postgresql_server, "old-code") as url, stage(url, tmp_path, 1) as place:
        port = free_port()
        manager = Manager(tmp_path, place.environ(port), old)
        with manager.listening():
            manager.start(port)
            manager.wait_for(port, "/healthz")
            # It checks the score itself, on the page and behind it.
            browser = SocketBrowser(port)
            whole_journey(browser, place, place.emails[0], mistakes=3)
            browser.close()
        done = manager.shell(port, "work", "--once")
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in manager.log(port) + done.stderr
