"""Due days as a calendar reads them: whole days that move, with an alarm, in the language of the reader."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from icalendar import Calendar

from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.presentation.calendar_file import due_calendar
from quiz.services.reminder_mails import DueModule
from quiz.settings.operator import Settings

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GIFTS = Text(
    {"ar": "الهدايا؛ وتضارب المصالح، وكل ما يتصل بهما من مواقف في الوظيفة العامة", "en": "Gifts; and conflicts"}
)
BASE = "https://amana.example"


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(database_url="sqlite://", secret_key="a key for tests only, 0123456789abcdef"))


@pytest.fixture(params=["ar", "en"])
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with app.test_request_context(), force_locale(request.param):
        yield request.param


def module(**others: object) -> DueModule:
    return DueModule("a" * 32, "gifts", GIFTS, **{"due_on": date(2026, 12, 21), **others})  # type: ignore[arg-type]


def test_a_due_day_is_a_whole_day_with_an_alarm(language: str) -> None:
    made = due_calendar([module(), module(due_on=None)], language, BASE, NOW)
    assert b"\r\n" in made
    assert max(len(line) for line in made.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(made)
    (event,) = calendar.walk("VEVENT")
    assert (event.start, event.end) == (date(2026, 12, 21), date(2026, 12, 22))
    assert GIFTS.by_language[language] in event["summary"]
    assert event["url"] == f"{BASE}/learn/modules/gifts"
    assert event["uid"] == f"{'a' * 32}@amana.example"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-3)
    assert calendar["method"] == "PUBLISH"


def test_a_day_that_moved_is_the_same_with_a_higher_sequence(language: str) -> None:
    first, second = (
        next(iter(Calendar.from_ical(due_calendar([one], language, BASE, NOW)).walk("VEVENT")))
        for one in (module(), module(due_on=date(2027, 1, 5), extensions=1))
    )
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert second.start == date(2027, 1, 5)
