"""`quiz audit …` and `quiz access …` on the demonstration: whole, broken, cut, taken away and made again elsewhere."""

import csv
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import copied

Run = Callable[..., Result]
KEY = bytes(range(32))


@pytest.fixture
def environment(made: tuple[str, str], environment: dict[str, str | None], tmp_path: Path) -> dict[str, str | None]:
    """An operator with a copy of the demonstration, a key for the chain, and a folder for tips."""
    (tmp_path / "tips").mkdir()
    (tmp_path / "audit.key").write_text(KEY.hex())
    return {
        **environment,
        "DATABASE_URL": copied(made[0], tmp_path),
        "AUDIT_KEY_FILE": str(tmp_path / "audit.key"),
        "AUDIT_TIP_FOLDER": str(tmp_path / "tips"),
    }


def change(environment: dict[str, str | None], *statements: str) -> None:
    """Change the database as somebody does who owns it."""
    with closing(sqlite3.connect(str(environment["DATABASE_URL"]).removeprefix("sqlite:///"))) as own:
        for (name,) in own.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"):
            if name.endswith("refused"):
                own.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            own.execute(statement)
        own.commit()


def test_a_whole_trail_is_told_whole_and_a_changed_entry_is_named(
    quiz: Run, environment: dict[str, str | None]
) -> None:
    assert quiz("audit", "seal").exit_code == 0
    found = quiz("audit", "verify", "--by", "auditor@amana.example")
    assert (found.exit_code, found.output.splitlines()[-1].partition("; ")[2]) == (0, "nothing is broken")
    assert "no tip from outside" in found.output
    assert "AUDIT_KEY_FILE" not in found.output
    change(environment, "UPDATE audit_entry SET because = 'own' WHERE id = 7")
    found = quiz("audit", "verify")
    assert found.exit_code == 1
    assert found.output.splitlines()[0] == (
        "number 7, entry 7: entry-altered: the entry was changed after it was sealed"
    )
    found = quiz("audit", "verify", "--json")
    said = json.loads(found.output)
    assert (said["faults"], said["found"][0]["code"], said["found"][0]["number"]) == (1, "entry-altered", 7)


def test_a_tail_that_was_cut_off_is_told_by_the_folder_of_tips(
    quiz: Run, environment: dict[str, str | None], tmp_path: Path
) -> None:
    printed = json.loads(quiz("audit", "tip").output)
    assert [path.name[:10] for path in (tmp_path / "tips").iterdir()] == ["audit-tip-"]
    low = printed["number"] - 3
    change(
        environment,
        f"DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_link WHERE number <= {low})",
        f"DELETE FROM audit_link WHERE number > {low}",
        "DELETE FROM audit_waiting",
        "DELETE FROM audit_tip",
    )
    assert quiz("audit", "verify").exit_code == 0
    change(environment, "DELETE FROM audit_waiting", f"DELETE FROM audit_entry WHERE id NOT IN "
           f"(SELECT entry_id FROM audit_link WHERE number <= {low})")  # fmt: skip
    found = quiz("audit", "verify", "--tips", str(tmp_path / "tips"))
    assert found.exit_code == 1
    assert f"number {low}: cut" in found.output
    (tmp_path / "tips" / "more.jsonl").write_text("no tip\n")
    assert "more.jsonl:1" in quiz("audit", "verify", "--tips", str(tmp_path / "tips")).output


def test_somebody_else_with_the_key_makes_the_chain_again_from_what_is_taken_away(quiz: Run, tmp_path: Path) -> None:
    quiz("audit", "seal")
    assert quiz("audit", "export", str(tmp_path / "trail.jsonl")).exit_code == 0
    previous = "0" * 64
    count = 0
    # By docs/audit.md, with nothing of ours.
    for line in (tmp_path / "trail.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        form = json.dumps(row["entry"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(form.encode()).hexdigest() == row["entry_digest"]
        said = ["amana audit link 1", str(row["number"]), previous, str(row["entry_id"]), row["entry_digest"]]
        bound = "\n".join([*said, row["sealed_at"], row["key"]])
        previous = hmac.new(KEY, bound.encode(), hashlib.sha256).hexdigest()
        assert previous == row["link"]
        count += 1
    assert count > 100
    assert quiz("audit", "export", str(tmp_path / "trail.csv")).exit_code == 0
    with (tmp_path / "trail.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.reader(table))
    assert rows[0] == ["number", "entry_id", "entry_digest", "sealed_at", "key", "link", "entry"]
    assert len(rows) == count + 1


def test_nobody_stands_in_the_trail_of_the_demonstration_but_by_reference(environment: dict[str, str | None]) -> None:
    with closing(sqlite3.connect(str(environment["DATABASE_URL"]).removeprefix("sqlite:///"))) as own:
        people = own.execute("SELECT name, latin_name, email, hr_number FROM person").fetchall()
        entries = own.execute("SELECT id, actor, target_id, because, details FROM audit_entry").fetchall()
    said = [
        (row[0], "\n".join([*map(str, row[1:4]), json.dumps(json.loads(row[4]), ensure_ascii=False)]))
        for row in entries
    ]
    personal = {value for person in people for value in person if value}
    assert len(personal) > 100
    assert len(entries) > 100
    assert [(key, value) for key, words in said for value in personal if value in words] == []


def test_a_key_that_is_none_stops_every_command_with_one_line(quiz: Run, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("short")
    found = quiz("audit", "seal", AUDIT_KEY_FILE=str(tmp_path / "bad"))
    assert found.exit_code == 2
    assert "AUDIT_KEY_FILE: " in found.output
    assert quiz("audit", "seal", AUDIT_TIP_FOLDER=str(tmp_path / "nowhere")).exit_code == 2


def test_without_a_key_of_its_own_it_is_said(quiz: Run) -> None:
    quiz("audit", "seal", AUDIT_KEY_FILE=None)
    found = quiz("audit", "verify", AUDIT_KEY_FILE=None)
    assert "the key is derived from SECRET_KEY" in found.output
    assert found.exit_code == 0
    # A key of its own follows, and what the derived one sealed still reads.
    assert quiz("audit", "seal").exit_code == 0
    assert quiz("audit", "verify").exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("auditor@amana.example", "trace:audit:read"), 0, "allowed: role-auditor"),
        (("hire@amana.example", "trace:audit:read"), 1, "refused: role-missing"),
        (("hire@amana.example", "records:completion:read", "own"), 0, "allowed: own"),
        (("hire@amana.example", "records:completion:read", "person:hr@amana.example"), 1, "refused: not-own"),
        (("manager@amana.example", "reporting:team:read", "person:manager@amana.example"), 0, "allowed: manages-unit"),
        (("hire@amana.example", "no:such:thing"), 2, "is no permission"),
        (("nobody@amana.example", "trace:audit:read"), 2, "there is no such person"),
        (("hire@amana.example", "trace:audit:read", "moon:1"), 2, "TARGET is"),
        (("hire@amana.example", "trace:audit:read", "unit:"), 2, "there is no such unit"),
    ],
)
def test_access_is_explained_by_the_policy_itself(quiz: Run, words: tuple[str, ...], status: int, said: str) -> None:
    found = quiz("access", "explain", *words)
    assert (found.exit_code, said in found.output) == (status, True), found.output
    if status < 2:
        told = json.loads(quiz("access", "explain", *words, "--json").output)
        assert told["allowed"] is (status == 0)
