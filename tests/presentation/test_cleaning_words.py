"""What was put right in a pasted text is said in whole sentences, counted as each language counts."""

from collections.abc import Iterator

import pytest
from flask import Flask

from quiz.factory import create_app
from quiz.language.cleaning import CODES, clean
from quiz.presentation.cleaning import cleaning_words
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


def test_every_code_has_a_sentence_of_its_own(english: None) -> None:
    sentences = [cleaning_words({code: 3}) for code in CODES]
    assert all(len(said) == 1 and "3" in said[0] and said[0].endswith(".") for said in sentences)
    assert len({said[0] for said in sentences}) == len(CODES)


def test_what_may_have_changed_a_word_is_said_first(english: None) -> None:
    assert cleaning_words(clean("پا\u200fرك  x").changes) == [
        "1 letter that Arabic does not have was replaced by the nearest; the word may need another look.",
        "1 hidden direction mark was removed.",
        "Needless spaces were removed in 1 place.",
    ]


def test_nothing_is_said_of_what_was_not_done(arabic: None) -> None:
    assert cleaning_words({}) == []
    assert cleaning_words({"tatweel": 0}) == []


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "حُذفت كشيدة واحدة."),
        (2, "حُذفت كشيدتان."),
        (3, "حُذفت 3 كشيدات."),
        (11, "حُذفت 11 كشيدة."),
        (100, "حُذفت 100 كشيدة."),
    ],
)
def test_arabic_counts_in_its_own_forms(arabic: None, count: int, words: str) -> None:
    assert cleaning_words({"tatweel": count}) == [words]


def test_every_form_of_every_sentence_is_translated(arabic: None) -> None:
    for code in CODES:
        for count in (1, 2, 3, 11, 100):
            (said,) = cleaning_words({code: count})
            assert said.endswith("."), code
            assert " were " not in said, code
            assert " was " not in said, code
