"""The client programs of PostgreSQL as we start them: nothing secret among their words, and faults in one line."""

import os
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from quiz.db.copies import POSTGRESQL, CopyFailed
from quiz.db.postgresql_copies import PostgresqlPlace, copying

PROGRAM = """#!{python}
import os, sys
from pathlib import Path
if "--version" in sys.argv:
    print("pg_dump (PostgreSQL) {version}")
    raise SystemExit
service = Path(os.environ["PGSERVICEFILE"])
said = service.read_text()
passfile = next((line.partition("=")[2] for line in said.splitlines() if line.startswith("passfile=")), "")
kept = {{"words": sys.argv[1:], "environment": sorted(os.environ), "service": said,
        "modes": [service.stat().st_mode & 0o777, service.parent.stat().st_mode & 0o777],
        "passwords": Path(passfile).read_text() if passfile else "", "passfile": passfile}}
Path({told!r}).write_text(repr(kept))
print("pg_dump: error: no luck today", file=sys.stderr)
print("DETAIL: row of somebody@example", file=sys.stderr)
raise SystemExit(1)
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that stands before the real ones, tells how it was called, and fails."""
    return put(tmp_path, monkeypatch, "99.1")


def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> Path:
    told = tmp_path / "told"
    for name in ("pg_dump", "pg_restore"):
        path = tmp_path / name
        path.write_text(PROGRAM.format(python=sys.executable, version=version, told=str(told)))
        path.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return told


def test_no_password_stands_among_words_or_in_the_environment(
    postgresql_url: str, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "something else that is secret")
    # Where the server asks for no password it takes any.
    url = postgresql_url.replace("://", "://", 1).replace("127.0.0.1", "root:s3cr:et%5Cword@127.0.0.1")
    engine = create_engine(url)
    with (
        pytest.raises(CopyFailed, match=r"^pg_dump: error: no luck today$"),
        copying(engine, tmp_path) as copy,
    ):
        assert copy.name == POSTGRESQL
        while copy.content.read(100):
            continue
    engine.dispose()
    kept = eval(program.read_text())  # noqa: S307 - our own program wrote it
    assert kept["passwords"] == "*:*:*:*:s3cr\\:et\\\\word\n"
    assert "s3cr" not in f"{kept['words']}{kept['service']}"
    assert "SECRET_KEY" not in kept["environment"]
    assert "PGPASSWORD" not in kept["environment"]
    assert kept["modes"] == [0o600, 0o700]
    assert not Path(kept["passfile"]).exists()
    assert "--no-owner" in kept["words"]


def test_a_program_that_is_older_than_the_server_or_missing_is_said_with_what_to_install(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(postgresql_url)
    put(tmp_path, monkeypatch, "9.6.24")
    with pytest.raises(CopyFailed, match=r"pg_dump is 9 and the server \d+: the client programs .* are needed"):
        copying(engine, tmp_path).__enter__()
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(CopyFailed, match=r"pg_dump is not installed: .* postgresql-client-\d+"):
        copying(engine, tmp_path).__enter__()
    engine.dispose()


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_program_that_fails_leaves_the_place_as_it_was(
    bare_database: object, postgresql_server: str, program: Path, tmp_path: Path
) -> None:
    from quiz.db.connection import Database

    assert isinstance(bare_database, Database)
    place = PostgresqlPlace(bare_database.engine)
    bare_database.engine.dispose()
    with (
        pytest.raises(CopyFailed, match="no luck today"),
        (tmp_path / "told").open("wb+") as content,
        place.taking_in(content, "20261122T000000Z"),
    ):
        raise AssertionError("nothing was taken in")
    with bare_database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM person")) == 0
        assert connection.scalar(text("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'before%'")) == 0
