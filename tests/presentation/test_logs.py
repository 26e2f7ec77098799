"""What the operator's log holds: lines that programs read, with moments in UTC, and what was turned away."""

import json
import logging
import sys
from datetime import datetime, timedelta

import pytest
from flask import Flask

from quiz.presentation.logs import Line, note_refused
from tests.pages import HERE, RoleClient


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


def test_what_was_raised_stands_in_the_same_line() -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        raised = logging.LogRecord("quiz", logging.ERROR, "tests", 1, "a defect", (), sys.exc_info())
    line = Line().format(raised)
    assert "\n" not in line
    assert "RuntimeError: broken" in json.loads(line)["error"]


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
