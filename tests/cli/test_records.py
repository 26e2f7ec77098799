"""`quiz records …` on the demonstration: what an operator is told, and what is done only when asked for."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from quiz.db.connection import connect

Run = Callable[..., Result]


@pytest.fixture
def environment(made: tuple[str, str], environment: dict[str, str | None], tmp_path: Path) -> dict[str, str | None]:
    """The settings of an operator who looks at a copy of the demonstration."""
    copy = tmp_path / "copy.db"
    # What was written last may stand beside the file still, in its log.
    with closing(sqlite3.connect(made[0].removeprefix("sqlite:///"))) as whole, closing(sqlite3.connect(copy)) as own:
        whole.backup(own)
    return {**environment, "DATABASE_URL": f"sqlite:///{copy}"}


def value(environment: dict[str, str | None], statement: str) -> str:
    with connect(str(environment["DATABASE_URL"])).reads() as session:
        return str(session.scalar(text(statement)))


@pytest.fixture
def attempt_id(environment: dict[str, str | None]) -> str:
    return value(environment, "SELECT public_id FROM attempt WHERE outcome = 'passed' ORDER BY id")


@pytest.fixture
def record_id(environment: dict[str, str | None]) -> str:
    return value(environment, "SELECT public_id FROM completion ORDER BY id LIMIT 1")


def test_records_that_nobody_touched_differ_in_nothing(quiz: Run, record_id: str) -> None:
    result = quiz("records", "recompute", "--all")
    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"records: 8, attempts: [1-9]\d*, differences: 0\n", result.output)
    assert "records: 1, attempts: 1, differences: 0" in quiz("records", "recompute", record_id).output


def test_a_difference_is_listed_and_fails(quiz: Run, environment: dict[str, str | None], record_id: str) -> None:
    with connect(str(environment["DATABASE_URL"])).writes() as session:
        session.execute(text("DROP TRIGGER completion_holder_update_refused"))
        session.execute(text("UPDATE completion_holder SET name = 'سمير نجيب' WHERE completion_id = 1"))
        session.commit()
    result = quiz("records", "recompute", record_id)
    assert result.exit_code == 1
    assert f"completion {record_id}: name: stored another name" in result.output
    (difference,) = json.loads(quiz("records", "recompute", "--all", "--json").output)["differences"]
    assert (difference["kind"], difference["id"], difference["what"]) == ("completion", record_id, "name")


def test_names_are_removed_and_a_record_revoked_by_whom_is_said(
    quiz: Run, environment: dict[str, str | None], record_id: str
) -> None:
    reasons = ("--reason-ar", "سبب", "--reason-en", "reason")
    assert quiz("records", "revoke", record_id, *reasons).exit_code == 2
    assert quiz("records", "revoke", record_id, *reasons, "--behind", "كتاب 7").exit_code == 0
    assert value(environment, "SELECT revoked_by FROM revocation WHERE completion_id = 1") == "system:records: كتاب 7"
    assert quiz("records", "erase", record_id, "--reason", "انتهت المدة").exit_code == 0
    assert str(value(environment, "SELECT count(*) FROM completion_holder WHERE completion_id = 1")) == "0"
    assert quiz("records", "erase", "0" * 32, "--reason", "انتهت المدة").exit_code == 1


def test_some_or_all_is_to_be_said(quiz: Run, record_id: str) -> None:
    assert quiz("records", "recompute").exit_code == 2
    assert quiz("records", "recompute", record_id, "--all").exit_code == 2
    unknown = quiz("records", "recompute", "f" * 32)
    assert unknown.exit_code == 1
    assert "completion" in unknown.output


def test_a_draw_explains_itself(quiz: Run, attempt_id: str) -> None:
    result = quiz("records", "explain", attempt_id)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert len(lines) >= 10
    for line in lines:
        assert re.fullmatch(
            r"\d+\. [a-z0-9-]+: line \d+, (counts|does not count), (new to the person|last seen \S+); "
            r"\d+ were free, the seed decided among \d+",
            line,
        )
    assert quiz("records", "explain", "f" * 32).exit_code == 1


def test_the_pages_of_an_attempt_are_written_again(quiz: Run, attempt_id: str, tmp_path: Path) -> None:
    into = tmp_path / "pages"
    result = quiz("records", "replay", attempt_id, "--into", str(into))
    assert result.exit_code == 0, result.output
    written = sorted(path.name for path in into.glob("*.html"))
    assert written == sorted(line.split()[0] for line in result.output.splitlines())
    first = (into / written[0]).read_text(encoding="utf-8")
    # Whoever opens it in ten years has no server: its style sheet and fonts stand beside it.
    assert '<link rel="stylesheet" href="assets/app.css">' in first
    fonts = re.findall(r'url\("(fonts/[^"]+)"\)', (into / "assets" / "app.css").read_text(encoding="utf-8"))
    assert fonts
    assert all((into / "assets" / font).stat().st_size > 1000 for font in fonts)
    assert '<html lang="ar" dir="rtl"' in first
    assert {name.split("-")[1] for name in written} == {"before", "after"}


def test_a_regrading_is_shown_first_and_done_when_asked(
    quiz: Run, environment: dict[str, str | None], attempt_id: str
) -> None:
    key = quiz("records", "explain", attempt_id).output.split(":")[0].removeprefix("1. ")
    result = quiz("records", "regrade", key, "--withdraw")
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"{key}: withdrawn, only_if_it_helps\nattempts: ")
    assert value(environment, "SELECT count(*) FROM regrading") == "0"
    without = quiz("records", "regrade", key, "--withdraw", "--apply")
    assert without.exit_code == 1
    assert "reason-missing" in without.output
    words = ("--reason-ar", "خطأ في المفتاح", "--reason-en", "A fault in the key")
    done = quiz("records", "regrade", key, "--withdraw", "--apply", *words)
    assert done.exit_code == 0, done.output
    assert re.search(r"decision [0-9a-f]{32}: [1-9]\d* attempts marked again\n$", done.output)
    again = quiz("records", "regrade", key, "--withdraw", "--apply", *words)
    assert again.output.endswith(": 0 attempts marked again\n")
    assert quiz("records", "recompute", "--all").exit_code == 0
    assert quiz("records", "regrade", "no-such-scenario").exit_code == 1


def test_what_a_withdrawal_leaves_short_is_told(quiz: Run, environment: dict[str, str | None]) -> None:
    key = value(environment, "SELECT key FROM scenario WHERE bank = 'ae-conduct' ORDER BY key")
    with connect(str(environment["DATABASE_URL"])).writes() as session:
        others = "UPDATE scenario SET withdrawn_at = '2026-11-01' WHERE bank = 'ae-conduct' AND key != :key"
        session.execute(text(others), {"key": key})
        session.commit()
    line = "module exam-social-media: 2 scenarios missing without this one\n"
    assert line in quiz("records", "regrade", key, "--withdraw").output
    assert line not in quiz("records", "regrade", key).output
