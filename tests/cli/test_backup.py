"""`quiz backup` and `quiz restore` as an operator runs them: one file, plain refusals, and what is to be done after."""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import copied

Run = Callable[..., Result]
OTHER = "another key for tests: 9876543210fedcba"


@pytest.fixture(scope="module")
def taken(made: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demonstration, taken once with its keys."""
    from click.testing import CliRunner

    from quiz.cli import main

    file = tmp_path_factory.mktemp("taken") / "amana.backup"
    environment = {"DATABASE_URL": made[0], "SECRET_KEY": "a key for tests only: 0123456789abcdef", "DEMO": "1"}
    result = CliRunner().invoke(main, ["backup", str(file), "--with-keys"], env=environment)
    assert result.exit_code == 0, result.output
    return file


def people_in(url: str) -> int:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return int(connection.execute("SELECT count(*) FROM person").fetchone()[0])


def test_a_backup_is_one_file_for_this_user_alone_and_says_what_is_not_in_it(
    quiz: Run, made: tuple[str, str], tmp_path: Path
) -> None:
    file, url = tmp_path / "amana.backup", copied(made[0], tmp_path)
    key, tips = tmp_path / "audit.key", tmp_path / "tips"
    key.write_text("00112233445566778899aabbccddeeff" * 2)
    tips.mkdir()
    done = quiz("backup", str(file), DATABASE_URL=url, AUDIT_KEY_FILE=str(key), AUDIT_TIP_FOLDER=str(tips))
    assert done.exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    for said in ("SECRET_KEY", f"AUDIT_KEY_FILE: {key}", f"AUDIT_TIP_FOLDER: {tips}", "the settings themselves"):
        assert said in done.output
    content = file.read_bytes()
    again = quiz("backup", str(file), DATABASE_URL=url)
    assert (again.exit_code, again.output) == (1, f"Error: {file} is there already, and nothing is written over\n")
    assert file.read_bytes() == content
    assert quiz("backup", str(tmp_path / "nowhere" / "x"), DATABASE_URL=url).exit_code == 2
    assert quiz("restore", "--keys-to", str(tmp_path / "keys"), str(file)).output == "Error: there are no keys in it\n"
    assert "in memory" in quiz("backup", str(tmp_path / "y"), DATABASE_URL="sqlite://").output


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_is_full_or_breaks_leaves_nothing_behind(
    quiz: Run, made: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(_number: int) -> None:
        raise OSError(number, os.strerror(number))

    url, folder = copied(made[0], tmp_path), tmp_path / "backups"
    folder.mkdir()
    monkeypatch.setattr(os, "fsync", fail)
    done = quiz("backup", str(folder / "amana.backup"), DATABASE_URL=url)
    assert done.exit_code == 1
    assert ("the disk is full" if number == errno.ENOSPC else "Input/output error") in done.output
    assert list(folder.iterdir()) == []


def test_it_is_looked_at_and_brought_back_into_an_empty_place(quiz: Run, taken: Path, tmp_path: Path) -> None:
    checked = quiz("restore", "--check", str(taken))
    assert checked.exit_code == 0
    assert f"{taken} is whole; sqlite, schema " in checked.output
    assert not (tmp_path / "amana.db").exists()
    done = quiz("restore", str(taken))
    assert done.exit_code == 0
    assert "mails kept back: 3" in done.output
    assert people_in(f"sqlite:///{tmp_path / 'amana.db'}") == 79
    assert (tmp_path / "amana.db").stat().st_mode & 0o777 == 0o600
    # It goes on from here: with the mails that are kept back, then without.
    assert "MailRequested" not in quiz("mails", "held").output
    assert "QuestionAnswered: 2" in quiz("mails", "held").output
    assert "held: a backup was restored" in quiz("mails", "check").output
    assert quiz("mails", "release").exit_code == 2
    assert quiz("mails", "release", "--send-all", "--drop-all").exit_code == 2
    released = quiz("mails", "release", "--sent-until", "2099-01-01T00:00+0200")
    assert released.output == "going out: 0, taken as sent: 3\n"
    assert quiz("mails", "held").output == "no mails are kept back\n"
    again = quiz("restore", str(taken))
    assert (again.exit_code, again.output) == (
        1,
        "Error: amana.db is not empty: --replace sets aside what stands there\n",
    )


def test_what_stands_there_is_set_aside_only_for_who_types_its_name_and_while_nobody_uses_it(
    quiz: Run, taken: Path, made: tuple[str, str], tmp_path: Path
) -> None:
    url = copied(made[0], tmp_path)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE person SET name = 'of before'")
        connection.commit()
        wrong = quiz("restore", "--replace", "--confirm", "copy", str(taken), DATABASE_URL=url)
        assert "another name was typed" in wrong.output
        busy = quiz("restore", "--replace", "--confirm", "copy.db", str(taken), DATABASE_URL=url)
        assert (busy.exit_code, busy.output) == (
            1,
            "Error: copy.db is in use (1): stop quiz serve and quiz work first\n",
        )
    done = quiz("restore", "--replace", "--confirm", "copy.db", "--skip-records", str(taken), DATABASE_URL=url)
    assert done.exit_code == 0
    (aside,) = tmp_path.glob("copy.db.before-restore-*")
    assert f"what stood there is kept as {aside}" in done.output
    for path, name in ((aside, True), (tmp_path / "copy.db", False)):
        with closing(sqlite3.connect(path)) as connection:
            assert bool(connection.execute("SELECT 1 FROM person WHERE name = 'of before'").fetchone()) == name


def test_without_the_secret_of_then_nobody_is_believed_unless_told_to(quiz: Run, taken: Path, tmp_path: Path) -> None:
    refused = quiz("restore", str(taken), SECRET_KEY=OTHER)
    assert refused.exit_code == 1
    assert "OLD_SECRET_KEYS" in refused.output
    assert not (tmp_path / "amana.db").exists()
    known = quiz(
        "restore", "--check", str(taken), SECRET_KEY=OTHER, OLD_SECRET_KEYS="a key for tests only: 0123456789abcdef"
    )
    assert known.exit_code == 0
    told = quiz("restore", "--unsealed", "--skip-records", str(taken), SECRET_KEY=OTHER)
    assert people_in(f"sqlite:///{tmp_path / 'amana.db'}") == 79
    assert told.exit_code == 0


def test_keys_that_were_put_in_come_out_for_this_user_alone(quiz: Run, taken: Path, tmp_path: Path) -> None:
    # On a machine that has nothing yet, not even a secret.
    done = quiz("restore", "--keys-to", str(tmp_path / "keys"), str(taken), SECRET_KEY=None)
    assert done.exit_code == 0
    found = {path.name: path for path in (tmp_path / "keys").iterdir()}
    assert set(found) == {"SECRET_KEY", "CREDENTIAL_KEY_FILE", "SIGNING_KEY_FILE"}
    assert found["SECRET_KEY"].read_text() == "a key for tests only: 0123456789abcdef"
    assert {path.stat().st_mode & 0o777 for path in found.values()} == {0o600}
    again = quiz("restore", "--keys-to", str(tmp_path / "keys"), str(taken), SECRET_KEY=None)
    assert "is there already" in again.output


def test_what_is_no_backup_is_told_in_one_line(quiz: Run, taken: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.backup"
    cut.write_bytes(taken.read_bytes()[:-2000])
    for words in (
        ("restore", str(cut)),
        ("restore", "--check", str(cut)),
        ("restore", "--keys-to", str(tmp_path), str(cut)),
    ):
        result = quiz(*words)
        assert result.exit_code == 1
        assert result.output == "Error: cut.backup was changed or cut off, or is no backup\n"
    assert quiz("restore", str(tmp_path / "nowhere")).exit_code == 2
