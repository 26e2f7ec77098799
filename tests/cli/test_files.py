"""`quiz bank export` and `load`: the banks go out as files, and come in as drafts of an editor."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from quiz.settings.operator import folder

Run = Callable[..., Result]
EDITOR = "editor@amana.example"


@pytest.fixture
def desk(made: tuple[str, str], tmp_path: Path) -> dict[str, str]:
    """A copy of the demonstration, with people in it."""
    source = Path(made[0].removeprefix("sqlite:///"))
    copy = tmp_path / "amana.db"
    for suffix in ("", "-wal"):
        if source.with_name(source.name + suffix).exists():
            copy.with_name(copy.name + suffix).write_bytes(source.with_name(source.name + suffix).read_bytes())
    return {"DATABASE_URL": f"sqlite:///{copy}"}


def files_under(top: Path) -> dict[str, bytes]:
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*.yaml")}


def test_what_is_exported_is_what_is_shipped_and_nothing_new_to_load(
    quiz: Run, desk: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = quiz("bank", "export", str(out), **desk)
    assert result.exit_code == 0, result.output
    assert files_under(out).keys() == files_under(folder("content")).keys()
    assert quiz("bank", "check", str(out)).exit_code == 0
    loaded = quiz("bank", "load", str(out), "--by", EDITOR, **desk)
    assert loaded.exit_code == 0, loaded.output[-2000:]
    assert f"files: {len(files_under(out))} as published" in loaded.output
    assert "files: 0 drafts made" in loaded.output


def test_a_folder_with_what_is_not_published_is_left_as_it_is_until_it_is_said(
    quiz: Run, desk: dict[str, str], tmp_path: Path
) -> None:
    stray = tmp_path / "out" / "scenarios" / "eg-conduct" / "of-mine.yaml"
    stray.parent.mkdir(parents=True)
    stray.write_text("mine")
    refused = quiz("bank", "export", str(tmp_path / "out"), **desk)
    assert refused.exit_code == 1
    assert "of-mine.yaml" in refused.output
    assert list(files_under(tmp_path / "out")) == ["scenarios/eg-conduct/of-mine.yaml"]
    assert quiz("bank", "export", str(tmp_path / "out"), "--replace", **desk).exit_code == 0
    assert not stray.exists()
    # Of one bank alone, its scenarios.
    assert quiz("bank", "export", str(tmp_path / "one"), "--bank", "ae-conduct", **desk).exit_code == 0
    assert {name.rpartition("/")[0] for name in files_under(tmp_path / "one")} == {"scenarios/ae-conduct"}


def test_what_changed_becomes_a_draft_of_whoever_answers_for_it(
    quiz: Run, desk: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    quiz("bank", "export", str(out), "--bank", "eg-conduct", **desk)
    path = next(iter(sorted(out.rglob("*.yaml"))))
    path.write_text(
        re.sub(r"difficulty: \d", "difficulty: 3", path.read_text()).replace("difficulty: 3\n", "difficulty: 9\n")
    )
    checked = quiz("bank", "load", str(out), "--by", EDITOR, "--check", **desk)
    assert checked.exit_code == 1
    assert re.search(rf"{path.name}:1 difficulty: error: ", checked.output)
    assert "1 changed" in checked.output
    assert "drafts made" not in checked.output
    made = quiz("bank", "load", str(out), "--by", EDITOR, **desk)
    assert "files: 1 drafts made" in made.output
    # What somebody is writing is never laid over.
    path.write_text(path.read_text().replace("difficulty: 9", "difficulty: 8"))
    again = quiz("bank", "load", str(out), "--by", EDITOR, **desk)
    assert "1 left alone" in again.output
    assert "files: 0 drafts made" in again.output


@pytest.mark.parametrize("email", ["hire@amana.example", "nobody@amana.example"])
def test_only_an_editor_can_answer_for_a_file(quiz: Run, desk: dict[str, str], tmp_path: Path, email: str) -> None:
    (tmp_path / "content" / "scenarios" / "eg-conduct").mkdir(parents=True)
    result = quiz("bank", "load", str(tmp_path / "content"), "--by", email, **desk)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_file_that_cannot_be_read_is_told_and_makes_no_draft(quiz: Run, desk: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_bytes(b"format: 1\nkey: \xff\n")
    result = quiz("bank", "load", str(tmp_path / "broken.yaml"), "--by", EDITOR, **desk)
    assert result.exit_code == 1
    assert "broken.yaml:2: error: " in result.output
    assert "files: 0 drafts made" in result.output
