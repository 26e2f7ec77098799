"""`quiz assignments …` on the demonstration: rules evaluated now, and counts that are wrong found and mended."""

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


def test_rules_are_evaluated_as_often_as_one_likes(quiz: Run, environment: dict[str, str | None]) -> None:
    assert quiz("assignments", "run").output == "people 0, assigned 0, lapsed 0\n"
    change(
        environment,
        "INSERT INTO assignment_rule (public_id, module_id, scope, within, due, renewal, starts_on, reason, made_by, "
        "made_at) SELECT '0123456789abcdef0123456789abcdef', id, 'everybody', '{}', 'none', 'none', '2020-01-01', "
        "'سبب', 'system:tests', '2026-01-01 00:00:00' FROM module WHERE key = 'onboarding-social-media'",
    )
    first = quiz("assignments", "run").output
    assert first.startswith("people ")
    assert "assigned 0" not in first
    assert "assigned 0, lapsed 0" in quiz("assignments", "run").output
    assert quiz("assignments", "check").output == "every count is right\n"


def test_a_count_that_is_wrong_is_listed_and_mended(quiz: Run, environment: dict[str, str | None]) -> None:
    change(environment, "UPDATE tally SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM tally)")
    found = quiz("assignments", "check")
    assert found.exit_code == 1
    assert "counts that differ: 1" in found.output
    assert ": kept " in found.output
    assert quiz("assignments", "check", "--mend").exit_code == 0
    assert quiz("assignments", "check").output == "every count is right\n"
