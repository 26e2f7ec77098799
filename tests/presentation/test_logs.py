"""What the operator's log holds: lines that programs read, with moments in UTC, and what was turned away."""

import json
import logging
import re
import sys
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from quiz.db.connection import Database
from quiz.presentation.logs import Line, note_refused
from quiz.services.watching import CURRENT, doing
from tests.pages import HERE, RoleClient


@pytest.fixture(autouse=True)
def outside() -> None:
    """Nothing is under way, whatever a test before left open."""
    CURRENT.set(None)


def record(message: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("quiz.tests", logging.WARNING, "tests", 1, message, values, None)


def test_a_line_says_when_in_utc_how_grave_and_where_from() -> None:
    said = json.loads(Line().format(record("outbox message %s failed", 7)))
    assert datetime.fromisoformat(said.pop("at")).utcoffset() == timedelta(0)
    assert said == {"level": "warning", "logger": "quiz.tests", "message": "outbox message 7 failed"}


@pytest.mark.parametrize("typed", ["a\nb", "a\r\n{}", "a\u2028b", "\u202egnirts", "\x1b[2J", '"}\n{"'])
def test_nothing_that_was_typed_begins_a_line_or_turns_one_round(typed: str) -> None:
    line = Line().format(record("no sign-in: %s", typed))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"no sign-in: {typed}"


def raised(fault: Exception) -> str:
    """Return what a line tells of a fault that was raised here."""
    try:
        raise fault
    except Exception:
        record = logging.LogRecord("quiz", logging.ERROR, "tests", 1, "a defect", (), sys.exc_info())
    line = Line().format(record)
    assert "\n" not in line
    return str(json.loads(line)["error"])


def test_what_was_raised_stands_in_the_same_line_with_where() -> None:
    told = raised(RuntimeError("broken"))
    assert told.endswith("RuntimeError: broken")
    assert 'test_logs.py", line ' in told
    assert ", in raised" in told


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (KeyError("hana@amana.example"), "KeyError: …"),
        (ValueError("no person هناء عبد الله رضا in unit 7"), "ValueError: no person … in unit …"),
        (ValueError("Hanaa Reda is away"), "ValueError: … is away"),
        (RuntimeError(f"token {'a1' * 32} (of 10.1.2.3) refused"), "RuntimeError: token … (of … refused"),
        (TypeError("unsupported operand type(s) for +: 'int' and 'str'"), None),
        (OSError(28, "No space left on device", "/srv/hanaa/amana.db"), "OSError: No space left on device"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_of_a_message_only_words_are_told_that_can_be_about_nobody(fault: Exception, told: str | None) -> None:
    line = raised(fault).splitlines()[-1]
    if told is None:
        assert line == "TypeError: unsupported operand … for … and …"
    else:
        assert line == told


def test_what_a_database_says_of_a_row_is_not_told_and_its_statement_is(bare_database: Database) -> None:
    with bare_database.writes() as session:
        unit = {"p": "0" * 32, "n": "{}", "j": "EG"}
        session.execute(text("INSERT INTO unit (public_id, name, jurisdiction) VALUES (:p, :n, :j)"), unit)
        with pytest.raises(IntegrityError) as caught:
            session.execute(text("INSERT INTO unit (public_id, name, jurisdiction) VALUES (:p, :n, :j)"), unit)
    told = raised(caught.value)
    (last,) = re.findall(r"^IntegrityError: (.*)$", told, re.MULTILINE)[-1:]
    assert re.match(r"\w+: INSERT INTO unit \(public_id, name, jurisdiction\) VALUES \(", last)
    assert "0" * 32 not in told
    assert "Key (" not in told


def test_a_cause_stands_before_what_it_led_to_and_a_circle_has_an_end() -> None:
    first, second = ValueError("the first"), RuntimeError("the second")
    first.__cause__, second.__cause__ = second, first
    told = raised(second)
    assert told.index("ValueError: the first") < told.index("RuntimeError: the second")
    hidden = RuntimeError("shown")
    hidden.__context__, hidden.__suppress_context__ = ValueError("kept back"), True
    assert "kept back" not in raised(hidden)


def test_a_line_says_during_which_request_or_job_it_was_written() -> None:
    assert {"request", "job"} & set(json.loads(Line().format(record("outside")))) == set()
    with doing("outbox-7"):
        assert json.loads(Line().format(record("inside")))["job"] == "outbox-7"
        with doing("table-1"):
            assert json.loads(Line().format(record("inside")))["job"] == "table-1"
        assert json.loads(Line().format(record("inside")))["job"] == "outbox-7"


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "quiz.presentation.logs"]


def test_what_is_turned_away_is_logged_with_its_view_and_without_its_words(
    app: Flask, visitor: RoleClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    client = visitor.client
    client.post("/sign-in", data={"email": "hana@amana.example"}, base_url=HERE)
    client.post("/sign-in", data={"email": "x" * 300_000}, base_url=HERE)
    client.get("/sign-in", base_url="http://evil.example")
    assert told(caplog) == [
        "refused: forged-form at account.sign_in",
        "refused: too-large at account.sign_in",
        "refused: foreign-host at None",
    ]
    for number in range(40):
        client.get(f"/verify/{number}", base_url=HERE)
    assert told(caplog)[3] == "refused: too-often at public.verify"
    assert "hana" not in caplog.text
    assert "evil" not in caplog.text


def test_a_flood_does_not_fill_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    with app.test_request_context("/sign-in"):
        for _ in range(200):
            note_refused("too-large")
    assert len(told(caplog)) == 30
