import pytest

from quiz.language.locale import Calendar, Digits, ReaderLocale, direction_of


def test_english_is_always_set_in_latin_digits_and_keeps_the_calendar():
    locale = ReaderLocale.of("en", "arab", "both")
    assert locale.digits is Digits.LATN
    assert locale.calendar is Calendar.BOTH


def test_arabic_keeps_the_digits_that_were_chosen():
    assert ReaderLocale.of("ar", "arab", "gregorian").digits is Digits.ARAB
    assert ReaderLocale.of("ar", "latn", "gregorian").digits is Digits.LATN


@pytest.mark.parametrize("choices", [("fr", "latn", "both"), ("ar", "roman", "both"), ("en", "roman", "both")])
def test_an_unknown_choice_is_refused(choices):
    with pytest.raises(ValueError, match=r"fr|roman"):
        ReaderLocale.of(*choices)


def test_an_unknown_language_is_refused_however_the_locale_is_made():
    with pytest.raises(ValueError, match="fr"):
        ReaderLocale("fr")


def test_choices_given_as_words_are_checked_too():
    assert ReaderLocale("ar", "arab", "both").calendar is Calendar.BOTH
    with pytest.raises(ValueError, match="julian"):
        ReaderLocale("ar", "arab", "julian")


def test_equal_choices_are_one_cache_key():
    assert hash(ReaderLocale.of("ar", "arab", "both")) == hash(ReaderLocale("ar", "arab", "both"))


def test_directions():
    assert ReaderLocale("ar").direction == direction_of("ar") == "rtl"
    assert ReaderLocale("en").direction == direction_of("en") == "ltr"


def test_months_are_named_as_in_egypt_and_the_emirates():
    assert ReaderLocale("ar").babel.months["format"]["wide"][1] == "يناير"
