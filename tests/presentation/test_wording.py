"""Sentences for figures, references and lengths of time, in both languages, counted as Arabic counts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from quiz.engine.instrument import Figure, Reference
from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.presentation import wording
from quiz.settings.operator import Settings


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(database_url="sqlite://", secret_key="a key for tests only, 0123456789abcdef"))


@pytest.fixture
def arabic(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        yield


def figure(what: str, **known: object) -> Figure:
    return Figure(what, what, **known)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "دقيقة واحدة"),
        (2, "دقيقتان"),
        (3, "3 دقائق"),
        (10, "10 دقائق"),
        (11, "11 دقيقة"),
        (60, "ساعة واحدة"),
        (90, "90 دقيقة"),
        (120, "ساعتان"),
        (660, "11 ساعة"),
        (6000, "100 ساعة"),
    ],
)
def test_a_length_of_time_is_counted_as_arabic_counts(arabic: None, minutes: int, words: str) -> None:
    assert wording.duration_words(timedelta(minutes=minutes)) == words


def test_less_than_a_minute_is_still_a_minute(english: None) -> None:
    assert wording.duration_words(timedelta(seconds=1)) == "1 minute"
    assert wording.duration_words(timedelta(0)) == "1 minute"


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (figure("imprisonment", minimum=2, unit="year"), "سنتين"),
        (figure("imprisonment", minimum=6, unit="month"), "6 أشهر"),
        (figure("imprisonment", minimum=1, unit="year"), "سنة واحدة"),
        (figure("fine", minimum=50_000, maximum=200_000, currency="EGP"), "200,000 جنيه مصري"),
        (figure("fine", minimum=3, maximum=10, currency="AED"), "10 دراهم"),
    ],
)
def test_a_figure_is_in_the_case_that_its_preposition_asks_for(arabic: None, stated: Figure, words: str) -> None:
    assert words in wording.figure_words(stated, "ar")


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (figure("fine", minimum=10, maximum=20, currency="EGP"), "Fine: from 10 to 20 Egyptian pounds"),
        (figure("fine", minimum=10, maximum=10, currency="EGP"), "Fine: 10 Egyptian pounds"),
        (figure("fine", minimum=10, currency="AED"), "Fine: at least 10 UAE dirhams"),
        (figure("imprisonment", maximum=1, unit="year"), "Imprisonment: at most 1 year"),
        (figure("imprisonment"), "Imprisonment"),
        (figure("imprisonment", felony=True), "Imprisonment (felony)"),
        (
            figure("limit", maximum=30, unit="day", note=Text({"ar": "المهلة", "en": "Notice"})),
            "Notice: at most 30 days",
        ),
    ],
)
def test_a_figure_is_a_range_in_words(english: None, stated: Figure, words: str) -> None:
    assert wording.figure_words(stated, "en") == words


def test_either_or_is_said_once_after_the_penalties(english: None) -> None:
    fine = figure("fine", minimum=10, currency="EGP", either_or=True)
    prison = figure("imprisonment", minimum=1, unit="year", either_or=True)
    lines = wording.figure_lines((prison, fine), "en")
    assert len(lines) == 3
    assert "either" in lines[-1]
    assert len(wording.figure_lines((figure("fine", minimum=10, currency="EGP"),), "en")) == 1


def test_a_provision_without_a_verified_number_gets_none(english: None) -> None:
    assert wording.reference_words(Reference("article", None)) == ""
    assert wording.reference_words(Reference("article", "20")) == "Article 20"
    assert wording.reference_words(Reference("article", "20"), "2") == "Article 20, paragraph 2"
    assert wording.reference_words(Reference("clause", "4-3")) == "Clause 4-3"


def test_every_kind_of_reference_has_its_word(arabic: None) -> None:
    for kind in ("article", "clause", "value", "duty", "pledge", "section"):
        assert wording.reference_words(Reference(kind, "7")).endswith("7")
