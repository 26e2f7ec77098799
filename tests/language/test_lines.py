"""Words that people type lose the signs that nobody sees, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.language.bidi import language_of
from quiz.language.lines import clean_line, clean_lines


@pytest.mark.parametrize(
    ("typed", "line", "lines"),
    [
        (None, "", ""),
        (" \u200b\x00\n", "", ""),
        ("  سطر \t أول  ", "سطر أول", "سطر أول"),
        ("أول\r\nثانٍ\rثالث", "أول ثانٍ ثالث", "أول\nثانٍ\nثالث"),
        ("\n\nأول\n\n\n\n ثانٍ \n\n", "أول ثانٍ", "أول\n\nثانٍ"),
        ("ق\u202eلب\ue000", "ق لب", "ق لب"),
        ("Q & A <b> 175/2018", "Q & A <b> 175/2018", "Q & A <b> 175/2018"),
    ],
)
def test_what_is_seen_stays(typed: str | None, line: str, lines: str) -> None:
    assert (clean_line(typed), clean_lines(typed)) == (line, lines)


@given(st.text())
def test_cleaned_words_are_printable_and_cleaning_again_changes_nothing(typed: str) -> None:
    for clean, kept in ((clean_line, ""), (clean_lines, "\n")):
        cleaned = clean(typed)
        assert all(sign.isprintable() or sign in kept for sign in cleaned)
        assert clean(cleaned) == cleaned
        assert cleaned == cleaned.strip()


@pytest.mark.parametrize(
    ("words", "language"),
    [("سؤال", "ar"), ("a question", "en"), ("", "ar"), ("24/2026", "ar"), ("عن Facebook وغيره من المواقع", "ar")],
)
def test_the_language_of_most_letters_is_the_language(words: str, language: str) -> None:
    assert language_of(words) == language
