"""`quiz mails check` on the demonstration: what is wrong with its exit status, and calm."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from quiz.db.connection import connect
from quiz.services.tools import system_clock

Run = Callable[..., Result]


@pytest.fixture
def environment(made: tuple[str, str], environment: dict[str, str | None], tmp_path: Path) -> dict[str, str | None]:
    """The settings of an operator who looks at a copy of the demonstration."""
    copy = tmp_path / "copy.db"
    # What was written last may stand beside the file still, in its log.
    with closing(sqlite3.connect(made[0].removeprefix("sqlite:///"))) as whole, closing(sqlite3.connect(copy)) as own:
        whole.backup(own)
    return {**environment, "DATABASE_URL": f"sqlite:///{copy}"}


def test_what_is_wrong_is_listed_with_what_to_do_and_else_it_is_calm(
    quiz: Run, environment: dict[str, str | None]
) -> None:
    found = quiz("mails", "check")
    assert found.exit_code == 1
    assert "worker-unseen: no worker was seen; start one with quiz work (since ever)" in found.output
    now = system_clock()
    with connect(str(environment["DATABASE_URL"])).writes() as session:
        session.execute(text("DELETE FROM outbox_message"))
        seen = {"at": now.strftime("%Y-%m-%d %H:%M:%S.000000")}
        session.execute(text("INSERT INTO worker_sign VALUES ('worker', :at)"), seen)
        # Whatever day and hour it is where this runs.
        for day in range(-7, 2):
            session.execute(
                text(
                    "INSERT INTO reminder_run (day, after_person, people, mails, steps, skipped, began_at, ended_at) "
                    "VALUES (:day, 0, 0, 0, 0, 0, :at, :at)"
                ),
                {**seen, "day": (now + timedelta(days=day)).date().isoformat()},
            )
        session.commit()
    found = quiz("mails", "check")
    assert found.output == "of the 0 mails of today 0 were sent; nothing is wrong\n"
    assert found.exit_code == 0
