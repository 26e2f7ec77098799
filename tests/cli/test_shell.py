"""`quiz …`: every command explains itself, succeeds with 0, finds faults with 1, is misused with 2."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from quiz.cli import main

Run = Callable[..., Result]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def test_every_command_says_what_it_does(quiz: Run) -> None:
    found = list(commands(main))
    assert len(found) > 15
    for words in found:
        result = quiz(*words, "--help")
        assert result.exit_code == 0, words
        assert re.search(r"\n\n  [A-Z`].{10}", result.output), words


def test_an_unknown_command_is_misuse(quiz: Run) -> None:
    assert quiz("nonsense").exit_code == 2
    assert quiz("people", "add").exit_code == 2


@pytest.mark.parametrize("secret", [None, "", "weak"])
def test_without_a_secret_it_says_one_clear_line(quiz: Run, secret: str | None) -> None:
    result = quiz("db", "upgrade", SECRET_KEY=secret)
    assert result.exit_code == 2
    assert "SECRET_KEY" in result.output
    assert "Traceback" not in result.output


def test_a_demonstration_is_refused_where_others_could_reach_it(quiz: Run) -> None:
    assert quiz("demo", DEMO="1", BASE_URL="https://training.example").exit_code == 2
    result = quiz("serve", "--host", "0.0.0.0", DEMO="1")  # noqa: S104 - it is refused
    assert result.exit_code == 2
    assert "127.0.0.1" in result.output
    assert quiz("demo").exit_code == 2


def test_a_database_is_brought_up_and_checked(quiz: Run) -> None:
    before = quiz("db", "check")
    assert before.exit_code == 1
    assert "quiz db upgrade" in before.output
    assert "empty -> " in quiz("db", "upgrade").output
    assert quiz("db", "check").exit_code == 0
    # Again, nothing happens.
    assert quiz("db", "upgrade").exit_code == 0


def test_a_database_that_does_not_answer_is_told_in_one_line(quiz: Run, tmp_path: Path) -> None:
    (tmp_path / "not-a-database").write_text("no")
    result = quiz("people", "invite", "x@y.example", DATABASE_URL=f"sqlite:///{tmp_path}")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_the_banks_are_installed_once_and_then_only_what_changed(quiz: Run) -> None:
    quiz("db", "upgrade")
    first = quiz("bank", "install")
    assert first.exit_code == 0
    published = [int(number) for number in re.findall(r"\d+", first.output)]
    assert all(published)
    assert [int(number) for number in re.findall(r"\d+", quiz("bank", "install").output)] == [0, 0, 0]


def test_banks_with_errors_are_not_installed(quiz: Run, tmp_path: Path) -> None:
    quiz("db", "upgrade")
    for name in ("instruments", "scenarios/eg-conduct", "modules"):
        (tmp_path / "content" / name).mkdir(parents=True)
    (tmp_path / "content" / "modules" / "broken.yaml").write_text("format: 1\nkey: broken\n")
    result = quiz("bank", "install", str(tmp_path / "content"))
    assert result.exit_code == 1
    assert "broken.yaml" in result.output


@pytest.fixture
def organisation(quiz: Run) -> str:
    """A database with the banks and one unit; the unit's public id."""
    quiz("db", "upgrade")
    quiz("bank", "install")
    names = ("--name-ar", "إدارة", "--name-en", "Department")
    return quiz("people", "add-unit", *names, "--jurisdiction", "EG", "--code", "DEP").output.strip()


def test_a_role_is_bounded_by_a_bank_and_by_days_and_explained(quiz: Run, organisation: str) -> None:
    who = ("hana@amana.example", "editor")
    added = ("--hr-number", "1", "--email", who[0], "--name", "هناء رضا", "--unit", organisation)
    assert quiz("people", "add", *added).exit_code == 0
    assert quiz("people", "grant", *who, "--bank", "eg-conduct", "--until", "2099-01-31").exit_code == 0
    assert quiz("people", "grant", who[0], "reviewer", "--from", "2099-01-01").exit_code == 0
    assert quiz("people", "grant", who[0], "hr", "--bank", "eg-conduct").exit_code == 1
    assert quiz("people", "grant", *who, "--bank", "no-such").exit_code == 2
    own = quiz("access", "explain", who[0], "bank:draft:write", "bank:eg-conduct")
    assert (own.exit_code, own.output.splitlines()[0]) == (0, "allowed: bank-editor")
    assert re.search("given: editor, bank eg-conduct, from .* until 2099-01-31: held", own.output)
    assert "given: reviewer, everywhere, from 2099-01-01: to-come" in own.output
    other = quiz("access", "explain", who[0], "bank:draft:write", "bank:ae-conduct", "--json")
    told = json.loads(other.output)
    assert (other.exit_code, told["because"], told["banks"]) == (1, "another-bank", ["ae-conduct"])
    assert {one["state"] for one in told["grants"]} == {"held", "to-come"}
    assert quiz("access", "explain", who[0], "bank:draft:write", "bank:no-such").exit_code == 2
    assert quiz("people", "end-role", *who).exit_code == 1
    assert quiz("people", "end-role", *who, "--bank", "eg-conduct").exit_code == 0
    assert quiz("access", "explain", who[0], "bank:draft:write", "bank:eg-conduct").exit_code == 1


def test_a_code_names_one_unit_alone(quiz: Run, organisation: str) -> None:
    named = ("--name-ar", "إدارة", "--name-en", "Department", "--jurisdiction", "EG")
    assert quiz("people", "add-unit", *named, "--code", "DEP").exit_code == 1
    assert quiz("people", "add-unit", *named, "--code", "FIN").exit_code == 0


def test_people_are_added_granted_and_invited_from_the_shell(quiz: Run, organisation: str, tmp_path: Path) -> None:
    person = ("--hr-number", "1", "--email", "hana@amana.example", "--name", "هناء رضا", "--unit", organisation)
    assert re.fullmatch(r"[0-9a-f]{32}\n", quiz("people", "add", *person).output)
    assert quiz("people", "grant", "hana@amana.example", "emperor").exit_code == 2
    assert quiz("people", "invite", "hana@amana.example", "onboarding-social-media").exit_code == 0
    assert "1 carried out" in quiz("work", "--once").output
    (mail,) = (tmp_path / "mail").iterdir()
    assert "hana@amana.example" in mail.read_text()
    assert "0 carried out" in quiz("work", "--once").output
    # After the mails: on a Sunday a manager's week would be among them.
    assert quiz("people", "grant", "hana@amana.example", "manager", "--unit", organisation).exit_code == 0
    more = ("people", "grant-attempt", "hana@amana.example", "onboarding-social-media", "--reason", "انقطع التيار")
    assert quiz(*more).exit_code == 0


def test_one_person_or_everybody_is_signed_out(quiz: Run, organisation: str) -> None:
    person = ("--hr-number", "1", "--email", "hana@amana.example", "--name", "هناء رضا", "--unit", organisation)
    quiz("people", "add", *person)
    assert quiz("people", "sign-out", "hana@amana.example").output == "signed out: 0\n"
    assert quiz("people", "sign-out", "--all").output == "signed out: 0\n"
    assert quiz("people", "sign-out").exit_code == 2
    assert quiz("people", "sign-out", "hana@amana.example", "--all").exit_code == 2
    assert quiz("people", "sign-out", "nobody@amana.example").exit_code == 1


def test_a_person_is_added_once(quiz: Run, organisation: str) -> None:
    person = ("--hr-number", "1", "--email", "hana@amana.example", "--name", "هناء رضا", "--unit", organisation)
    assert quiz("people", "add", *person).exit_code == 0
    again = quiz("people", "add", *person)
    assert again.exit_code == 1
    assert "taken" in again.output


def test_what_is_not_there_is_told_in_one_line(quiz: Run, organisation: str) -> None:
    for words in (
        ("people", "invite", "nobody@amana.example"),
        ("people", "grant", "nobody@amana.example", "editor"),
        ("records", "revoke", "0" * 32, "--reason-ar", "سبب", "--reason-en", "reason", "--behind", "x"),
    ):
        result = quiz(*words)
        assert result.exit_code == 1, words
        assert len(result.output.strip().splitlines()) == 1, result.output


def test_the_translations_are_checked(quiz: Run) -> None:
    result = quiz("translations", "check")
    assert (result.exit_code, result.output) == (0, "translations: complete\n")


def test_files_of_units_and_people_are_looked_at_and_taken_in(quiz: Run, organisation: str, tmp_path: Path) -> None:
    units, staff = tmp_path / "units.csv", tmp_path / "staff.csv"
    units.write_text("code,arabic name,english name,country\nHQ,الديوان,Head office,EG\n")
    staff.write_text("hr number,name,email,unit code,shoe\n1,منى,m@a.example,HQ,39\n2,سامي,s@a.example,XX,41\n")
    assert quiz("people", "import", str(units)).exit_code == 2
    assert "1 of 1" in quiz("people", "import", str(units), "--units").output
    checked = quiz("people", "import", str(staff), "--staff", "--check").output
    assert f"{staff}:3: unit-unknown unit XX" in checked
    assert "read as UTF-8; fault 1, new 1; unchanged 0; managers 0; columns not read: shoe" in checked
    assert "1 of 1" in quiz("people", "import", str(staff), "--staff").output
    again = quiz("people", "import", str(staff), "--staff").output
    assert "unchanged 1" in again
    assert "of 1" not in again
    staff.write_text("nothing,of,use\n1,2,3\n")
    assert "heading-missing" in quiz("people", "import", str(staff), "--staff").output
