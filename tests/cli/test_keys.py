"""`quiz records keys`, `distrust`: what signs the demonstration, and what becomes of a key that was stolen."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from quiz.settings.operator import DEMO_CREDENTIAL_KEY, DEMO_SIGNING_KEY, demo_folder
from tests.cli.conftest import copied

Run = Callable[..., Result]
Environment = dict[str, str | None]
WORDS = ("--because-ar", "فُقد الجهاز", "--because-en", "The machine was lost", "--by", "أمن المعلومات، 12/2026")


@pytest.fixture
def environment(made: tuple[str, str], environment: Environment, tmp_path: Path) -> Environment:
    """The demonstration, copied with its keys."""
    for name in (DEMO_CREDENTIAL_KEY, DEMO_SIGNING_KEY):
        (tmp_path / name).write_bytes((demo_folder(made[0]) / name).read_bytes())
    return {**environment, "DEMO": "1", "DATABASE_URL": copied(made[0], tmp_path)}


def rows(environment: Environment, statement: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(str(environment["DATABASE_URL"]).removeprefix("sqlite:///"))) as database:
        return database.execute(statement).fetchall()


def moment(**later: int) -> str:
    # The shell has no clock of the tests.
    return (datetime.now(UTC) + timedelta(**later)).isoformat()  # noqa: TID251


def test_what_signs_is_listed(quiz: Run, environment: Environment) -> None:
    ((key,),) = rows(environment, "SELECT key_id FROM issuer_key")
    ((certificate, name),) = rows(environment, "SELECT fingerprint, name FROM signing_certificate")
    ((papers,),) = rows(environment, "SELECT count(*) FROM paper")
    first, second = quiz("records", "keys").output.splitlines()
    assert first.startswith(f"key {key}, ")
    assert first.endswith(" – …, present")
    assert second.startswith(f"certificate {certificate}, {name}, ")
    assert second.endswith(f", papers: {papers}, present")


def test_a_stolen_key_signs_nothing_and_why_is_told(quiz: Run, environment: Environment, tmp_path: Path) -> None:
    ((certificate,),) = rows(environment, "SELECT fingerprint FROM signing_certificate")
    ((key,),) = rows(environment, "SELECT key_id FROM issuer_key")
    ((papers,),) = rows(environment, "SELECT count(*) FROM paper")
    file = tmp_path / "paper.pdf"
    file.write_bytes(rows(environment, "SELECT content FROM paper_content LIMIT 1")[0][0])  # type: ignore[arg-type]
    done = quiz("records", "distrust", certificate[:8], "--since", moment(), *WORDS)
    assert done.exit_code == 0, done.output
    assert "SIGNING_CERTIFICATE_FILE names it" in done.output
    listed = quiz("records", "keys")
    assert listed.exit_code == 1
    assert "papers stored since: 0" in listed.output
    told = quiz("records", "sign", "--all")
    assert told.exit_code == 1
    assert "trusted no longer since" in told.output
    # Every paper was kept before that.
    assert quiz("records", "verify", "--all").exit_code == 0
    kept = quiz("records", "verify", str(file))
    assert kept.exit_code == 0
    assert "trusted no longer, but this very file was kept here" in kept.output
    earlier = quiz("records", "distrust", certificate, "--since", moment(days=-1), *WORDS)
    assert earlier.exit_code == 0, earlier.output
    stored = quiz("records", "verify", "--all")
    assert stored.exit_code == 1
    assert stored.output.count(": key-distrusted\n") == papers
    assert quiz("records", "verify", str(file)).output == f"{file}: key-distrusted\n"
    assert "CREDENTIAL_KEY_FILE names it" in quiz("records", "distrust", key, "--since", moment(), *WORDS).output
    folder = tmp_path / "archive"
    quiz("records", "export", str(folder))
    assert list(json.loads((folder / "manifest.json").read_bytes())["distrusted"]) == [certificate]
    # Whoever tries this in the demonstration can still start it.
    assert quiz("demo").exit_code == 0


def test_what_cannot_be_meant_is_refused_in_one_line(quiz: Run, environment: Environment) -> None:
    ((key,),) = rows(environment, "SELECT key_id FROM issuer_key")
    for named, since, told in (
        (key, "2026-11-20T14:00", "needs its zone"),
        (key, "yesterday", "is no moment"),
        (key, moment(days=1), "moment-to-come"),
        ("0" * 16, moment(), "key"),
    ):
        done = quiz("records", "distrust", named, "--since", since, *WORDS)
        assert done.exit_code in {1, 2}
        assert told in done.output
    quiz("records", "distrust", key, "--since", moment(), *WORDS)
    assert "distrusted-already" in quiz("records", "distrust", key, "--since", moment(), *WORDS).output
