"""`quiz bank check` and `quiz bank coverage` from the shell."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from quiz.cli.bank import bank as command


@pytest.fixture
def folder(tmp_path: Path, bank: Any) -> Path:
    return written(tmp_path, bank)


def written(folder: Path, bank: Any) -> Path:
    """Write the documents of a bank as content files."""
    reading = bank.reading()
    for source in (*reading.instruments, *reading.scenarios, *reading.modules):
        path = folder / source.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(source.document, allow_unicode=True, sort_keys=False))
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


def test_a_clean_folder_passes(folder: Path) -> None:
    result = run("check", folder)
    assert result.exit_code == 0
    assert result.output == "Errors: 0. Warnings: 0.\n"


def test_everything_wrong_is_printed_with_file_and_line(tmp_path: Path, bank: Any) -> None:
    bank.scenario["cites"] = ["a/b/c"]
    bank.scenario["options"][0]["text"]["ar"] = "كتابة الرأي, ثم نشره على الحساب الشخصي دون الصفة الوظيفية."
    folder = written(tmp_path, bank)
    lines = (folder / "scenarios/eg-cybercrime/colleague-account.yaml").read_text().split("\n")
    wrong, latin = lines.index("- a/b/c") + 1, next(i for i, line in enumerate(lines, 1) if "الرأي," in line)
    result = run("check", folder)
    assert result.exit_code == 1
    file = "scenarios/eg-cybercrime/colleague-account.yaml"
    assert f"{file}:{wrong}: error: No provision stands at a/b/c." in result.output
    assert f"{file}:{latin}: warning: Latin punctuation , stands" in result.output
    assert result.output.endswith("Errors: 1. Warnings: 1.\n")


def test_warnings_alone_do_not_fail(tmp_path: Path, bank: Any) -> None:
    bank.scenario["options"][0]["text"]["ar"] = "كتابة الرأي, ثم نشره على الحساب الشخصي دون الصفة الوظيفية."
    result = run("check", written(tmp_path, bank))
    assert result.exit_code == 0
    assert "Warnings: 1." in result.output


def test_a_program_reads_json(tmp_path: Path, bank: Any) -> None:
    bank.scenario["cites"] = ["a/b/c"]
    result = run("check", written(tmp_path, bank), "--json")
    assert result.exit_code == 1
    read = json.loads(result.output)
    assert (read["errors"], read["warnings"]) == (1, 0)
    (found,) = read["findings"]
    assert found["code"] == "no-such-provision"
    assert found["path"] == ["cites", 0]
    assert found["line"] > 0
    assert found["sentence"] == "No provision stands at a/b/c."


def test_arabic_lines_isolate_their_values(tmp_path: Path, bank: Any) -> None:
    bank.scenario["cites"] = ["a/b/c"]
    folder = written(tmp_path, bank)
    assert "\u2068a/b/c\u2069" in run("check", folder, "--language", "ar").output
    assert "\u2068" not in run("check", folder).output


def test_a_folder_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    assert run("check", tmp_path / "nowhere").exit_code == 2


def test_a_folder_without_content_fails(tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert result.output.startswith(".: error: There are no content files here")


@pytest.mark.parametrize("name", ["check", "coverage", "guess"])
def test_without_a_folder_the_shipped_content_is_read(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def shipped(name: str) -> Path:
        asked.append(name)
        return folder

    monkeypatch.setattr(import_module("quiz.cli.bank"), "shipped_folder", shipped)
    assert run(name).exit_code == 0
    assert asked == ["content"]


def test_coverage_as_a_table(tmp_path: Path, bank: Any) -> None:
    for provision in bank.instrument["editions"][0]["provisions"]:
        provision["binds_conduct"] = True
    bank.copies(1)
    result = run("coverage", written(tmp_path, bank))
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert "  eg-cybercrime/law-175-2018/art-20  2" in lines
    assert "  eg-cybercrime/law-175-2018/art-21  0 *" in lines
    assert "* fewer than two: 1 of 2 provisions" in lines
    assert "left out" not in result.output
    assert lines[lines.index("  eg-cybercrime/law-175-2018/art-20  2") + 1] == "      colleague-account, copy-0"
    assert lines[lines.index("By bank") + 3].split() == ["eg-cybercrime", "2", "2"]
    assert "  Medium of the exhibit  All  none" in lines


def test_coverage_as_json(tmp_path: Path, bank: Any) -> None:
    bank.instrument["editions"][0]["provisions"][0]["binds_conduct"] = True
    bank.copies(1, lambda number, document: document.update(kind="nonsense"))
    read = json.loads(run("coverage", written(tmp_path, bank), "--json").output)
    assert read["provisions"] == [
        {"address": "eg-cybercrime/law-175-2018/art-20", "scenarios": ["colleague-account"], "is_thin": True}
    ]
    assert read["bank"]["eg-cybercrime"]["all"] == 1
    assert read["bank"]["eg-cybercrime"]["difficulty"] == {"2": 1}
    assert list(read["value"]) == ["integrity"]
    assert read["left_out"] == 1


def test_coverage_names_how_many_files_it_left_out(tmp_path: Path, bank: Any) -> None:
    bank.copies(1, lambda number, document: document.update(kind="nonsense"))
    assert "Files with faults, left out: 1." in run("coverage", written(tmp_path, bank)).output


def test_guessing_as_a_table(tmp_path: Path, bank: Any) -> None:
    bank.copies(1)
    result = run("guess", written(tmp_path, bank))
    assert result.exit_code == 0
    lines = [line.split() for line in result.output.splitlines()]
    assert ["option-3", "2", "100", "25", "+75"] in lines
    assert ["option-1", "2", "0", "25", "-25"] in lines
    assert [lines[0], lines[2]] == [
        ["eg-cybercrime"],
        ["Guessed", "by", "Scenarios", "Succeeds,", "percent", "By", "chance", "Above", "chance"],
    ]


def test_a_bank_that_gives_its_best_options_away_fails(tmp_path: Path, bank: Any) -> None:
    bank.copies(19)
    folder = written(tmp_path, bank)
    assert run("guess", folder).exit_code == 1
    read = json.loads(run("guess", folder, "--json").output)
    third = next(rate for rate in read["eg-cybercrime"] if rate["strategy"] == "option-3")
    assert third == {"strategy": "option-3", "scenarios": 20, "succeeds": 1.0, "chance": 0.25, "gives_away": True}
    assert read["left_out"] == 0
