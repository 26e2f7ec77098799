"""The shell of the product, run as an operator runs it, on a database of its own."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quiz.cli import main
from quiz.presentation import logs

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The demonstration, made once: where its database is, and what was printed."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'amana.db'}"
    environment = {"DATABASE_URL": url, "DEMO": "1", "SECRET_KEY": "a key for tests only: 0123456789abcdef"}
    result = CliRunner().invoke(main, ["demo"], env=environment)
    assert result.exit_code == 0, result.output
    again = CliRunner().invoke(main, ["demo"], env=environment)
    assert again.exit_code == 0
    assert "banks:" not in again.output
    return url, result.output


def copied(url: str, folder: Path) -> str:
    """Copy a database into a folder and return where the copy is."""
    copy = folder / "copy.db"
    # What was written last may stand beside the file still, in its log.
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as whole, closing(sqlite3.connect(copy)) as own:
        whole.backup(own)
    return f"sqlite:///{copy}"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str | None]:
    """The settings of an operator who has just begun."""
    return {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'amana.db'}",
        "MAIL_URL": f"file:{tmp_path / 'mail'}",
        "SECRET_KEY": "a key for tests only: 0123456789abcdef",
        "BASE_URL": "http://127.0.0.1:8000",
        "PORT": "8000",
        "DEMO": None,
        "TRUSTED_HOSTS": None,
        # `serve` and `work` choose it themselves, for the whole process.
        "DATABASE_POOL_SIZE": None,
    }


@pytest.fixture
def quiz(environment: dict[str, str | None], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `quiz …` and return what it said; what differs from the environment is named."""
    # A worker sends the log of its process to standard error, for good: the tests after it would see nothing of it.
    monkeypatch.setattr(logs, "install", lambda: None)

    def run(*words: str, **changes: str | None) -> Result:
        result = CliRunner().invoke(main, list(words), env={**environment, **changes})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file by name and return its path."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written
