"""`quiz weaknesses …` on the demonstration: brought up to date as often as one likes, and a sum that is wrong found."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from quiz.db.connection import connect
from tests.cli.conftest import copied

Run = Callable[..., Result]


@pytest.fixture
def environment(made: tuple[str, str], environment: dict[str, str | None], tmp_path: Path) -> dict[str, str | None]:
    """The settings of an operator who looks at a copy of the demonstration."""
    return {**environment, "DATABASE_URL": copied(made[0], tmp_path)}


def change(environment: dict[str, str | None], statement: str) -> None:
    with connect(str(environment["DATABASE_URL"])).writes() as session:
        session.execute(text(statement))
        session.commit()


def test_sums_are_brought_up_to_date_as_often_as_one_likes(quiz: Run, environment: dict[str, str | None]) -> None:
    assert quiz("weaknesses", "run").output == "first attempts counted 0, sums published 0\n"
    assert quiz("weaknesses", "check").output == "every sum is right\n"
    # As after a release that brings the table: nothing was counted yet.
    change(environment, "DELETE FROM waiting_answers")
    change(environment, "DROP TRIGGER released_answers_delete_refused")
    change(environment, "DELETE FROM released_answers")
    change(environment, "UPDATE mark_sheet SET is_counted = false")
    first = quiz("weaknesses", "run").output
    assert "counted 0" not in first
    assert "published 0" not in first
    assert quiz("weaknesses", "check").output == "every sum is right\n"


def test_a_sum_that_is_wrong_is_listed(quiz: Run, environment: dict[str, str | None]) -> None:
    first = "(SELECT MIN(id) FROM waiting_answers)"
    change(environment, f"UPDATE waiting_answers SET answers = answers + 1 WHERE id = {first}")
    found = quiz("weaknesses", "check")
    assert found.exit_code == 1
    assert "provisions whose sums differ: 1" in found.output
    assert ": kept " in found.output
